"""Examine a project and this machine. Nothing is written, and what fails does not stop the rest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from identity import config as configuration
from identity.config import FILE_NAME, Config
from identity.doctor import machine, project, store
from identity.doctor.check import Check, Report, Status
from identity.errors import ConfigError, FixInput, Retry, StoreLocked
from identity.opening import connect, with_overrides
from identity.store.base import Store


def examine(folder: Path, *, now_ms: int, store_kind: str | None = None) -> Report:
    """Examine a project.

    Args:
        folder: the project's folder, or its identity.yaml.
        now_ms: this machine's clock, which is one of the things that are looked at.
        store_kind: embedded or neo4j, instead of the configured one.
    """
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    checks = [machine.python(), machine.lists(today), machine.java()]
    file = folder / FILE_NAME if folder.is_dir() else folder
    try:
        config = with_overrides(configuration.load(folder), store_kind)
    except ConfigError as error:
        checks += [project.configuration(error, file), project.secrets(file)]
        return Report(None, tuple(checks))
    checks += [
        project.configuration(None, file),
        project.secrets(file),
        project.permissions(config),
        project.disk(config),
    ]
    of_graph, last_ms = _graph(config)
    checks += of_graph
    checks.append(machine.clock(now_ms, config.attribution.timezone, last_ms))
    checks += project.sources(config, now_ms)
    return Report(config.project, tuple(checks))


def _graph(config: Config) -> tuple[list[Check], int | None]:
    """Look into the graph, if there is one; give the clock of its last run, too."""
    folder = config.resolve_path(config.store.path)
    if config.store.kind == "embedded" and not (folder.is_dir() and any(folder.iterdir())):
        return [Check("store", Status.INFO, f"no graph yet at {folder}", "identity run")], None
    try:
        opened = connect(config)
    except StoreLocked as error:
        return [Check("store", Status.WARN, error.message, error.fix)], None
    except (Retry, FixInput) as error:
        return [Check("store", Status.FAIL, str(error))], None
    try:
        checks = [Check("store", Status.OK, f"{opened.engine}, at {opened.location}")]
        checks += [look(opened) for look in store.CHECKS]
        rows = opened.read("store/last_run")
        return checks, rows[0]["as_of_ms"] if rows else None
    finally:
        opened.close()


def of_store(opened: Store) -> Iterator[Check]:
    """Look at what an open graph cannot do without."""
    return (look(opened) for look in store.SCHEMA_CHECKS)
