"""Mailboxes, dates of birth and addresses as they are compared."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cpdist

from identity.resolve.suggest.company_names import folded

SAME_ADDRESS, NEAR_ADDRESS = 92, 75
"""From these token-set ratios on two addresses are one, or nearly so."""

ADDRESS_LEVELS = ("same", "near", "different")

DOTLESS = frozenset({"gmail.com", "googlemail.com"})
"""Providers to whom dots in the part before the @ mean nothing."""

SAME_HOST = {"googlemail.com": "gmail.com", "me.com": "icloud.com", "mac.com": "icloud.com"}
"""Hosts of one provider under which a mailbox has all its addresses."""

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_STREETS = {
    "street": "st", "strasse": "st", "str": "st", "road": "rd", "drive": "dr", "avenue": "ave",
    "av": "ave", "lane": "ln", "boulevard": "blvd", "blv": "blvd", "place": "pl", "court": "ct",
    "square": "sq", "highway": "hwy", "parkway": "pkwy", "terrace": "ter", "circuit": "cct",
    "north": "n", "south": "s", "east": "e", "west": "w", "apartment": "apt", "apartments": "apt",
    "suite": "ste", "building": "bldg", "number": "no", "platz": "pl", "weg": "way",
}  # fmt: skip


def mailbox(address: str) -> str:
    """Give the mailbox of an address by the rules of its provider (R5).

    A tag after ``+`` names no other mailbox anywhere (RFC 5233); dots mean nothing to some.
    """
    local, _, host = address.partition("@")
    host = SAME_HOST.get(host, host)
    plain = local.partition("+")[0] or local
    if host in DOTLESS:
        plain = plain.replace(".", "") or plain
    return f"{plain}@{host}"


def births(dates: pl.Expr) -> pl.Expr:
    """Fold dates of birth: ``yy-a-b``, day and month in order of size, null where unreadable.

    Sources write day and month in either order and leave out the century: what is left is what all
    of them agree on.
    """
    text = dates.str.to_lowercase().str.replace(r"^\s*(\d{4})(\d\d)(\d\d)\s*$", "$1 $2 $3")
    for number, month in enumerate(_MONTHS, 1):
        text = text.str.replace(rf"\b{month}[a-z]*", f" {number} ")
    numbers = text.str.extract_all(r"\d+").list.eval(pl.element().cast(pl.Int64, strict=False))
    year = text.str.extract(r"(?:^|\D)(\d{4})(?:\D|$)").cast(pl.Int64)
    dated = year.is_not_null()
    days = numbers.list.filter(pl.element() <= 31)
    others = pl.when(dated).then(days).otherwise(numbers.list.head(2))
    short = pl.when(dated).then(year % 100).otherwise(numbers.list.last())
    low, high = others.list.min(), others.list.max()
    whole = (numbers.list.len() == 3) & (others.list.len() == 2)
    possible = low.is_between(1, 12) & (high <= 31) & (short < 100)
    return pl.when(whole & possible).then(pl.format("{}-{}-{}", short, low, high))


def addresses(texts: pl.Expr) -> pl.Expr:
    """Fold postal addresses: folded words, kinds of streets and directions abbreviated."""
    words = folded(texts).str.split(" ")
    short = words.list.eval(pl.element().replace(_STREETS))
    return short.list.join(" ").replace("", None)


def address_key(folded_address: pl.Expr) -> pl.Expr:
    """Give the key by which people of one place meet: the first number and the first long word."""
    number = folded_address.str.extract(r"\b(\d+)\b")
    word = folded_address.str.extract(r"\b(\p{L}{4,})\b").str.slice(0, 5)
    return pl.when(number.is_not_null() & word.is_not_null()).then(number + "|" + word)


def address_places(one: pl.Series, two: pl.Series) -> pl.Series:
    """Give the place in `ADDRESS_LEVELS` of pairs of folded addresses.

    One may say more than the other; the same ones have the same first number.
    """
    likeness = cpdist(one.to_list(), two.to_list(), scorer=fuzz.token_set_ratio, workers=-1)
    frame = pl.DataFrame({"one": one, "two": two, "score": pl.Series(likeness, dtype=pl.Float64)})
    number, other = (pl.col(c).str.extract(r"\b(\d+)\b") for c in ("one", "two"))
    same = (pl.col("score") >= SAME_ADDRESS) & number.eq_missing(other)
    near = pl.col("score") >= NEAR_ADDRESS
    return frame.select(pl.when(same).then(0).when(near).then(1).otherwise(2)).to_series()
