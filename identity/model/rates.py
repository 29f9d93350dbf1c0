"""Rates: amounts of several currencies brought to one.

The table of rates is the user's; nothing is fetched. A rate that is not there is reported, it is
never taken to be 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from identity.model.currencies import EXPONENTS
from identity.model.money import LIMIT, AmountError, exponent

_RATE_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Converted:
    """Amounts in the base currency, and what could not be converted.

    ``base_minor`` (Int64) and ``rate_date`` (Date) follow the rows of the input and are null where
    no rate applies; ``rate_date`` is null for the base currency itself. ``missing`` counts the rows
    without a rate by ``currency`` and ``date``.
    """

    base_minor: pl.Series
    rate_date: pl.Series
    missing: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Rates:
    """What one unit of a currency is worth in the base currency, by day.

    ``table`` has ``date``, ``currency`` and ``scaled`` (the rate times 10^12, Int64), one row per
    date and currency. Make it with `Rates.of`.
    """

    base: str
    table: pl.DataFrame

    @classmethod
    def of(cls, frame: pl.DataFrame, base: str) -> Rates:
        """Read a table of ``date`` (Date or ISO text), ``currency``, ``rate`` (number or text).

        Raises:
            AmountError: an unknown currency, a rate that is not above 0 or not a number, two rates
                for one date and currency, or a rate other than 1 for the base itself.
        """
        exponent(base)
        dates = pl.col("date")
        if frame.schema["date"] == pl.String:
            dates = dates.str.strip_chars().str.to_date("%Y-%m-%d", strict=False)
        table = frame.select(
            date=dates,
            currency=pl.col("currency").str.strip_chars().str.to_uppercase(),
            scaled=_scaled_rate(frame.schema["rate"]),
        ).unique()
        for code in table["currency"].unique().sort():
            exponent(code or "")
        wrong = (pl.col("scaled") <= 0) | pl.any_horizontal(pl.col("scaled", "date").is_null())
        bad = table.filter(wrong.fill_null(True))
        bad_base = table.filter((pl.col("currency") == base) & (pl.col("scaled") != 10**12))
        twice = table.filter(pl.struct("date", "currency").is_duplicated())
        for rows, reason in (
            (bad, "is not a rate above 0 on a date"),
            (bad_base, f"differs from 1, but {base} is the base"),
            (twice, "stands twice in the table"),
        ):
            if rows.height:
                first = rows.sort("currency", "date").row(0, named=True)
                message = f"the rate of {first['currency']} on {first['date']} {reason}"
                raise AmountError(message, "E_RATE")
        return cls(base, table.sort("date", "currency"))

    def convert(
        self,
        frame: pl.DataFrame,
        *,
        amount: str = "amount_minor",
        currency: str = "currency",
        date: str = "date",
    ) -> Converted:
        """Convert minor units at the latest rate on or before each row's date (a Date column).

        Exact integer arithmetic, rounded half to even to the base currency's minor unit.
        """
        rows = frame.select(
            amount=pl.col(amount).cast(pl.Int128),
            currency=pl.col(currency),
            date=pl.col(date),
            digits=pl.col(currency).replace_strict(EXPONENTS, default=None, return_dtype=pl.Int32),
        ).with_row_index("row")
        table = self.table.filter(pl.col("currency") != self.base).with_columns(
            rate_date=pl.col("date")
        )
        joined = (
            rows.sort("date")
            .join_asof(table, on="date", by="currency", check_sortedness=False)
            .sort("row")
            .with_columns(
                scaled=pl.when(pl.col("currency") == self.base)
                .then(10**_RATE_DIGITS)
                .otherwise("scaled")
            )
        )
        gap = pl.col("digits") - EXPONENTS[self.base]
        ten = pl.lit(10, dtype=pl.Int128)
        above = pl.col("amount") * pl.col("scaled") * ten.pow((-gap).clip(0))
        below = ten.pow(gap.clip(0)) * 10**_RATE_DIGITS
        base_minor = joined.select(_half_even(above, below)).to_series()
        if (base_minor.abs() >= LIMIT).any():
            raise AmountError(f"an amount is too large in {self.base}")
        missing = (
            joined.filter(pl.col("amount").is_not_null() & base_minor.is_null())
            .group_by("currency", "date")
            .agg(rows=pl.len())
            .sort("currency", "date")
        )
        return Converted(
            base_minor.cast(pl.Int64).rename("base_minor"), joined["rate_date"], missing
        )


def _scaled_rate(dtype: pl.DataType) -> pl.Expr:
    rate = pl.col("rate")
    if dtype == pl.String:
        rate = rate.str.strip_chars().cast(pl.Decimal(38, _RATE_DIGITS), strict=False)
    if dtype.is_float():
        return (rate * 10.0**_RATE_DIGITS).round().cast(pl.Int64, strict=False)
    exact = rate.cast(pl.Decimal(38, _RATE_DIGITS), strict=False)
    return (exact * 10**_RATE_DIGITS).cast(pl.Int64, strict=False)


def _half_even(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    floor = above // below
    twice = 2 * (above - floor * below)
    up = (twice > below) | ((twice == below) & (floor % 2 != 0))
    return floor + up.cast(pl.Int128)
