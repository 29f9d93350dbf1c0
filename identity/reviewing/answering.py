"""Answering: from a question, an answer and what was seen, to decisions (R26, E96)."""

from __future__ import annotations

from typing import Any, ClassVar

from identity.config import Config
from identity.errors import FixInput
from identity.resolve.proposals import Author, StaleProposal
from identity.reviewing import questions, writing
from identity.reviewing.choices import UNSURE, choices, choose
from identity.store.base import Store


class Answered(FixInput):
    """Somebody else has answered this question, and no run has taken that up yet."""

    code: ClassVar[str] = "E_ANSWERED"
    http_status: ClassVar[int] = 409


def answer(
    store: Store,
    config: Config,
    review: str,
    key: str,
    *,
    composition: str,
    author: Author,
    expires_ms: int | None = None,
) -> dict[str, Any]:
    """Write the decisions of an answer; the next run of the resolver takes them up.

    Args:
        store: the graph.
        config: its configuration.
        review: the question's id.
        key: the answer, as the question shows it.
        composition: the hash of what the reviewer saw.
        author: who answers, when and why.
        expires_ms: until when the answer holds; then the question comes back.

    Raises:
        NotFound: there is no such question.
        StaleProposal: what it is about has changed since it was looked at; nothing was written.
        Answered: somebody else answered it before.
        FixInput: there is no such answer, or it ends before it begins.
    """
    row = questions.read(store, review)
    if row["composition"] != composition:
        raise StaleProposal(
            f"{review} is about others now than when it was looked at: {row['summary']}",
            fix=f"Look again: 'identity reviews show {review}' (its hash: {row['composition']}).",
        )
    if expires_ms is not None and expires_ms <= author.at_ms:
        raise FixInput("the answer would end before it is given")
    chosen = choose(choices(row, row["candidates"], str), key, review=review)
    known = store.read("explain/all_decisions")
    others = [
        a
        for a in questions.answers_of(row, writing.waiting(known))
        if a["actor"] != author.actor and a["action"] != UNSURE
    ]
    if others:
        first = others[0]
        raise Answered(
            f"{first['actor'] or 'somebody'} has answered {review} with {first['action']}",
            fix="It takes effect with the next run; to take it back: "
            f"'identity decisions undo {first['decision']}'.",
        )
    rows = writing.said(chosen.decisions, author, known, expires_ms)
    counts = writing.append(store, config, rows, at_ms=author.at_ms)
    return {
        "review": review,
        "answer": key,
        "decisions": [r.identity for r in rows],
        **counts,
    }
