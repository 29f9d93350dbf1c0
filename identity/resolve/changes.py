"""The change feed: what a run changed, in an order without gaps, each with its cause (R29).

Nothing is emitted where nothing changed. Rows are made by comparing what the graph held with what
is derived now, so a replay gives none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from identity.model.schema import COMPANY_ATTRIBUTES, CONTACT_ATTRIBUTES
from identity.resolve.ids import Assignment, IdState
from identity.resolve.stored import Stored

VALUES = {
    "person": [p.name for p in CONTACT_ATTRIBUTES if p.name != "primary_email"],
    "company": [p.name for p in COMPANY_ATTRIBUTES] + ["kind", "primary_crm_id"],
}
_RANK = {
    name: rank
    for rank, name in enumerate(
        (
            "created",
            "merged",
            "split",
            "retired",
            "identifier.added",
            "identifier.removed",
            "membership.changed",
            "primary.changed",
            "value.changed",
            "refused",
            "decided",
            "stage.reached",
        )
    )
}


@dataclass(frozen=True, slots=True)
class Change:
    """A row of the feed, before it has its number."""

    change: str
    subject: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None
    cause: Mapping[str, Any]


def of_ids(
    before: pl.DataFrame, assignment: Assignment, cause: Mapping[str, Any]
) -> Iterator[Change]:
    """Give what became of ids: created, merged, split, retired."""
    states = dict(before.select("id", "state").iter_rows())
    held = dict(before.select("id", "held").iter_rows())
    origins = dict(assignment.split_from)
    for entry in assignment.entries:
        was = states.get(entry.id)
        old = {"state": was, "identifiers": sorted(held.get(entry.id) or [])} if was else None
        now = {"state": entry.state.value, "identifiers": sorted(entry.held)}
        if entry.state is IdState.LIVE and was != "live":
            if entry.id in origins:
                now["from"] = origins[entry.id]
                yield Change("split", entry.id, old, now, cause)
            else:
                yield Change("created", entry.id, old, now, cause)
        elif was == "live" and entry.state is IdState.MERGED:
            yield Change("merged", entry.id, old, {**now, "into": entry.merged_into}, cause)
        elif was == "live" and entry.state is IdState.RETIRED:
            yield Change("retired", entry.id, old, now, cause)


def of_rows(
    stored: Stored,
    wanted: Mapping[str, pl.DataFrame],
    memberships: pl.DataFrame,
    cause: Mapping[str, Any],
) -> Iterator[Change]:
    """Give what changed of entities that lived before and live now.

    Args:
        stored: what the graph held.
        wanted: by plane, the entities with ids as they are derived now.
        memberships: as derived now, with ids.
        cause: the run.
    """
    for plane, after in wanted.items():
        before = stored.entities[plane].filter(pl.col("state") == "live")
        alive = before.select("id", "held").join(
            after.select("id", now="held"), on="id", how="inner"
        )
        for identity, was, now in alive.iter_rows():
            yield from _identifiers(identity, set(was or ()), set(now or ()), cause)
        yield from _values(before, after, VALUES[plane], cause)
    living = set(wanted["person"]["id"].to_list()) & set(
        stored.entities["person"].filter(pl.col("state") == "live")["id"].to_list()
    )
    yield from _memberships(stored, memberships, living, cause)


def _identifiers(
    identity: str, was: set[str], now: set[str], cause: Mapping[str, Any]
) -> Iterator[Change]:
    for identifier in sorted(now - was):
        yield Change("identifier.added", identity, None, {"identifier": identifier}, cause)
    for identifier in sorted(was - now):
        yield Change("identifier.removed", identity, {"identifier": identifier}, None, cause)


def _values(
    before: pl.DataFrame, after: pl.DataFrame, names: list[str], cause: Mapping[str, Any]
) -> Iterator[Change]:
    both = before.select("id", *names, *_email(before)).join(
        after.select("id", *names, *_email(after)), on="id", suffix="__now"
    )
    for row in both.iter_rows(named=True):
        old = {n: row[n] for n in names if row[n] != row[f"{n}__now"]}
        if old:
            now = {n: row[f"{n}__now"] for n in old}
            yield Change("value.changed", row["id"], old, now, cause)
        was = row.get("primary_email")
        is_now = row.get("primary_email__now")
        if was != is_now:
            yield Change(
                "primary.changed",
                row["id"],
                {"primary_email": was},
                {"primary_email": is_now},
                cause,
            )


def _email(frame: pl.DataFrame) -> list[str]:
    return ["primary_email"] if "primary_email" in frame.columns else []


def _memberships(
    stored: Stored, memberships: pl.DataFrame, living: set[str], cause: Mapping[str, Any]
) -> Iterator[Change]:
    columns = ["contact", "company", "via", "primary", "from_ms", "until_ms"]
    before = _by_contact(stored.memberships.select(columns), living)
    after = _by_contact(memberships.select(columns), living)
    for contact in sorted(before.keys() | after.keys()):
        was, now = before.get(contact, []), after.get(contact, [])
        if was == now:
            continue
        yield Change("membership.changed", contact, {"companies": was}, {"companies": now}, cause)
        primary = [next((m["company"] for m in rows if m["primary"]), None) for rows in (was, now)]
        if primary[0] != primary[1]:
            yield Change(
                "primary.changed",
                contact,
                {"company": primary[0]},
                {"company": primary[1]},
                cause,
            )


def _by_contact(rows: pl.DataFrame, living: set[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    ordered = rows.sort("contact", "company", "via", "from_ms", nulls_last=False)
    for row in ordered.iter_rows(named=True):
        contact = row.pop("contact")
        if contact in living:
            found.setdefault(contact, []).append(row)
    return found


def of_refused(refused: pl.DataFrame, cause: Mapping[str, Any]) -> Iterator[Change]:
    """Give evidence that is newly refused."""
    for row in refused.sort("src", "dst", "key").iter_rows(named=True):
        after = {k: row[k] for k in ("src", "dst", "rule", "source", "constraint")}
        yield Change("refused", row["src"], None, after, {**cause, "rule": row["rule"]})


def of_decisions(
    before: pl.DataFrame, after: pl.DataFrame, cause: Mapping[str, Any]
) -> Iterator[Change]:
    """Give decisions whose effect is new or changed."""
    was = dict(before.iter_rows())
    for decision, state in after.iter_rows():
        if was.get(decision) != state:
            old = {"state": was[decision]} if was.get(decision) else None
            yield Change(
                "decided", decision, old, {"state": state}, {**cause, "decision": decision}
            )


def numbered(
    changes: Iterable[Change], *, first: int, run: int, as_of_ms: int
) -> list[dict[str, Any]]:
    """Put changes in order and number them; equal input gives equal numbers."""
    ordered = sorted(changes, key=lambda c: (_RANK[c.change], c.subject, _text(c.after)))
    return [
        {
            "id": f"chg_{seq:012d}",
            "name": change.change,
            "seq": seq,
            "change": change.change,
            "subject": change.subject,
            "before": _text(change.before),
            "after": _text(change.after),
            "cause": _text(change.cause),
            "at_ms": as_of_ms,
            "run": run,
        }
        for seq, change in enumerate(ordered, first)
    ]


def _text(value: Mapping[str, Any] | None) -> str:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode() if value is not None else ""
