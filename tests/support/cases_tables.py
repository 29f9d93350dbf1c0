"""The files that rows of the published cases are written to: one table a system and object."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.support.cases import FIRST, Row
from tests.support.cases_names import PREFIXES, RELATION, salesforce_key


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its name, and of which object's ids it holds, if it does."""

    name: str
    ids_of: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A file: its name without number and suffix, and its columns by the field of the cases."""

    stem: str
    columns: dict[str, Column]


def _table(stem: str, **columns: str) -> Table:
    """Describe a table; ``Column>object`` is a column of ids of that object."""
    found = {}
    for field, text in columns.items():
        name, _, ids_of = text.partition(">")
        found[field] = Column(name, ids_of or None)
    return Table(stem, found)


_SALESFORCE = {"at": "SystemModstamp", "created": "CreatedDate", "deleted": "IsDeleted"}
_HUBSPOT = {
    "id": "id",
    "at": "lastmodifieddate",
    "created": "createdate",
    "deleted": "archived",
    "merged_from": "hs_merged_object_ids",
}
_PRODUCT = {
    "id": "id",
    "name": "name",
    "at": "updated_at",
    "created": "created_at",
    "deleted": "deleted",
}

TABLES: dict[tuple[str, str], Table] = {
    ("salesforce", "account"): _table(
        "Account",
        id="Id>account",
        name="Name",
        website="Website",
        additional_websites="Additional_Domains__c",
        country="BillingCountry",
        parent="ParentId>account",
        merged_into="MasterRecordId>account",
        **_SALESFORCE,
    ),
    ("salesforce", "contact"): _table(
        "Contact",
        id="Id>contact",
        name="Name",
        email="Email",
        additional_emails="Additional_Emails__c",
        phone="Phone",
        title="Title",
        account="AccountId>account",
        merged_into="MasterRecordId>contact",
        **_SALESFORCE,
    ),
    ("salesforce", "lead"): _table(
        "Lead",
        id="Id>lead",
        name="Name",
        email="Email",
        phone="Phone",
        company="Company",
        country="Country",
        status="Status",
        converted_contact="ConvertedContactId>contact",
        converted_account="ConvertedAccountId>account",
        converted_at="ConvertedDate",
        merged_into="MasterRecordId>lead",
        **_SALESFORCE,
    ),
    ("salesforce", "association"): _table(
        "AccountContactRelation",
        id="Id>association",
        contact="ContactId>contact",
        account="AccountId>account",
        role="Roles",
        primary="IsDirect",
        at="SystemModstamp",
        deleted="IsDeleted",
    ),
    ("hubspot", "account"): _table(
        "company_data",
        name="name",
        website="domain",
        additional_websites="hs_additional_domains",
        country="country",
        salesforce_account="salesforceaccountid>account",
        **_HUBSPOT,
    ),
    ("hubspot", "contact"): _table(
        "contact_data",
        name="firstname",
        email="email",
        additional_emails="hs_additional_emails",
        phone="phone",
        title="jobtitle",
        account="associatedcompanyid",
        salesforce_contact="salesforcecontactid>contact",
        salesforce_lead="salesforceleadid>lead",
        known_merges="calculated_merged_vids",
        **_HUBSPOT,
    ),
    ("hubspot", "association"): _table(
        "contact_company_data", contact="contact_id", account="company_id", at="_fivetran_synced"
    ),
    ("product", "user"): _table(
        "users", email="email", phone="phone", workspace="workspace_id", **_PRODUCT
    ),
    ("product", "workspace"): _table(
        "workspaces",
        merged_into="merged_into",
        salesforce_account="salesforce_account_id>account",
        **_PRODUCT,
    ),
    ("product", "event"): _table(
        "events",
        id="event_id",
        at="timestamp",
        name="name",
        user="user_id",
        workspace="workspace_id",
    ),
    ("web", "event"): _table(
        "web_events",
        id="messageId",
        at="timestamp",
        call="type",
        name="event",
        user="userId",
        email="email",
        anonymous="anonymousId",
        previous="previousId",
        domain="company_domain",
        workspace="groupId",
    ),
    ("ads", "event"): _table(
        "exposures", id="event_id", at="timestamp", domain="account_domain", email="email"
    ),
    ("mail", "event"): _table("mails", id="id", at="at", name="name", email="email"),
    ("decisions", "emails"): _table(
        "merged_user",
        old_email="old_email",
        new_email="new_email",
        by="actor",
        at="decided_at",
        reason="reason",
    ),
    ("decisions", "domains"): _table(
        "merged_company_domain",
        old_domain="old_domain",
        new_domain="new_domain",
        by="actor",
        at="decided_at",
        reason="reason",
        valid_from="valid_from",
    ),
}
MAIN = {
    "salesforce": "account",
    "hubspot": "account",
    "product": "user",
    "web": "event",
    "ads": "event",
    "mail": "event",
    "decisions": "emails",
}
"""The table of a system that is there from the start, so that its source is never empty."""

TIMELESS = ("emails", "domains")


def write(path: Path, table: Table, rows: Iterable[tuple[str, Row]]) -> None:
    """Write rows, each with the kind of its table, to a new file."""
    with path.open("x", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [c.name for c in table.columns.values()])
        writer.writeheader()
        for kind, row in rows:
            writer.writerow(dict(_cells(table, kind, row)))


def _cells(table: Table, kind: str, row: Row) -> Iterable[tuple[str, str]]:
    given = {k: v for k, v in row.items() if k not in ("source", "object")}
    if kind not in TIMELESS:
        given.setdefault("at", FIRST)
    for reference in given.pop("same_as", []):
        source, of, key = reference.split(":", 2)
        given[f"{source}_{of}"] = key
    unknown = sorted(set(given) - set(table.columns))
    assert not unknown, f"{table.stem} has no place for {', '.join(unknown)}: {row}"
    for field, value in given.items():
        column = table.columns[field]
        yield column.name, _text(value, column.ids_of)


def _text(value: object, ids_of: str | None) -> str:
    if isinstance(value, list):
        return ";".join(_text(v, ids_of) for v in value)
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return salesforce_key(text, PREFIXES.get(ids_of, RELATION)) if ids_of and text else text
