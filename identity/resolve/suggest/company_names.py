"""Names of companies as they are compared: folded, legal forms off their end.

``Müller & Söhne G.m.b.H. & Co. KG`` has the core ``muller and sohne``. A legal form is taken off
only at the end, and never the last word that is left: ``Limited Brands, Inc.`` stays ``limited
brands``, ``AG Consulting`` stays as it is.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]

_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i"}
_INITIAL = r"\b(\p{L})[./]"
_EAST_ASIAN_FORMS = "株式会社|有限会社|合同会社|股份有限公司|有限责任公司|有限公司|주식회사|㈱"


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
    frame = names.cast(pl.String).alias("name").to_frame()
    frame = frame.select(word=folded(pl.col("name")).str.split(" "))
    word = pl.col("word")
    frame = frame.select(pl.when(word.list.first() != "").then("word").alias("word"))
    sizes = frame.select(word.list.len().fill_null(0).cast(pl.Int64)).to_series().to_numpy()
    kept = _without_form(frame["word"].drop_nulls().explode(), sizes[sizes > 0])
    lengths = sizes.copy()
    lengths[sizes > 0] = kept
    frame = frame.with_columns(kept=pl.Series(lengths))
    return frame.select(words=word.list.head(pl.col("kept")))["words"]


def _without_form(words: pl.Series, sizes: Ints) -> Ints:
    """Give how many words of each name are left without its legal form, one at least.

    ``words`` are those of all names in a row, ``sizes`` how many each has. A form ends with one of
    its own words; before that joining words belong to it too.
    """
    listed = word_list("legal_forms")
    form = words.is_in(sorted(f for f in listed if not f.startswith("+"))).to_numpy()
    joining = words.is_in(sorted(f[1:] for f in listed if f.startswith("+"))).to_numpy()
    ends = np.cumsum(sizes)
    starts = ends - sizes
    own = np.where(form | joining, -1, np.arange(len(words)))
    last_own = np.maximum.accumulate(own)[ends - 1] if len(ends) else ends
    last = np.where(form[ends - 1], np.maximum(last_own, starts), ends - 1)
    return np.asarray(last - starts + 1, np.int64)


def cores_of(names: pl.Series) -> pl.Series:
    """Give the core of each name as text: its words without the legal form."""
    return words_of(names).list.join(" ")


def core_of(name: str) -> str | None:
    """Give the core of one name."""
    found: str | None = cores_of(pl.Series([name], dtype=pl.String))[0]
    return found


def distinct_of(cores: pl.Series) -> pl.Series:
    """Give what tells a core from others: its words without those many companies have, glued.

    A core of common words only stays whole.
    """
    common = "|".join(sorted(word_list("common_words")))
    core, glued = pl.col("core"), pl.col("core").str.replace_all(" ", "", literal=True)
    own = core.str.replace_all(rf"\b(?:{common})\b", "").str.replace_all(" ", "", literal=True)
    frame = cores.alias("core").to_frame()
    return frame.select(pl.when(own != "").then(own).otherwise(glued).alias("own"))["own"]


def is_common(cores: pl.Series) -> pl.Series:
    """Say which cores consist of words that many companies have."""
    common = "|".join(sorted(word_list("common_words")))
    return cores.str.contains(rf"^(?:(?:{common})(?: |$))+$").fill_null(False)
