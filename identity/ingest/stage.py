"""The ingest stage: read every source, apply what is new, account for every row."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field

from identity.config import Config, erasure_key
from identity.errors import Stop, ThresholdExceeded
from identity.ingest import suppress
from identity.ingest.apply_events import (
    apply_consents,
    apply_decisions,
    apply_events,
    apply_spend,
    broken_ingests,
)
from identity.ingest.apply_records import (
    Outcomes,
    apply_edges,
    apply_records,
    apply_values,
    count_rows,
)
from identity.ingest.sources import read_all
from identity.model.facts import Batch, Problem
from identity.progress import Progress, silent
from identity.store.base import Store

OUTCOMES = ("applied", "unchanged", "superseded", "quarantined")


@dataclass(frozen=True, slots=True)
class FileCounts:
    """What became of a file's rows; ``read`` is the sum of the others."""

    file: str
    read: int
    applied: int
    unchanged: int
    superseded: int
    quarantined: int
    fields: int


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of all rows: `FileCounts` per file, the problems, notes on missing tables."""

    files: tuple[FileCounts, ...]
    problems: tuple[Problem, ...] = field(default=())
    notes: tuple[str, ...] = ()

    def total(self, name: str) -> int:
        """Sum one count over all files."""
        return sum(getattr(f, name) for f in self.files)

    @property
    def changed(self) -> bool:
        """Say whether the graph has learnt anything."""
        return self.total("applied") + self.total("superseded") > 0


def ingest(
    store: Store, config: Config, *, run: int, as_of_ms: int, progress: Progress = silent
) -> IngestResult:
    """Read every source of the project and apply what is new to the graph.

    Raises:
        FileError: a file is missing or cannot be a table; nothing was applied.
        ThresholdExceeded: more rows than ``ingest.threshold`` allows were set aside; the good ones
            were applied.
        Stop: the counts of a file do not add up.
    """
    batch = read_all(config, run=run, as_of_ms=as_of_ms, progress=progress)
    result = apply(store, config, batch, run=run, progress=progress)
    _check_threshold(config, result)
    return result


def apply(
    store: Store, config: Config, batch: Batch, *, run: int, progress: Progress = silent
) -> IngestResult:
    """Apply a batch that was read; every row ends in exactly one count.

    Raises:
        ErasureKeyMissing: people were erased, and the key to keep them out is not there; nothing
            was applied.
    """
    suppressions = store.read("ingest/suppressions")
    if suppressions:
        suppress.block(batch, suppress.gone_of(suppressions, erasure_key.read(config)))
    outcomes = count_rows(batch)
    primary = config.primary_crm
    progress.step("writing records")
    outcomes += apply_records(store, batch.records, run=run, primary=primary)
    outcomes += apply_values(store, batch.values, run=run)
    outcomes += apply_edges(store, batch.edges, run=run, primary=primary)
    progress.step("writing events")
    broken = broken_ingests(store, run)
    outcomes += apply_events(store, batch.events, run=run, primary=primary, broken=broken)
    outcomes += apply_spend(store, batch.spend, run=run)
    outcomes += apply_decisions(store, batch.decisions, run=run, broken=broken)
    outcomes += apply_consents(store, batch.consents, run=run, broken=broken)
    _write_quarantine(store, batch, run)
    fields = Counter(p.file for p in batch.problems if p.scope == "field")
    files = tuple(_account(f, n, outcomes, fields[f]) for f, n in sorted(batch.read.items()))
    return IngestResult(files, tuple(batch.problems), tuple(batch.notes))


def _account(file: str, read: int, outcomes: Outcomes, fields: int) -> FileCounts:
    counts = {name: outcomes[file, name] for name in OUTCOMES}
    if sum(counts.values()) != read:
        raise Stop(f"{file}: {read} rows read, but {counts} accounted for")
    return FileCounts(file, read, fields=fields, **counts)


def _write_quarantine(store: Store, batch: Batch, run: int) -> None:
    """Write what was set aside; what a new reading of a file no longer has is released."""
    rows = {}
    for problem in batch.problems:
        parts = (problem.file, problem.row, problem.column, problem.code, problem.masked)
        text = "|".join(map(str, parts))
        identity = f"qua:{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"
        rows[identity] = {
            "id": identity,
            "name": problem.code,
            "code": problem.code,
            "message": problem.message,
            "fix": problem.fix,
            "source": problem.source,
            "file": problem.file,
            "row": problem.row,
            "column": problem.column,
            "scope": problem.scope,
            "masked": problem.masked,
            "run": run,
        }
    stored = store.read("ingest/quarantined", files=sorted(batch.read))
    gone = sorted({r["id"] for r in stored} - set(rows))
    store.write("ingest/quarantine_release", [{"id": i} for i in gone])
    known = {r["id"] for r in stored}
    store.write("ingest/quarantine", [r for i, r in sorted(rows.items()) if i not in known])


def _check_threshold(config: Config, result: IngestResult) -> None:
    """Refuse a file with too many bad rows; those about the erased are not bad, but kept out."""
    erased = Counter(p.file for p in result.problems if (p.code, p.scope) == (suppress.CODE, "row"))
    for file in result.files:
        limit = max(config.ingest.threshold * file.read, config.ingest.threshold_rows)
        bad = file.quarantined - erased[file.file]
        if bad > limit:
            raise ThresholdExceeded(
                f"{file.file}: {bad} of {file.read} rows were set aside",
                fix="See 'identity quarantine'; the other rows were applied.",
            )
