"""Spend finds its sessions at one level, nothing fans out, and ratios never divide by zero."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.journey import spend
from identity.journey.spend import match_spend
from identity.model.money import minor_units

KEYS = ("channel", "source", "campaign", "campaign_id")


def table(rows: list[tuple[object, ...]], *last: str) -> pl.DataFrame:
    schema = dict.fromkeys(KEYS, pl.String) | dict.fromkeys(last, pl.Int64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def cells(match: spend.SpendMatch, *columns: str) -> dict[tuple[str, str], tuple[int, ...]]:
    chosen = match.cells.select("level", "key", *columns)
    return {(level, key): tuple(rest) for level, key, *rest in chosen.iter_rows()}


def test_the_ladder() -> None:
    costs = table(
        [
            ("Paid Search", "adwords", "Brand DE", "77", 100),
            ("Paid Search", "google", "Brand_DE", "78", 60),
            ("Paid Social", "linkedin", "ABM -- Q1", None, 50),
            ("Paid Social", "linkedin-ads", "gone", None, 30),
            ("Display", "dv360", "prospecting", None, 20),
            ("Audio", None, None, None, 7),
        ],
        "amount_minor",
    )
    sessions = table(
        [
            ("Paid Search", "google", "77", None, 5),
            ("Paid Search", "google", "generic", None, 4),
            ("Paid Social", "linkedin", "abm q1", None, 3),
            ("Paid Social", "li", "other", None, 2),
            ("Display", "gdn", None, None, 6),
            ("Email", "news", None, None, 9),
        ],
        "sessions",
    )
    match = match_spend(costs, sessions, measures=["sessions"])
    assert cells(match, "amount_minor", "sessions") == {
        ("campaign_id", "77"): (100, 5),
        ("source", "Paid Search / google"): (60, 4),
        ("campaign", "abm q1"): (50, 3),
        ("source", "Paid Social / linkedin"): (30, 2),
        ("channel", "Display"): (20, 6),
    }
    assert match.spend_without_sessions["channel"].to_list() == ["Audio"]
    assert match.sessions_without_spend["channel"].to_list() == ["Email"]


def test_id_and_name_of_a_campaign_are_one_cell_unless_the_name_is_shared() -> None:
    sessions = table(
        [("Paid Search", "google", "77", None, 5), ("Paid Search", "google", "brand de", None, 4)],
        "sessions",
    )
    one = table([("Paid Search", "google", "Brand DE", "77", 100)], "amount_minor")
    match = match_spend(one, sessions, measures=["sessions"])
    assert cells(match, "amount_minor", "sessions") == {("campaign_id", "77"): (100, 9)}
    two = pl.concat([one, table([("Paid Search", "google", "Brand DE", "99", 40)], "amount_minor")])
    match = match_spend(two, sessions, measures=["sessions"])
    assert cells(match, "amount_minor", "sessions") == {
        ("campaign_id", "77"): (100, 5),
        ("campaign", "brand de"): (40, 4),
    }


words = st.one_of(st.none(), st.sampled_from(["A", "b", " B ", "google", "adwords", "", "7"]))
keys = st.tuples(words, words, words, words)


@given(
    costs=st.lists(st.tuples(keys, st.integers(-100, 10**9)), max_size=12),
    groups=st.lists(st.tuples(keys, st.integers(0, 1000)), max_size=12),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=200, deadline=None)
def test_both_sides_keep_their_sums_in_any_row_order(
    costs: list[tuple[tuple[str | None, ...], int]],
    groups: list[tuple[tuple[str | None, ...], int]],
    seed: int,
) -> None:
    paid = table([(*key, amount) for key, amount in costs], "amount_minor")
    seen = table([(*key, count) for key, count in groups], "sessions")
    match = match_spend(paid, seen, measures=["sessions"])
    assert match.spend.height == paid.height
    assert match.sessions.height == seen.height
    spent = match.cells["amount_minor"].sum() + match.spend_without_sessions["amount_minor"].sum()
    assert spent == paid["amount_minor"].sum()
    counted = match.cells["sessions"].sum() + match.sessions_without_spend["sessions"].sum()
    assert counted == seen["sessions"].sum()
    assert match.cells.select("level", "key").is_unique().all()
    mixed = match_spend(
        paid.sample(fraction=1, shuffle=True, seed=seed),
        seen.sample(fraction=1, shuffle=True, seed=seed),
        measures=["sessions"],
    )
    assert mixed.cells.equals(match.cells)


def test_a_refund_that_exceeds_the_cost_gives_no_ratio() -> None:
    rows = pl.DataFrame({"v": [300], "c": [-100]})
    assert rows.select(spend.roas(pl.col("v"), pl.col("c"))).item() is None


def test_spend_without_any_key_is_left_over() -> None:
    nothing = pl.DataFrame({"amount_minor": [5]})
    match = match_spend(nothing, table([("Email", None, None, None, 1)], "sessions"))
    assert match.spend_without_sessions["amount_minor"].to_list() == [5]
    assert match.cells.is_empty()


@pytest.mark.shared_data
def test_google_ads_costs_stay_what_they_are_beside_a_history_of_names(shared_data: Path) -> None:
    folder = shared_data / "ad_spend"
    stats = pl.read_csv(folder / "google_ads_campaign_stats_data.csv", infer_schema=False)
    names = pl.read_csv(folder / "google_ads_campaign_history_data.csv", infer_schema=False)
    assert names["id"].is_duplicated().any()
    micros = stats["cost_micros"].cast(pl.Int64)
    costs = stats.select(
        campaign_id="id",
        channel=pl.lit("Paid Search"),
        source=pl.lit("google"),
        amount_minor=pl.Series([minor_units(f"{m / 1e6:.6f}", "USD") for m in micros]),
    )
    tagged = names.select(campaign_id="id", campaign="name", sessions=pl.lit(1))
    match = match_spend(costs, tagged, measures=["sessions"])
    total = match.cells["amount_minor"].sum() + match.spend_without_sessions["amount_minor"].sum()
    assert total == 23133 == micros.sum() // 10_000
    assert match.cells["spend_rows"].sum() == stats["id"].is_in(names["id"].implode()).sum()


def test_ratios_are_null_where_there_is_no_cost_and_never_infinite() -> None:
    rows = pl.DataFrame(
        {"v": [300, 300, 300, None], "c": [100, 0, None, 100], "n": [4.0, 0.0, 2.0, 1.0]}
    )
    got = rows.select(
        roas=spend.roas(pl.col("v"), pl.col("c")),
        roi=spend.roi(pl.col("v"), pl.col("c")),
        cpa=spend.cost_per(pl.col("c"), pl.col("n")),
        coverage=spend.coverage(pl.col("v"), pl.lit(600)),
        payback=spend.payback_months(pl.col("c"), pl.lit(240), pl.lit(0.5)),
        ltv=spend.ltv_to_cac(pl.lit(900), pl.col("c")),
    )
    assert got.to_dict(as_series=False) == {
        "roas": [3.0, None, None, None],
        "roi": [2.0, None, None, None],
        "cpa": [25.0, None, None, 100.0],
        "coverage": [0.5, 0.5, 0.5, None],
        "payback": [10.0, 0.0, None, 10.0],
        "ltv": [9.0, None, None, 9.0],
    }
