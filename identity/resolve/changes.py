"""What a run changed: rows of the change feed, each with its cause (R29).

Nothing is emitted where nothing changed. Rows are made by comparing what the graph held with what
is derived now, so a replay gives none. A row says all that changed: who applies the rows in order
to a copy has the contacts, companies and memberships of the graph.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from identity.model.changes import Change
from identity.model.schema import COMPANY_ATTRIBUTES, CONTACT_ATTRIBUTES
from identity.resolve import belonging
from identity.resolve.belonging import By
from identity.resolve.causes import MEMBERSHIP, Causes, bans_of, refused_by
from identity.resolve.ids import Assignment, IdState
from identity.resolve.moves import Cause, Ground

VALUES = {
    "person": [
        *(p.name for p in CONTACT_ATTRIBUTES if p.name != "primary_email"),
        "kind",
        "primary_crm_id",
    ],
    "company": [*(p.name for p in COMPANY_ATTRIBUTES), "kind", "primary_crm_id"],
}
Memberships = dict[str, list[dict[str, Any]]]


def of_ids(
    before: pl.DataFrame,
    assignment: Assignment,
    living: pl.DataFrame,
    memberships: Memberships,
    causes: Causes,
) -> Iterator[Change]:
    """Give what became of ids: created, merged, split, retired.

    Args:
        before: the ledger as the graph holds it.
        assignment: the ledger's rows that are new or changed.
        living: the entities that live now, with their values.
        memberships: of contacts, as derived now.
        causes: of this plane.
    """
    ledger = {i: (s, into) for i, s, into in before.select("id", "state", "merged_into").rows()}
    held = dict(before.select("id", "held").iter_rows())
    origins = dict(assignment.split_from)
    values = _values_at_birth(living, causes)
    for entry in assignment.entries:
        was, into = ledger.get(entry.id, (None, None))
        old = {"state": was, "identifiers": sorted(held.get(entry.id) or [])} if was else None
        if entry.state is IdState.LIVE and was != "live":
            others = set(causes.moves.at_birth.get(entry.id, ())) - entry.held
            now = {
                "state": entry.state.value,
                "identifiers": [*sorted(entry.held), *sorted(others)],
                "values": values.get(entry.id, {}),
                "companies": memberships.get(entry.id, []),
            }
            origin = origins.get(entry.id)
            if origin is not None:
                cause = causes.split(entry.id, origin)
                yield Change("split", entry.id, old, {**now, "from": origin}, cause)
            else:
                yield Change("created", entry.id, old, now, causes.created(entry.id))
            continue
        now = {"state": entry.state.value, "identifiers": sorted(entry.held)}
        if entry.merged_into is not None and (was, into) != ("merged", entry.merged_into):
            cause = causes.merged(entry.id, entry.merged_into)
            yield Change("merged", entry.id, old, {**now, "into": entry.merged_into}, cause)
        elif entry.state is IdState.RETIRED and was in ("live", "merged"):
            yield Change("retired", entry.id, old, now, causes.retired(entry.id))


def _values_at_birth(living: pl.DataFrame, causes: Causes) -> dict[str, dict[str, Any]]:
    names = [*VALUES[causes.plane], *_email(living)]
    born = pl.Series(sorted(causes.moves.born), dtype=pl.String).implode()
    rows = living.filter(pl.col("id").is_in(born)).select("id", *names)
    return {
        row[0]: {n: v for n, v in zip(names, row[1:], strict=True) if v is not None}
        for row in rows.iter_rows()
    }


def of_moves(causes: Causes) -> Iterator[Change]:
    """Give which identifiers came to entities and left them, where both went on living."""
    for identifier, entity in causes.moves.gained.iter_rows():
        cause = causes.added(entity, identifier)
        yield Change("identifier.added", entity, None, {"identifier": identifier}, cause)
    for identifier, entity in causes.moves.lost.iter_rows():
        cause = causes.removed(identifier)
        yield Change("identifier.removed", entity, {"identifier": identifier}, None, cause)


def of_values(before: pl.DataFrame, after: pl.DataFrame, causes: Causes) -> Iterator[Change]:
    """Give what changed of the values of entities that lived before and live now."""
    names = VALUES[causes.plane]
    columns = ["id", *names, *_email(before), "provenance"]
    old = before.filter(pl.col("state") == "live").select(columns)
    both = old.join(after.select(columns), on="id", suffix="__now")
    differs = [pl.col(c).ne_missing(pl.col(f"{c}__now")) for c in columns[1:-1]]
    for row in both.filter(pl.any_horizontal(differs)).iter_rows(named=True):
        new = {n: row[f"{n}__now"] for n in columns[1:]}
        changed = [n for n in names if row[n] != new[n]]
        if changed:
            yield Change(
                "value.changed",
                row["id"],
                {n: row[n] for n in changed},
                {n: new[n] for n in changed},
                causes.valued(changed, row, new),
            )
        if row.get("primary_email") != new.get("primary_email"):
            yield Change(
                "primary.changed",
                row["id"],
                {"primary_email": row["primary_email"]},
                {"primary_email": new["primary_email"]},
                causes.valued(["primary_email"], row, new),
            )


def _email(frame: pl.DataFrame) -> list[str]:
    return ["primary_email"] if "primary_email" in frame.columns else []


def of_memberships(
    before: Memberships,
    after: Memberships,
    companies: pl.DataFrame,
    causes: Causes,
) -> Iterator[Change]:
    """Give what changed of the memberships of contacts that lived before and live now.

    Args:
        before: as the graph holds them, by contact.
        after: as derived now.
        companies: identifier, entity: what stood or stands for companies.
        causes: of people.
    """
    moves = causes.moves
    steady = (before.keys() | after.keys()) - moves.born - moves.ended
    changed = sorted(c for c in steady if before.get(c, []) != after.get(c, []))
    if not changed:
        return
    members = pl.concat([moves.after, moves.before]).unique()
    by = belonging.grounds(changed, members, companies, causes.ground)
    chosen = belonging.choices(members, causes.ground)
    for contact in changed:
        was, now = before.get(contact, []), after.get(contact, [])
        cause = causes.give(_ground(contact, was, now, by, chosen))
        yield Change("membership.changed", contact, {"companies": was}, {"companies": now}, cause)
        one, two = _primary(was), _primary(now)
        if one != two:
            cause = (
                causes.give({"rule": MEMBERSHIP, **chosen[contact]}) if contact in chosen else cause
            )
            yield Change("primary.changed", contact, {"company": one}, {"company": two}, cause)


def _primary(rows: list[dict[str, Any]]) -> str | None:
    return next((m["company"] for m in rows if m["primary"]), None)


def _ground(
    contact: str,
    was: list[dict[str, Any]],
    now: list[dict[str, Any]],
    by: Mapping[By, Cause],
    chosen: Mapping[str, Cause],
) -> Cause:
    one = belonging.differing(was, now)
    way = {"rule": MEMBERSHIP, "via": one["via"]}
    found = by.get((contact, one["company"], one["via"]))
    return {**way, **(found or chosen.get(contact) or {})}


def by_contact(rows: pl.DataFrame) -> Memberships:
    """Gather memberships by contact, each list in one order."""
    columns = ["contact", "company", "via", "primary", "from_ms", "until_ms"]
    found: Memberships = {}
    ordered = rows.select(columns).sort("contact", "company", "via", "from_ms", nulls_last=False)
    names = columns[1:]
    for contact, *values in ordered.rows():
        found.setdefault(contact, []).append(dict(zip(names, values, strict=True)))
    return found


def of_refused(fresh: pl.DataFrame, ground: Ground, run: int) -> Iterator[Change]:
    """Give evidence that is newly refused."""
    banned = (fresh["constraint"] == "cannot_link").any()
    bans = bans_of(ground) if banned else {}
    said = ground.solved.evidence.select("src", "dst", "key", "record")
    said = pl.concat([said, ground.solved.companies.derived.select(said.columns)])
    known = said.unique(["src", "dst", "key"], keep="first")
    rows = fresh.join(known, on=["src", "dst", "key"], how="left")
    for row in rows.sort("src", "dst", "key").iter_rows(named=True):
        after = {k: row[k] for k in ("src", "dst", "rule", "source", "constraint")}
        yield Change("refused", row["src"], None, after, refused_by(ground, bans, run, row))


def of_decisions(
    before: pl.DataFrame, after: pl.DataFrame, ground: Ground, run: int
) -> Iterator[Change]:
    """Give decisions whose effect is new or changed."""
    was = dict(before.iter_rows())
    turned = pl.Series(sorted(ground.turned), dtype=pl.String).implode()
    rows = ground.facts.decisions.filter(pl.col("id").is_in(turned))
    said = {row["id"]: row for row in rows.iter_rows(named=True)}
    for decision, state in after.iter_rows():
        if was.get(decision) == state:
            continue
        old = {"state": was[decision]} if was.get(decision) else None
        row = said.get(decision, {})
        about = {n: row[n] for n in ("action", "left", "right") if row.get(n) is not None}
        actor = {"actor": row["actor"]} if row.get("actor") is not None else {}
        cause = {"decision": decision, **actor, "run": run}
        yield Change("decided", decision, old, {"state": state, **about}, cause)
