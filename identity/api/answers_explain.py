"""Answers that explain: the published shapes of how, repair, what-if, plan and health.

As in `identity.api.answers`: they say what answers are and do not make them. Amounts are in minor
units of the base currency.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from identity.api.answers import Answer, LookupIdOut, RunOut, StepOut

BeforeAfter = Annotated[
    list[int], Field(min_length=2, max_length=2, description="Before, and after.")
]


class MergeOut(Answer):
    """A step: the reason, and what the two parts held before it."""

    number: int
    left: list[str]
    right: list[str]
    step: StepOut


class HowOut(Answer):
    """How an entity came together; the evidence of the steps alone makes it anew."""

    entity: LookupIdOut
    merges: list[MergeOut]
    refused: list[StepOut] = Field(description="Evidence that would have added more.")


class RepairOut(Answer):
    """The weakest evidence that holds two parts of an entity together, and the parts."""

    entity: LookupIdOut
    cut: list[StepOut]
    cost: int = Field(description="What it costs to cut, by the strength of the evidence.")
    left: list[str]
    right: list[str]


class EntityChangeOut(Answer):
    """What becomes of an entity; `other` is what it merges into or was split from."""

    id: str
    name: str
    other: str | None
    other_name: str | None
    identifiers: list[str]


class RefusedEvidenceOut(Answer):
    """Evidence that would be refused and is not now."""

    src: str
    dst: str
    rule: str
    constraint: str


class MovedStageOut(Answer):
    """A stage that changes hands; null where nobody has it."""

    stage: str
    kind: str
    name: str
    value_minor: int | None
    open: bool = Field(description="Whether its deal is open.")
    before: str | None
    before_name: str | None
    after: str | None
    after_name: str | None


class MovedCreditOut(Answer):
    """Credit of a channel under a model for a kind of stage; `pipeline`: of open deals."""

    model: str
    stage_kind: str
    channel: str
    before_minor: int
    after_minor: int
    pipeline_before_minor: int
    pipeline_after_minor: int


class EffectsOut(Answer):
    """What would change: entities by name, refused evidence, stages and credit that move."""

    counts: dict[str, int] = Field(description="Rows of the change feed, by kind.")
    entities: dict[str, list[EntityChangeOut]] = Field(description="The first of each kind.")
    ambiguous: list[str] = Field(description="Domains that become ambiguous.")
    refused: dict[str, BeforeAfter] = Field(description="Refused evidence, by constraint.")
    newly_refused: list[RefusedEvidenceOut]
    largest_component: BeforeAfter
    stages: list[MovedStageOut]
    credit: list[MovedCreditOut]
    value_moved_minor: int
    pipeline_moved_minor: int
    pipeline_minor: BeforeAfter
    currency: str


class PlanOut(Answer):
    """What a run would do, and what that rests on; `identity apply` refuses it once that moved."""

    base: dict[str, int] = Field(description="The graph: its last run, its last change.")
    inputs: dict[str, str] = Field(description="Files of sources, with their SHA-256.")
    config: str
    as_of_ms: int
    result: str = Field(description="The digest of what is derived afterwards.")
    counts: RunOut
    effects: EffectsOut | None


class PointOut(Answer):
    """A figure at the end of a run."""

    run: int
    at: str
    value: float | None


class FigureOut(Answer):
    """A figure with the band it is expected in; `within` is null where nothing was to measure."""

    name: str
    says: str
    value: float | None = Field(description="A count, or a share from 0 to 1.")
    low: float
    high: float
    within: bool | None
    trend: list[PointOut] = Field(description="The runs before, oldest first.")


class GraphHealthOut(Answer):
    """How a graph was when its newest run had ended."""

    project: str
    run: int
    at: str
    healthy: bool = Field(description="Whether every figure lies in its band.")
    figures: list[FigureOut]
    components: dict[str, int] = Field(description="Components by size, in identifiers.")
    refused: dict[str, int] = Field(description="Refused evidence by constraint.")
    ids: dict[str, int] = Field(description="What became of ids in the run.")


EXPLAINED: dict[str, Any] = {
    "health": GraphHealthOut,
    "how": HowOut,
    "plan": PlanOut,
    "repair": RepairOut,
    "what-if": EffectsOut,
}
"""Answers by the command that gives them."""
