"""The list of whom to keep out, in a file beside the graph.

A backup is older than what was erased after it. A graph that is restored from it learns from this
list who was erased since. The list says what the graph says of them: keyed hashes, and when an
identifier was theirs. It only grows, a line at a time, so that a crash loses no earlier line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

from identity.config import Config, erasure_key
from identity.errors import FixInput, Where
from identity.ingest.suppress import key_for
from identity.model.suppression import Key
from identity.store.base import Store

_NAMES = ("id", "key_id", "erasure", "from_ms", "until_ms")
Row = dict[str, Any]
"""As the query ``ingest/suppressions`` gives it: id, key_id, erasure, from_ms, until_ms."""


def place(config: Config) -> Path:
    """Give the place of the project's list."""
    return config.resolve_path(config.erasure.list_file)


def note(store: Store, config: Config) -> None:
    """Add to the project's list whom the graph keeps out."""
    add(place(config), store.read("ingest/suppressions"))


def missing(store: Store, config: Config) -> list[Row]:
    """Give the rows of the project's list that the graph does not keep out."""
    known = {row["id"] for row in store.read("ingest/suppressions")}
    return [row for i, row in read(place(config)).items() if i not in known]


def key_of(config: Config) -> Key | None:
    """Give the key of the project's list; None where nobody is on it.

    Raises:
        ErasureKeyMissing: there is no key, or it is not the one of the list.
    """
    listed = read(place(config))
    if not listed:
        return None
    return key_for(erasure_key.read(config), {row["key_id"] for row in listed.values()})


def read(path: Path) -> dict[str, Row]:
    """Give the rows that are to be kept out, by id; none where there is no list.

    Raises:
        FixInput: a line is not one of this list's.
    """
    rows: dict[str, Row] = {}
    if not path.is_file():
        return rows
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            entry = orjson.loads(line)
            if entry["lifted"]:
                rows.pop(entry["id"], None)
            else:
                rows[entry["id"]] = {n: entry[n] for n in _NAMES}
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise FixInput(
                "is not a line of the list of erasures",
                where=Where(file=str(path), row=number),
                fix="Put the list back as it was; remove the last line if it is not complete.",
            ) from error
    return rows


def add(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add what the list does not have yet."""
    known = read(path)
    fresh = [{n: row[n] for n in _NAMES} for row in rows if row["id"] not in known]
    _append(path, [{**row, "lifted": False} for row in fresh])


def lift(path: Path, gone: Iterable[str]) -> None:
    """Note that rows are kept out no more."""
    known = read(path)
    _append(path, [{"id": i, "lifted": True} for i in gone if i in known])


def _append(path: Path, entries: Iterable[Mapping[str, Any]]) -> None:
    lines = b"".join(orjson.dumps(e, option=orjson.OPT_APPEND_NEWLINE) for e in entries)
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
