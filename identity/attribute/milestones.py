"""Position by milestone: shares for the touches at first touch, lead, opportunity and closing.

A milestone's touch is the last one that began at or before the milestone was reached: FT is the
first touch of the journey, LC where the oldest contact on the deal was created, OC where the
opportunity was created, CW where the deal was won. A milestone after the journey's own stage has
not happened yet. Labels are computed on the *eligible* touches, or an excluded session would change
the credit of others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import numpy as np
import polars as pl

from identity.attribute.arranged import (
    BoolArray,
    Filter,
    FloatArray,
    IntArray,
    Journeys,
    Shares,
    arrange,
)
from identity.attribute.positions import positive
from identity.errors import FixInput

FIRST: Final = "FT"

Missing = Literal["renormalise", "carry", "to_middle"]
NoMiddle = Literal["even", "proportional"]


@dataclass(frozen=True, slots=True)
class Milestones:
    """Settings of a milestone rule.

    ``profile``: label and share, in the order of the funnel; ``middle``: share of all touches
    without a label. Together they are 1.
    ``missing``: what becomes of the share of a milestone that was not reached or has no touch:
    ``renormalise`` (the others keep their proportion; Adobe), ``carry`` (it joins the next
    milestone that was reached; Marketo; after the last one it is renormalised), ``to_middle``.
    ``no_middle``: where no touch is in the middle, its share goes to the labels ``even`` (the same
    to each; Marketo) or ``proportional``.
    ``middle_filter``: which touches may be in the middle; the others without a label get nothing.

    Raises:
        FixInput: shares that are negative or do not add up to 1, a label twice, unknown policies.
    """

    profile: tuple[tuple[str, float], ...]
    middle: float = 0.0
    missing: Missing = "renormalise"
    no_middle: NoMiddle = "even"
    middle_filter: Filter = field(default_factory=Filter)

    def __post_init__(self) -> None:
        """Refuse profiles that cannot be shared out."""
        shares = [share for _, share in self.profile]
        if min([self.middle, *shares]) < 0 or abs(self.middle + sum(shares) - 1) > 1e-9:
            raise FixInput("the shares of the profile and the middle must add up to 1")
        if len(set(self.labels)) != len(self.profile) or len(self.profile) > 16:
            raise FixInput("a label stands once in a profile of at most 16")
        if self.missing not in get_args(Missing) or self.no_middle not in get_args(NoMiddle):
            raise FixInput(
                f"missing is one of {', '.join(get_args(Missing))}; "
                f"no_middle one of {', '.join(get_args(NoMiddle))}"
            )

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in the order of the funnel."""
        return tuple(label for label, _ in self.profile)


def milestone(journeys: Journeys, settings: Milestones, stage_times: pl.DataFrame | None) -> Shares:
    """Give each milestone's share to its touch, the middle share to the touches between.

    A touch with several labels gets the sum. A single touch gets all. Where no label has a touch
    and there is no middle, every touch gets the same.

    Args:
        journeys: the eligible touches.
        settings: profile and policies.
        stage_times: ``stage`` and one Int64 column per label but FT: when the milestone was reached
            (ms), null where it was not. A label without a column was never reached; so is every one
            of a stage that has no row.
    """
    rows = label_rows(journeys, settings.labels, stage_times)
    has = rows >= 0
    marks = _marks(journeys, rows)
    between = (marks == 0) & settings.middle_filter.mask(journeys.touches)
    count = journeys.count(between)
    masses, middle = _masses(settings, has, count)
    each = np.divide(middle, count, out=np.zeros(len(journeys)), where=count > 0)
    whole = masses.sum(axis=1) + np.where(count > 0, middle, 0.0)
    scale = np.divide(1.0, whole, out=np.zeros(len(journeys)), where=whole > 0)
    weights = journeys.spread(each * scale)
    weights[~between] = 0.0
    for index in range(len(settings.profile)):
        held = has[:, index]
        weights[rows[held, index]] += (masses[:, index] * scale)[held]
    code = 2 ** len(settings.profile)
    if (whole <= 0).any():
        empty = journeys.spread(whole <= 0)
        weights[empty] = journeys.spread(1.0 / journeys.sizes)[empty]
        marks[empty] = code
    single = journeys.starts[journeys.sizes == 1]
    weights[single], marks[single] = 1.0, code + 1
    return _named(positive(weights, marks, ()), settings.labels)


def label_rows(
    journeys: Journeys, labels: tuple[str, ...], stage_times: pl.DataFrame | None
) -> IntArray:
    """Find the touch of each label: a row per journey (rows of the array) and label, or -1."""
    found = np.full((len(journeys), len(labels)), -1, dtype=np.int64)
    stage_at = journeys.integers("stage_at_ms")[journeys.starts]
    stages = journeys.touches.select(pl.col("stage").gather(journeys.starts))
    times = pl.DataFrame({"stage": []}, schema={"stage": stages.schema["stage"]})
    times = stages.join(
        times if stage_times is None else stage_times,
        on="stage",
        how="left",
        validate="m:1",
        maintain_order="left",
    )
    for index, label in enumerate(labels):
        if label == FIRST:
            found[:, index] = journeys.starts
        elif label in times.columns and len(journeys):
            reached = times[label].cast(pl.Int64)
            happened = (reached.is_not_null()).to_numpy()
            tau = reached.fill_null(0).to_numpy()
            before = journeys.count_until("at_ms", tau)
            valid = happened & (tau <= stage_at) & (before > 0)
            found[valid, index] = (journeys.starts + before - 1)[valid]
    return found


def milestones(touches: pl.DataFrame, stage_times: pl.DataFrame) -> pl.DataFrame:
    """Add ``milestones`` (list of labels, FT first) to touches, sorted by stage and order.

    The labels are those of exactly these touches: for the journey as such give all, for a model
    only what it may see. Columns as in `arrange` and `milestone`.
    """
    journeys = arrange(touches)
    labels = (FIRST, *(name for name in stage_times.columns if name != "stage"))
    marks = _marks(journeys, label_rows(journeys, labels, stage_times))
    named = [
        pl.when(pl.lit(marks) & (1 << index) != 0).then(pl.lit(label))
        for index, label in enumerate(labels)
    ]
    return journeys.touches.with_columns(milestones=pl.concat_list(named).list.drop_nulls())


def _marks(journeys: Journeys, rows: IntArray) -> IntArray:
    """Give each touch a bit per label."""
    marks = np.zeros(journeys.touches.height, dtype=np.int64)
    for index in range(rows.shape[1]):
        held = rows[:, index]
        marks[held[held >= 0]] |= 1 << index
    return marks


def _masses(
    settings: Milestones, has: BoolArray, between: IntArray
) -> tuple[FloatArray, FloatArray]:
    """Share out what is missing; give the mass per journey and label, and that of the middle."""
    shares = np.array([share for _, share in settings.profile])
    masses = np.where(has, shares, 0.0)
    lost = np.where(has, 0.0, shares)
    middle = np.full(len(has), settings.middle)
    if settings.missing == "to_middle":
        middle = middle + lost.sum(axis=1)
    if settings.missing == "carry":
        carried = np.zeros(len(has))
        for index in range(len(shares)):
            carried += lost[:, index]
            masses[:, index] += np.where(has[:, index], carried, 0.0)
            carried = np.where(has[:, index], 0.0, carried)
    # a label with a share of 0 is no position the middle could go to
    positions = has & (shares > 0)
    count = positions.sum(axis=1)
    if settings.no_middle == "even":
        extra = np.where(between == 0, middle / np.maximum(count, 1), 0.0)
        masses += np.where(positions, extra[:, None], 0.0)
    return masses, middle


def _named(shares: Shares, labels: tuple[str, ...]) -> Shares:
    """Write the reasons out: one text per set of labels that occurs."""
    special = {0: "middle", 2 ** len(labels): "even", 2 ** len(labels) + 1: "only"}
    count = np.bincount(shares.reasons, minlength=2 ** len(labels) + 2)
    codes = np.flatnonzero(count)
    places = np.zeros(len(count), dtype=np.int64)
    places[codes] = np.arange(len(codes))
    texts = [
        special.get(code)
        or "milestone:" + "+".join(label for i, label in enumerate(labels) if code >> i & 1)
        for code in codes.tolist()
    ]
    return Shares(shares.rows, shares.weights, places[shares.reasons], tuple(texts))
