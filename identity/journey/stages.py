"""Stages: the milestones that the configuration names, read off what records and events say.

A record's field has dated values: from the source's own history tables, and from the versions of
the record that were read. A stage is reached when the field becomes one of the wanted values; the
first time, or every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from identity.config import StageConfig
from identity.model.changes import Change
from identity.model.identifiers import STRENGTH_IN_EVENT

FIELDS = {"stagename": "stage", "dealstage": "stage", "lifecyclestage": "status"}
"""Names that sources' history tables use for a field."""

ATTRIBUTES = {
    "amount": "amount_minor",
    "value": "amount_minor",
    "close_date": "close_date_ms",
    "created_at": "created_ms",
    "converted_at": "converted_ms",
}

STAGES = {
    "id": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "at_ms": pl.Int64,
    "value_minor": pl.Int64,
    "currency": pl.String,
    "of": pl.String,
}


@dataclass(frozen=True, slots=True)
class Reached:
    """A field took a value: when, which, and what else was said then."""

    at_ms: int
    value: str
    extra: Mapping[str, Any]


def of_records(
    records: Iterable[Mapping[str, Any]], stages: Mapping[str, StageConfig], base: str
) -> Iterator[dict[str, Any]]:
    """Give the stages that records reached, as rows of `STAGES`.

    Args:
        records: rows of the query ``journey/records``.
        stages: the configuration.
        base: the currency of amounts that name none.
    """
    wanted: dict[str, list[tuple[str, StageConfig]]] = {}
    for name, stage in stages.items():
        wanted.setdefault(stage.object, []).append((name, stage))
    for record in records:
        chosen = wanted.get(record["object"], [])
        if not chosen or record["deleted"] or record["merged_into"]:
            continue
        for name, stage in chosen:
            if stage.source is not None and stage.source != record["source"]:
                continue
            yield from _of_record(record, name, stage, base)


def _of_record(
    record: Mapping[str, Any], name: str, stage: StageConfig, base: str
) -> Iterator[dict[str, Any]]:
    current = _current(record)
    if stage.when.created:
        reached = [Reached(current["created_ms"], "created", {})] if current["created_ms"] else []
    else:
        reached = _becomes(record, stage)
    for number, one in enumerate(reached, 1):
        yield {
            "id": f"stg_{name}:{record['id']}:{number}",
            "name": f"{name}: {record['name']}",
            "kind": name,
            "at_ms": _time(stage, one, current),
            "value_minor": _value(stage, one, current),
            "currency": current.get("currency") or base if stage.value else None,
            "of": record["id"],
        }
        if stage.count == "first":
            return


def _current(record: Mapping[str, Any]) -> dict[str, Any]:
    versions = orjson.loads(record["history"] or b"[]")
    attributes = versions[-1][4] if versions else {}
    names = ("amount_minor", "currency", "close_date_ms", "created_ms")
    return {**attributes, **{n: record[n] for n in names}}


def _becomes(record: Mapping[str, Any], stage: StageConfig) -> list[Reached]:
    """Give the moments at which the field took one of the wanted values from another one."""
    given = stage.when.becomes
    wanted = {given} if isinstance(given, str) else set(given or ())
    found: list[Reached] = []
    before: str | None = None
    for one in _values(record, stage.when.field or ""):
        if one.value in wanted and before not in wanted:
            found.append(one)
        before = one.value
    return found


def _values(record: Mapping[str, Any], field: str) -> list[Reached]:
    """Give the dated values of a field, in order; equal neighbours are one."""
    said = [
        Reached(at_ms, value, extra)
        for name, value, at_ms, extra in orjson.loads(record["field_history"] or b"[]")
        if FIELDS.get(name, name) == field
    ]
    for at_ms, _, _, _, attributes, deleted, *_ in orjson.loads(record["history"] or b"[]"):
        if not deleted and attributes.get(field) is not None:
            said.append(Reached(at_ms, str(attributes[field]), attributes))
    ordered = sorted(said, key=lambda r: r.at_ms)
    return [
        one
        for position, one in enumerate(ordered)
        if position == 0 or ordered[position - 1].value != one.value
    ]


def _time(stage: StageConfig, reached: Reached, current: Mapping[str, Any]) -> int:
    """Give the instant that the configuration asks for; without a value there, the change's own."""
    if stage.at is None or stage.at.endswith("_changed"):
        return reached.at_ms
    name = ATTRIBUTES.get(stage.at, stage.at)
    value = reached.extra.get(name)
    if value is None:
        value = current.get(name, current.get(f"{name}_ms"))
    return int(value) if value is not None else reached.at_ms


def _value(stage: StageConfig, reached: Reached, current: Mapping[str, Any]) -> int | None:
    if stage.value is None:
        return None
    name = ATTRIBUTES.get(stage.value, stage.value)
    value = current.get(name)
    if value is None:
        value = reached.extra.get(name)
    return int(value) if value is not None else None


def of_events(
    events: Iterable[Mapping[str, Any]], stages: Mapping[str, StageConfig], base: str
) -> Iterator[dict[str, Any]]:
    """Give the stages that events are, as rows of `STAGES`.

    Args:
        events: rows of the query ``journey/named_events``, one per event and identifier.
        stages: the configuration.
        base: the currency of values that name none.
    """
    carried: dict[str, list[Mapping[str, Any]]] = {}
    for row in events:
        carried.setdefault(row["id"], []).append(row)
    rank = {kind: position for position, kind in enumerate(STRENGTH_IN_EVENT)}
    strongest = [
        min(rows, key=lambda r: (rank.get(r["kind"], len(rank)), r["identifier"]))
        for rows in carried.values()
    ]
    for name, stage in stages.items():
        if stage.when.event is None:
            continue
        seen: dict[str, int] = {}
        chosen = [e for e in strongest if e["event_name"] == stage.when.event]
        for event in sorted(chosen, key=lambda e: (e["at_ms"], e["id"])):
            who = event["identifier"]
            seen[who] = seen.get(who, 0) + 1
            if stage.count == "first" and seen[who] > 1:
                continue
            yield {
                "id": f"stg_{name}:{who}:{seen[who]}",
                "name": f"{name}: {who.rpartition(':')[2]}",
                "kind": name,
                "at_ms": event["at_ms"],
                "value_minor": event["value_minor"] if stage.value else None,
                "currency": (event["currency"] or base) if stage.value else None,
                "of": who,
            }


def frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Make a frame of stages, one row per id."""
    listed = list(rows)
    columns = {name: [row[name] for row in listed] for name in STAGES}
    return pl.DataFrame(columns, schema=STAGES).unique("id", keep="first").sort("id")


def reached(fresh: pl.DataFrame, run: int) -> Iterator[Change]:
    """Give stages that nobody had reached before, as changes.

    Args:
        fresh: rows of `STAGES` that are new.
        run: the run that found them.
    """
    names = ("kind", "at_ms", "value_minor", "currency", "of")
    for row in fresh.iter_rows(named=True):
        after = {n: row[n] for n in names if row[n] is not None}
        by = "record" if row["of"].startswith("crm:") else "identifier"
        cause = {"run": run, "setting": f"journeys.stages.{row['kind']}", by: row["of"]}
        yield Change("stage.reached", row["id"], None, after, cause)
