"""A published case as a project: its rows become files of its systems, and runs read them.

Rows come in loads. Each load is a new set of files beside those before it, as exports pile up, and
a run of the pipeline: everything passes the same doors as the data of a customer.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from identity.config import Config
from identity.graph import IdentityGraph
from identity.planning import Plan
from identity.store.base import Store
from tests.support.cases import Row, Step
from tests.support.cases_names import to_identifier
from tests.support.cases_tables import MAIN, TABLES, write

SYSTEMS = {
    "salesforce": "salesforce",
    "hubspot": "hubspot",
    "app": "product",
    "web": "web",
    "ads": "ads",
    "mail": "mail",
    "ops": "decisions",
}
"""The sources of the default project, by name; a case may declare more."""

PAIRS = {"old_email": "emails", "old_domain": "domains"}
JOURNEYS = ("activity", "waiting")
Placed = tuple[str, Row]


def ms(text: str) -> int:
    """Give the instant of an ISO date or time, which is UTC where it says nothing."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


@dataclass
class Project:
    """A folder with the files of a case, and the graph that its runs make."""

    folder: Path
    store: Store
    systems: dict[str, str]
    loads: int = 0
    seen_changes: int = 0
    config: Config = field(init=False)
    plan: Plan | None = None

    @classmethod
    def make(cls, folder: Path, store: Store, steps: Sequence[Step]) -> Project:
        """Make the folder of a case's steps, with one empty file for each source they name."""
        known = dict(SYSTEMS)
        used = {"salesforce"}
        for step in steps:
            known.update(step.config.get("sources", {}))
            used |= {_source(part, row) for part, row in step.rows}
        project = cls(folder, store, {n: s for n, s in known.items() if n in used})
        for name, system in project.systems.items():
            (folder / name).mkdir(parents=True)
            table = TABLES[system, MAIN[system]]
            write(folder / name / f"{table.stem}.csv", table, ())
        return project

    @property
    def graph(self) -> IdentityGraph:
        """The facade over the graph, under the rules of the last step."""
        return IdentityGraph(self.config, self.store)

    def configure(self, step: Step) -> None:
        """Take over the configuration of a step."""
        given = {k: v for k, v in step.config.items() if k != "sources"}
        sources = [self._declared(n, s) for n, s in self.systems.items()]
        base: Row = {"project": "case", "primary_crm": "salesforce"}
        self.config = Config.model_validate(
            {**base, **given, "sources": sources, "folder": str(self.folder)}
        )

    def _declared(self, name: str, system: str) -> Row:
        if system != "mail":
            declared: Row = {"system": system, "name": name, "path": name}
            return {**declared, "product": "app"} if system == "web" else declared
        return {
            "system": "custom",
            "name": name,
            "object": "event",
            "path": f"{name}/mails.csv",
            "id": "id",
            "at": {"column": "at", "timezone": "UTC"},
            "event_name": "name",
            "identifiers": [{"kind": "email", "column": "email"}],
        }

    def load(self, rows: Sequence[Placed], *stages: str, clock: str) -> None:
        """Write rows to new files and decisions to the graph, and run the pipeline."""
        self.loads += 1
        self._write(rows)
        self._decide([row for part, row in rows if _is_answer(part, row)])
        self.graph.run(*stages, as_of_ms=ms(clock))

    def _write(self, rows: Sequence[Placed]) -> None:
        files: dict[tuple[str, str], list[tuple[str, Row]]] = {}
        for part, row in rows:
            if not _is_answer(part, row):
                kind = _kind(part, row)
                files.setdefault((_source(part, row), kind), []).append((kind, row))
        for (name, kind), held in files.items():
            table = TABLES[self.systems[name], kind]
            if self.systems[name] == "mail":
                self._append_mails(name, held)
                continue
            write(self.folder / name / f"{table.stem}_{self.loads}.csv", table, held)

    def _append_mails(self, name: str, held: list[tuple[str, Row]]) -> None:
        """A custom source is one file: it grows."""
        path, spare = self.folder / name / "mails.csv", self.folder / name / "more.csv"
        write(spare, TABLES["mail", "event"], held)
        more = spare.read_text(encoding="utf-8").split("\n", 1)[1]
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
        spare.unlink()

    def _decide(self, answers: Sequence[Row]) -> None:
        """Import answers of people by the file that an export of decisions has."""
        if not answers:
            return
        path = self.folder / f"decisions_{self.loads}.jsonl"
        lines = [json.dumps(_answer(row)) for row in answers]
        path.write_text("\n".join(lines), encoding="utf-8")
        clock = max(ms(row["at"]) for row in answers)
        self.graph.import_decisions(path, source="review", as_of_ms=clock)

    def read(self, query: str, **params: object) -> list[dict[str, Any]]:
        """Run a named query."""
        return self.store.read(query, **params)


def _source(part: str, row: Row) -> str:
    return str(row["source"]) if part != "decisions" else "ops"


def _kind(part: str, row: Row) -> str:
    if part == "decisions":
        return next(kind for field, kind in PAIRS.items() if field in row)
    return {"events": "event", "associations": "association"}.get(part) or str(row["object"])


def _is_answer(part: str, row: Row) -> bool:
    """Say whether a row is what a person answered, not a line of a file of pairs."""
    return part == "decisions" and "action" in row


def _answer(row: Row) -> Row:
    given = {
        "id": row["id"],
        "action": row["action"],
        "left": to_identifier(row["left"]),
        "right": to_identifier(row["right"]) if "right" in row else None,
        "actor": row["by"],
        "reason": row.get("reason"),
        "at": row["at"],
        "expires": row.get("until"),
    }
    return {k: v for k, v in given.items() if v is not None}


def one_load(rows: Sequence[Placed], _: random.Random) -> list[list[Placed]]:
    """Bring all rows in at once, as they are written."""
    return [list(rows)]


def three_loads(rows: Sequence[Placed], _: random.Random) -> list[list[Placed]]:
    """Bring rows in by three loads, in the order of the file."""
    return list(_parts(rows, 3))


def shuffled(rows: Sequence[Placed], rng: random.Random) -> list[list[Placed]]:
    """Bring rows in by two loads, in any order: later versions may come before earlier ones."""
    mixed = list(rows)
    rng.shuffle(mixed)
    return list(_parts(mixed, 2))


def _parts(rows: Sequence[Placed], count: int) -> Iterator[list[Placed]]:
    size = -(-len(rows) // count)
    for start in range(0, max(len(rows), 1), max(size, 1)):
        yield list(rows[start : start + size])


WAYS = {"one load": one_load, "three loads": three_loads, "shuffled": shuffled}
