"""The reference page of the exported tables, made from their declaration."""

from __future__ import annotations

from collections.abc import Iterator

from identity.export.columns import Kind, TableSpec
from identity.export.tables import TABLES

_HEAD = """# Exported tables

`identity export tables --out DIR` writes these tables as Parquet (zstd), with `--format csv` as
CSV, and `manifest.json` with rows, SHA-256 and the run they show. Exported again without a change
they are the same bytes.

- Rows are in the order of the key; empty values come first. The key tells rows apart.
- An instant is one column. In Parquet it is a timestamp in UTC with milliseconds, in CSV RFC 3339
  (`2026-03-01T09:30:00.000Z`).
- Money is a whole number of minor units: 1999 is 19.99 EUR, and 1999 JPY.
- CSV is UTF-8 with a header; lines end in LF, fields are quoted where they must be, lists are JSON
  arrays, an empty field is no value. Nothing is altered for spreadsheets: text that begins with `=`
  stays as it is.
- *Now* is the instant of the newest run, which `manifest.json` names.

How the use of products is counted:

- A *user* is a live record of a product. The person behind it counts once, however many users.
- An event is an activity by any identifier of a person, of whatever source, at an instant when the
  identifier stood for that person. An order is an event that `journeys.orders` names.
- An event belongs to the workspace that it names; else to those that its users used at that
  instant; else to those that its contacts used.
- A user whose e-mail a person decided is an old one (`old_email,new_email`) was given up for the
  user of the new one: it counts where that one is.
- A *corporate* user is a person whose primary e-mail is at a domain of a company; an *associated*
  user is one who uses a workspace of the company, with whatever e-mail.

This page is made by `identity export tables --describe`.
"""
_TYPES = {
    Kind.TEXT: "string",
    Kind.INTEGER: "int64",
    Kind.NUMBER: "float64",
    Kind.FLAG: "boolean",
    Kind.INSTANT: "timestamp",
    Kind.LIST: "list of string",
    Kind.JSON: "string (JSON)",
}


def page() -> str:
    """Give the reference page as Markdown."""
    index = " · ".join(f"[{spec.name}](#{spec.name})" for spec in TABLES)
    parts = [_HEAD, index, ""]
    for spec in TABLES:
        parts.extend(_section(spec))
    return "\n".join(parts).rstrip() + "\n"


def _section(spec: TableSpec) -> Iterator[str]:
    yield f"## {spec.name}\n"
    yield f"{spec.doc}\n"
    yield f"Key: {', '.join(f'`{name}`' for name in spec.key)}\n"
    yield "| column | type | meaning |\n|---|---|---|"
    for column in spec.columns:
        yield f"| `{column.name}` | {_TYPES[column.kind]} | {column.doc} |"
    yield ""
