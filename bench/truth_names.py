"""Pairs of company names from an entity matching model's tests: ten true, 191 hard negatives."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import polars as pl

from bench.truth_common import Figure, Report
from identity.resolve.suggest.companies import NAME_LEVELS, name_levels
from identity.resolve.suggest.company_names import cores_of

TAKEN = ("same", "near", "short")
"""The levels of a pair of names that say that they mean one company."""


def report(data: Path, folder: Path) -> Report:
    """Compare the names of each pair."""
    del folder
    path = data / "emm_namepairs" / "unittest_sample_namepairs.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    one, two = (cores_of(pl.Series([r[c] for r in rows])) for c in ("gt_name", "name"))
    levels = [NAME_LEVELS[place] for place in name_levels(one, two).to_list()]
    pairs = [
        (r["correct"] == "True", level in TAKEN, f"{r['gt_name']} · {r['name']} ({level})")
        for r, level in zip(rows, levels, strict=True)
    ]
    right = sum(true and taken for true, taken, _ in pairs)
    return Report(
        "EMM name pairs",
        "Names of Dutch companies, most pairs alike but different. A pair counts as one company "
        f"where its names reach the level {', '.join(TAKEN)}.",
        len(pairs),
        [
            Figure(
                "names alone",
                right / max(sum(taken for _, taken, _ in pairs), 1),
                right / max(sum(true for true, _, _ in pairs), 1),
            )
        ],
        {
            "Wrong": sorted(text for true, taken, text in pairs if taken and not true),
            "Missed": sorted(text for true, taken, text in pairs if true and not taken),
        },
    )
