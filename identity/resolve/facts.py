"""What the resolver reads: facts as columns, all of a graph or a closed part of it.

The frames are the contract between the store and the pure functions. Identifiers are text here;
`identity.resolve.codes` numbers them in text order, so that comparing numbers compares ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import polars as pl

Schema = dict[str, pl.DataType]

_S, _I, _B = pl.String(), pl.Int64(), pl.Boolean()

IDENTIFIERS: Schema = {
    "id": _S,
    "kind": _S,
    "object": _S,
    "source": _S,
    "record": _B,
    "deleted": _B,
    "merged_into": _S,
    "active": _B,
    "exposed": _B,
}
EVIDENCE: Schema = {
    "edge": _S,
    "src": _S,
    "dst": _S,
    "key": _S,
    "rule": _S,
    "source": _S,
    "record": _S,
    "observations": _I,
    "first_seen_ms": _I,
    "last_seen_ms": _I,
    "from_ms": _I,
    "until_ms": _I,
    "withdrawn": _B,
}
RELATIONS: Schema = {
    "edge": _S,
    "src": _S,
    "dst": _S,
    "key": _S,
    "source": _S,
    "first_seen_ms": _I,
    "from_ms": _I,
    "until_ms": _I,
    "withdrawn": _B,
    "primary": _B,
    "role": _S,
}
EMAIL_DOMAINS: Schema = {"email": _S, "domain": _S}
RECORD_COLUMNS = (
    "person_name",
    "first_name",
    "last_name",
    "job_title",
    "seniority",
    "department",
    "owner",
    "country",
    "company_name",
    "industry",
    "size",
    "company_type",
    "phone_number",
    "address",
    "birth_date",
)
RECORDS: Schema = {
    "id": _S,
    "object": _S,
    "source": _S,
    "at_ms": _I,
    "created_ms": _I,
    **dict.fromkeys(RECORD_COLUMNS, _S),
}
DECISIONS: Schema = {
    "id": _S,
    "action": _S,
    "left": _S,
    "right": _S,
    "actor": _S,
    "reason": _S,
    "at_ms": _I,
    "expires_ms": _I,
    "valid_from_ms": _I,
    "source": _S,
    "row": _I,
    "supersedes": _S,
    "withdrawn": _B,
}


def frame(schema: Schema, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Make one of the frames of rows; absent values are null."""
    columns = {name: [row.get(name) for row in rows] for name in schema}
    return pl.DataFrame(columns, schema=schema)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that decide: identifiers, evidence, relations, records, decisions.

    ``relations`` holds WORKS_AT and PARENT_OF; ``records`` the attributes of all records.
    """

    identifiers: pl.DataFrame
    evidence: pl.DataFrame
    relations: pl.DataFrame
    email_domains: pl.DataFrame
    records: pl.DataFrame
    decisions: pl.DataFrame

    @classmethod
    def empty(cls) -> Facts:
        """Give facts without rows."""
        return cls(*(pl.DataFrame(schema=SCHEMAS[f.name]) for f in fields(cls)))


SCHEMAS: dict[str, Schema] = {
    "identifiers": IDENTIFIERS,
    "evidence": EVIDENCE,
    "relations": RELATIONS,
    "email_domains": EMAIL_DOMAINS,
    "records": RECORDS,
    "decisions": DECISIONS,
}
