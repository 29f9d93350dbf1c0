"""Profiles: what is known of each contact, as columns that can be compared many against many."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from identity.model.evidence import EMAIL_CLAIMS
from identity.resolve.facts import Facts
from identity.resolve.suggest.attributes import addresses, births, mailbox
from identity.resolve.suggest.company_names import cores_of, folded
from identity.resolve.suggest.keys import PEOPLE, keys_of_records
from identity.resolve.suggest.person_names import parsed


@dataclass(frozen=True, slots=True)
class Profiles:
    """What contacts hold, each frame with the contact's ``label``.

    ``names``: given, family, suffix; ``births``: birth; ``phones``: phone; ``mailboxes``: mailbox,
    local, host; ``addresses``: address; ``places``: place (an account, a business host, a company
    named); ``countries``: country; ``unique``: kind, value (declared kinds of which a person has
    one); ``seen``: first_ms, last_ms (when its addresses were said); ``blocks``: kind, key.
    """

    names: pl.DataFrame
    births: pl.DataFrame
    phones: pl.DataFrame
    mailboxes: pl.DataFrame
    addresses: pl.DataFrame
    places: pl.DataFrame
    countries: pl.DataFrame
    unique: pl.DataFrame
    seen: pl.DataFrame
    blocks: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Judging:
    """What profiles depend on besides facts.

    ``alone``: identifiers that stand alone; ``closed``: hosts that are no company's by their class;
    ``unique``: declared kinds of which a person has one.
    """

    alone: Collection[str]
    closed: Collection[str]
    unique: Collection[str]


def profiles_of(members: pl.DataFrame, facts: Facts, judging: Judging) -> Profiles:
    """Make the profiles of contacts.

    Args:
        members: label, id: the identifiers of each contact.
        facts: the facts of all these identifiers.
        judging: what else decides.
    """
    live = facts.identifiers.filter(
        pl.col("record") & ~pl.col("deleted").fill_null(False) & pl.col("merged_into").is_null()
    )
    records = (
        facts.records.join(live.select("id"), on="id", how="semi")
        .filter(pl.col("object").is_in(PEOPLE))
        .join(members, on="id")
    )
    evidence = facts.evidence.filter(~pl.col("withdrawn").fill_null(False)).join(
        members, left_on="src", right_on="id"
    )
    phones = evidence.filter(
        (pl.col("rule") == "record.phone")
        & pl.col("until_ms").is_null()
        & ~pl.col("dst").is_in(list(judging.alone))
    ).join(records.select(src="id"), on="src", how="semi")
    phones = phones.select("label", phone="dst").unique()
    boxes = _mailboxes(members)
    claims = evidence.filter(pl.col("rule").is_in(list(EMAIL_CLAIMS)))
    return Profiles(
        names=parsed(records)
        .join(members, on="id")
        .select("label", "given", "family", "suffix")
        .unique(),
        births=_values(records, birth=births(pl.col("birth_date"))),
        phones=phones,
        mailboxes=boxes,
        addresses=_values(records, address=addresses(pl.col("address"))),
        places=_places(records, boxes, members, facts, judging),
        countries=_values(records, country=folded(pl.col("country"))),
        unique=_unique(evidence, judging),
        seen=claims.group_by("label").agg(
            first_ms=pl.col("first_seen_ms").min(), last_ms=pl.col("last_seen_ms").max()
        ),
        blocks=_blocks(records, boxes, phones),
    )


def _values(records: pl.DataFrame, **value: pl.Expr) -> pl.DataFrame:
    return records.select("label", **value).drop_nulls().unique()


def _mailboxes(members: pl.DataFrame) -> pl.DataFrame:
    emails = members.filter(pl.col("id").str.starts_with("email:"))
    address = emails["id"].str.slice(6)
    keys = pl.Series([mailbox(a) for a in address.to_list()], dtype=pl.String)
    parts = address.str.splitn("@", 2).struct
    return emails.select(
        "label",
        mailbox=keys,
        local=keys.str.splitn("@", 2).struct.field("field_0"),
        host=parts.field("field_1"),
    ).unique()


def _places(
    records: pl.DataFrame,
    boxes: pl.DataFrame,
    members: pl.DataFrame,
    facts: Facts,
    judging: Judging,
) -> pl.DataFrame:
    works = facts.relations.filter(
        (pl.col("edge") == "WORKS_AT") & ~pl.col("withdrawn").fill_null(False)
    ).join(members, left_on="src", right_on="id")
    hosts = boxes.filter(~pl.col("host").is_in(list(judging.closed)))
    named = records.select("label", place=cores_of(records["company_name"]))
    return (
        pl.concat([works.select("label", place="dst"), hosts.select("label", place="host"), named])
        .drop_nulls()
        .unique()
    )


def _unique(evidence: pl.DataFrame, judging: Judging) -> pl.DataFrame:
    parts = pl.col("dst").str.splitn(":", 3).struct
    declared = evidence.filter(
        pl.col("rule").str.starts_with("declared.") & pl.col("until_ms").is_null()
    )
    rows = declared.select("label", kind=parts.field("field_1"), value="dst").unique()
    return rows.filter(pl.col("kind").is_in(list(judging.unique)))


def _blocks(records: pl.DataFrame, boxes: pl.DataFrame, phones: pl.DataFrame) -> pl.DataFrame:
    keys = keys_of_records(records).join(records.select("id", "label"), on="id")
    listed = [
        boxes.select("label", kind=pl.lit("mailbox"), key="mailbox"),
        phones.select("label", kind=pl.lit("phone"), key="phone"),
        keys.select("label", kind=pl.lit("name"), key="name_key"),
        keys.select("label", kind=pl.lit("address"), key="address_key"),
        keys.select("label", kind=pl.lit("birth"), key="birth_key"),
    ]
    return pl.concat(listed).drop_nulls().unique()
