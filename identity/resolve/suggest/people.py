"""Suggestions among contacts: who may be one person, by block, each with what speaks for it.

Contacts of a block are compared with each other; a pair that meets in several blocks is told in the
first (`identity.resolve.suggest.keys.KINDS`). What a block's own agreement is worth goes down with
the number of those who share it. All of a suggestion follows from the members of its block and
their profiles, so that a part of a graph can make it anew as the whole graph would.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from identity.resolve.suggest.features import levels_of
from identity.resolve.suggest.keys import KINDS, MOST
from identity.resolve.suggest.profiles import Profiles
from identity.resolve.suggest.weights import LISTED, PEOPLE, scored

CONTRADICTING = ("birth", "unique", "suffix")
_SHARED_BY = {"mailbox": "mailbox", "phone": "phone", "name": "name", "address": "address"}
"""The feature that a kind of block is about."""

PAIR = {"kind": pl.String, "key": pl.String, "a": pl.String, "b": pl.String}


@dataclass(frozen=True, slots=True)
class Suggested:
    """Pairs that may be one: kind, key (of the block), a, b (labels), bits, score, grounds."""

    frame: pl.DataFrame


def suggest_people(
    profiles: Profiles, answered: pl.DataFrame, wanted: pl.DataFrame | None = None
) -> Suggested:
    """Suggest pairs of contacts that may be one person.

    Args:
        profiles: those of all contacts, or of all members of the wanted blocks.
        answered: a, b (labels, a < b) of pairs that people have answered.
        wanted: kind, key of the blocks that are asked for; None for all.
    """
    members = profiles.blocks.select("kind", "key", "label").unique()
    sizes = members.group_by("kind", "key").agg(size=pl.len())
    blocks = sizes.filter(pl.col("size").is_between(2, MOST))
    if wanted is not None:
        blocks = blocks.join(wanted, on=["kind", "key"], how="semi")
    met = _meetings(members, blocks).join(answered, on=["a", "b"], how="anti")
    levels = levels_of(met.select("a", "b").unique(), profiles)
    pairs = _told_here(met, members)
    weighed = _with_less(pairs, levels, blocks, profiles)
    likely = scored(pairs, weighed, PEOPLE).join(pairs, on=["a", "b"])
    torn = _torn(likely.filter(pl.col("score") >= LISTED), levels)
    final = scored(pairs, pl.concat([weighed, torn.select(weighed.columns)]), PEOPLE)
    found = final.filter(pl.col("score") >= LISTED).join(pairs, on=["a", "b"])
    return Suggested(found.select(*PAIR, "bits", "score", "grounds").sort(*PAIR))


def _meetings(members: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    """Give all pairs of all blocks: kind, key, a, b."""
    inside = members.join(blocks.select("kind", "key"), on=["kind", "key"], how="semi")
    pairs = inside.join(inside, on=["kind", "key"], suffix="_b")
    return pairs.filter(pl.col("label") < pl.col("label_b")).select(
        "kind", "key", a="label", b="label_b"
    )


def _told_here(met: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Keep each pair in the first of all blocks that both are in, if it is among those met."""
    place = pl.col("kind").replace_strict({k: i for i, k in enumerate(KINDS)})
    first = (
        met.select("a", "b")
        .unique()
        .join(members, left_on="a", right_on="label")
        .join(members.rename({"label": "b"}), on=["b", "kind", "key"])
        .with_columns(place=place)
        .sort("a", "b", "place", "key")
        .unique(["a", "b"], keep="first", maintain_order=True)
    )
    return met.join(first.select(*PAIR), on=list(PAIR), how="semi").sort(*PAIR)


def _with_less(
    pairs: pl.DataFrame, levels: pl.DataFrame, blocks: pl.DataFrame, profiles: Profiles
) -> pl.DataFrame:
    """Add the bits that the block's own agreement loses because many share it."""
    names = profiles.names.select("label", "given", "family").drop_nulls().unique()
    named = profiles.blocks.filter(pl.col("kind") == "name").join(names, on="label")
    same_name = named.group_by("key", "given", "family").agg(count=pl.col("label").n_unique())
    most = (
        named.join(same_name, on=["key", "given", "family"])
        .group_by("key", "label")
        .agg(pl.col("count").max())
    )
    of_kind = pl.col("kind").replace_strict(_SHARED_BY, default=None, return_dtype=pl.String)
    rows = levels.join(pairs, on=["a", "b"]).join(blocks, on=["kind", "key"])
    rows = rows.join(most, left_on=["key", "a"], right_on=["key", "label"], how="left")
    sharing = pl.when(pl.col("kind") == "name").then("count").otherwise("size")
    own = (pl.col("feature") == of_kind) & (pl.col("level") == "same")
    less = pl.when(own).then((sharing - 1).clip(lower_bound=1).log(2)).otherwise(0.0)
    return rows.select("a", "b", "feature", "level", less=less.fill_null(0.0))


def _torn(likely: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs of a contact that fits several others who contradict each other.

    Which of them it is nobody can tell, so each of its pairs is less likely.
    """
    both = pl.concat(
        [
            likely.select("kind", "key", one="a", other="b"),
            likely.select("kind", "key", one="b", other="a"),
        ]
    )
    against = (
        levels.filter(pl.col("feature").is_in(CONTRADICTING) & (pl.col("level") == "different"))
        .select("a", "b")
        .unique()
    )
    torn = (
        both.join(both, on=["kind", "key", "one"], suffix="_b")
        .filter(pl.col("other") < pl.col("other_b"))
        .join(against, left_on=["other", "other_b"], right_on=["a", "b"], how="semi")
    )
    ends = pl.concat([torn.select("one", "other"), torn.select("one", other="other_b")])
    low, high = pl.min_horizontal("one", "other"), pl.max_horizontal("one", "other")
    return (
        ends.select(a=low, b=high)
        .unique()
        .with_columns(feature=pl.lit("others"), level=pl.lit("contradict"), less=pl.lit(0.0))
    )
