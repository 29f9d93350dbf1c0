"""The change feed, read: pages of rows in order, as data and as lines for people.

Rows have no gaps between their numbers and an id made of them, so a page is looked up row by row,
wherever it begins: it costs what it holds, however long the feed is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from identity.errors import FixInput
from identity.model.changes import KINDS, id_of
from identity.model.instants import iso
from identity.store.base import Store

WINDOW = 2_000
"""Rows that are looked up at once."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of the feed: ``next_since`` is where the next page begins, ``has_more`` if there is one.

    A row has seq, at, type, subject, before, after, cause.
    """

    rows: tuple[Row, ...]
    next_since: int
    has_more: bool

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return {
            "data": list(self.rows),
            "next_since": self.next_since,
            "has_more": self.has_more,
        }


def changes(store: Store, *, since: int, limit: int, kinds: Sequence[str] = ()) -> Page:
    """Read a page of the change feed.

    Args:
        store: the graph.
        since: rows after this number.
        limit: at most so many rows.
        kinds: only rows of these types; none for all.

    Raises:
        FixInput: there is no such type.
    """
    for kind in kinds:
        if kind not in KINDS:
            raise FixInput(f"there is no change {kind[:40]!r}", fix=f"Types: {', '.join(KINDS)}.")
    newest = newest_seq(store)
    found: list[Row] = []
    at = since
    while at < newest and len(found) < limit:
        size = min(WINDOW, newest - at, WINDOW if kinds else limit - len(found))
        ids = [id_of(seq) for seq in range(at + 1, at + size + 1)]
        for row in store.read("explain/changes", ids=ids):
            if not kinds or row["change"] in kinds:
                found.append(_shaped(row))
        at += size
    if len(found) > limit:
        found = found[:limit]
        at = found[-1]["seq"]
    return Page(tuple(found), at, at < newest)


def newest_seq(store: Store) -> int:
    """Give the number of the newest row, 0 without any."""
    return int(store.read("api/revision", since=0)[0]["changes"] or 0)


def _shaped(row: Mapping[str, Any]) -> Row:
    return {
        "seq": row["seq"],
        "at": iso(row["at_ms"]),
        "type": row["change"],
        "subject": row["subject"],
        "before": orjson.loads(row["before"] or "null"),
        "after": orjson.loads(row["after"] or "null"),
        "cause": orjson.loads(row["cause"] or "null"),
    }


def lines(page: Page) -> Iterator[str]:
    """Render the rows of a page: what changed, and below it why."""
    for row in page.rows:
        when = row["at"][:16].replace("T", " ")
        yield f"{row['seq']:>9,}  {when}  {row['type']:18}  {row['subject']}  {_what(row)}".rstrip()
        yield f"{'':9}  because {because(row['cause'])}"


def _what(row: Mapping[str, Any]) -> str:
    before, after = row["before"] or {}, row["after"] or {}
    if not before and not after:
        return "erased since"
    match row["type"]:
        case "merged":
            return f"into {after['into']}"
        case "created" | "split":
            origin = f"from {after['from']}, " if "from" in after else ""
            return f"{origin}{_list(after['identifiers'])}"
        case "erased":
            return "nothing is left of it"
        case "retired":
            return _list(before.get("identifiers", ()))
        case "identifier.added" | "identifier.removed":
            return str((after or before)["identifier"])
        case "membership.changed":
            return f"{_companies(before)} -> {_companies(after)}"
        case "primary.changed" | "value.changed":
            return ", ".join(f"{n}: {_value(before.get(n))} -> {_value(after[n])}" for n in after)
        case "refused":
            return f"with {after['dst']}"
        case "decided":
            about = " ".join(str(after[n]) for n in ("action", "left", "right") if n in after)
            return f"{about}: {after['state']}"
        case _:
            return f"{after.get('kind')} by {after.get('of')}"


def _list(items: Sequence[str], most: int = 3) -> str:
    more = f" and {len(items) - most} more" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def _companies(side: Mapping[str, Any]) -> str:
    found = dict.fromkeys(f"{m['company']} ({m['via']})" for m in side.get("companies", ()))
    return _list(list(found)) or "none"


def _value(value: Any) -> str:
    return "nothing" if value is None else str(value)


def because(cause: Mapping[str, Any]) -> str:
    """Say a cause in words."""
    said = []
    if "decision" in cause:
        by = f" by {cause['actor']}" if "actor" in cause else ""
        said.append(f"{cause['decision']}{by}")
    if "constraint" in cause:
        said.append(f"constraint {cause['constraint']}")
    if "rule" in cause:
        said.append(f"{cause['rule']}@{cause['rule_version']}")
    for name in ("record", "identifier", "via", "setting", "erasure"):
        if name in cause:
            said.append(f"{name} {cause[name]}" if name == "via" else str(cause[name]))
    if not said and "rules" in cause:
        said.append(f"other rules ({cause['rules']})")
    return ", ".join([*said, f"run {cause['run']}"])
