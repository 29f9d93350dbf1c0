"""Names of companies as they are compared: folded, legal forms off their end.

``Müller & Söhne G.m.b.H. & Co. KG`` has the core ``muller and sohne``. A legal form is taken off
only at the end, and never the last word that is left: ``Limited Brands, Inc.`` stays ``limited
brands``, ``AG Consulting`` stays as it is.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import polars as pl

_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"}
_INITIAL = r"\b(\p{L})[./]"
_EAST_ASIAN_FORMS = "株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|㈱"
LONGEST_FORM = 6
"""How many words of a legal form are looked for: ``Ltda. S.A. de C.V.`` has five."""


@cache
def word_list(name: str) -> frozenset[str]:
    """Read one of the lists beside this module: an entry a line, ``#`` starts a comment."""
    folder = resources.files("identity.resolve.suggest") / "data"
    lines = (folder / f"{name}.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def folded(names: pl.Expr) -> pl.Expr:
    """Fold names: lower case, no accents, words of letters and digits between single blanks.

    A single letter before a dot or a slash joins what follows: ``S.p.A.`` and ``A/S`` are words.
    """
    plain = names.str.to_lowercase().str.replace_many(_LETTERS).str.normalize("NFKD")
    plain = plain.str.replace_all(r"\p{M}|['’`´]", "").str.replace_all("&", " and ", literal=True)
    plain = plain.str.replace_all(_EAST_ASIAN_FORMS, " ").str.replace_all(_INITIAL, "$1")
    return plain.str.replace_all(r"[^\p{L}\p{N}]+", " ").str.strip_chars(" ")


def words_of(names: pl.Series) -> pl.Series:
    """Give the words of each name without its legal form; null where nothing is left."""
    word = pl.col("word")
    listed = word_list("legal_forms")
    forms = pl.Series(sorted(f for f in listed if not f.startswith("+")))
    joining = pl.Series(sorted(f[1:] for f in listed if f.startswith("+")))
    rows = names.cast(pl.String).alias("name").to_frame()
    rows = rows.select(word=folded(pl.col("name")).str.split(" "), stripped=pl.lit(False))
    for _ in range(LONGEST_FORM):
        last = word.list.last()
        ends = last.is_in(forms.implode()) | (pl.col("stripped") & last.is_in(joining.implode()))
        ends &= word.list.len() > 1
        rows = rows.with_columns(
            word=pl.when(ends).then(word.list.head(word.list.len() - 1)).otherwise(word),
            stripped=pl.col("stripped") | ends,
        )
    return rows.select(pl.when(word.list.first() != "").then(word).alias("words"))["words"]


def cores_of(names: pl.Series) -> pl.Series:
    """Give the core of each name as text: its words without the legal form."""
    return words_of(names).list.join(" ")


def core_of(name: str) -> str | None:
    """Give the core of one name."""
    found: str | None = cores_of(pl.Series([name], dtype=pl.String))[0]
    return found
