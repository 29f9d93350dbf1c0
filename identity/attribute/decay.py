"""Time decay: a touch counts the less, the longer before the journey's newest touch it was.

Ages are taken from the newest eligible touch, not from the stage. For the exponential form that
changes nothing (``w_i / w_j = 2^((t_i - t_j) / h)``: the stage's time cancels), keeps very old
journeys from underflowing, and makes it plain that a later stage leaves the weights as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from identity.attribute.arranged import DAY_MS, Journeys, Shares
from identity.attribute.positions import normalised, only, positive
from identity.errors import FixInput

Variant = Literal["exponential", "stepped", "rank"]


@dataclass(frozen=True, slots=True)
class TimeDecay:
    """Settings of time decay.

    ``half_life_days``: a touch that much older counts half (Adobe and Google Ads use 7; 30 suits
    long enterprise cycles). ``variant``: ``exponential``; ``stepped``, where the age counts in
    whole half-lives (MAM); ``rank``, where the i-th touch of n counts i, whatever its age.

    Raises:
        FixInput: the half-life is not above 0, or the variant is unknown.
    """

    half_life_days: float = 7.0
    variant: Variant = "exponential"

    def __post_init__(self) -> None:
        """Refuse a half-life that halves nothing."""
        if not self.half_life_days > 0:
            raise FixInput(f"half_life_days is {self.half_life_days}; it must be above 0")
        if self.variant not in get_args(Variant):
            raise FixInput(f"variant is one of {', '.join(get_args(Variant))}")


def time_decay(journeys: Journeys, settings: TimeDecay) -> Shares:
    """Halve a touch's weight with every half-life that it is older than the newest one.

    Touches so old that their weight vanishes in double precision get no row.
    """
    if settings.variant == "rank":
        place = np.arange(journeys.touches.height) - journeys.spread(journeys.starts)
        raw = place + 1.0
    else:
        at = journeys.integers("at_ms")
        lives = (journeys.spread(at[journeys.ends]) - at) / (settings.half_life_days * DAY_MS)
        halvings = np.floor(lives) if settings.variant == "stepped" else lives
        raw = np.exp2(-halvings)
    weights = normalised(journeys, raw.astype(np.float64, copy=False))
    return positive(weights, only(journeys), ("decay", "only"))
