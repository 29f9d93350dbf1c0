"""Writes a book to files, byte for byte the same for the same book."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import orjson
import polars as pl

from identity.generate.book import Book
from identity.generate.layout import EXPOSURES, NOTES, TABLES, WEB_EVENTS, Table


def _csv_text(table: Table, rows: Sequence[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(
        text,
        fieldnames=table.columns,
        restval="",
        lineterminator="\n",
        quoting=csv.QUOTE_ALL if table.quoted else csv.QUOTE_MINIMAL,
    )
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().removesuffix("\n") if table.open_end else text.getvalue()


def _place(out: Path, path: str) -> Path:
    target = out / path
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def write_book(book: Book, out: Path) -> dict[str, int]:
    """Write all files of the sample below ``out``; returns the number of rows by table."""
    counts: dict[str, int] = {}
    truth = [
        {"record_id": record, "kind": t.kind, "contact": t.contact, "company": t.company}
        for record, t in sorted(book.truth.items())
    ]
    for name, table in TABLES.items():
        rows = truth if name == "truth" else book.rows[name]
        _place(out, table.path).write_text(_csv_text(table, rows), encoding="utf-8", newline="")
        counts[name] = len(rows)
    events = sorted(book.web, key=lambda event: (event[0], event[1]["messageId"]))
    lines = b"".join(orjson.dumps(body) + b"\n" for _, body in events)
    _place(out, WEB_EVENTS).write_bytes(lines)
    counts["web_events"] = len(events)
    exposures = pl.DataFrame(
        book.exposures,
        schema={
            "event_id": pl.String,
            "timestamp": pl.Datetime("us", "UTC"),
            "account_domain": pl.String,
            "campaign": pl.String,
            "impressions": pl.Int64,
        },
    )
    exposures.write_parquet(_place(out, EXPOSURES), compression="zstd")
    counts["exposures"] = exposures.height
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    _place(out, NOTES).write_bytes(orjson.dumps(book.notes, option=options))
    return counts
