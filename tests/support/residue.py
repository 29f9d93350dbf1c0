"""Looking for what is left of a person: every file of a store, every value of a graph."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pyarrow as pa

from identity.model import identifiers as ids
from identity.store.base import Store

ZSTD = b"\x28\xb5\x2f\xfd"
SKIPPED = 8
"""A lone value shorter than this says nothing: user 1042 is also an amount."""


def forms(identifiers: Iterable[str]) -> set[bytes]:
    """Give all forms in which what stands for a person could be left behind."""
    texts: set[str] = set()
    found: set[bytes] = set()
    for identifier in identifiers:
        texts.add(identifier)
        value = ids.parse(identifier).value
        if len(value) >= SKIPPED:
            texts |= {value, value.upper()}
        if identifier.startswith("email:"):
            for name in ("md5", "sha1", "sha256"):
                texts.add(hashlib.new(name, value.encode()).hexdigest())
    for text in texts:
        found |= {text.encode(), quote(text).encode(), text.encode("utf-16-le")}
        found |= {text.encode("utf-16-be"), *_base64(text.encode())}
    return found


def _base64(raw: bytes) -> Iterator[bytes]:
    """Give the middle of a value's base64, at each of the three places where it could begin."""
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        yield coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]


def in_files(folder: Path, wanted: Iterable[bytes]) -> list[str]:
    """Name the files of a folder that hold a form, also inside of what is compressed."""
    listed = sorted(f for f in wanted if len(f) >= SKIPPED)
    return [
        f"{path.name}: {form!r}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in [unpacked(path.read_bytes())]
        for form in listed
        if form in content
    ]


def unpacked(raw: bytes) -> bytes:
    """Give a file's bytes, and behind them what its compressed parts hold."""
    parts = [raw]
    for part in raw.split(ZSTD)[1:]:
        with pa.input_stream(pa.py_buffer(ZSTD + part), compression="zstd") as stream:
            parts.append(stream.read())
    return b"\n".join(parts)


def in_graph(store: Store, wanted: Iterable[bytes]) -> list[str]:
    """Name the values of a graph that hold a form."""
    listed = [f.decode() for f in wanted if f.isascii() and b"\0" not in f and len(f) >= SKIPPED]
    found = []
    for name, table in store.export():
        for column, kind in table.schema.items():
            texts = table[column]
            if isinstance(kind, pl.List):
                texts = texts.cast(pl.List(pl.String)).list.join("\n")
            elif kind != pl.String:
                continue
            hits = texts.drop_nulls().str.contains_any(listed)
            if hits.any():
                found.append(f"{name}.{column}: {texts.drop_nulls().filter(hits).to_list()[:3]}")
    return found
