"""The files of a sample, read back without the code that wrote them."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from tests.unit.generate.rule_follower import Reading, email_of, host_of, read


class Exports:
    def __init__(self, out: Path) -> None:
        self.out = out
        self.reading = Reading(out)
        self.notes: dict[str, list[list[str]]] = json.loads(
            (out / "truth/notes.json").read_text(encoding="utf-8")
        )
        self.truth = {row["record_id"]: row for row in self.table("truth/records.csv")}

    def table(self, path: str) -> list[dict[str, str]]:
        return read(self.out / path)

    def salesforce(self, name: str) -> dict[str, dict[str, str]]:
        return {row["Id"]: row for row in self.table(f"data/salesforce/{name}.csv")}

    def planted(self, case: str) -> list[list[str]]:
        assert self.notes[case], f"no {case} is planted"
        return self.notes[case]

    def same_contact(self, refs: list[str]) -> bool:
        """Whether the records, all of a person, truly are one person."""
        keys = {self.truth[ref]["contact"] for ref in refs}
        return len(keys) == 1 and "" not in keys

    @property
    def calls(self) -> list[dict[str, Any]]:
        return self.reading.calls

    @cached_property
    def records(self) -> list[str]:
        """The identifier of every record in the data, as often as it occurs."""
        found = []
        for kind in ("account", "contact", "lead"):
            found += [f"crm:salesforce:{kind}:{key}" for key in self.salesforce(kind.title())]
        for kind, name in (("account", "company"), ("contact", "contact")):
            rows = self.table(f"data/hubspot/{name}_data.csv")
            found += [f"crm:hubspot:{kind}:{row['id']}" for row in rows]
        for kind in ("user", "workspace"):
            rows = self.table(f"data/product/{kind}s.csv")
            found += [f"{kind}:product:{row['id']}" for row in rows]
        return found + sorted({f"anon:web:{call['anonymousId']}" for call in self.calls})

    @cached_property
    def identifiers(self) -> set[str]:
        """Every identifier that the data mentions, in the notes' spelling."""
        found = set(self.records)
        opportunities = self.salesforce("Opportunity")
        found |= {f"crm:salesforce:opportunity:{key}" for key in opportunities}
        deals = self.table("data/hubspot/deal_data.csv")
        found |= {f"crm:hubspot:opportunity:{row['deal_id']}" for row in deals}
        events = self.table("data/product/events.csv")
        found |= {f"event:product:{row['event_id']}" for row in events}
        return found | {f"email:{email}" for email in self.emails} | self._domains()

    @cached_property
    def emails(self) -> set[str]:
        cells = [row["Email"] for row in self.salesforce("Contact").values()]
        cells += [row["Email"] for row in self.salesforce("Lead").values()]
        for row in self.salesforce("Contact").values():
            cells += row["Additional_Emails__c"].split(";")
        for row in self.table("data/hubspot/contact_data.csv"):
            cells += [row["property_email"], *row["property_hs_additional_emails"].split(";")]
        cells += [row["email"] for row in self.table("data/product/users.csv")]
        cells += [call["traits"].get("email", "") for call in self.calls if "traits" in call]
        return {email_of(cell) for cell in cells} - {""}

    def _domains(self) -> set[str]:
        hosts = {email.partition("@")[2] for email in self.emails}
        hosts |= {host_of(row["Website"]) for row in self.salesforce("Account").values()}
        for row in self.table("data/hubspot/company_data.csv"):
            hosts |= {row["property_domain"], row["property_hs_additional_domains"]}
        for row in self.table("data/decisions/merged_company_domain.csv"):
            hosts |= {row["old_domain"], row["new_domain"]}
        hosts |= {
            call["properties"]["company_domain"] for call in self.calls if call["type"] == "reveal"
        }
        return {f"domain:{host}" for host in hosts if host}

    @cached_property
    def spend_days(self) -> set[tuple[str, str]]:
        return {(row["date"], row["campaign"]) for row in self.table("data/ads/spend.csv")}

    @cached_property
    def exposures(self) -> pl.DataFrame:
        return pl.read_parquet(self.out / "data/ads/exposures.parquet")
