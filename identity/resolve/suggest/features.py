"""Features of pairs of contacts: the level that each comparison reaches.

Everything is done for all pairs at once. A feature that one of the two does not have is left out:
what is not known speaks neither for nor against.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz.distance import Indel, JaroWinkler
from rapidfuzz.process import cpdist

from identity.resolve.suggest.attributes import ADDRESS_LEVELS, address_places
from identity.resolve.suggest.person_names import same_given
from identity.resolve.suggest.profiles import Profiles

NEAR_NAME, NEAR_LETTERS = 0.88, 0.8
"""Two names are one, misspelt, from this Jaro-Winkler similarity and this part of letters in common
on: the first alone makes too much of beginnings (Darla, Darletta)."""

LONG_LOCAL = 5
"""Shorter parts before the @ are anybody's."""

NAME_LEVELS = ("same", "near", "initial", "family", "other_family", "other_given", "different")
LEVELS = pl.Schema(dict.fromkeys(("a", "b", "feature", "level"), pl.String()))


def levels_of(pairs: pl.DataFrame, profiles: Profiles) -> pl.DataFrame:
    """Give the levels of pairs (a, b: labels): a, b, feature, level."""
    found = [
        _names(pairs, profiles.names),
        _suffixes(pairs, profiles.names),
        _births(pairs, profiles.births),
        _shared(pairs, profiles.mailboxes.select("label", value="mailbox"), "mailbox"),
        _locals(pairs, profiles.mailboxes),
        _shared(pairs, profiles.phones.select("label", value="phone"), "phone"),
        _addresses(pairs, profiles.addresses),
        _shared(pairs, profiles.places.select("label", value="place"), "place"),
        _apart(pairs, profiles.countries.select("label", value="country"), "country"),
        _unique(pairs, profiles.unique),
        _jobs(pairs, profiles),
    ]
    return pl.concat([f.select(list(LEVELS)).cast(LEVELS) for f in found])


def _both(pairs: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """Give pairs with each combination of their values, the second's with ``_b``."""
    return (
        pairs.select("a", "b")
        .join(values, left_on="a", right_on="label")
        .join(values, left_on="b", right_on="label", suffix="_b")
    )


def _as(rows: pl.DataFrame, feature: str, level: str) -> pl.DataFrame:
    return rows.select("a", "b", feature=pl.lit(feature), level=pl.lit(level))


def _shared(pairs: pl.DataFrame, values: pl.DataFrame, feature: str) -> pl.DataFrame:
    both = _both(pairs, values).filter(pl.col("value") == pl.col("value_b"))
    return _as(both.select("a", "b").unique(), feature, "same")


def _apart(pairs: pl.DataFrame, values: pl.DataFrame, feature: str) -> pl.DataFrame:
    """Give the pairs that both have values and none in common."""
    both = _both(pairs, values)
    equal = both.filter(pl.col("value") == pl.col("value_b")).select("a", "b").unique()
    other = both.select("a", "b").unique().join(equal, on=["a", "b"], how="anti")
    return _as(other, feature, "different")


def _best(rows: pl.DataFrame, feature: str, levels: tuple[str, ...]) -> pl.DataFrame:
    """Give each pair's best level of a column of places in ``levels``."""
    best = rows.drop_nulls("place").group_by("a", "b").agg(pl.col("place").min())
    named = pl.col("place").replace_strict(dict(enumerate(levels)), return_dtype=pl.String)
    return best.select("a", "b", feature=pl.lit(feature), level=named)


def _names(pairs: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    values = names.filter(pl.col("family").is_not_null()).select(
        "label",
        "family",
        given=pl.col("given").str.split(" ").list.first(),
        middle=pl.col("given").str.split(" ").list.slice(1),
    )
    both = _both(pairs, values.unique())
    columns = [c for c in both.columns if c not in ("a", "b")]
    placed = both.join(_places(both.select(columns).unique()), on=columns, nulls_equal=True)
    return _best(placed, "name", NAME_LEVELS)


def _places(kinds: pl.DataFrame) -> pl.DataFrame:
    """Give the place in `NAME_LEVELS` of pairs of names; null where the scripts differ."""
    given, given_b = pl.col("given"), pl.col("given_b")
    family, family_b = pl.col("family"), pl.col("family_b")
    rows = kinds.with_columns(
        families=_alike(kinds, "family", "family_b"),
        givens=_alike(kinds, "given", "given_b"),
        crossed=_alike(kinds, "given", "family_b") & _alike(kinds, "family", "given_b"),
        nick=_nicknames(kinds),
        common=pl.col("family")
        .str.split(" ")
        .list.set_intersection(pl.col("family_b").str.split(" "))
        .list.len()
        > 0,
    )
    initial = (given.str.len_chars() == 1) | (given_b.str.len_chars() == 1)
    initial &= given.str.slice(0, 1) == given_b.str.slice(0, 1)
    missing = given.is_null() | given_b.is_null()
    same = (family == family_b) & (given == given_b) & ~initial
    same |= (family == given_b) & (given == family_b)
    # a family name may stand among the given ones of who has taken another since
    taken = pl.col("middle_b").list.contains(family) | pl.col("middle").list.contains(family_b)
    kin = pl.col("families") | pl.col("common") | taken.fill_null(False)
    known = pl.col("givens") | pl.col("nick")
    scripts = (family + given.fill_null("")).str.contains("[a-z]") == (
        family_b + given_b.fill_null("")
    ).str.contains("[a-z]")
    levels = (
        same,
        (kin & known & ~initial) | pl.col("crossed"),
        kin & initial,
        kin & missing,
        known & ~initial,
        kin,
    )
    place = pl.lit(len(levels))
    for number, level in reversed(list(enumerate(levels))):
        place = pl.when(level.fill_null(False)).then(number).otherwise(place)
    return rows.select(*kinds.columns, place=pl.when(scripts).then(place))


def _alike(rows: pl.DataFrame, one: str, two: str) -> pl.Series:
    """Say which names are equal or nearly so; unknown ones are not."""
    left, right = rows[one].fill_null(""), rows[two].fill_null("")
    near = np.ones(len(left), bool)
    for measure, least in ((JaroWinkler, NEAR_NAME), (Indel, NEAR_LETTERS)):
        scorer = measure.normalized_similarity
        near &= cpdist(left.to_list(), right.to_list(), scorer=scorer, workers=-1) >= least
    return pl.Series(near) & (left.str.len_chars() > 0) & (right.str.len_chars() > 0)


def _nicknames(rows: pl.DataFrame) -> pl.Series:
    pairs = zip(rows["given"].to_list(), rows["given_b"].to_list(), strict=True)
    found = [bool(one and two and same_given(one, two)) for one, two in pairs]
    return pl.Series(found, dtype=pl.Boolean)


def _suffixes(pairs: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    values = names.select("label", value="suffix").drop_nulls().unique()
    return _apart(pairs, values, "suffix")


def _births(pairs: pl.DataFrame, births: pl.DataFrame) -> pl.DataFrame:
    both = _both(pairs, births)
    parts, others = pl.col("birth").str.split("-"), pl.col("birth_b").str.split("-")
    equal = pl.sum_horizontal(parts.list.get(i) == others.list.get(i) for i in range(3))
    place = pl.when(equal == 3).then(0).when(equal == 2).then(1).otherwise(2)
    rows = both.with_columns(place=place)
    return _best(rows, "birth", ("same", "near", "different"))


def _locals(pairs: pl.DataFrame, mailboxes: pl.DataFrame) -> pl.DataFrame:
    values = mailboxes.filter(pl.col("local").str.len_chars() >= LONG_LOCAL)
    both = _both(pairs, values.select("label", "mailbox", value="local").unique())
    equal = both.filter(
        (pl.col("value") == pl.col("value_b")) & (pl.col("mailbox") != pl.col("mailbox_b"))
    )
    return _as(equal.select("a", "b").unique(), "local", "same")


def _addresses(pairs: pl.DataFrame, addresses: pl.DataFrame) -> pl.DataFrame:
    both = _both(pairs, addresses)
    place = address_places(both["address"], both["address_b"])
    return _best(both.with_columns(place=place), "address", ADDRESS_LEVELS)


def _unique(pairs: pl.DataFrame, unique: pl.DataFrame) -> pl.DataFrame:
    both = _both(pairs, unique).filter(pl.col("kind") == pl.col("kind_b"))
    per_kind = both.group_by("a", "b", "kind").agg(
        equal=(pl.col("value") == pl.col("value_b")).any()
    )
    return _as(per_kind.filter(~pl.col("equal")).select("a", "b").unique(), "unique", "different")


def _jobs(pairs: pl.DataFrame, profiles: Profiles) -> pl.DataFrame:
    """Give the pairs of which one was last heard of before the other began, at another place."""
    placed = profiles.seen.join(profiles.places.select("label").unique(), on="label", how="semi")
    both = _both(pairs, placed)
    before = pl.col("last_ms") <= pl.col("first_ms_b")
    after = pl.col("last_ms_b") <= pl.col("first_ms")
    turns = both.filter(before | after).select("a", "b")
    together = _shared(pairs, profiles.places.select("label", value="place"), "place")
    return _as(turns.join(together, on=["a", "b"], how="anti"), "jobs", "in_turn")
