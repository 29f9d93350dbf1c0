"""Shown: a question as whoever answers it sees it.

Its parts, the evidence between them with the weakest step, and every possible answer with what it
would change: contacts, companies, stages, the value of deals and the credit of channels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from identity.config import Config
from identity.errors import FixInput, NotFound
from identity.explain.why import CONSTRAINTS, Explanation, why
from identity.model.evidence import DOMAIN_CLAIMS
from identity.progress import Progress, silent
from identity.resolve.proposals import Author
from identity.resolve.reviews.model import QUESTIONS
from identity.reviewing import questions, writing
from identity.reviewing.choices import Choice, choices
from identity.reviewing.trials import Tried, trials
from identity.said import Said
from identity.store.base import Store

PATHS = 5
"""For so many pairs of candidates, the likeliest, the evidence is shown; all of them are named."""

TRIED = 8
"""So many answers are tried at once; the effect of any other is shown when it is asked for."""


def shown(
    store: Store,
    config: Config,
    review: str,
    *,
    author: Author,
    only: str | None = None,
    effects: bool = True,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Show a question.

    Args:
        store: the graph.
        config: its configuration.
        review: the question's id.
        author: who would answer: their answer replaces what they said before.
        only: the key of the one answer to try.
        effects: whether to try answers at all.
        progress: hears what is tried.

    Raises:
        NotFound: there is no such question.
        FixInput: there is no such answer.
    """
    row = questions.read(store, review)
    name = questions.namer(store, row)
    possible = choices(row, row["candidates"], name)
    known = store.read("explain/all_decisions")
    asked = QUESTIONS[row["question"]]
    parts = questions.parts_of(store, row["subjects"])
    tried = _tried(store, config, possible, author, only=only, effects=effects, progress=progress)
    return {
        **{n: row[n] for n in questions.SHOWN},
        "asks": asked.doc,
        "value_minor": row["value_minor"] or 0,
        "currency": config.attribution.currency.base,
        "parts": list(parts.values()),
        "waiting": questions.answers_of(row, writing.waiting(known)),
        "evidence": [e.as_dict() for e in _evidence(store, config, row)],
        "answers": [
            {
                "answer": choice.key,
                "says": choice.says,
                "decisions": [
                    {"action": a, "left": left, "right": right}
                    for a, left, right in choice.decisions
                ],
                "grounds": dict(choice.grounds),
                **_outcome(tried.get(choice.key)),
            }
            for choice in possible
        ],
    }


def of_decision(
    store: Store, config: Config, said: Said, progress: Progress = silent
) -> dict[str, Any]:
    """Say what one decision would change; nothing is written."""
    with trials(store, config, progress) as attempt:
        progress.step("trying it")
        tried = attempt.of(writing.writer(config, [said]))
    decision = {"id": said.identity, "action": said.action, "left": said.left, "right": said.right}
    return {"decision": decision, **_outcome((tried, [said.identity]))}


def _evidence(store: Store, config: Config, row: Mapping[str, Any]) -> Iterable[Explanation]:
    """Explain the pairs that are in question, as far as they are in the graph."""
    ends = [(c["left"], c["right"]) for c in row["candidates"] if c.get("right")]
    for left, right in list(dict.fromkeys(ends))[:PATHS]:
        try:
            yield why(store, config, left, right)
        except NotFound:  # what a domain looks like need not be there
            continue


def _tried(
    store: Store,
    config: Config,
    possible: list[Choice],
    author: Author,
    *,
    only: str | None,
    effects: bool,
    progress: Progress,
) -> dict[str, tuple[Tried, list[str]]]:
    """Try answers: by key, what the trial showed and the decisions that it wrote."""
    chosen = [c for c in possible if c.decisions or c.claims]
    if only is not None:
        if only not in {c.key for c in possible}:
            keys = ", ".join(c.key for c in possible) or "none"
            raise FixInput(f"{only!r} is no answer to this question", fix=f"Answers: {keys}.")
        chosen = [c for c in chosen if c.key == only]
    elif not effects:
        chosen = []
    found: dict[str, tuple[Tried, list[str]]] = {}
    if not chosen:
        return found
    with trials(store, config, progress) as attempt:
        known = attempt.base.read("explain/all_decisions")
        for number, choice in enumerate(chosen[:TRIED], 1):
            progress.step(f"trying answer {number} of {len(chosen[:TRIED])}")
            if writing.opposes_nothing(choice.decisions, known):
                found[choice.key] = (attempt.of_nothing(), [])
                continue
            rows = writing.said(choice.decisions, author, known)
            change = writing.writer(config, rows) if rows else _without_claims(list(choice.claims))
            found[choice.key] = (attempt.of(change), [r.identity for r in rows])
    return found


def _outcome(tried: tuple[Tried, list[str]] | None) -> dict[str, Any]:
    """Shape a trial; ``refused`` says what keeps the answer from taking effect."""
    if tried is None:
        return {"effects": None, "refused": None}
    result, written = tried
    states = [result.states.get(d) or "" for d in written]
    blocked = sorted({s.partition(": ")[2] for s in states if s.startswith("blocked")})
    refused = None
    if blocked:
        refused = {"constraint": blocked[0], "reason": CONSTRAINTS.get(blocked[0], blocked[0])}
    return {"effects": asdict(result.effects), "refused": refused}


def _without_claims(claims: list[tuple[str, str]]) -> Callable[[Store, int], None]:
    """Leave out what accounts claim on a domain and the hosts beside it, as if it were mended."""

    def change(copy: Store, _run: int) -> None:
        accounts = sorted({account for account, _ in claims})
        edges = [
            e
            for e in copy.read("explain/evidence_from", ids=accounts)
            if e["rule"] in DOMAIN_CLAIMS
        ]
        wanted = {domain for _, domain in claims}
        rows = copy.read("explain/identifiers", ids=sorted({e["dst"] for e in edges} | wanted))
        base = {r["id"]: r["base"] or r["id"] for r in rows}
        units = {base.get(d, d) for d in wanted}
        gone = [e for e in edges if base.get(e["dst"], e["dst"]) in units]
        keys = [{"src": e["src"], "dst": e["dst"], "key": e["key"]} for e in gone]
        copy.write("explain/withdraw_evidence", keys)
        touched = {e[end] for e in gone for end in ("src", "dst")}
        copy.write("ingest/dirty", [{"id": i} for i in sorted(touched)])

    return change
