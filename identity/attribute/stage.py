"""The attribute stage: credit of every session for every stage, by every model of the project.

Credit is compared with what the graph holds: what changed is closed (``until_run``) and written
anew, so that the state before the last change can still be asked for; older states are removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from identity.attribute.models import (
    RULES,
    UNATTRIBUTED,
    Inputs,
    Model,
    credit_all,
    unattributed,
    with_values,
)
from identity.attribute.presets import preset
from identity.config import Config
from identity.errors import Stop
from identity.progress import Progress, silent
from identity.store.base import Store

_CREDIT = ("stage", "session", "model", "weight", "value_minor", "reason")


@dataclass(frozen=True, slots=True)
class AttributeResult:
    """What the attribute stage made: credited rows and value by model, in minor units."""

    rows: int = 0
    values: dict[str, int] = field(default_factory=dict)
    changed: bool = False


class Lost(Protocol):
    """Gives the paths of those who did not reach a stage."""

    def paths(self, kind: str) -> pl.DataFrame:
        """Give the touches of everybody who is through without having reached a kind of stage.

        Returns:
            stage (who it is), session, position, at_ms, stage_at_ms, channel, paid, kind.
        """
        ...


def attribute(
    store: Store,
    config: Config,
    times: pl.DataFrame,
    lost: Lost | None = None,
    *,
    run: int,
    progress: Progress = silent,
) -> AttributeResult:
    """Compute credit and write what differs in one transaction.

    Args:
        store: the graph.
        config: models and stages.
        times: milestone times per stage (stage, LC, OC, CW).
        lost: gives the paths of those who did not reach a kind of stage.
        run: the number of this run.
        progress: hears what is done.

    Raises:
        Stop: the credit of a stage does not add up to its value; nothing was written.
    """
    progress.step("crediting")
    models = [preset(name) for name in config.attribution.models]
    stages = store.table("attribute/stages")
    if config.attribution.stages:
        stages = stages.filter(pl.col("kind").is_in(config.attribution.stages))
    if stages.is_empty() or not models:
        return AttributeResult()
    wanted = compute(_touches(store, stages), stages, models, times, lost)
    check_sums(wanted, stages, models)
    changed = _write(store, wanted, run)
    values = wanted.group_by("model").agg(pl.col("value_minor").sum()).sort("model")
    return AttributeResult(wanted.height, dict(values.iter_rows()), changed)


def _touches(store: Store, stages: pl.DataFrame) -> pl.DataFrame:
    rows = store.table("attribute/touches").join(stages.select(stage="id"), on="stage", how="semi")
    return _arrangeable(rows)


def _arrangeable(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        "stage",
        "session",
        "at_ms",
        "stage_at_ms",
        order=pl.col("position"),
        channel="channel",
        is_direct=pl.col("channel") == "Direct",
        is_exposure=pl.col("kind") == "exposure",
        is_paid=pl.col("paid").fill_null(False),
    )


def compute(
    touches: pl.DataFrame,
    stages: pl.DataFrame,
    models: list[Model],
    times: pl.DataFrame,
    lost: Lost | None = None,
) -> pl.DataFrame:
    """Give stage, session, model, weight, value_minor and reason of all credit.

    A stage without a journey goes to the pseudo-session, so that totals reconcile. A model that
    learns from paths does so for each kind of stage apart: what leads to a lead is not what leads
    to a deal.
    """
    empty = stages.join(touches.select(id="stage").unique(), on="id", how="anti")["id"]
    totals = stages.select(stage="id", value_minor="value_base")
    parts = []
    for model in models:
        given = _credit(touches, stages, model, times, lost) if touches.height else None
        nobody = unattributed(empty).select(pl.lit(model.name).alias("model"), pl.all())
        table = pl.concat([given, nobody]) if given is not None else nobody
        parts.append(with_values(table, totals, adds_up=model.adds_up).select(*_CREDIT))
    return pl.concat(parts)


def _credit(
    touches: pl.DataFrame,
    stages: pl.DataFrame,
    model: Model,
    times: pl.DataFrame,
    lost: Lost | None,
) -> pl.DataFrame:
    if not RULES[model.rule].by_paths:
        return credit_all(touches, [model], Inputs(stage_times=times))
    parts = []
    for kind in stages["kind"].unique().sort():
        of_kind = touches.join(
            stages.filter(pl.col("kind") == kind).select(stage="id"), on="stage", how="semi"
        )
        if of_kind.height:
            paths = _arrangeable(lost.paths(kind)) if lost is not None else None
            inputs = Inputs(stage_times=times, lost=paths)
            parts.append(credit_all(of_kind, [model], inputs))
    return pl.concat(parts)


def check_sums(credit: pl.DataFrame, stages: pl.DataFrame, models: list[Model]) -> None:
    """Refuse credit that does not add up: weights to 1, money to the stage's value exactly."""
    exact = [m.name for m in models if m.adds_up]
    sums = (
        credit.filter(pl.col("model").is_in(exact))
        .group_by("model", "stage")
        .agg(weight=pl.col("weight").sum(), value=pl.col("value_minor").sum())
        .join(stages.select(stage="id", whole="value_base"), on="stage")
    )
    wrong = sums.filter(
        ((pl.col("weight") - 1).abs() > 1e-9)
        | (pl.col("whole").is_not_null() & (pl.col("value") != pl.col("whole")))
    )
    if wrong.height or sums.height != stages.height * len(exact):
        first = wrong.row(0) if wrong.height else "a stage without credit"
        raise Stop(f"credit does not add up: {first}")


def _write(store: Store, wanted: pl.DataFrame, run: int) -> bool:
    stored = store.table("attribute/stored_credit")
    current = stored.filter(pl.col("until_run").is_null())
    same = list(_CREDIT)
    fresh = wanted.join(current.select(same), on=same, how="anti", nulls_equal=True)
    gone = current.join(wanted, on=same, how="anti", nulls_equal=True)
    with store.transaction() as tx:
        if fresh.height or gone.height:
            old = stored.filter(pl.col("until_run").is_not_null())
            tx.write("attribute/uncredit", old.select("stage", "session", "key").to_dicts())
            closed = gone.with_columns(until_run=pl.lit(run, pl.Int64))
            opened = fresh.with_columns(
                key=pl.concat_str(["model", pl.lit(f"|{run}")]),
                run=pl.lit(run, pl.Int64),
                until_run=pl.lit(None, pl.Int64),
            )
            columns = stored.columns
            tx.write("attribute/credited", closed.select(columns).to_dicts())
            tx.write("attribute/credited", opened.select(columns).to_dicts())
    return bool(fresh.height or gone.height)


__all__ = ["UNATTRIBUTED", "AttributeResult", "Lost", "attribute", "check_sums", "compute"]
