"""Merge suggestions: records that the owners of a CRM should merge there.

Two live accounts of the primary CRM stay two companies whatever a person decides (R23), and several
live records of one person stay several until the CRM merges them (R8, R40). What waits for that is
a file for whoever looks after the CRM: which record to keep, which to merge into it, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from identity.export.files import Written, write_table
from identity.export.reading import Project

QUESTIONS = ("blocked_same", "duplicate_in_crm", "duplicate_leads", "duplicate_secondary")
"""Questions whose answer is a merge in the system that the records come from."""

COLUMNS: dict[str, pl.DataType] = {
    "source": pl.String(),
    "object": pl.String(),
    "keep_id": pl.String(),
    "keep_name": pl.String(),
    "merge_id": pl.String(),
    "merge_name": pl.String(),
    "why": pl.String(),
    "decided_by": pl.String(),
    "reason": pl.String(),
    "value_minor": pl.Int64(),
    "currency": pl.String(),
    "review_id": pl.String(),
}
NAME = "merge_suggestions"

Row = Mapping[str, Any]


def export_merge_suggestions(project: Project, out: Path) -> Written:
    """Write the suggestions into a folder as ``merge_suggestions.csv``."""
    return write_table(out, NAME, merge_suggestions(project), format="csv")


def merge_suggestions(project: Project) -> pl.DataFrame:
    """Give the merges to make, the most value at risk first (`COLUMNS`).

    ``keep_id`` is the record that was created first: it has the longest history.
    """
    store = project.store
    reviews = [r for r in store.read("export/reviews") if r["question"] in QUESTIONS]
    decisions = {d["id"]: d for d in store.read("explain/all_decisions")}
    pairs = [(review, candidate) for review in reviews for candidate in _merges(review)]
    ends = sorted({c[side] for _, c in pairs for side in ("left", "right")})
    records = {r["id"]: r for r in store.read("explain/merge_records", ids=ends)}
    rows = [
        {
            **_records(records, candidate),
            "why": review["summary"],
            **_decided(decisions, candidate),
            "value_minor": review["value_minor"] or 0,
            "currency": project.config.attribution.currency.base,
            "review_id": review["id"],
        }
        for review, candidate in pairs
    ]
    rows.sort(key=lambda r: (-r["value_minor"], r["review_id"], r["keep_id"], r["merge_id"]))
    return pl.DataFrame({n: [r[n] for r in rows] for n in COLUMNS}, schema=COLUMNS)


def _merges(review: Row) -> Iterator[Row]:
    for candidate in orjson.loads(review["candidates"] or "[]"):
        if candidate["action"] == "fix_source":
            yield candidate


def _records(records: Mapping[str, Row], candidate: Row) -> dict[str, Any]:
    """Say which record to keep: the first one made; of those without a time the smaller id."""

    def age(record: Row) -> tuple[bool, int, str]:
        made = record["created_ms"]
        return (made is None, made or 0, record["id"])

    keep, merge = sorted((records[candidate["left"]], records[candidate["right"]]), key=age)
    return {
        "source": keep["source"],
        "object": keep["object"],
        "keep_id": keep["value"],
        "keep_name": keep["name"] or keep["value"],
        "merge_id": merge["value"],
        "merge_name": merge["name"] or merge["value"],
    }


def _decided(decisions: Mapping[str, Row], candidate: Row) -> dict[str, Any]:
    """Say who decided that both are one, where somebody did."""
    said = decisions.get((candidate.get("grounds") or {}).get("decision", ""))
    return {
        "decided_by": said["actor"] or said["source"] if said else None,
        "reason": said["reason"] if said else None,
    }
