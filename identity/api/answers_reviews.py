"""Answers about questions that wait for a person, and about taking merges back."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from identity.api.answers import Answer, MethodName, WhyOut
from identity.api.answers_explain import EffectsOut


class PartOut(Answer):
    """What a question is about: an identifier, and what it stands for now."""

    identifier: str
    name: str
    entity: str | None = Field(description="Its contact or company; null where it has none.")
    kind: str | None


class WaitingOut(Answer):
    """A decision that answers a question, and that the next run takes up."""

    decision: str
    action: str
    actor: str | None


class ListedReviewOut(Answer):
    """A question that waits for a person."""

    id: str = Field(examples=["rev_a7dbf6a33c586604"])
    question: str = Field(examples=["ambiguous_domain"])
    method: MethodName
    name: str
    summary: str
    score: float | None = Field(description="How certain a suggestion is, 0 to 1.")
    composition: str = Field(description="The hash that an answer names; it refuses a stale one.")
    value_minor: int = Field(description="Value at risk, in minor units of the base currency.")
    parts: list[PartOut]
    waiting: list[WaitingOut]


class ReviewsOut(Answer):
    """Questions, those with the most value at risk first."""

    total: int
    currency: str
    reviews: list[ListedReviewOut]


class DecidedOut(Answer):
    """A decision that an answer writes."""

    action: str
    left: str
    right: str | None


class RefusalOut(Answer):
    """What keeps an answer from taking effect."""

    constraint: str = Field(examples=["anchor"])
    reason: str


class OutcomeOut(Answer):
    """What would be different; null where it was not tried, or where only a source can do it."""

    effects: EffectsOut | None
    refused: RefusalOut | None


class ReviewAnswerOut(OutcomeOut):
    """A possible answer, and what it would change."""

    answer: str = Field(description="The answer's name.", examples=["same", "different"])
    says: str
    decisions: list[DecidedOut]
    grounds: dict[str, Any] = Field(description="What speaks for it.")


class ReviewOut(ListedReviewOut):
    """A question with its evidence and its possible answers."""

    asks: str
    currency: str
    evidence: list[WhyOut]
    answers: list[ReviewAnswerOut]


class AnsweredOut(Answer):
    """An answer that was written."""

    review: str
    answer: str
    decisions: list[str]
    applied: int
    unchanged: int


class ParentOut(Answer):
    """The entity that is to be parted."""

    id: str
    entity: Literal["contact", "company"]
    name: str
    kind: str | None


class WrittenDecisionOut(DecidedOut):
    """A decision with its id."""

    id: str


class PartingOut(Answer):
    """A merge that is taken back, or an identifier that is taken out."""

    entity: ParentOut
    left: list[str]
    right: list[str]
    composition: str = Field(description="The hash of what was looked at.")
    decisions: list[WrittenDecisionOut]
    effects: EffectsOut | None = Field(description="What would change; null once it is written.")
    written: int


class TriedDecisionOut(OutcomeOut):
    """A decision, and what it would change."""

    decision: WrittenDecisionOut


REVIEWED: dict[str, Any] = {
    "decisions-add-preview": TriedDecisionOut,
    "decisions-extract": PartingOut,
    "decisions-revert": PartingOut,
    "reviews-answer": AnsweredOut,
    "reviews-list": ReviewsOut,
    "reviews-show": ReviewOut,
}
"""Answers by name: of ``identity reviews …`` and ``identity decisions …``."""
