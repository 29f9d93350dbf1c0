"""Suggestions of a part of a graph: which blocks it touches, and who else is in them.

What a part changes can only change the suggestions of blocks that its identifiers are in now or
were in before; their other members are read, with all that is known of them, and the blocks are
made anew. Companies are compared all with all, so that they are read whole, but only where
something that is compared has changed.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import polars as pl

from identity.model import identifiers as ids
from identity.model.identifiers import Plane
from identity.resolve.derive import Derived
from identity.resolve.facts import Facts
from identity.resolve.reading import with_own
from identity.resolve.reviews.model import to_frame
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved
from identity.resolve.stored import Stored
from identity.resolve.suggest.attributes import mailbox
from identity.resolve.suggest.find import (
    COMPANY,
    ENTITY,
    PLACED,
    Companies,
    companies_of,
    company_reviews,
    judging_of,
    members_of,
    people_of,
    people_reviews,
    placed_records,
    unique_of,
)
from identity.resolve.suggest.items import block_of
from identity.resolve.suggest.keys import MOST
from identity.resolve.suggest.profiles import profiles_of
from identity.store.base import Store

KEYS = {"name": "name_key", "birth": "birth_key", "address": "address_key"}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a graph that was solved: its facts, what was derived of it now and before.

    ``scope`` are its identifiers, ``touched`` those that were touched since the last run.
    """

    facts: Facts
    solved: Solved
    derived: Derived
    stored: Stored
    scope: Collection[str]
    touched: Collection[str]


def of_part(store: Store, part: Part, setting: Setting) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the suggestions of all that a part touches, as they are to be and as they are stored."""
    plain = _plain_keys(part)
    now = pl.concat([plain, _record_keys(part.derived.identifiers)]).unique()
    before = _record_keys(part.stored.identifiers)
    wanted = pl.concat([now, before]).select("kind", "key").unique().sort("kind", "key")
    found = [_people(store, part, now, wanted, setting)]
    blocks = [block_of(kind, key) for kind, key in wanted.iter_rows()]
    if _companies_differ(part):
        found.append(_companies(store, part, setting))
        blocks.append(block_of("company", ""))
    return pl.concat(found), store.table("resolve/stored_reviews_in", blocks=sorted(blocks))


def _record_keys(identifiers: pl.DataFrame) -> pl.DataFrame:
    """Give the keys that identifiers have by what records say: kind, key, id."""
    return pl.concat(
        _of_kind(kind, identifiers.select(key=column, id="id").drop_nulls("key"))
        for kind, column in KEYS.items()
    )


def _plain_keys(part: Part) -> pl.DataFrame:
    """Give the mailboxes of a part and all phones that were ever said in it: kind, key, id."""
    scope = pl.Series("id", sorted(part.scope), dtype=pl.String)
    emails = scope.filter(scope.str.starts_with("email:"))
    boxes = pl.Series("key", [mailbox(e[6:]) for e in emails.to_list()], dtype=pl.String)
    phones = scope.filter(scope.str.starts_with("phone:"))
    said = part.facts.evidence.filter(pl.col("src").is_in(scope.implode()))
    return pl.concat(
        [
            _of_kind("mailbox", pl.DataFrame([boxes, emails])),
            _of_kind("phone", pl.DataFrame([phones.alias("key"), phones])),
            _phones(said),
        ]
    )


def _phones(evidence: pl.DataFrame) -> pl.DataFrame:
    """Give the phones that evidence says: kind, key, id."""
    said = evidence.filter(pl.col("rule") == "record.phone")
    return _of_kind("phone", said.select(key="dst", id="src"))


def _of_kind(kind: str, held: pl.DataFrame) -> pl.DataFrame:
    return held.select(pl.lit(kind).alias("kind"), "key", "id")


def _people(
    store: Store, part: Part, now: pl.DataFrame, wanted: pl.DataFrame, setting: Setting
) -> pl.DataFrame:
    """Give the questions of the wanted blocks.

    Facts are read of those alone who meet somebody: a block of one, or of too many, says nothing.
    """
    contacts = people_of(part.derived)
    inside = now.join(members_of(contacts), on="id").select("kind", "key", who="label").unique()
    outside = _outside(store, part, wanted)
    telling = _telling(pl.concat([inside, outside]))
    if telling.is_empty():
        return to_frame([])
    here, there = (
        held.join(telling, on=["kind", "key"], how="semi")["who"].unique()
        for held in (inside, outside)
    )
    met = contacts.filter(pl.col("label").is_in(here.implode()))
    contacts = pl.concat([met, _contacts(store, there.to_list())])
    members = members_of(contacts)
    beyond = set(members["id"].to_list()) - set(part.scope)
    facts = with_own(store, part.facts, beyond)
    profiles = profiles_of(members, facts, judging_of(members, _alone(store, part, facts), setting))
    return people_reviews(contacts, profiles, part.solved.decisions, telling)


def _outside(store: Store, part: Part, wanted: pl.DataFrame) -> pl.DataFrame:
    """Give the contacts outside of a part that hold the keys of the wanted blocks: kind, key, who
    (their ids)."""
    of = {str(kind[0]): rows["key"].to_list() for kind, rows in wanted.group_by("kind")}
    boxes = of.get("mailbox", [])
    holding = store.table(
        "resolve/identifiers_with_key",
        names=of.get("name", []),
        births=of.get("birth", []),
        addresses=of.get("address", []),
        mailboxes=boxes,
    )
    emails = [ids.email(box) for box in boxes]
    plain = pl.DataFrame({"key": boxes, "id": emails}, schema={"key": pl.String, "id": pl.String})
    said = store.table("resolve/evidence_towards", ids=of.get("phone", []))
    held = pl.concat([holding, _of_kind("mailbox", plain), _phones(said)])
    inside = pl.Series("id", sorted(part.scope), dtype=pl.String)
    held = held.filter(~pl.col("id").is_in(inside.implode()))
    living = store.table("resolve/living_contacts_of", ids=held["id"].unique().sort().to_list())
    return (
        held.join(living.rename({"id": "who"}), left_on="id", right_on="identifier")
        .select("kind", "key", "who")
        .unique()
    )


def _telling(held: pl.DataFrame) -> pl.DataFrame:
    """Give the blocks that may say something: kind, key.

    Who holds a phone is not known exactly before its facts are: of phones none is too many yet.
    """
    sizes = held.group_by("kind", "key").agg(size=pl.len())
    few = (pl.col("size") <= MOST) | (pl.col("kind") == "phone")
    return sizes.filter((pl.col("size") > 1) & few).select("kind", "key")


def _contacts(store: Store, identities: Collection[str]) -> pl.DataFrame:
    """Give stored contacts (`ENTITY`)."""
    rows = store.table("resolve/stored_contacts_of", ids=sorted(identities)).unique("id")
    return rows.select("label", "name", members="held").cast(ENTITY)  # type: ignore[arg-type]


def _alone(store: Store, part: Part, facts: Facts) -> set[str]:
    """Give the identifiers that stand alone, and the phones outside of the part that do."""
    solved = part.solved
    alone = set(solved.nodes.ids(solved.standing.frame["code"].to_numpy()).to_list())
    phones = set(facts.evidence.filter(pl.col("rule") == "record.phone")["dst"].to_list())
    outside = sorted(phones - set(part.scope))
    known = store.table("resolve/stored_identifiers_of", ids=outside).drop_nulls("standing")
    return alone | set(known["id"].to_list())


def _companies_differ(part: Part) -> bool:
    """Say whether something has changed that companies are compared by.

    Domains without a name are compared with nobody.
    """
    if any(_is_firm(i) for i in part.touched):
        return True
    decided = part.facts.decisions.select("left", "right").unpivot()["value"].drop_nulls()
    answered = set(part.touched) & set(decided.to_list())
    if any(ids.plane_of(i) is Plane.COMPANY for i in answered):
        return True
    stored = part.stored.entities["company"].filter(pl.col("state") == "live")
    before = stored.select(*(c for c in COMPANY if c != "members"), "kind", members="held")
    now = part.derived.entities.filter(pl.col("plane") == Plane.COMPANY.value)
    columns = [*COMPANY, "kind"]
    compared = pl.col("company_name").is_not_null() | pl.col("kind").is_in(["crm", "linked"])
    flat = pl.col("members").list.join("\x1f")
    one = before.select(columns).filter(compared).with_columns(flat)
    two = now.select(columns).filter(compared).with_columns(flat)
    fresh = one.join(two, on=columns, how="anti", nulls_equal=True)
    return fresh.height + two.join(one, on=columns, how="anti", nulls_equal=True).height > 0


def _is_firm(identifier: str) -> bool:
    parsed = ids.parse(identifier)
    return parsed.crm_object == "account" or parsed.kind == "workspace"


def _companies(store: Store, part: Part, setting: Setting) -> pl.DataFrame:
    known = part.stored.entities["company"]["label"]
    inside = pl.Series("id", sorted(part.scope), dtype=pl.String)
    others = store.table("resolve/company_names").filter(~pl.col("label").is_in(known.implode()))
    records = store.table("resolve/company_records")
    outer = records.filter(~pl.col("id").is_in(inside.implode()))
    frame = pl.concat([companies_of(part.derived), others.select(list(COMPANY))])
    unique = pl.concat(
        [
            unique_of(part.facts, members_of(companies_of(part.derived)), setting),
            _unique_ids(store, members_of(others), setting),
        ]
    )
    placed = pl.concat([placed_records(part.derived, part.facts), outer.select(list(PLACED))])
    return company_reviews(Companies(frame, placed, unique), part.solved.decisions)


def _unique_ids(store: Store, members: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    kinds = [n for n, k in setting.kinds.items() if k.unique and k.plane == Plane.COMPANY.value]
    rows = store.table("resolve/company_ids", kinds=kinds)
    found = rows.join(members, left_on="src", right_on="id")
    return found.select("label", "kind", value="dst").unique()
