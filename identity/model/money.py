"""Money: integer minor units with an ISO 4217 currency, read and split without losing one.

Amounts enter as text or `Decimal` and become integers at once (`minor_units`, `read_amount`). They
are split with exact integer arithmetic (`allocate`, `allocate_frame`), so that the parts always add
up to the whole. Conversion between currencies is in `identity.model.rates`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from typing import Final

import polars as pl

from identity.model.currencies import EXPONENTS, SYMBOLS

LIMIT: Final = 10**15
"""Amounts of this many minor units or more are refused: no deal is that large, a typo is."""

_MAX_DECIMALS: Final = 12
_MAX_TEXT: Final = 80
_WEIGHT_BITS: Final = 60
_TIE_BITS: Final = 10
_MAX_WEIGHT: Final = 1 + 1e-9
_BLANKS: Final = dict.fromkeys(map(ord, "\u00a0\u2009\u202f"), " ")
_WRITTEN: Final = re.compile(r"([+-]?)([^\d+.,-]*)([+-]?\d.*?)([^\d.,]*)", re.DOTALL)


class AmountError(ValueError):
    """An amount, a currency or a rate cannot be read. ``code`` is stable."""

    def __init__(self, message: str, code: str = "E_AMOUNT") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class AmountFormat:
    """How a source writes numbers: the decimal mark, and the mark between groups of three.

    ``group`` is empty where the source writes none; a blank stands for no-break blanks too.
    """

    decimal: str = "."
    group: str = ""

    def __post_init__(self) -> None:
        """Refuse marks that cannot be told apart."""
        if len(self.decimal) != 1 or len(self.group) > 1 or self.decimal == self.group:
            raise AmountError(f"{self.decimal!r} and {self.group!r} are no pair of marks")


PLAIN: Final = AmountFormat()


def exponent(currency: str) -> int:
    """Give the number of decimals of a currency (ISO 4217, three capital letters).

    Raises:
        AmountError: the code is not one of an amount (``XXX``, ``XTS``, a typo).
    """
    if currency not in EXPONENTS:
        raise AmountError(f"{currency!r} is not an ISO 4217 currency", "E_CURRENCY")
    return EXPONENTS[currency]


def written(minor: int, currency: str, sign: str = "") -> str:
    """Write an amount in major units, for people: 123456 EUR is ``1,234.56``.

    ``sign``: "+" writes the sign of positive amounts, too.
    """
    digits = exponent(currency)
    return f"{minor / 10**digits:{sign},.{digits}f}"


def minor_units(amount: Decimal | str, currency: str, form: AmountFormat = PLAIN) -> int:
    """Read an amount as integer minor units: ``"12.5"`` EUR is 1250, ``"12"`` JPY is 12.

    Text must be ASCII digits in the declared format: no exponent, no ``_``, no other digits, and
    groups only where the format has them and only of three. Digits below the minor unit (costs come
    in millionths) are rounded half to even; more than twelve are refused. ``-0`` is 0.

    Raises:
        AmountError: not a number of that format, not finite, or beyond `LIMIT`.
    """
    digits = exponent(currency)
    value = _decimal(amount, form) if isinstance(amount, str) else amount
    if not value.is_finite() or abs(value.adjusted()) > 20:
        raise AmountError(f"{str(amount)[:40]!r} is not an amount")
    with localcontext(prec=60):
        value = value.normalize()
        if -int(value.as_tuple().exponent) > _MAX_DECIMALS:
            raise AmountError(f"{str(amount)[:40]!r} has more than {_MAX_DECIMALS} decimals")
        minor = int(value.scaleb(digits).to_integral_value(rounding=ROUND_HALF_EVEN))
    if abs(minor) >= LIMIT:
        raise AmountError(f"{str(amount)[:40]!r} is too large for an amount")
    return minor


def read_amount(
    text: str, currency: str | None = None, form: AmountFormat = PLAIN
) -> tuple[int, str]:
    """Read ``"12 USD"``, ``"€12"`` or ``"12"``; give (minor units, currency).

    A sign or code beside the number must be unambiguous and agree with ``currency`` where that is
    given too; ``usd`` is read as ``USD``. ``$`` needs the currency: several countries write it.

    Raises:
        AmountError: no currency, two that differ, or not a number.
    """
    declared = currency.strip().upper() if currency and currency.strip() else None
    found = _WRITTEN.fullmatch(text.strip())
    if found is None or (found[1] and found[3][0] in "+-"):
        raise AmountError(f"{text[:40]!r} is not an amount")
    marks = [mark.strip() for mark in (found[2], found[4]) if mark.strip()]
    if len(marks) > 1:
        raise AmountError(f"{text[:40]!r} carries two currencies", "E_CURRENCY")
    written = _currency_of(marks[0], declared) if marks else None
    if written is not None and declared is not None and written != declared:
        raise AmountError(f"{text!r} is not in {declared}", "E_CURRENCY")
    code = written or declared
    if code is None:
        raise AmountError(f"{text!r} has no currency", "E_CURRENCY")
    return minor_units(found[1] + found[3], code, form), code


def allocate(total_minor: int, weights: Sequence[Fraction | float]) -> list[int]:
    """Split an amount by weights; the parts add up to the amount exactly.

    Largest remainder: each part gets ``floor(total * weight)``, then the units that are left go one
    each to the largest fractional parts, ties to the earlier one. A negative total is split as its
    positive mirror. Weights are shares of 1; they need not add up to 1 in the last digit.

    Weights are taken on a grid of 2^-60 and everything after is integer arithmetic; fractional
    parts that differ by less than 2^-10 of a minor unit count as equal, so noise of the last binary
    digit never decides who gets a cent.

    Raises:
        AmountError: a weight below 0 or above 1, or none to split a non-zero amount over.
    """
    if any(not 0 <= weight <= _MAX_WEIGHT for weight in weights):
        raise AmountError("a weight is not between 0 and 1")
    scaled = [int(Fraction(weight) * 2**_WEIGHT_BITS) for weight in weights]
    whole = sum(scaled)
    if whole == 0:
        if total_minor:
            raise AmountError(f"no weight to split {total_minor} over")
        return [0] * len(scaled)
    sign, amount = (-1 if total_minor < 0 else 1), abs(total_minor)
    parts, keys = [], []
    for weight in scaled:
        part, rest = divmod(amount * weight, whole)
        parts.append(part)
        keys.append(((rest << _TIE_BITS) + whole // 2) // whole if weight else -1)
    left = amount - sum(parts)
    for index in sorted(range(len(parts)), key=lambda i: (-keys[i], i))[:left]:
        parts[index] += 1
    return [sign * part for part in parts]


def allocate_frame(
    frame: pl.DataFrame, *, group: str, total: str, weight: str, order: str
) -> pl.Series:
    """Split each group's total over its rows, as `allocate` does; ties go to the smaller ``order``.

    Args:
        frame: one row per part. ``total`` (minor units, below `LIMIT`) is the same on all rows of a
            group, null where there is nothing to split; ``weight`` is a float from 0 to 1.
        group: column that names the group.
        total: column of the total.
        weight: column of the weight.
        order: column that orders the rows inside a group; it has no ties there.

    Returns:
        ``Int64`` parts in the frame's row order; null where the total is null.

    Raises:
        AmountError: as `allocate`.
    """
    wide = pl.Int128
    scaled = (pl.col("weight") * 2.0**_WEIGHT_BITS).floor().cast(pl.Int64)
    work = frame.select(
        group=pl.col(group), total=pl.col(total), weight=pl.col(weight), order=pl.col(order)
    ).with_columns(scaled=scaled, amount=pl.col("total").abs().cast(wide))
    if not work.select(pl.col("weight").is_between(0, _MAX_WEIGHT).all()).item():
        raise AmountError("a weight is not between 0 and 1")
    work = work.with_columns(whole=pl.col("scaled").cast(wide).sum().over("group"))
    if work.filter((pl.col("whole") == 0) & (pl.col("total") != 0)).height:
        raise AmountError("no weight to split an amount over")
    work = work.with_columns(whole=pl.max_horizontal("whole", pl.lit(1, dtype=wide)))
    product = pl.col("amount") * pl.col("scaled").cast(wide)
    work = work.with_columns(part=product // pl.col("whole"), rest=product % pl.col("whole"))
    near = (pl.col("rest") * 2**_TIE_BITS + pl.col("whole") // 2) // pl.col("whole")
    work = work.select(
        pl.col("group", "order", "total"),
        part=pl.col("part").cast(pl.Int64),
        key=pl.when(pl.col("scaled") > 0).then(near).otherwise(-1).cast(pl.Int64),
        left=(pl.col("amount") - pl.col("part").sum().over("group")).cast(pl.Int64),
    ).with_row_index("row")
    extra = (
        work.filter(pl.col("left") > 0)
        .sort("key", "order", descending=[True, False])
        .filter(pl.int_range(pl.len()).over("group") < pl.col("left"))
        .select("row", extra=pl.lit(1, dtype=pl.Int64))
    )
    split = work.join(extra, on="row", how="left", maintain_order="left")
    sign = pl.col("total").sign().cast(pl.Int64)
    parts = split.select(sign * (pl.col("part") + pl.col("extra").fill_null(0)))
    return parts.to_series().rename(total)


def _decimal(text: str, form: AmountFormat) -> Decimal:
    clean = text.strip().translate(_BLANKS)
    number = r"\d+"
    if form.group:
        number = rf"(?:\d+|\d{{1,3}}(?:{re.escape(form.group)}\d{{3}})+)"
    pattern = rf"([+-]?)({number})(?:{re.escape(form.decimal)}(\d+))?"
    found = re.fullmatch(pattern, clean, re.ASCII)
    if found is None or len(clean) > _MAX_TEXT:
        raise AmountError(f"{text[:40]!r} is not an amount")
    whole = found[2].replace(form.group, "") if form.group else found[2]
    return Decimal(f"{found[1]}{whole}.{found[3] or '0'}")


def _currency_of(mark: str, declared: str | None) -> str:
    if mark == "$" and declared is not None and declared.endswith("D"):
        return declared
    code = SYMBOLS.get(mark, mark.upper())
    if code not in EXPONENTS:
        raise AmountError(f"{mark[:10]!r} does not name one currency", "E_CURRENCY")
    return code
