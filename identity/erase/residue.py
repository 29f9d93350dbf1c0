"""Files of a project that still name a person: found and told, not touched, but for our own plan.

An erasure takes a person out of the graph. What was written out of it before (tables, reports,
lists for other systems), and the sources themselves, are the project's to remove.
"""

from __future__ import annotations

import io
import mmap
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from identity.model import identifiers as ids

SKIPPED = {".git", ".venv", "node_modules", "__pycache__"}


@dataclass(frozen=True, slots=True)
class NamingFile:
    """A file that names the person; ``kind`` is source, or written (out of the graph)."""

    path: str
    kind: str


def files_naming(
    root: Path, identifiers: Iterable[str], *, sources: Iterable[Path], store: Path
) -> list[NamingFile]:
    """Find the files below a project's folder that name a person.

    Args:
        root: the project's folder.
        identifiers: the person's.
        sources: files and folders that the project reads; they need not be there.
        store: the file of the embedded graph, which is not looked at.
    """
    pattern = _pattern(identifiers)
    if pattern is None:
        return []
    read_from = [s.resolve() for s in sources]
    found = []
    for path in _files(root.resolve()):
        if path.name.startswith(store.name) and path.parent == store.parent.resolve():
            continue
        if _names(path, pattern):
            source = any(s == path or s in path.parents for s in read_from)
            shown = str(path.relative_to(root.resolve()))
            found.append(NamingFile(shown, "source" if source else "written"))
    return found


def _pattern(identifiers: Iterable[str]) -> re.Pattern[bytes] | None:
    """Give what files are looked through for: addresses, and ids that are long enough to be own."""
    values = set()
    for identifier in identifiers:
        parsed = ids.parse(identifier)
        if parsed.kind in ("email", "phone", "social") or len(parsed.value) >= 12:
            values.add(parsed.value)
    if not values:
        return None
    names = b"|".join(re.escape(v.encode()) for v in sorted(values))
    return re.compile(rb"(?<![\w.+-])(?:" + names + rb")(?![\w-]|\.\w)", re.IGNORECASE)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in SKIPPED:
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _names(path: Path, pattern: re.Pattern[bytes]) -> bool:
    if path.suffix == ".parquet":
        return _table_names(path, pattern)
    if path.stat().st_size == 0:
        return False
    if zipfile.is_zipfile(path):  # a backup
        return _archive_names(path, pattern)
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        return pattern.search(content) is not None


def _archive_names(path: Path, pattern: re.Pattern[bytes]) -> bool:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith(".parquet"):
                if _table_names(io.BytesIO(content), pattern):
                    return True
            elif pattern.search(content) is not None:
                return True
    return False


def _table_names(table: Path | io.BytesIO, pattern: re.Pattern[bytes]) -> bool:
    for column in pl.read_parquet_schema(table):
        values = pl.read_parquet(table, columns=[column])[column]
        text = "\n".join(map(str, values.drop_nulls().unique().to_list()))
        if pattern.search(text.encode()):
            return True
    return False
