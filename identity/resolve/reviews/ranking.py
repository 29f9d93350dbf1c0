"""Ranking: which of several accounts a domain most likely belongs to (R16).

The order is that of the grounds, each deciding only where those before it do not: explicit
associations of the contacts on the domain, name and country, most contacts, latest activity.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl
from rapidfuzz import fuzz

from identity.model.evidence import EMAIL_CLAIMS
from identity.resolve.names import folded
from identity.resolve.reviews.model import Candidate
from identity.resolve.reviews.sight import Sight
from identity.resolve.suggest.company_names import core_of

_PEOPLE = ("contact", "lead", "user")


@dataclass(frozen=True, slots=True)
class Grounds:
    """What speaks for an account.

    ``associated``: addresses on the domain whose records work at it; ``name``: how alike its name
    and the domain are, 0 to 1; ``country``: whether it lies where most of those records do;
    ``contacts``: people who work at it; ``latest_ms``: when its record was last changed.
    """

    associated: int = 0
    name: float = 0.0
    country: bool = False
    contacts: int = 0
    latest_ms: int = 0

    def row(self) -> dict[str, object]:
        """Give the plain form."""
        return {
            "associated": self.associated,
            "name": self.name,
            "country": self.country,
            "contacts": self.contacts,
            "latest_ms": self.latest_ms,
        }


def rank(
    sight: Sight, claimants: Mapping[str, Iterable[str]], hosts: Mapping[str, str]
) -> dict[str, list[tuple[str, Grounds]]]:
    """Rank the claimants of several units, best first.

    Args:
        sight: the solution.
        claimants: unit to accounts.
        hosts: domain identifier to unit.

    Returns:
        Per unit the accounts with their grounds.
    """
    pairs = [(u, a) for u, accounts in claimants.items() for a in accounts]
    table = pl.DataFrame(pairs, schema={"unit": pl.String, "account": pl.String}, orient="row")
    if table.is_empty():
        return {}
    on_domain = _records_on(sight, hosts)
    works = _works_at(sight, table["account"])
    associated = _counted(
        on_domain.join(works, on="record").join(table, on=["unit", "account"]),
        ["unit", "account"],
        "email",
    )
    contacts = _counted(works, ["account"], "record")
    records = sight.facts.records.select("id", "company_name", "country", "at_ms")
    known = records.join(table.select(id="account").unique(), on="id", how="semi")
    accounts = {row[0]: row[1:] for row in known.iter_rows()}
    places = _country_of(on_domain.join(records.select("country", record="id"), on="record"))
    found: dict[str, list[tuple[str, Grounds]]] = {}
    for unit, account in sorted(pairs):
        name, country, at_ms = accounts.get(account, (None, None, None))
        grounds = Grounds(
            associated=associated.get((unit, account), 0),
            name=likeness(name, unit),
            country=country is not None and folded(country) == places.get(unit),
            contacts=contacts.get((account,), 0),
            latest_ms=at_ms or 0,
        )
        found.setdefault(unit, []).append((account, grounds))
    return {u: sorted(rows, key=_order) for u, rows in found.items()}


def candidates(sight: Sight, ranked: Iterable[tuple[str, Grounds]], host: str) -> list[Candidate]:
    """Give ranked claimants as candidates: only the system of record can settle whose it is."""
    return [
        Candidate("fix_source", account, host, sight.caption(sight.code(account)), grounds.row())
        for account, grounds in ranked
    ]


def likeness(name: str | None, domain: str) -> float:
    """Say how alike a company's name and a domain are, 0 to 1, to two digits."""
    core = core_of(name) if name else None
    if core is None:
        return 0.0
    label = domain.split(".")[0].replace("-", "")
    glued = core.replace(" ", "")
    return round(max(fuzz.ratio(glued, label), fuzz.partial_ratio(glued, label) * 0.9) / 100, 2)


def _order(row: tuple[str, Grounds]) -> tuple[object, ...]:
    account, g = row
    return (-g.associated, -(g.name + g.country), -g.contacts, -g.latest_ms, account)


def _records_on(sight: Sight, hosts: Mapping[str, str]) -> pl.DataFrame:
    """Give the live records that carry an address on the hosts: unit, email, record.

    Addresses that stand alone (shared mailboxes) say nothing about whose the domain is.
    """
    table = pl.DataFrame(
        {"domain": list(hosts), "unit": list(hosts.values())},
        schema={"domain": pl.String, "unit": pl.String},
    )
    emails = sight.facts.email_domains.join(table, on="domain").select("email", "unit")
    alone = sight.solved.nodes.ids(sight.solved.standing.frame["code"].to_numpy())
    emails = emails.filter(~pl.col("email").is_in(alone.implode()))
    carried = sight.live_evidence.filter(pl.col("rule").is_in(list(EMAIL_CLAIMS)))
    return (
        carried.select(record="src", email="dst")
        .join(emails, on="email")
        .join(sight.live.select(record="id"), on="record", how="semi")
        .unique()
    )


def _works_at(sight: Sight, accounts: pl.Series) -> pl.DataFrame:
    """Give the live records that work at accounts: record, account."""
    people = sight.live.filter(pl.col("object").is_in(_PEOPLE)).select(record="id")
    return (
        sight.live_relations.filter(
            (pl.col("edge") == "WORKS_AT") & pl.col("dst").is_in(accounts.unique().implode())
        )
        .select(record="src", account="dst")
        .unique()
        .join(people, on="record", how="semi")
    )


def _counted(rows: pl.DataFrame, by: list[str], what: str) -> dict[tuple[str, ...], int]:
    counted = rows.group_by(by).agg(count=pl.col(what).n_unique())
    return {tuple(map(str, row[:-1])): row[-1] for row in counted.select(*by, "count").iter_rows()}


def _country_of(rows: pl.DataFrame) -> dict[str, str | None]:
    """Give the country that most records on a unit's hosts have, the first of several by text."""
    counts: dict[str, dict[str, int]] = {}
    for unit, country in rows.select("unit", "country").iter_rows():
        place = folded(country)
        if place is not None:
            per = counts.setdefault(unit, {})
            per[place] = per.get(place, 0) + 1
    return {u: min(per, key=lambda c: (-per[c], c)) for u, per in counts.items()}
