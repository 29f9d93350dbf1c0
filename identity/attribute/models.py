"""Attribution models: a rule, which touches it may see, and what happens when it may see none.

`RULES` is the table of rules; the docstring of each rule says what it does and is the reference.
`credit` applies a model to many journeys at once, `with_values` turns weights into money.

For every rule but participation the weights of a stage add up to 1, none is negative, and a touch
the model does not see neither earns nor changes what others earn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from inspect import getdoc
from typing import Any, Final, Literal, get_args

import polars as pl

from identity.attribute import positions
from identity.attribute.arranged import DAY_MS, Filter, Journeys, Shares, arrange
from identity.attribute.decay import TimeDecay, time_decay
from identity.attribute.markov import Markov, markov
from identity.attribute.milestones import Milestones, milestone
from identity.attribute.positions import Distinct, NoSettings, Position
from identity.attribute.shapley import Shapley, shapley
from identity.errors import FixInput, Stop
from identity.model.money import allocate_frame

UNATTRIBUTED: Final = "unattributed"
"""The pseudo-session that holds what no session earned, so that totals reconcile."""

Fallback = Literal["unattributed", "even_over_excluded", "rule_on_all"]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What some rules need besides the touches.

    ``stage_times``: for milestones; ``stage`` and one Int64 column per label (``LC``, ``OC``,
    ``CW``, …) with the time it was reached, null where it was not.
    ``lost``: for Markov and Shapley; touches of entities without the stage whose path is over,
    columns as for `arrange`, ``stage`` naming the entity and ``stage_at_ms`` the end of its path.
    """

    stage_times: pl.DataFrame | None = None
    lost: pl.DataFrame | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to share a stage out over the touches of its journey.

    ``settings``: the dataclass of its settings. ``adds_up``: whether weights of a stage are 1
    together; where not, the result is influence and must be called so. ``by_milestone`` and
    ``by_paths`` say which of `Inputs` it reads.
    """

    share: Callable[..., Shares]
    settings: type[Any]
    adds_up: bool = True
    by_milestone: bool = False
    by_paths: bool = False

    @property
    def doc(self) -> str:
        """What the rule does, for people."""
        return getdoc(self.share) or ""


RULES: Final[Mapping[str, Rule]] = {
    "first": Rule(positions.first, NoSettings),
    "last": Rule(positions.last, NoSettings),
    "first_non_direct": Rule(positions.first_non_direct, NoSettings),
    "last_non_direct": Rule(positions.last_non_direct, NoSettings),
    "first_paid": Rule(positions.first_paid, NoSettings),
    "last_paid": Rule(positions.last_paid, NoSettings),
    "linear": Rule(positions.linear, NoSettings),
    "linear_distinct": Rule(positions.linear_distinct, Distinct),
    "position": Rule(positions.position, Position),
    "milestone": Rule(milestone, Milestones, by_milestone=True),
    "time_decay": Rule(time_decay, TimeDecay),
    "markov": Rule(markov, Markov, by_paths=True),
    "shapley": Rule(shapley, Shapley, by_paths=True),
    "participation": Rule(positions.participation, NoSettings, adds_up=False),
}


@dataclass(frozen=True, slots=True)
class Model:
    """An attribution model.

    Args:
        name: what it is called; the ``model`` of a credit.
        rule: a name in `RULES`.
        settings: the rule's settings; its defaults where None.
        look_back_days: touches that began more than that before the stage are not part of its
            journey for this model; None for no limit. A day is 86,400 seconds.
        filter: which touches of the journey the model sees.
        fallback: what earns when it sees none: ``unattributed`` (nobody, as Adobe's "None"),
            ``even_over_excluded`` (all touches of the journey alike, as Dreamdata), ``rule_on_all``
            (the rule, without the filter). A journey without touches is always unattributed.

    Raises:
        FixInput: an unknown rule or fallback, settings of another rule, a look-back of 0 or less.
    """

    name: str
    rule: str
    settings: Any = None
    look_back_days: int | None = None
    filter: Filter = field(default_factory=Filter)
    fallback: Fallback = "unattributed"

    def __post_init__(self) -> None:
        """Refuse what cannot be computed; put the rule's defaults in."""
        if self.rule not in RULES:
            raise FixInput(f"there is no rule {self.rule!r}", fix=f"Known: {', '.join(RULES)}.")
        wanted = RULES[self.rule].settings
        if self.settings is None:
            try:
                object.__setattr__(self, "settings", wanted())
            except TypeError as error:
                raise FixInput(f"model {self.name}: rule {self.rule} needs settings") from error
        if not isinstance(self.settings, wanted):
            raise FixInput(f"model {self.name}: settings of rule {self.rule} are {wanted.__name__}")
        if self.look_back_days is not None and self.look_back_days <= 0:
            raise FixInput(f"model {self.name}: look_back_days must be above 0")
        if self.fallback not in get_args(Fallback):
            raise FixInput(f"model {self.name}: fallback is one of {', '.join(get_args(Fallback))}")

    @property
    def adds_up(self) -> bool:
        """Whether the weights of a stage are 1 together."""
        return RULES[self.rule].adds_up


def credit(
    touches: pl.DataFrame | Journeys, model: Model, inputs: Inputs | None = None
) -> pl.DataFrame:
    """Share every stage out over the touches of its journey.

    Args:
        touches: as `arrange` takes them, or arranged already (once for several models). They are
            the whole journeys: whoever calls adds `unattributed` for stages without any touch.
        model: which model.
        inputs: what milestone, Markov and Shapley rules need besides.

    Returns:
        ``stage``, ``session``, ``order`` (the touch's rank), ``weight`` (above 0), ``reason`` (a
        short code); sorted by stage and order. A touch without a row earned nothing. A stage whose
        touches the model does not see and that has no other fallback has one row of session
        `UNATTRIBUTED`.
    """
    whole = touches if isinstance(touches, Journeys) else arrange(touches)
    given = inputs or Inputs()
    window = _look_back(whole, model)
    seen = window.restrict(model.filter.mask(window.touches))
    parts = [_table(seen, _share(seen, model, given))]
    unseen = window.without(seen)
    if len(unseen) and model.fallback == "even_over_excluded":
        parts.append(_table(unseen, positions.even(unseen, "fallback:even")))
    elif len(unseen) and model.fallback == "rule_on_all":
        shares = _share(unseen, model, given)
        labels = tuple(f"fallback:{label}" for label in shares.labels)
        parts.append(_table(unseen, Shares(shares.rows, shares.weights, shares.reasons, labels)))
    else:
        window = seen
    nobody = whole.without(window)
    if len(nobody):
        parts.append(unattributed(nobody.touches["stage"].gather(nobody.starts)))
    table = pl.concat(parts)
    return table if len(parts) == 1 else table.sort("stage", "order")


def credit_all(
    touches: pl.DataFrame, models: Iterable[Model], inputs: Inputs | None = None
) -> pl.DataFrame:
    """Apply several models; as `credit`, with the column ``model`` in front."""
    journeys = arrange(touches)
    parts = [
        credit(journeys, model, inputs).select(pl.lit(model.name).alias("model"), pl.all())
        for model in models
    ]
    if not parts:
        raise Stop("no attribution model is given")
    return pl.concat(parts)


def unattributed(stages: pl.Series) -> pl.DataFrame:
    """Give each stage, whatever the model, all of its weight on the pseudo-session."""
    return pl.DataFrame({"stage": stages}).select(
        "stage",
        session=pl.lit(UNATTRIBUTED),
        order=pl.lit(0, dtype=pl.Int64),
        weight=pl.lit(1.0),
        reason=pl.lit(UNATTRIBUTED),
    )


def with_values(table: pl.DataFrame, totals: pl.DataFrame, *, adds_up: bool = True) -> pl.DataFrame:
    """Add ``value_minor``: the stage's value, split by the weights to the last minor unit.

    Args:
        table: credit of one model.
        totals: ``stage`` (once), ``value_minor`` (null where the stage has no value).
        adds_up: False for influence, where every session has the whole value.
    """
    joined = table.join(totals, on="stage", how="left", validate="m:1", maintain_order="left")
    if not adds_up:
        return joined
    parts = allocate_frame(
        joined, group="stage", total="value_minor", weight="weight", order="order"
    )
    return joined.with_columns(parts)


def _look_back(journeys: Journeys, model: Model) -> Journeys:
    if model.look_back_days is None:
        return journeys
    age = journeys.integers("stage_at_ms") - journeys.integers("at_ms")
    return journeys.restrict(age <= model.look_back_days * DAY_MS)


def _share(journeys: Journeys, model: Model, inputs: Inputs) -> Shares:
    rule = RULES[model.rule]
    if rule.by_milestone:
        return rule.share(journeys, model.settings, inputs.stage_times)
    if rule.by_paths:
        lost = None
        if inputs.lost is not None:
            lost = _look_back(arrange(inputs.lost), model)
            lost = lost.restrict(model.filter.mask(lost.touches))
        return rule.share(journeys, model.settings, lost)
    return rule.share(journeys, model.settings)


def _table(journeys: Journeys, shares: Shares) -> pl.DataFrame:
    labels = pl.Series(shares.labels, dtype=pl.String)
    kept = journeys.touches.select("stage", "session", pl.col("order").cast(pl.Int64))
    if len(shares.rows) < kept.height:
        kept = kept.select(pl.all().gather(pl.Series(shares.rows)))
    return kept.with_columns(weight=pl.Series(shares.weights), reason=labels.gather(shares.reasons))
