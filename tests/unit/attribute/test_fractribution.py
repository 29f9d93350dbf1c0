"""Snowplow's own results on its own sessions: paths, first, last, position and linear models.

Its `shapley` is not a Shapley value (it takes a channel out of one path and compares the rates of
the two paths), so that one is not compared.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from identity.attribute.models import credit
from identity.attribute.presets import preset
from identity.model.money import minor_units

pytestmark = pytest.mark.shared_data

WINDOW_MS = 30 * 86_400_000


@pytest.fixture
def folder(shared_data: Path) -> Path:
    return shared_data / "snowplow_fractribution" / "expected"


def read(folder: Path, name: str) -> pl.DataFrame:
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False)


def instant(column: str) -> pl.Expr:
    text = pl.col(column).str.slice(0, 19)
    return text.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="ms").dt.epoch("ms")


@pytest.fixture
def touches(folder: Path) -> pl.DataFrame:
    """Journeys of the six conversions, runs of one channel collapsed to their first session."""
    sessions = read(folder, "snowplow_fractribution_sessions_by_customer_id_expected").select(
        "customer_id", "channel", at_ms=instant("visit_start_tstamp")
    )
    stages = read(folder, "snowplow_fractribution_conversions_by_customer_id_expected").select(
        "customer_id", stage="customer_id", stage_at_ms=instant("conversion_tstamp")
    )
    age = pl.col("stage_at_ms") - pl.col("at_ms")
    ordered = (
        sessions.join(stages, on="customer_id")
        .filter(age.is_between(0, WINDOW_MS))
        .sort("stage", "at_ms")
        .filter(pl.col("channel").ne_missing(pl.col("channel").shift().over("stage")))
    )
    return ordered.select(
        "stage",
        "at_ms",
        "stage_at_ms",
        "channel",
        session=pl.format("ses_{}_{}", "stage", "at_ms"),
        order=pl.int_range(pl.len()).over("stage"),
        is_direct=pl.col("channel") == "Direct",
        is_exposure=pl.lit(False),
        is_paid=pl.col("channel").str.starts_with("Paid"),
    )


def test_paths(folder: Path, touches: pl.DataFrame) -> None:
    expected = read(folder, "snowplow_fractribution_paths_to_conversion_expected")
    got = touches.sort("stage", "order").group_by("stage").agg(pl.col("channel").str.join(" > "))
    assert dict(got.iter_rows()) == dict(
        expected.select("customer_id", "transformed_path").iter_rows()
    )


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("first_touch", "first_touch"),
        ("last_touch", "last_touch"),
        ("position_based", "u_shaped"),
        ("linear", "linear"),
    ],
)
def test_channel_results(folder: Path, touches: pl.DataFrame, theirs: str, ours: str) -> None:
    expected = read(folder, "channel_attribution_all_models").filter(
        pl.col("attribution_type") == theirs
    )
    revenue = read(folder, "snowplow_fractribution_conversions_by_customer_id_expected")
    minor = {row["customer_id"]: minor_units(row["revenue"], "EUR") for row in revenue.to_dicts()}
    table = credit(touches, preset(ours)).join(touches, on=["stage", "session"])
    valued = table.with_columns(value=pl.col("stage").replace_strict(minor) * pl.col("weight"))
    got = {
        row["channel"]: (row["weight"], row["value"] / 100)
        for row in valued.group_by("channel").agg(pl.col("weight", "value").sum()).to_dicts()
    }
    for row in expected.to_dicts():
        conversions, value = got.pop(row["channel"], (0.0, 0.0))
        assert conversions == pytest.approx(float(row["conversions"]), abs=1e-9)
        assert value == pytest.approx(float(row["revenue"]), abs=1e-9)
    assert not got
