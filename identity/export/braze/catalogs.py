"""Catalogs: the accounts and opportunities that profiles name, as Braze reads them from CSV.

An item's ``id`` is the CRM's own id, so that a profile's ``accountId`` finds its account. A project
without a primary CRM has no such ids: there accounts are companies by canonical id, and
opportunities those of all sources.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from identity.export.braze.external_ids import bare
from identity.export.braze.limits import catalog_problem, clean, moment
from identity.export.reading import Reader
from identity.export.resolution import opportunities as opportunity_rows
from identity.model.currencies import EXPONENTS

ACCOUNTS, OPPORTUNITIES = "catalog_accounts", "catalog_opportunities"

FIELDS: dict[str, dict[str, str]] = {
    ACCOUNTS: {
        "id": "string",
        "AccountName": "string",
        "Type": "string",
        "Industry": "string",
        "Size": "string",
        "Country": "string",
        "Domain": "string",
        "Owner": "string",
    },
    OPPORTUNITIES: {
        "id": "string",
        "OpportunityName": "string",
        "Type": "string",
        "Stage": "string",
        "Amount": "number",
        "Currency": "string",
        "CloseDate": "time",
        "Won": "boolean",
        "Closed": "boolean",
        "Owner": "string",
        "AccountId": "string",
    },
}
"""Fields of each catalog with their types; ``id`` comes first."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that Braze would not take, and why."""

    object: str
    id: str
    reason: str

    def as_dict(self) -> dict[str, str]:
        """Give the row of ``rejected.jsonl``."""
        return {"object": self.object, "id": self.id, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Catalogs:
    """``items``: catalog to items by id; ``account_of``: company to account id; ``roles``: contact
    to opportunity ids; ``open_of``: account id to its open opportunities' ids; ``rejected``.
    """

    items: dict[str, dict[str, dict[str, Any]]]
    account_of: dict[str, str]
    roles: dict[str, list[str]]
    open_of: dict[str, list[str]]
    rejected: list[Rejected]


def catalogs(reader: Reader) -> Catalogs:
    """Give the catalogs of a project, and what profiles need to name their items."""
    rejected: list[Rejected] = []
    account_of, found = _accounts(reader)
    accounts = _accepted(ACCOUNTS, found, rejected)
    account_of = {company: a for company, a in account_of.items() if a in accounts}
    rows = opportunity_rows(reader).filter(~pl.col("deleted").fill_null(False))
    if reader.config.primary_crm is not None:
        rows = rows.filter(pl.col("source") == reader.config.primary_crm)
    listed = rows.sort("opportunity").to_dicts()
    deals = _accepted(OPPORTUNITIES, [_opportunity(r, account_of) for r in listed], rejected)
    roles: dict[str, list[str]] = {}
    open_of: dict[str, list[str]] = {}
    for row in listed:
        identity = row["opportunity_id"]
        if identity not in deals:
            continue
        for contact in row["contact_ids"] or ():
            roles.setdefault(contact, []).append(identity)
        account = deals[identity]["AccountId"]
        if account is not None and not row["closed"]:
            open_of.setdefault(account, []).append(identity)
    return Catalogs(
        {ACCOUNTS: accounts, OPPORTUNITIES: deals}, account_of, roles, open_of, rejected
    )


def _accounts(reader: Reader) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Give the account id of each company that has one, and the accounts."""
    of: dict[str, str] = {}
    items = []
    for row in reader.rows("companies").sort("id").iter_rows(named=True):
        account = row["id"] if reader.config.primary_crm is None else bare(row["primary_crm_id"])
        if account is None:
            continue
        of[row["id"]] = account
        items.append(
            {
                "id": account,
                "AccountName": row["company_name"] or row["domain"],
                "Type": row["company_type"],
                "Industry": row["industry"],
                "Size": row["size"],
                "Country": row["country"],
                "Domain": row["domain"],
                "Owner": row["owner"],
            }
        )
    return of, items


def _opportunity(row: Mapping[str, Any], account_of: Mapping[str, str]) -> dict[str, Any]:
    minor, currency = row["amount_minor"], row["currency"]
    digits = EXPONENTS.get(currency, 2)
    return {
        "id": row["opportunity_id"],
        "OpportunityName": row["name"],
        "Type": row["kind"],
        "Stage": row["stage"],
        "Amount": None if minor is None else decimal(minor, digits),
        "Currency": currency,
        "CloseDate": None if row["close_date"] is None else moment(row["close_date"]),
        "Won": row["won"],
        "Closed": row["closed"],
        "Owner": row["owner"],
        "AccountId": account_of.get(row["company_id"]),
    }


def decimal(minor: int, digits: int) -> str:
    """Write minor units as a decimal number, exactly, with a point."""
    sign, number = ("-" if minor < 0 else ""), abs(minor)
    if digits == 0:
        return f"{sign}{number}"
    whole, part = divmod(number, 10**digits)
    return f"{sign}{whole}.{part:0{digits}d}"


def _accepted(
    catalog: str, items: Iterable[dict[str, Any]], rejected: list[Rejected]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for raw in items:
        item = {name: value if name == "id" else clean(value) for name, value in raw.items()}
        problem = catalog_problem(item)
        if item["id"] in found:
            problem = "duplicate-ids"
        if problem is not None:
            rejected.append(Rejected(catalog, str(raw["id"]), problem))
        else:
            found[item["id"]] = item
    return found


def as_csv(catalog: str, items: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Write a catalog as CSV, items by id; no value is an empty field (``NULL`` would be text)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(FIELDS[catalog]), lineterminator="\n")
    writer.writeheader()
    for identity in sorted(items):
        row = items[identity]
        writer.writerow({n: _field(v) for n, v in row.items()})
    return text.getvalue().encode()


def _field(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value in (None, "NULL") else str(value)
