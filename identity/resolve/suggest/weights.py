"""Weights: what an agreement or a contradiction is worth, in bits, and how bits become a score.

A pair starts from the prior (most pairs that meet in a block are not one) and each feature adds
the bits of the level it reached: the logarithm to base 2 of how much likelier that level is among
pairs that are one than among those that are not (Fellegi and Sunter, "A theory for record linkage",
1969).
The bits are set by hand, rounded to halves, and measured on public truth sets
(``docs/reference/truth-sets.md``). A score is the chance that the sum stands for; the contributions
add up to it and are shown with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

LISTED = 0.5
"""Pairs below this score are no suggestion."""

Levels = dict[str, float]


@dataclass(frozen=True, slots=True)
class Weighing:
    """The weights of a kind of pair: the prior, and per feature the bits of each level."""

    prior: float
    features: dict[str, Levels]


PEOPLE = Weighing(
    prior=-10.0,
    features={
        "name": {
            "same": 10.0,
            "near": 6.5,
            "initial": 4.0,
            "family": 5.0,
            "other_family": -2.0,
            "other_given": -5.0,
            "different": -8.0,
        },
        "suffix": {"different": -8.0},
        "birth": {"same": 8.0, "near": 2.5, "different": -7.0},
        "mailbox": {"same": 11.0},
        "local": {"same": 2.0},
        "phone": {"same": 9.0},
        "address": {"same": 4.5, "near": 2.0, "different": -1.0},
        "place": {"same": 3.0},
        "country": {"different": -2.5},
        "unique": {"different": -6.0},
        "jobs": {"in_turn": 1.0},
        "others": {"contradict": -4.0},
    },
)

COMPANIES = Weighing(
    prior=-9.0,
    features={
        "name": {"same": 9.0, "near": 6.0, "short": 5.5, "part": 2.0, "different": -5.0},
        "common": {"only": -3.0},
        "country": {"same": 1.5, "different": -4.0},
        "domain": {"same_label": 3.0, "different": -2.0},
        "phone": {"same": 7.0},
        "address": {"same": 5.0, "near": 2.5, "different": -1.0},
        "unique": {"different": -6.0},
    },
)


def scored(pairs: pl.DataFrame, levels: pl.DataFrame, weighing: Weighing) -> pl.DataFrame:
    """Add up the bits of pairs.

    Args:
        pairs: a, b.
        levels: a, b, feature, level, and ``less``: bits to take off an agreement that is shared
            by many (the logarithm of how many others have it too).

    Returns:
        a, b, bits, score, grounds (list of feature, level, bits, strongest first).
    """
    table = pl.DataFrame(
        [
            (feature, level, bits)
            for feature, known in weighing.features.items()
            for level, bits in known.items()
        ],
        schema={"feature": pl.String, "level": pl.String, "weight": pl.Float64},
        orient="row",
    )
    added = levels.join(table, on=["feature", "level"]).with_columns(
        bits=(pl.col("weight") - pl.col("less")).round(1)
    )
    grounds = (
        added.sort(
            "a", "b", pl.col("bits").abs(), "feature", descending=[False, False, True, False]
        )
        .group_by("a", "b", maintain_order=True)
        .agg(bits=pl.col("bits").sum(), grounds=pl.struct("feature", "level", "bits"))
    )
    found = pairs.select("a", "b").join(grounds, on=["a", "b"], how="left")
    bits = pl.col("bits").fill_null(0.0) + weighing.prior
    return found.with_columns(bits=bits.round(1)).with_columns(
        score=(1 / (1 + pl.lit(2.0).pow(-pl.col("bits")))).round(4)
    )


def explained(grounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Give grounds as plain data: feature to level and bits."""
    return {g["feature"]: {"level": g["level"], "bits": g["bits"]} for g in grounds}
