"""Suggestions among companies: who may be one by name and country, and what else speaks for it.

Names are compared through the token index of all names, so that what is said of a company follows
from the names of all; where one of them changes, all are looked at again, and only then.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.distance import Indel
from rapidfuzz.process import cpdist

from identity.resolve.suggest.attributes import (
    ADDRESS_LEVELS,
    address_key,
    address_places,
    addresses,
)
from identity.resolve.suggest.company_names import cores_of, distinct_of, folded, is_common
from identity.resolve.suggest.token_index import ALIKE, index_of, search
from identity.resolve.suggest.weights import COMPANIES, LISTED, scored

ROWS = {
    "label": pl.String(),
    "company_name": pl.String(),
    "country": pl.String(),
    "domain": pl.String(),
    "address": pl.String(),
    "phone_number": pl.String(),
}
"""What is known of companies: a row for each record or golden value; null where it says nothing."""

NEAR_OWN = 0.86
"""From this likeness on the words that tell two names apart are the same ones, misspelt."""

PART = 90
SEARCHED = 0.6
MOST = 20
"""More companies on one phone number or at one address are no ground to suppose anything."""

NAME_LEVELS = ("same", "near", "short", "part", "different")


UNIQUE = {"label": pl.String(), "kind": pl.String(), "value": pl.String()}
"""Values of declared kinds of which a company has one."""


def suggest_companies(
    rows: pl.DataFrame, excluded: pl.DataFrame, unique: pl.DataFrame
) -> pl.DataFrame:
    """Suggest pairs of companies that may be one.

    Args:
        rows: `ROWS`.
        excluded: a, b (labels, a < b): answered by people, or parent and child.
        unique: `UNIQUE`.

    Returns:
        a, b, bits, score, grounds.
    """
    known = _known(rows)
    pairs = pl.concat([_by_name(known), *_by_value(known)]).unique().sort("a", "b")
    pairs = pairs.join(excluded, on=["a", "b"], how="anti")
    levels = pl.concat(
        [
            _names(pairs, known),
            _places(pairs, known),
            _domains(pairs, known),
            _phones(pairs, known),
            _addresses(pairs, known),
            _unique(pairs, unique),
        ]
    ).with_columns(less=pl.lit(0.0))
    found = scored(pairs, levels, COMPANIES)
    return found.filter(pl.col("score") >= LISTED).sort("a", "b")


def _known(rows: pl.DataFrame) -> pl.DataFrame:
    """Bring rows to what is compared: label, core, own, common, country, domain, phone, place."""
    digits = pl.col("phone_number").str.replace_all(r"\D", "")
    cores = cores_of(rows["company_name"])
    return rows.select(
        "label",
        "domain",
        core=cores,
        own=distinct_of(cores),
        common=is_common(cores),
        country=folded(pl.col("country")),
        # the last nine digits: country codes and zeros in front are written or not
        phone=pl.when(digits.str.len_chars() >= 7).then(digits.str.tail(9)),
        address=addresses(pl.col("address")),
    ).with_columns(place=address_key(pl.col("address")))


def _by_name(known: pl.DataFrame) -> pl.DataFrame:
    """Give pairs whose names the index finds alike."""
    names = known.select("label", "core").drop_nulls().unique().sort("label", "core")
    if names.height < 2:
        return pl.DataFrame(schema={"a": pl.String, "b": pl.String})
    found = search(index_of(names["core"]), names["core"]).filter(pl.col("score") >= SEARCHED)
    one, two = (names["label"].gather(found[c]) for c in ("query", "name"))
    return _ordered(pl.DataFrame({"one": one, "two": two}))


def _by_value(known: pl.DataFrame) -> list[pl.DataFrame]:
    """Give pairs on one phone number, and pairs of one house."""
    found = []
    for column in ("phone", "place"):
        values = known.select("label", value=column).drop_nulls().unique()
        sizes = values.group_by("value").agg(size=pl.len())
        few = values.join(sizes.filter(pl.col("size") <= MOST), on="value").drop("size")
        both = few.join(few, on="value", suffix="_b")
        found.append(_ordered(both.select(one="label", two="label_b")))
    return found


def _ordered(pairs: pl.DataFrame) -> pl.DataFrame:
    low, high = pl.min_horizontal("one", "two"), pl.max_horizontal("one", "two")
    return pairs.filter(pl.col("one") != pl.col("two")).select(a=low, b=high).unique()


def _both(pairs: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    return (
        pairs.select("a", "b")
        .join(values, left_on="a", right_on="label")
        .join(values, left_on="b", right_on="label", suffix="_b")
    )


def _level(rows: pl.DataFrame, feature: str, level: pl.Expr) -> pl.DataFrame:
    found = rows.select("a", "b", feature=pl.lit(feature), level=level)
    return found.drop_nulls("level")


def name_levels(core: pl.Series, other: pl.Series) -> pl.Series:
    """Give the place in `NAME_LEVELS` of pairs of cores.

    ``short``: the same but for words that many companies have; ``part``: one holds the other.
    """
    own, own_b = distinct_of(core), distinct_of(other)
    plain = [s.str.replace_all(" ", "", literal=True).to_list() for s in (core, other)]
    letters = np.maximum(
        cpdist(*plain, scorer=Indel.normalized_similarity, workers=-1),
        cpdist(core.to_list(), other.to_list(), scorer=fuzz.token_sort_ratio, workers=-1) / 100,
    )
    apart = cpdist(own.to_list(), own_b.to_list(), scorer=Indel.normalized_similarity, workers=-1)
    within = cpdist(core.to_list(), other.to_list(), scorer=fuzz.token_set_ratio, workers=-1)
    same = (core == other).to_numpy()
    near = (letters >= ALIKE) & (apart >= NEAR_OWN)
    short = (own == own_b).to_numpy()
    part = (apart >= NEAR_OWN) | (within >= PART)
    return pl.Series(np.select([same, near, short, part], [0, 1, 2, 3], default=4))


def _names(pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    values = known.select("label", "core", "common").drop_nulls("core").unique()
    both = _both(pairs, values)
    both = both.with_columns(place=name_levels(both["core"], both["core_b"]))
    best = both.sort("a", "b", "place", "core").unique(["a", "b"], keep="first")
    level = pl.col("place").replace_strict(dict(enumerate(NAME_LEVELS)), return_dtype=pl.String)
    common = pl.when(pl.col("common") & pl.col("common_b") & (pl.col("place") < 4)).then(
        pl.lit("only")
    )
    return pl.concat([_level(best, "name", level), _level(best, "common", common)])


def _equal(pairs: pl.DataFrame, known: pl.DataFrame, column: str) -> pl.DataFrame:
    """Give the pairs that both have a value, and whether they share one: a, b, equal."""
    both = _both(pairs, known.select("label", value=column).drop_nulls().unique())
    return both.group_by("a", "b").agg(equal=(pl.col("value") == pl.col("value_b")).any())


def _places(pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    level = pl.when("equal").then(pl.lit("same")).otherwise(pl.lit("different"))
    return _level(_equal(pairs, known, "country"), "country", level)


def _phones(pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    return _level(_equal(pairs, known, "phone"), "phone", pl.when("equal").then(pl.lit("same")))


def _domains(pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Compare domains by what stands before the suffix: acme.com and acme.de are told apart."""
    labels = known.select("label", value=pl.col("domain").str.split(".").list.first())
    equal = _equal(pairs, labels, "value")
    level = pl.when("equal").then(pl.lit("same_label")).otherwise(pl.lit("different"))
    return _level(equal, "domain", level)


def _addresses(pairs: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    both = _both(pairs, known.select("label", "address").drop_nulls().unique())
    place = address_places(both["address"], both["address_b"])
    best = both.with_columns(place=place).group_by("a", "b").agg(pl.col("place").min())
    names = dict(enumerate(ADDRESS_LEVELS))
    level = pl.col("place").replace_strict(names, return_dtype=pl.String)
    return _level(best, "address", level)


def _unique(pairs: pl.DataFrame, unique: pl.DataFrame) -> pl.DataFrame:
    both = _both(pairs, unique).filter(pl.col("kind") == pl.col("kind_b"))
    per_kind = both.group_by("a", "b", "kind").agg(
        equal=(pl.col("value") == pl.col("value_b")).any()
    )
    differing = per_kind.filter(~pl.col("equal")).unique(["a", "b"])
    return _level(differing, "unique", pl.lit("different"))
