"""Keeping a graph: back it up, restore it into the other store, recompute it and compare.

A backup holds the whole graph. Restoring reads it back and compares every row, so a restore that
ends without an error is the graph that was saved, whatever engine holds it; but for people who were
erased since, whom it takes out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from identity import erasure_list, pipeline
from identity.config import Config
from identity.erasing_again import erase_again
from identity.errors import FixInput, Stop, Where
from identity.explain.state import differences, digest, full_state
from identity.progress import Progress, silent
from identity.store import backup as archive
from identity.store.backup import Manifest
from identity.store.base import Store
from identity.store.migrate import migrations


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored: what the backup says of itself, and erasures that were made once more."""

    manifest: Manifest
    erasures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """What recomputing a graph found.

    ``differences``: rows that the graph and the recomputed one do not share, by table; ``changes``:
    rows that recomputing would add to the change feed. Both are empty for a graph that is sound.
    """

    run: int
    digest: str
    differences: Mapping[str, int]
    changes: int

    @property
    def sound(self) -> bool:
        """Say whether the graph holds what its facts and rules give."""
        return not self.differences and not self.changes

    def as_dict(self) -> dict[str, object]:
        """Give plain data, for JSON."""
        return {
            "run": self.run,
            "digest": self.digest,
            "sound": self.sound,
            "differences": dict(self.differences),
            "changes": self.changes,
        }


def write_backup(
    store: Store, config: Config, path: Path, *, progress: Progress = silent
) -> Manifest:
    """Write a graph into one file, and whom it keeps out on the project's list."""
    last = _last_run(store)
    erasure_list.note(store, config)
    progress.step("writing the backup")
    manifest = Manifest(
        project=config.project,
        program=version("identity-graph"),
        run=last["seq"],
        changes=last["changes"],
        as_of_ms=last["as_of_ms"],
        migrations=tuple(row["id"] for row in store.read("store/migrations")),
        digest=digest(full_state(store)),
    )
    return archive.write(path, store.export(), manifest)


def load_backup(
    store: Store, config: Config, path: Path, *, progress: Progress = silent
) -> Restored:
    """Load a backup into an empty graph, compare every row, and erase who was erased since."""
    erasure_list.key_of(config)  # found missing now, and not when people are back
    manifest = archive.read_manifest(path)
    where = Where(file=str(path))
    newer = sorted(set(manifest.migrations) - {m.name for m in migrations()})
    if newer:
        raise FixInput(
            f"was written with a schema that this program lacks: {', '.join(newer)}",
            where=where,
            fix=f"Use version {manifest.program} or a newer one.",
        )
    if store.read("store/held")[0]["nodes"]:
        raise FixInput(
            "the graph is not empty",
            where=Where(file=store.location),
            fix="Restore into a new folder or an empty database.",
        )
    progress.step("checking the backup")
    for _ in archive.read(path, manifest):
        pass  # a damaged table is found before the first is loaded
    progress.step("loading")
    store.load(_without_migrations(archive.read(path, manifest)))
    progress.step("comparing")
    wrong = list(archive.unequal(store.export(), dict(archive.read(path, manifest))))
    if wrong or digest(full_state(store)) != manifest.digest:
        raise Stop(
            f"the restored graph differs from the backup: {', '.join(wrong) or 'derived state'}",
            where=where,
            fix="Empty the store and restore again; keep the backup.",
        )
    erasures = erase_again(store, config, as_of_ms=manifest.as_of_ms, progress=progress)
    return Restored(manifest, erasures)


def recompute(store: Store, config: Config, *, progress: Progress = silent) -> Verified:
    """Derive everything anew on a private copy of a graph, and compare.

    The copy runs with the clock and the rules of the last run, so that nothing may differ.
    """
    last = _last_run(store)
    if store.table("resolve/dirty").height or last["config_hash"] != pipeline.config_hash(config):
        raise FixInput(
            "what was read, decided or configured since the last run is not resolved yet",
            fix="Run 'identity run' first.",
        )
    with TemporaryDirectory(prefix="identity-verify-") as folder:
        copy = store.scratch(Path(folder))
        try:
            state = pipeline.begin(
                copy, config, as_of_ms=last["as_of_ms"], whole=True, progress=progress
            )
            pipeline.run(state, pipeline.plan(("resolve", "journeys", "attribute")))
            held, anew = full_state(store), full_state(copy)
            changes = copy.read("store/last_run")[0]["changes"] - last["changes"]
            return Verified(last["seq"], digest(held), differences(held, anew), changes)
        finally:
            copy.close()


def _last_run(store: Store) -> dict[str, Any]:
    rows = store.read("store/last_run")
    if not rows:
        raise FixInput("the graph is empty", fix="Run 'identity run' first.")
    return rows[0]


def _without_migrations(
    tables: Iterable[tuple[str, pl.DataFrame]],
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Leave out the migrations: the graph that is restored into has its own."""
    return ((name, rows) for name, rows in tables if name != archive.MIGRATIONS)
