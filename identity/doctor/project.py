"""The project: its configuration, secrets, files, disk and sources."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from identity.config import FILE_NAME, Config
from identity.doctor.check import Check, Status
from identity.errors import ConfigError, FixInput
from identity.ingest.check import SourceCheck, check_source

SPACE_FLOOR = 256 * 1024 * 1024
SPACE_FACTOR = 3
"""A checkpoint writes the store anew beside the old one; a backup is a third copy."""

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-[^}]*)?\}")


def configuration(error: ConfigError | None, file: Path) -> Check:
    """Whether identity.yaml can be used."""
    if error is None:
        return Check("configuration", Status.OK, str(file))
    return Check("configuration", Status.FAIL, str(error), "Correct the lines above.")


def secrets(file: Path) -> Check:
    """Whether every variable that identity.yaml takes from the environment is set."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    used: dict[str, str | None] = {m[1]: m[2] for line in lines for m in _VARIABLE.finditer(line)}
    if not used:
        return Check("secrets", Status.OK, "the configuration takes none from the environment")
    missing = [n for n, default in used.items() if not os.environ.get(n) and default is None]
    if missing:
        names = ", ".join(missing)
        return Check("secrets", Status.FAIL, f"not set: {names}", f"Set {names}.")
    return Check("secrets", Status.OK, f"set or with a default: {', '.join(used)}")


def permissions(config: Config) -> Check:
    """Whether the project can be read, the store written, and neither by others."""
    file = config.root / FILE_NAME
    folder = config.resolve_path(config.store.path)
    if file.is_file() and config.store.password and _others(file) & stat.S_IROTH:
        text = f"{file} holds a password and every user of this machine can read it"
        return Check("permissions", Status.WARN, text, f"chmod 600 {file}, or use ${{VARIABLE}}.")
    if config.store.kind != "embedded":
        return Check("permissions", Status.OK, "the graph lies on a server")
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    if not os.access(nearest, os.W_OK | os.X_OK):
        return Check(
            "permissions", Status.FAIL, f"{nearest} cannot be written", f"chown or chmod {nearest}."
        )
    if folder.is_dir() and _others(folder) & (stat.S_IROTH | stat.S_IWOTH):
        text = f"{folder} holds personal data and every user of this machine can read it"
        return Check("permissions", Status.WARN, text, f"chmod 700 {folder}")
    return Check("permissions", Status.OK, f"{folder} is for its owner")


def _others(path: Path) -> int:
    return path.stat().st_mode & stat.S_IRWXO


def disk(config: Config) -> Check:
    """Whether there is room for the store to be written anew."""
    folder = config.resolve_path(config.store.path)
    held = sum(f.stat().st_size for f in folder.rglob("*") if f.is_file())
    nearest = folder
    while not nearest.exists():
        nearest = nearest.parent
    free = shutil.disk_usage(nearest).free
    message = f"{_size(free)} free at {nearest}, the store takes {_size(held)}"
    if config.store.kind != "embedded":
        return Check("disk", Status.OK, f"{_size(free)} free at {nearest}")
    if free < held:
        return Check("disk", Status.FAIL, message, "Free space: a checkpoint needs that much.")
    if free < max(SPACE_FACTOR * held, SPACE_FLOOR):
        return Check("disk", Status.WARN, message, "Free space for checkpoints and a backup.")
    return Check("disk", Status.OK, message)


def _size(count: int) -> str:
    for unit, scale in (("GB", 10**9), ("MB", 10**6)):
        if count >= scale:
            return f"{count / scale:.1f} {unit}"
    return f"{count / 1000:.1f} kB"


def sources(config: Config, as_of_ms: int) -> Iterator[Check]:
    """Whether the sources are there and their columns fit; the first rows of each are read."""
    if not config.sources:
        yield Check("sources", Status.WARN, "none", "Name some under sources in identity.yaml.")
    for source in config.sources:
        name = f"source {source.source_name}"
        try:
            found = check_source(config, source, as_of_ms=as_of_ms)
        except FixInput as error:
            yield Check(name, Status.FAIL, str(error), "")
        else:
            yield _source(name, found)


def _source(name: str, found: SourceCheck) -> Check:
    if not found.files:
        return Check(name, Status.INFO, "; ".join(found.notes))
    lines = [f"{len(found.files)} files: {', '.join(found.files)}"]
    if found.problems:
        examples = [f"{p.file}:{p.row} {p.column or ''}: {p.message}" for p in found.problems[:3]]
        lines.append(f"of the first {found.rows:,} rows, {len(found.problems)} faults:")
        return Check(
            name,
            Status.WARN,
            "\n".join([*lines, *examples]),
            "Correct them in the source; identity quarantine lists what a run set aside.",
        )
    return Check(name, Status.OK, lines[0])
