"""Text for people: questions, their answers, and proposals as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from identity.explain.effects import Effects, EntityChange, RefusedEvidence
from identity.explain.moved import MovedCredit, MovedStage
from identity.explain.text import NOTHING, effect_lines, short, why_lines
from identity.explain.why import Explanation, Step
from identity.model.instants import iso
from identity.model.money import written

Plain = Mapping[str, Any]
LISTED = 12
"""So many identifiers of a side are listed; all are counted."""


def list_lines(answer: Plain) -> Iterator[str]:
    """Render the list of questions."""
    rows = answer["reviews"]
    if not rows:
        yield "No question waits."
        return
    for number, row in enumerate(rows, 1):
        value = _money(row["value_minor"], answer["currency"])
        yield f"{number:4}. {row['id']}  {row['question']}  {value} at risk"
        yield f"      {row['summary']}"
        yield f"      {' · '.join(dict.fromkeys(p['name'] for p in row['parts']))}"
        yield from (f"      {line}" for line in _waiting_lines(row))
    more = answer["total"] - len(rows)
    yield ""
    yield f"{answer['total']:,} in all" + (f", {more:,} not shown" if more else "")


def review_lines(answer: Plain) -> Iterator[str]:
    """Render a question with its evidence and its answers."""
    yield f"{answer['id']}  {answer['question']}  ({answer['method']})"
    yield answer["summary"]
    yield answer["asks"]
    value = _money(answer["value_minor"], answer["currency"])
    certain = f" · certainty {answer['score']:.2f}" if answer["score"] is not None else ""
    yield f"value at risk: {value}{certain} · hash {answer['composition']}"
    yield from _waiting_lines(answer)
    yield ""
    yield "It is about:"
    for part in answer["parts"]:
        yield f"  {_part(part)}"
    for explained in answer["evidence"]:
        yield ""
        yield from (f"  {line}" if line else "" for line in why_lines(_explanation(explained)))
    yield ""
    yield "Answers:"
    for choice in answer["answers"]:
        yield ""
        yield from _choice_lines(choice)
    yield ""
    yield (
        f"identity reviews answer {answer['id']} ANSWER --hash {answer['composition']} "
        f"--actor NAME --reason TEXT"
    )


def _part(part: Plain) -> str:
    if part["entity"] is None:
        return f"{part['identifier']}  (stands for nobody)"
    return f"{part['identifier']}  {part['name']} ({part['entity']}, {part['kind']})"


def _waiting_lines(row: Plain) -> Iterator[str]:
    for said in row["waiting"]:
        yield (
            f"answered {said['action']} by {said['actor'] or 'somebody'} ({said['decision']}); "
            f"it takes effect with the next run"
        )


def _choice_lines(choice: Plain) -> Iterator[str]:
    yield f"  {choice['answer']}: {choice['says']}"
    for line in _grounds(choice["grounds"]):
        yield f"      {line}"
    if choice["refused"] is not None:
        refused = choice["refused"]
        yield f"      REFUSED ({refused['constraint']}): {refused['reason']}"
    if choice["effects"] is not None:
        lines = _beside_the_decision(choice["effects"])
        yield from (f"      {line}" if line else "" for line in lines)
    elif not choice["decisions"]:
        yield "      (only the system of record can make it true)"


def _grounds(grounds: Plain) -> Iterator[str]:
    """Render what speaks for an answer, one line for the features of a suggestion."""
    plain = {k: v for k, v in grounds.items() if not isinstance(v, Mapping)}
    if plain:
        told = [
            f"{k.removesuffix('_ms')} {iso(v)[:10] if k.endswith('_ms') and v else _shown(v)}"
            for k, v in plain.items()
        ]
        yield f"speaks for it: {', '.join(told)}"
    for feature, found in (grounds.get("features") or {}).items():
        if isinstance(found, Mapping):
            yield f"  {feature}: {found.get('level')} ({found.get('bits', 0):+.1f})"


def _beside_the_decision(plain: Plain) -> Iterable[str]:
    """Render effects without the line that a decision is noted, which is said already."""
    counts = {name: n for name, n in plain["counts"].items() if name != "decided"}
    lines = list(effects_of({**plain, "counts": counts}))
    return lines if lines != [NOTHING] else ["nothing else would change"]


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "+".join(map(str, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def parting_lines(answer: Plain, *, command: str) -> Iterator[str]:
    """Render a proposal to part an entity, before or after it was written.

    ``command`` is what writes it.
    """
    entity = answer["entity"]
    yield f"{entity['name']}  ({entity['id']}, {entity['kind']})"
    for title, side in (("one side", answer["left"]), ("the other side", answer["right"])):
        yield f"{title}:"
        yield from (f"  {short(member)}" for member in side[:LISTED])
        if len(side) > LISTED:
            yield f"  … and {len(side) - LISTED:,} more"
    count = len(answer["decisions"])
    many = "1 decision keeps" if count == 1 else f"{count:,} decisions keep"
    yield f"{many} them apart, whatever evidence comes"
    yield ""
    if answer["effects"] is None:
        yield f"{answer['written']:,} written; 'identity decisions apply' lets them take effect"
        first = answer["decisions"][0]["id"] if answer["decisions"] else ""
        yield f"to take all of it back: identity decisions undo {first} --together"
        return
    yield from _beside_the_decision(answer["effects"])
    yield ""
    yield f"Nothing was written. {command} --yes --hash {answer['composition']} does it."


def decision_lines(answer: Plain) -> Iterator[str]:
    """Render what one decision would change."""
    said = answer["decision"]
    yield " ".join(filter(None, (said["action"], said["left"], said["right"])))
    if answer["refused"] is not None:
        yield f"REFUSED ({answer['refused']['constraint']}): {answer['refused']['reason']}"
    yield from _beside_the_decision(answer["effects"])


def effects_of(plain: Plain) -> Iterable[str]:
    """Render effects that are given as plain data."""
    pairs = ("largest_component", "pipeline_minor")
    fields = {
        **plain,
        "entities": {
            kind: tuple(
                EntityChange(**{**e, "identifiers": tuple(e["identifiers"])}) for e in entities
            )
            for kind, entities in plain["entities"].items()
        },
        "ambiguous": tuple(plain["ambiguous"]),
        "refused": {c: tuple(counts) for c, counts in plain["refused"].items()},
        "newly_refused": tuple(RefusedEvidence(**r) for r in plain["newly_refused"]),
        "stages": tuple(MovedStage(**s) for s in plain["stages"]),
        "credit": tuple(MovedCredit(**c) for c in plain["credit"]),
        **{name: tuple(plain[name]) for name in pairs},
    }
    return effect_lines(Effects(**fields))


def _explanation(plain: Plain) -> Explanation:
    return Explanation(
        **{
            **plain,
            "steps": tuple(Step(**s) for s in plain["steps"]),
            "decisions": tuple(plain["decisions"]),
        }
    )


def _money(minor: int, currency: str) -> str:
    return f"{written(minor, currency)} {currency}"
