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
from identity.resolve.reading import read_part
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
    wanted = _blocks(part)
    found = [_people(store, part, wanted, setting)]
    blocks = [block_of(kind, key) for kind, key in wanted.iter_rows()]
    if _companies_differ(part):
        found.append(_companies(store, part, setting))
        blocks.append(block_of("company", ""))
    return pl.concat(found), store.table("resolve/stored_reviews_in", blocks=sorted(blocks))


def _blocks(part: Part) -> pl.DataFrame:
    """Give the blocks that a part's identifiers are in now or were in before: kind, key."""
    rows: set[tuple[str, str]] = set()
    for frame in (part.derived.identifiers, part.stored.identifiers):
        for kind, column in KEYS.items():
            rows.update((kind, key) for key in frame[column].drop_nulls().unique().to_list())
    for identifier in part.scope:
        if identifier.startswith("phone:"):
            rows.add(("phone", identifier))
        elif identifier.startswith("email:"):
            rows.add(("mailbox", mailbox(identifier[6:])))
    phones = part.facts.evidence.filter(pl.col("rule") == "record.phone")
    inside = pl.Series("id", sorted(part.scope), dtype=pl.String)
    held = phones.filter(pl.col("src").is_in(inside.implode()))["dst"].unique().to_list()
    rows.update(("phone", p) for p in held)
    schema = {"kind": pl.String, "key": pl.String}
    return pl.DataFrame(sorted(rows), schema=schema, orient="row")


def _people(store: Store, part: Part, wanted: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    others = _others(store, part, wanted)
    contacts = pl.concat([people_of(part.derived), others])
    beyond = members_of(others)
    facts = _joined(part.facts, read_part(store, beyond["id"].to_list()))
    members = members_of(contacts)
    solved = part.solved
    alone = set(solved.nodes.ids(solved.standing.frame["code"].to_numpy()).to_list())
    phones = facts.evidence.filter(pl.col("rule") == "record.phone")["dst"].unique()
    known = store.table("resolve/stored_identifiers_of", ids=phones.to_list())
    inside = set(part.scope)
    alone |= {
        identifier
        for identifier, state in known.select("id", "standing").iter_rows()
        if state is not None and identifier not in inside
    }
    profiles = profiles_of(members, facts, judging_of(members, sorted(alone), setting))
    return people_reviews(contacts, profiles, solved.decisions, wanted)


def _others(store: Store, part: Part, wanted: pl.DataFrame) -> pl.DataFrame:
    """Give the contacts outside of a part that are in the wanted blocks (`ENTITY`)."""
    of = {str(kind[0]): rows["key"].to_list() for kind, rows in wanted.group_by("kind")}
    found = store.table(
        "resolve/identifiers_with_key",
        names=of.get("name", []),
        births=of.get("birth", []),
        addresses=of.get("address", []),
        mailboxes=of.get("mailbox", []),
    )["id"].to_list()
    found += [ids.email(box) for box in of.get("mailbox", [])]
    carried = store.table("resolve/evidence_towards", ids=of.get("phone", []))
    found += carried.filter(pl.col("rule") == "record.phone")["src"].to_list()
    outside = sorted(set(found) - set(part.scope))
    contacts = store.table("resolve/contacts_of_identifiers", ids=outside)["id"].unique()
    rows = store.table("resolve/stored_contacts_of", ids=contacts.sort().to_list())
    living = rows.filter(pl.col("state") == "live").unique("id")
    return living.select("label", "name", members="held").cast(ENTITY)  # type: ignore[arg-type]


def _joined(one: Facts, two: Facts) -> Facts:
    """Join the facts of two parts."""
    edge = ["edge", "src", "dst", "key"]
    return Facts(
        identifiers=pl.concat([one.identifiers, two.identifiers]).unique("id", keep="first"),
        evidence=pl.concat([one.evidence, two.evidence]).unique(edge, keep="first"),
        relations=pl.concat([one.relations, two.relations]).unique(edge, keep="first"),
        email_domains=pl.concat([one.email_domains, two.email_domains]).unique(),
        records=pl.concat([one.records, two.records]).unique("id", keep="first"),
        decisions=one.decisions,
    )


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
