"""The published edge cases (`examples/edge_cases`): reading them, and nothing else.

A case is one story: rows of source systems, and what they must come to. Rows with ``repeat`` stand
for several, numbered by ``{n}``. Times stay ISO text. `cases_project` brings the rows into a
project, `cases_check` compares what came of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "edge_cases"
PARTS = ("records", "associations", "events", "decisions")
CLOCK = "2026-01-01"
FIRST = "2025-01-01"
_NUMBER = re.compile(r"\{n(?::(\d+))?\}")

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a story: what is new, and what must be true afterwards.

    ``rows`` are pairs of the part they stand under and the row. ``config`` is what differs from the
    default project from now on. ``plan_only``: the step is planned, not done.
    """

    says: str
    rows: tuple[tuple[str, Row], ...]
    config: Mapping[str, Any]
    expect: Mapping[str, Any]
    take_back: tuple[str, ...] = ()
    propose: Mapping[str, Any] | None = None
    approve: Mapping[str, Any] | None = None
    erase: tuple[str, ...] = ()
    clock: str = CLOCK
    plan_only: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A published case; of several tenants each has its own steps, in a graph of its own."""

    id: str
    heading: str
    says: str
    rules: tuple[str, ...]
    steps: tuple[Step, ...]
    tenants: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)


def read(path: Path) -> Row:
    """Read a case as it is published, times as text, nothing expanded."""
    data: Row = _texts(YAML(typ="safe").load(path.read_text(encoding="utf-8")))
    return data


def paths() -> list[Path]:
    """Give the files of all cases in the order of their numbers."""
    return sorted(FOLDER.glob("e*.yaml"), key=lambda p: int(re.findall(r"\d+", p.name)[0]))


def load(path: Path) -> Case:
    """Read a case, its rows expanded, its configuration carried from step to step."""
    data = read(path)
    tenants = {name: _steps(part, data) for name, part in data.get("tenants", {}).items()}
    return Case(
        data["case"],
        data["heading"],
        data["says"],
        tuple(data["rules"]),
        () if tenants else _steps(data, data),
        tenants,
    )


def _steps(part: Row, case: Row) -> tuple[Step, ...]:
    config: Row = dict(part.get("config", {}))
    clock = part.get("clock", CLOCK)
    found = []
    for given in part.get("steps", [part]):
        config = _merged(config, given.get("config", {}))
        clock = given.get("clock", clock)
        found.append(
            Step(
                given.get("says", case["says"]),
                tuple((name, row) for name in PARTS for row in expanded(given.get(name, []))),
                config,
                given.get("expect", {}),
                take_back=tuple(given.get("take_back", ())),
                propose=given.get("propose"),
                approve=given.get("approve"),
                erase=tuple(given.get("erase", ())),
                clock=clock,
                plan_only=given.get("plan_only", False),
            )
        )
    return tuple(found)


def _merged(one: Row, other: Row) -> Row:
    """Lay one configuration over another; maps are merged, everything else is replaced."""
    merged = dict(one)
    for key, value in other.items():
        before = merged.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        merged[key] = _merged(before, value) if both else value
    return merged


def expanded(rows: list[Any]) -> Iterator[Any]:
    """Write rows with ``repeat`` out; rows that are no maps are given as they are."""
    for row in rows:
        if not isinstance(row, dict) or "repeat" not in row:
            yield row
            continue
        plain = {k: v for k, v in row.items() if k != "repeat"}
        for number in range(1, row["repeat"] + 1):
            yield numbered(plain, number)


def expanded_map(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Write the entries of a map with ``repeat`` out, keys included."""
    found: dict[str, Any] = {}
    for key, value in rows.items():
        if isinstance(value, dict) and "repeat" in value:
            plain = {k: v for k, v in value.items() if k != "repeat"}
            for number in range(1, value["repeat"] + 1):
                found[numbered(key, number)] = numbered(plain, number)
        else:
            found[key] = value
    return found


def numbered(value: Any, number: int) -> Any:
    """Put a number in the place of ``{n}``; ``{n:3}`` has that many digits."""
    if isinstance(value, str):
        return _NUMBER.sub(lambda m: str(number).zfill(int(m[1] or 0)), value)
    if isinstance(value, list):
        return [numbered(v, number) for v in value]
    if isinstance(value, dict):
        return {numbered(k, number): numbered(v, number) for k, v in value.items()}
    return value


def _texts(value: Any) -> Any:
    """Give dates and times as ISO text."""
    if isinstance(value, datetime):
        return value.isoformat().removesuffix("+00:00").removesuffix("Z") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_texts(v) for v in value]
    if isinstance(value, dict):
        return {_texts(k): _texts(v) for k, v in value.items()}
    return value
