"""Reading amounts strictly, and converting them without inventing a rate."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest

from identity.model.money import (
    AmountError,
    AmountFormat,
    allocate,
    allocate_frame,
    minor_units,
    read_amount,
)
from identity.model.rates import Rates

GERMAN = AmountFormat(",", ".")
FRENCH = AmountFormat(",", " ")
ENGLISH = AmountFormat(".", ",")


@pytest.mark.parametrize(
    ("amount", "currency", "form", "minor"),
    [
        ("1234.5", "EUR", AmountFormat(), 123450),
        ("1,234.50", "EUR", ENGLISH, 123450),
        ("1.234,50", "EUR", GERMAN, 123450),
        ("1 234,5", "EUR", FRENCH, 123450),
        ("1\u202f234\u00a0567,5", "EUR", FRENCH, 123456750),
        ("1234", "JPY", AmountFormat(), 1234),
        ("1.2345", "KWD", AmountFormat(), 1234),
        ("1.2355", "KWD", AmountFormat(), 1236),
        ("12.00005", "CLF", AmountFormat(), 120000),
        ("-0", "EUR", AmountFormat(), 0),
        ("-12.345", "EUR", AmountFormat(), -1234),
        ("36.150000", "USD", AmountFormat(), 3615),
        (Decimal("12000.0"), "EUR", AmountFormat(), 1200000),
        (Decimal("1E+3"), "EUR", AmountFormat(), 100000),
        (Decimal("-0.00"), "EUR", AmountFormat(), 0),
    ],
)
def test_amounts(amount: str | Decimal, currency: str, form: AmountFormat, minor: int) -> None:
    assert minor_units(amount, currency, form) == minor


@pytest.mark.parametrize(
    "amount",
    [
        "1,234.50", "1.234,50", "1 234", "1_000", "1e3", "1E5", "1e400", "NaN", "Infinity", "", "-",
        "١٢", "１２", "+-1", "1.", ".5", "1.2.3", "0x10", "12 EUR", "(5)", "5-", "1\n2",
        "0." + "1" * 40, "9" * 30, "10000000000000",
        Decimal("NaN"), Decimal("Infinity"), Decimal("1E+400"), Decimal("1E-400"),
    ],
)  # fmt: skip
def test_what_is_no_amount_is_refused(amount: str | Decimal) -> None:
    with pytest.raises(AmountError):
        minor_units(amount, "EUR")


@pytest.mark.parametrize("amount", ["12,34.5", "1,2345", ",123", "1,,234", "1.234.567"])
def test_groups_are_of_three(amount: str) -> None:
    with pytest.raises(AmountError):
        minor_units(amount, "EUR", ENGLISH)


@pytest.mark.parametrize("code", ["XXX", "XTS", "XAU", "eur", "EURO", "", "ZZZ"])
def test_what_is_no_currency_is_refused(code: str) -> None:
    with pytest.raises(AmountError) as caught:
        minor_units("1", code)
    assert caught.value.code == "E_CURRENCY"


@pytest.mark.parametrize(
    ("text", "declared", "read"),
    [
        ("€12", None, (1200, "EUR")),
        ("12 USD", None, (1200, "USD")),
        ("usd 12.5", None, (1250, "USD")),
        ("-£3", None, (-300, "GBP")),
        ("£-3", None, (-300, "GBP")),
        ("12", "usd", (1200, "USD")),
        ("$12", "CAD", (1200, "CAD")),
        ("12", " EUR ", (1200, "EUR")),
    ],
)
def test_amounts_with_their_currency(
    text: str, declared: str | None, read: tuple[int, str]
) -> None:
    assert read_amount(text, declared) == read


@pytest.mark.parametrize(
    ("text", "declared", "code"),
    [
        ("12", None, "E_CURRENCY"),
        ("12", "  ", "E_CURRENCY"),
        ("$12", None, "E_CURRENCY"),
        ("$12", "EUR", "E_CURRENCY"),
        ("12 USD", "EUR", "E_CURRENCY"),
        ("€12 EUR", None, "E_CURRENCY"),
        ("12 XXX", None, "E_CURRENCY"),
        ("¥12", None, "E_CURRENCY"),
        ("--12", "EUR", "E_AMOUNT"),
        ("twelve", "EUR", "E_AMOUNT"),
    ],
)
def test_ambiguous_amounts_are_refused(text: str, declared: str | None, code: str) -> None:
    with pytest.raises(AmountError) as caught:
        read_amount(text, declared)
    assert caught.value.code == code


def test_marks_that_cannot_be_told_apart_are_refused() -> None:
    with pytest.raises(AmountError):
        AmountFormat(",", ",")


def test_noise_of_the_last_digit_decides_no_cent() -> None:
    # 5 x .7 and 5 x .3 both end in a half: the earlier part gets the unit
    assert allocate(5, [0.7, 0.3]) == [4, 1]
    assert allocate(5, [0.3, 0.7]) == [2, 3]
    assert allocate(100, [0.1 + 0.2, 0.7]) == [30, 70]
    assert allocate(3_000_000_000_001, [1 / 3, 1 / 3, 1 / 3]) == [1_000_000_000_001] + [10**12] * 2
    with pytest.raises(AmountError):
        allocate(1, [0.0, 0.0])
    with pytest.raises(AmountError):
        allocate(1, [1.5, -0.5])
    assert allocate(0, []) == []


def test_a_part_without_weight_gets_no_unit_even_among_thousands() -> None:
    weights = [0.0] + [1 / 3000] * 3000
    assert allocate(1, weights)[:2] == [0, 1]
    frame = pl.DataFrame({"g": [1] * 3001, "v": [1] * 3001, "w": weights, "o": range(3001)})
    assert allocate_frame(frame, group="g", total="v", weight="w", order="o")[:2].to_list() == [
        0,
        1,
    ]


RATES = pl.DataFrame(
    {
        "date": ["2024-01-01", "2024-02-01", "2024-01-15", "2024-01-01"],
        "currency": ["USD", "usd ", "JPY", "KWD"],
        "rate": ["0.9", "0.95", "0.0062", "3"],
    }
)


def amounts(*rows: tuple[int | None, str | None, dt.date | None]) -> pl.DataFrame:
    schema = {"amount_minor": pl.Int64, "currency": pl.String, "date": pl.Date}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_the_latest_rate_on_or_before_the_day() -> None:
    day = dt.date
    converted = Rates.of(RATES, "EUR").convert(
        amounts(
            (1000, "USD", day(2024, 2, 1)),
            (1000, "USD", day(2024, 1, 31)),
            (1000, "JPY", day(2025, 1, 1)),
            (1000, "KWD", day(2024, 1, 2)),
            (77, "EUR", None),
            (-15, "USD", day(2024, 1, 1)),
            (None, "USD", day(2024, 1, 1)),
        )
    )
    assert converted.base_minor.to_list() == [950, 900, 620, 300, 77, -14, None]
    assert converted.rate_date[0] == day(2024, 2, 1)
    assert converted.rate_date[1] == day(2024, 1, 1)
    assert converted.missing.is_empty()


def test_a_rate_that_is_not_there_is_reported_and_never_one() -> None:
    day = dt.date
    converted = Rates.of(RATES, "EUR").convert(
        amounts(
            (1000, "USD", day(2023, 12, 31)),
            (500, "USD", day(2023, 12, 31)),
            (1000, "CHF", day(2024, 5, 1)),
            (1000, "???", day(2024, 5, 1)),
            (1000, None, None),
        )
    )
    assert converted.base_minor.to_list() == [None] * 5
    assert converted.missing.sort("rows").to_dicts()[-1] == {
        "currency": "USD",
        "date": day(2023, 12, 31),
        "rows": 2,
    }
    assert converted.missing["rows"].sum() == 5


def test_conversion_rounds_half_to_even_exactly() -> None:
    half = Rates.of(
        pl.DataFrame({"date": ["2024-01-01"], "currency": ["USD"], "rate": [0.5]}), "EUR"
    )
    some = amounts(*((minor, "USD", dt.date(2024, 1, 1)) for minor in (1, 3, 5, -1, -3)))
    assert half.convert(some).base_minor.to_list() == [0, 2, 2, 0, -2]
    large = amounts((999_999_999_999_999, "USD", dt.date(2024, 1, 1)))
    assert half.convert(large).base_minor.to_list() == [500_000_000_000_000]
    yen = Rates.of(
        pl.DataFrame({"date": ["2024-01-01"], "currency": ["EUR"], "rate": ["160.555"]}), "JPY"
    )
    assert yen.convert(amounts((100, "EUR", dt.date(2024, 3, 1)))).base_minor.to_list() == [161]


@pytest.mark.parametrize(
    ("date", "currency", "rate"),
    [
        ("2024-01-01", "USD", "0"),
        ("2024-01-01", "USD", "-1"),
        ("2024-01-01", "USD", "x"),
        ("2024-01-01", "USD", None),
        ("2024-13-01", "USD", "1"),
        ("2024-01-01", "USDT", "1"),
        ("2024-01-01", "EUR", "1.1"),
    ],
)
def test_tables_that_are_no_tables_of_rates(date: str, currency: str, rate: str | None) -> None:
    with pytest.raises(AmountError):
        Rates.of(
            pl.DataFrame(
                {"date": [date], "currency": [currency], "rate": [rate]},
                schema_overrides={"rate": pl.String},
            ),
            "EUR",
        )


def test_two_rates_for_one_day_are_refused_unless_they_agree() -> None:
    twice = pl.concat([RATES, RATES.head(1)])
    assert Rates.of(twice, "EUR").table.height == RATES.height
    with pytest.raises(AmountError, match="USD on 2024-01-01"):
        Rates.of(pl.concat([RATES, RATES.head(1).with_columns(rate=pl.lit("0.91"))]), "EUR")
