"""Keys: by what people meet who may be one, stored on records so that a part finds the others.

A *block* is a kind and a value, ``phone:+4930…``: the contacts that hold it are compared with each
other, nobody else is. Blocks of more than `MOST` contacts say nothing and are left out.
"""

from __future__ import annotations

import polars as pl

from identity.resolve.suggest.attributes import (
    DOTLESS,
    SAME_HOST,
    address_key,
    addresses,
    births,
    mailbox,
)
from identity.resolve.suggest.person_names import name_key, parsed

MOST = 60
"""A block of more contacts is no ground to suppose anything."""

KINDS = ("mailbox", "phone", "name", "address", "birth")
"""The kinds of blocks; what several of them find is told by the first."""

RECORD_KEYS = ("name_key", "birth_key", "address_key")
PEOPLE = ("contact", "lead", "user")


def keys_of_records(records: pl.DataFrame) -> pl.DataFrame:
    """Give the keys of people's records: id, name_key, birth_key, address_key.

    Args:
        records: the attributes of records (`identity.resolve.facts.RECORDS`).
    """
    people = records.filter(pl.col("object").is_in(PEOPLE))
    found = people.select(
        "id",
        birth_key=births(pl.col("birth_date")),
        address_key=address_key(addresses(pl.col("address"))),
    )
    named = name_key(parsed(people))
    return found.join(named, on="id", how="left", maintain_order="left").select("id", *RECORD_KEYS)


def mailboxes(emails: pl.Series) -> pl.DataFrame:
    """Give the mailboxes of e-mail identifiers that are not the address itself: id, mailbox_key."""
    host = emails.str.splitn("@", 2).struct.field("field_1")
    special = emails.str.contains("+", literal=True) | host.is_in([*DOTLESS, *SAME_HOST])
    values = {e: mailbox(e[6:]) for e in emails.filter(special).to_list()}
    rows = [(e, key) for e, key in values.items() if key != e[6:]]
    schema = {"id": pl.String, "mailbox_key": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")
