"""Names of people as they are compared: given and family name apart, titles and suffixes off.

A family name is what a source calls so, else what stands before a comma, else the last word. The
sound of a name is its skeleton of consonants: what it keeps is heard, what it drops is misspelt.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import polars as pl

from identity.resolve.suggest.company_names import folded

TITLES = ("dr", "mr", "mrs", "ms", "prof", "herr", "frau", "ing", "dipl", "sir", "madame", "m r")
SUFFIXES = {
    "jr": "jr", "junior": "jr", "sr": "sr", "senior": "sr",
    "i": "1", "ii": "2", "iii": "3", "iv": "4",
}  # fmt: skip
_SOUNDS = {
    "sch": "s", "tch": "s", "ph": "f", "ck": "k", "ch": "k", "sh": "s", "th": "t", "qu": "k",
    "dt": "t", "tz": "s", "ts": "s", "cz": "s", "gh": "g", "kn": "n", "wr": "r", "x": "ks",
    "c": "k", "q": "k", "z": "s", "v": "f", "w": "f", "d": "t", "b": "p", "g": "k", "j": "k",
}  # fmt: skip

NAMES = ("given", "family", "suffix")


@cache
def nicknames() -> dict[str, frozenset[int]]:
    """Give, for each given name that others are used for, the groups it is in."""
    folder = resources.files("identity.resolve.suggest") / "data"
    lines = (folder / "nicknames.txt").read_text("utf-8").splitlines()
    groups = [line.split() for line in lines if line and not line.startswith("#")]
    found: dict[str, set[int]] = {}
    for number, names in enumerate(groups):
        for name in names:
            found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


def same_given(one: str, two: str) -> bool:
    """Say whether two given names are used for each other."""
    known = nicknames()
    return bool(known.get(one, frozenset()) & known.get(two, frozenset()))


def parsed(records: pl.DataFrame) -> pl.DataFrame:
    """Take the names of records apart.

    Args:
        records: id, person_name, first_name, last_name, other columns are left out.

    Returns:
        id, given, family (folded, null where there is none), suffix (jr, sr, 1 to 4); records
        without a name are left out.
    """
    name = pl.col("person_name")
    comma = name.str.contains(",", literal=True)
    halves = name.str.splitn(",", 2).struct
    said = pl.col("last_name").is_not_null()
    family = pl.when(said).then("last_name").when(comma).then(halves.field("field_0"))
    given = pl.when(said).then("first_name").when(comma).then(halves.field("field_1"))
    whole = pl.coalesce("person_name", "first_name")
    rows = records.select("id", family=folded(family), given=folded(given), whole=folded(whole))
    words = pl.col("whole").str.split(" ")
    rows = rows.with_columns(
        said=pl.concat_str(
            [pl.lit(""), "given", "family", "whole", pl.lit("")], separator=" ", ignore_nulls=True
        ),
        apart=pl.col("family").is_not_null(),
        words=_plain(words),
    )
    rows = rows.with_columns(
        suffix=_suffix(),
        family=pl.when("apart")
        .then(_plain(pl.col("family").str.split(" ")).list.join(" "))
        .otherwise(pl.col("words").list.last()),
        given=pl.when("apart")
        .then(_plain(pl.col("given").str.split(" ")).list.join(" "))
        .otherwise(pl.col("words").list.head(pl.col("words").list.len() - 1).list.join(" ")),
    )
    empty = [pl.when(pl.col(c) != "").then(c).alias(c) for c in ("given", "family")]
    rows = rows.with_columns(empty).select("id", *NAMES)
    return rows.filter(pl.col("family").is_not_null() | pl.col("given").is_not_null())


def _plain(words: pl.Expr) -> pl.Expr:
    """Leave out titles and suffixes, unless nothing else is there."""
    left = words.list.filter(~pl.element().is_in([*TITLES, *SUFFIXES]))
    return pl.when(left.list.len() > 0).then(left).otherwise(words)


def _suffix() -> pl.Expr:
    found = pl.col("said").str.extract(r" (jr|junior|sr|senior|ii|iii|iv|i)(?: |$)")
    return found.replace_strict(SUFFIXES, return_dtype=pl.String)


def sound(words: pl.Expr) -> pl.Expr:
    """Give the skeleton of consonants of a name; a vowel only where it starts with one."""
    plain = words.str.replace_all(" ", "", literal=True).str.replace_many(_SOUNDS, leftmost=True)
    head = plain.str.slice(0, 1).str.replace(r"[aeiouy]", "a")
    rest = plain.str.slice(1).str.replace_all(r"[aeiouyh]", "")
    found = head + rest
    for letter in "bdfgjklmnprst":
        found = found.str.replace_all(letter + "+", letter)
    return found


def name_key(names: pl.DataFrame) -> pl.DataFrame:
    """Give the key by which people of nearly one name meet: id, name_key.

    The sounds of the first given name and of the family name, in the order of their letters, so
    that it does not matter which is which; both must be there.
    """
    first = pl.col("given").str.split(" ").list.first()
    rows = names.filter(pl.col("family").is_not_null() & (first.str.len_chars() > 1))
    both = pl.concat_list(sound(first), sound(pl.col("family"))).list.sort().list.join("|")
    return rows.select("id", name_key=both)
