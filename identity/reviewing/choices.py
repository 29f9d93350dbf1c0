"""Choices: the possible answers to a question, each with the decisions that say it.

The key of a choice names what it says and never its place in a list, so that it means the same
whenever it is given: ``same``, ``same:domain:acme.com``, ``mark_shared``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from identity.errors import FixInput
from identity.model.evidence import Method

Decided = tuple[str, str, str | None]
Name = Callable[[str], str]
FIX = "fix_source"
UNSURE = "unsure"
OPPOSITE = {"same": "different", "different": "same"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A possible answer.

    ``says``: what it means, in words; ``decisions``: action and identifiers of the decisions that
    say it, none where only the system of record can make it true; ``claims``: for those, whose
    other claims on an identifier would have to go; ``grounds``: what speaks for it.
    """

    key: str
    says: str
    decisions: tuple[Decided, ...] = ()
    claims: tuple[tuple[str, str], ...] = ()
    grounds: Mapping[str, Any] = field(default_factory=dict)


def choices(
    review: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]], name: Name
) -> list[Choice]:
    """Give the possible answers to a question, in the order of its candidates.

    A suggestion names the pairs that may be one; that they are not is an answer too. Where it names
    several pairs, they can be answered one by one or all alike. Whoever does not know says so: the
    question goes away until the answer expires or what it is about changes.

    Args:
        review: question, method, subjects.
        candidates: its candidates (`identity.resolve.reviews.model.Candidate`).
        name: gives the name of an identifier.
    """
    listed = [_decided(c) for c in candidates]
    grounds = {d: c.get("grounds") or {} for d, c in zip(listed, candidates, strict=True)}
    pairs = list(dict.fromkeys((left, right) for _, left, right in listed if right is not None))
    guessed = review["method"] == Method.PROBABILISTIC.value
    if guessed:
        listed += [("different", left, right) for left, right in pairs]
    listed = list(dict.fromkeys(listed))
    found: list[Choice] = []
    if guessed and len(pairs) > 1:
        found += [_of_all(action, pairs) for action in ("same", "different")]
    keys = _keys(listed, {c.key for c in found})
    for decided, key in zip(listed, keys, strict=True):
        fix = decided[0] == FIX
        found.append(
            Choice(
                key,
                _says(review["question"], decided, name),
                () if fix else (decided,),
                _others(decided, listed) if fix else (),
                grounds.get(decided, {}),
            )
        )
    if pairs:
        unsure = tuple((UNSURE, left, right) for left, right in pairs)
        found.append(Choice(UNSURE, "nobody knows yet: leave things as they are", unsure))
    return found


def choose(found: Sequence[Choice], key: str, *, review: str) -> Choice:
    """Give the choice of a key.

    Raises:
        FixInput: there is none, or only the system of record can make it true.
    """
    chosen = next((c for c in found if c.key == key), None)
    if chosen is None:
        keys = ", ".join(c.key for c in found if c.decisions) or "none: mend the source"
        raise FixInput(f"{key!r} is no answer to {review}", fix=f"Answers: {keys}.")
    if not chosen.decisions:
        raise FixInput(
            f"only the system of record can make this true: {chosen.says}",
            fix="Do it there; the question goes away with the next run that reads it.",
        )
    return chosen


def _decided(candidate: Mapping[str, Any]) -> Decided:
    return (candidate["action"], candidate["left"], candidate.get("right"))


def _of_all(action: str, pairs: Sequence[tuple[str, str]]) -> Choice:
    word = "one" if action == "same" else "different"
    says = f"all {len(pairs)} pairs are {word}"
    return Choice(action, says, tuple((action, left, right) for left, right in pairs))


def _keys(listed: Sequence[Decided], taken: Iterable[str]) -> list[str]:
    """Name each by its action, and by as much more as tells it from the others."""
    forms = (
        [a for a, _, _ in listed],
        [f"{a}:{r}" for a, _, r in listed],
        [f"{a}:{left}" for a, left, _ in listed],
        [f"{a}:{left}={r}" for a, left, r in listed],
    )
    free = [[k for k, n in Counter(form).items() if n == 1] for form in forms]
    names = [set(f) - set(taken) for f in free]
    keys = []
    for place, (action, _, _) in enumerate(listed):
        alike = [p for p, d in enumerate(listed) if d[0] == action]
        form = next(
            f for f, known in zip(forms, names, strict=True) if all(f[p] in known for p in alike)
        )
        keys.append(form[place])
    return keys


def _others(decided: Decided, listed: Iterable[Decided]) -> tuple[tuple[str, str], ...]:
    """Give who else is a candidate for the identifier that a system is to give to one."""
    _, left, right = decided
    return tuple(
        (o, r) for a, o, r in listed if a == FIX and r is not None and r == right and o != left
    )


def _says(question: str, decided: Decided, name: Name) -> str:
    action, left, right = decided
    one, two = _told(left, name), _told(right, name) if right is not None else ""
    match action:
        case "same":
            return f"{one} and {two} are one"
        case "different":
            return f"{one} and {two} are different"
        case "mark_shared":
            return f"{one} is shared by several and says nothing about one of them"
        case "fix_source":
            return _to_mend(question, one, two)
    return f"{action} {one} {two}".rstrip()


_MENDED = {
    "ambiguous_domain": "{two} is {one}'s: take it off the others in the CRM, or merge them there",
    "overlapping_claims": "{two} was {one}'s all the time: set the dates right in the CRM",
    "parent_child": "{one} is the parent of {two}: say so in the CRM",
    "hosted_site": "{two} is no site of {one}'s own: enter its domain in the CRM",
}


def _to_mend(question: str, one: str, two: str) -> str:
    return _MENDED.get(question, "{one} and {two} are one: merge them in the CRM").format(
        one=one, two=two
    )


def _told(identifier: str, name: Name) -> str:
    called = name(identifier)
    bare = identifier.partition(":")[2] if identifier.startswith(("email:", "domain:")) else ""
    return called if called in (identifier, bare) else f"{called} ({bare or identifier})"
