"""The small sample project in instalments, so that its graph has a past.

1. Without the decisions, and without every fifth web event.
2. The whole sample, with consents: companies merge, late events join sessions, credit moves.
3. Decisions taken back, a lead deleted, older versions of some records come late, and the first
   page of the web events is another one: companies part again, edges get other beginnings.
4. All decisions but one hold again: ids that lived again end a second time.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from identity import config as configuration
from identity.config import Config
from identity.generate import generate_acme
from identity.graph import IdentityGraph
from identity.store.base import Store

SEED = 7
SCALE = 0.05
_FIRST = datetime(2026, 6, 30, 12, tzinfo=UTC)
RUNS_MS = tuple(int(_FIRST.timestamp() * 1000) + day * 86_400_000 for day in range(4))

CONSENTS = """\
  - system: custom
    name: consents
    path: data/consents.csv
    object: consent
    id: id
    at: at
    identifiers: [{kind: email, column: email}]
    attributes: {purpose: purpose, channel: channel, consent: consent}
"""
CONSENT_COLUMNS = ("id", "at", "email", "purpose", "channel", "consent")

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class SmallAcme:
    """A project folder whose sources can be set to an instalment."""

    folder: Path
    whole: dict[Path, bytes] = field(default_factory=dict)

    @classmethod
    def make(
        cls, folder: Path, repository: Path, *, change: Callable[[Path], None] | None = None
    ) -> SmallAcme:
        """Generate the sample with a fixed seed beside the configuration of ``examples/acme``.

        ``change`` may alter what was generated before anything is read of it.
        """
        generate_acme(folder, seed=SEED, scale=SCALE)
        if change is not None:
            change(folder)
        text = (repository / "examples" / "acme" / "identity.yaml").read_text()
        (folder / "identity.yaml").write_text(text.replace("rules:\n", f"{CONSENTS}rules:\n", 1))
        files = [*(folder / "data" / "decisions").iterdir(), folder / "data/web/events.jsonl"]
        return cls(folder, {path: path.read_bytes() for path in files})

    @property
    def config(self) -> Config:
        """The project's configuration."""
        return configuration.load(self.folder)

    def run(self, *stores: Store) -> None:
        """Run the pipeline over the instalments, on every store."""
        steps = (self._first, self._second, self._third, lambda: None)
        for number, (step, as_of_ms) in enumerate(zip(steps, RUNS_MS, strict=True), 1):
            step()
            for store in stores:
                graph = IdentityGraph(self.config, store)
                said = sorted(decision["id"] for decision in graph.decisions())
                for decision in {3: said, 4: said[1:]}.get(number, ()):
                    graph.undo_decision(decision, actor="ops", at_ms=as_of_ms)
                graph.run(as_of_ms=as_of_ms)

    def _first(self) -> None:
        for path, content in self.whole.items():
            lines = content.splitlines(keepends=True)
            web = path.suffix == ".jsonl"
            kept = [line for n, line in enumerate(lines) if (n % 5 if web else n == 0)]
            path.write_bytes(b"".join(kept))
        self._consents(0)

    def _second(self) -> None:
        for path, content in self.whole.items():
            path.write_bytes(content)
        self._consents(10)

    def _consents(self, count: int) -> None:
        people = read_rows(self.folder / "data/salesforce/Contact.csv")
        addresses = [p["Email"] for p in people if p["Email"].count("@") == 1][:count]
        rows = [
            (
                f"c{n}",
                "2026-05-01T08:00:00Z",
                address,
                "newsletter",
                "email",
                ("denied", "granted")[n % 2],
            )
            for n, address in enumerate(addresses)
        ]
        columns = CONSENT_COLUMNS
        write_rows(
            self.folder / "data/consents.csv",
            [dict(zip(columns, row, strict=True)) for row in rows],
            columns,
        )

    def _third(self) -> None:
        events = self.folder / "data/web/events.jsonl"
        events.write_text(events.read_text().replace('.com/product"', '.com/en/product"', 1))
        folder = self.folder / "data" / "salesforce"
        accounts = read_rows(folder / "Account.csv")
        other = accounts[-1]["Id"]
        _older(folder / "Contact.csv", 1, {"AccountId": other})
        _older(folder / "Contact.csv", 2, {"Email": "former.{Email}"})
        _older(folder / "Account.csv", 3, {"Website": "former-{Website}"})
        _older(folder / "Account.csv", 1, {"ParentId": other})
        _older(folder / "Opportunity.csv", 1, {"AccountId": other})
        _newer(folder / "Opportunity.csv", lambda r: r["IsWon"] == "true", {"Amount": "50000.0"})
        _newer(folder / "Opportunity.csv", lambda r: r["Amount"] == "tbd", {"Amount": "1000.0"})
        sites = [_site(row) for row in accounts]
        gone = {"IsDeleted": "true"}
        _newer(folder / "Account.csv", lambda r: sites.count(_site(r)) > 1, gone)
        _newer(folder / "Lead.csv", lambda r: r["Status"] in ("MQL", "SQL"), gone)


def read_rows(path: Path) -> list[Row]:
    """Read a CSV file."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: list[Row], columns: Sequence[str] = ()) -> None:
    """Write a CSV file; the columns are those of the first row where none are given."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def _older(path: Path, number: int, change: Row) -> None:
    """Add an older version of a record, counted from the last that has all those columns set."""
    rows = read_rows(path)
    chosen = [r for r in rows if r["IsDeleted"] == "false" and change.keys() <= _given(r)][-number]
    version = {column: value.format_map(chosen) for column, value in change.items()}
    stamp = f"2024-12-0{number}T08:00:00.000+0000"
    write_rows(path, [*rows, {**chosen, **version, "SystemModstamp": stamp}])


def _site(account: Row) -> str:
    """Give the host of an account as two accounts may share it; an account without one its id."""
    return account["Website"].rstrip("/").rpartition("www.")[2] or account["Id"]


def _given(row: Row) -> set[str]:
    return {column for column, value in row.items() if value}


def _newer(path: Path, choose: Callable[[Row], bool], change: Row) -> None:
    """Bring a record that is chosen up to a newer version."""
    rows = read_rows(path)
    chosen = next(r for r in rows if choose(r))
    chosen |= {**change, "SystemModstamp": "2026-07-01T08:00:00.000+0000"}
    write_rows(path, rows)
