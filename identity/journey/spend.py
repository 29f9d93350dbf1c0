"""Spend: which sessions a cost belongs to, and the ratios made of both.

Costs carry no person; they meet sessions by campaign id, campaign name, channel and source, or
channel alone. `match_spend` takes every cost and every session group to exactly one level, so both
sides keep their sums: nothing fans out, nothing is lost, and what finds no partner is listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from identity.errors import Stop
from identity.journey.sources import Sources, builtin

LEVELS: Final = ("campaign_id", "campaign", "source", "channel")
"""The ladder, finest first. ``source`` means channel and source together."""

_KEY_COLUMNS: Final = ("channel", "source", "campaign", "campaign_id")
_SIGNS: Final = r"[\s_\-+|/]+"


@dataclass(frozen=True, slots=True)
class SpendMatch:
    """Costs and sessions, matched.

    ``cells``: one row per ``level`` and ``key`` with ``amount_minor``, ``spend_rows`` and the sum
    of each measure; a cell may have no sessions of its own where finer cells took them all.
    ``spend``, ``sessions``: the input rows with the ``level`` and ``key`` they went to, null for
    those without a partner.
    """

    cells: pl.DataFrame
    spend: pl.DataFrame
    sessions: pl.DataFrame

    @property
    def spend_without_sessions(self) -> pl.DataFrame:
        """Costs that no session stands beside at any level."""
        return self.spend.filter(pl.col("level").is_null())

    @property
    def sessions_without_spend(self) -> pl.DataFrame:
        """Sessions that no cost was found for at any level."""
        return self.sessions.filter(pl.col("level").is_null())


def match_spend(
    spend: pl.DataFrame,
    sessions: pl.DataFrame,
    *,
    measures: Sequence[str] = (),
    sources: Sources | None = None,
) -> SpendMatch:
    """Match costs to sessions, each at the finest level that both sides know.

    A cost goes to the first level of `LEVELS` whose key some session has; a session to the first
    level whose key some cost went to. Names of campaigns are compared without case, and with
    blanks, ``_`` and ``-`` alike; sources by what they stand for (``adwords`` is ``google``).
    A session without a campaign id offers its campaign's text as one: tags often carry the id.
    Where some sessions of a campaign carry its id and others its name, they are one cell.

    Args:
        spend: ``amount_minor`` (Int64, one currency) and any of ``channel``, ``source``,
            ``campaign``, ``campaign_id`` (text, null where unknown).
        sessions: any grouping of sessions with the same key columns and the measures.
        measures: numeric columns of ``sessions`` to add up (sessions, weight, value_minor …).
        sources: what names of sources stand for; the built-in lists where None.

    Raises:
        Stop: the sums of the result differ from those of the input.
    """
    lists = sources or builtin()
    costs = _keyed(spend, lists).with_row_index("row")
    groups = _keyed(sessions, lists).with_row_index("row")
    text = pl.coalesce(_id_key(), pl.col("campaign").str.strip_chars())
    groups = groups.with_columns(text.alias("key_campaign_id"))
    costs, groups = _one_campaign(costs, groups)
    costs = _placed(costs, {level: groups[f"key_{level}"] for level in LEVELS})
    taken = {level: costs.filter(pl.col("level") == level)["key"] for level in LEVELS}
    groups = _placed(groups, taken)
    result = SpendMatch(
        cells=_cells(costs, groups, measures),
        spend=costs.select(*spend.columns, "level", "key"),
        sessions=groups.select(*sessions.columns, "level", "key"),
    )
    kept = _sum(result.cells["amount_minor"]) + _sum(result.spend_without_sessions["amount_minor"])
    if kept != _sum(spend["amount_minor"]):
        raise Stop("matching changed the sum of the costs")
    return result


def ratio(numerator: pl.Expr, denominator: pl.Expr) -> pl.Expr:
    """Divide; null where the denominator is not above 0: never infinity."""
    return pl.when(denominator > 0).then(numerator / denominator)


def roas(value: pl.Expr, cost: pl.Expr) -> pl.Expr:
    """Return on ad spend: attributed value per cost. Both in minor units of one currency."""
    return ratio(value, cost)


def roi(value: pl.Expr, cost: pl.Expr) -> pl.Expr:
    """Return on investment: (value - cost) / cost.

    Simple where the value is of deals won in the period, realised where it is of deals whose
    touches fall in the period, whenever won: the caller picks the touches.
    """
    return ratio(value - cost, cost)


def cost_per(cost: pl.Expr, count: pl.Expr) -> pl.Expr:
    """Cost per acquisition, lead, opportunity or deal, in minor units.

    ``count`` is a sum of weights for CPA and paid CAC, a number of new objects, touched or not, for
    cost per lead and blended CAC.
    """
    return ratio(cost, count)


def coverage(attributed: pl.Expr, total: pl.Expr) -> pl.Expr:
    """Share of the value that any session earned."""
    return ratio(attributed, total)


def payback_months(cac: pl.Expr, annual_revenue: pl.Expr, margin: pl.Expr) -> pl.Expr:
    """Months until a customer has paid back what it cost: CAC / (ARR per month x margin)."""
    return ratio(cac, annual_revenue / 12 * margin)


def ltv_to_cac(lifetime_value: pl.Expr, cac: pl.Expr) -> pl.Expr:
    """Lifetime value per cost of acquisition."""
    return ratio(lifetime_value, cac)


def _keyed(frame: pl.DataFrame, sources: Sources) -> pl.DataFrame:
    """Add one key per level, null where the row does not know it."""
    known = frame.with_columns(
        pl.lit(None, pl.String).alias(name) for name in _KEY_COLUMNS if name not in frame.columns
    )
    names = {
        value: found.name if (found := sources.of_name(value)) else value.strip().casefold()
        for value in known["source"].cast(pl.String).drop_nulls().unique()
    }
    source = pl.col("source").replace_strict(names, default=None, return_dtype=pl.String)
    campaign = pl.col("campaign").str.to_lowercase().str.replace_all(_SIGNS, " ").str.strip_chars()
    channel = pl.col("channel").str.strip_chars()
    return known.with_columns(
        key_campaign_id=_id_key(),
        key_campaign=pl.when(campaign != "").then(campaign),
        key_source=pl.concat_str(channel, source, separator=" / "),
        key_channel=channel,
    )


def _id_key() -> pl.Expr:
    text = pl.col("campaign_id").cast(pl.String).str.strip_chars()
    return pl.when(text != "").then(text)


def _one_campaign(costs: pl.DataFrame, groups: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Let the name of a campaign stand for its id, where sessions use both and it means one id."""
    offered = groups["key_campaign_id"].drop_nulls().unique().implode()
    ids = (
        costs.drop_nulls(["key_campaign_id", "key_campaign"])
        .group_by("key_campaign")
        .agg(named_id=pl.col("key_campaign_id").first(), ids=pl.col("key_campaign_id").n_unique())
        .filter((pl.col("ids") == 1) & pl.col("named_id").is_in(offered))
        .drop("ids")
    )
    known = pl.col("key_campaign_id").is_in(ids["named_id"].implode())
    by_name = (
        pl.when(known.fill_null(False) | pl.col("named_id").is_null())
        .then("key_campaign_id")
        .otherwise("named_id")
    )
    named_costs = costs.join(ids, on="key_campaign", how="left", maintain_order="left")
    named_groups = groups.join(ids, on="key_campaign", how="left", maintain_order="left")
    return (
        named_costs.with_columns(key_campaign_id=by_name),
        named_groups.with_columns(key_campaign_id=by_name),
    )


def _placed(frame: pl.DataFrame, keys: dict[str, pl.Series]) -> pl.DataFrame:
    """Add ``level`` and ``key``: the first level whose key of the row is among the given ones."""
    found = {
        level: pl.col(f"key_{level}").is_in(keys[level].drop_nulls().unique().implode())
        for level in LEVELS
    }
    return frame.with_columns(
        level=pl.coalesce(pl.when(hit).then(pl.lit(level)) for level, hit in found.items()),
        key=pl.coalesce(pl.when(hit).then(f"key_{level}") for level, hit in found.items()),
    )


def _cells(costs: pl.DataFrame, groups: pl.DataFrame, measures: Sequence[str]) -> pl.DataFrame:
    spent = (
        costs.filter(pl.col("level").is_not_null())
        .group_by("level", "key")
        .agg(pl.col("amount_minor").sum(), spend_rows=pl.len())
    )
    earned = groups.group_by("level", "key").agg(pl.col(name).sum() for name in measures)
    return (
        spent.join(earned, on=["level", "key"], how="left")
        .with_columns(pl.col(name).fill_null(0) for name in measures)
        .sort("level", "key")
    )


def _sum(amounts: pl.Series) -> int:
    return int(amounts.sum())
