"""Named models: what people mean by "w-shaped" or "full path", so that two readers build one thing.

None of them leaves touches out or looks back only so far; `dataclasses.replace` sets a filter, a
look-back or a fallback.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from identity.attribute.decay import TimeDecay
from identity.attribute.milestones import Milestones
from identity.attribute.models import Model
from identity.attribute.positions import Position
from identity.errors import FixInput

_W: Final = Milestones((("FT", 0.3), ("LC", 0.3), ("OC", 0.3)), middle=0.1)
_FULL_PATH: Final = Milestones(
    (("FT", 0.225), ("LC", 0.225), ("OC", 0.225), ("CW", 0.225)), middle=0.1
)

PRESETS: Final[Mapping[str, Model]] = {
    model.name: model
    for model in (
        Model("first_touch", "first"),
        Model("last_touch", "last"),
        Model("first_non_direct", "first_non_direct"),
        Model("last_non_direct", "last_non_direct"),
        Model("first_paid", "first_paid"),
        Model("last_paid", "last_paid"),
        Model("linear", "linear"),
        Model("linear_distinct", "linear_distinct"),
        Model("u_shaped", "position", Position(0.4, 0.2, 0.4)),
        Model("j_shaped", "position", Position(0.2, 0.2, 0.6)),
        Model("inverse_j", "position", Position(0.6, 0.2, 0.2)),
        Model("w_shaped", "milestone", _W),
        Model("w_hubspot", "milestone", _W),
        Model(
            "u_hubspot", "milestone", Milestones((("FT", 0.4), ("LC", 0.4)), middle=0.2)
        ),
        Model("u_marketo", "milestone", Milestones((("FT", 0.5), ("LC", 0.5)))),
        Model("z_shaped", "milestone", _FULL_PATH),
        Model("full_path", "milestone", _FULL_PATH),
        Model("time_decay", "time_decay", TimeDecay(7.0)),
        Model("markov", "markov"),
        Model("shapley", "shapley"),
        Model("participation", "participation"),
    )
}  # fmt: skip
"""Every named model. ``participation`` is influence: its weights do not add up to 1."""


def preset(name: str) -> Model:
    """Give a named model.

    Raises:
        FixInput: there is none of that name; names the nearest.
    """
    if name not in PRESETS:
        near = get_close_matches(name, PRESETS, n=1)
        fix = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(PRESETS)}."
        raise FixInput(f"there is no attribution model {name!r}", fix=fix)
    return PRESETS[name]
