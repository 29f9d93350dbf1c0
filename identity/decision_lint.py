"""Lint: decisions that cannot be, or that cannot all hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from identity.config import Config
from identity.model import identifiers as ids
from identity.model.lists import builtin
from identity.said import ACTIONS, PAIRS, SINGLE, Finding, Said, place


def lint(decisions: Iterable[Said], config: Config | None = None) -> list[Finding]:
    """Find decisions that cannot all hold: self merges, cycles, contradictions, two targets.

    ``config`` says which domains are free-mail; None: those of the built-in list.
    """
    held = [d for d in decisions if not d.withdrawn]
    free = _free_mail(config)
    found: list[Finding] = []
    for said in held:
        found.extend(shape(said) or _lint_one(said, free))
    pairs = [d for d in held if d.action in PAIRS and d.right is not None]
    found.extend(_contradictions(pairs))
    redirects = [d for d in pairs if d.action == "same" and d.left != d.right and _same_kind(d)]
    found.extend(_two_targets(redirects))
    found.extend(_cycles(redirects))
    return found


def _free_mail(config: Config | None) -> frozenset[str]:
    if config is None:
        return builtin().free_mail
    said = config.rules.free_mail
    base = builtin().free_mail if said.base == "builtin" else frozenset()
    return frozenset((base | set(said.add)) - set(said.remove))


def shape(said: Said) -> list[Finding]:
    """Find what no decision can be: an action that is none, or that takes other identifiers."""
    where = (place(said),)
    if said.action not in ACTIONS:
        return [Finding("E_ACTION", f"there is no action {said.action!r}", where)]
    if (said.right is None) != (said.action in SINGLE):
        need = "one identifier" if said.action in SINGLE else "two identifiers"
        return [Finding("E_PAIR", f"{said.action} takes {need}", where)]
    return []


def _lint_one(said: Said, free: frozenset[str]) -> Iterator[Finding]:
    where = (place(said),)
    if said.right is None:
        return
    if said.left == said.right:
        yield Finding("E_SELF_MERGE", f"{said.left} is named twice", where)
    if said.action in ("same", "different"):
        left, right = ids.plane_of(said.left), ids.plane_of(said.right)
        if left is not right or left is None:
            yield Finding("E_PLANES", f"{said.left} and {said.right} are not of one plane", where)
    if said.action == "same" and said.left.startswith("domain:"):
        for end in (said.left, said.right):
            if end.startswith("domain:") and end[7:] in free:
                yield Finding("E_FREEMAIL_MERGE", f"{end[7:]} is a free-mail domain", where)


def _contradictions(pairs: list[Said]) -> Iterator[Finding]:
    answers: dict[tuple[str, str], list[Said]] = {}
    for said in pairs:
        one, two = sorted((said.left, said.right or ""))
        answers.setdefault((one, two), []).append(said)
    for (one, two), group in sorted(answers.items()):
        if {"same", "different"} <= {d.action for d in group}:
            yield Finding(
                "E_CONTRADICTION",
                f"{one} and {two} are decided to be the same and different",
                tuple(place(d) for d in group),
            )


def _same_kind(said: Said) -> bool:
    return ids.parse(said.left).kind == ids.parse(said.right or "").kind


def _two_targets(redirects: list[Said]) -> Iterator[Finding]:
    targets: dict[str, list[Said]] = {}
    for said in redirects:
        targets.setdefault(said.left, []).append(said)
    for old, group in sorted(targets.items()):
        if len({d.right for d in group}) > 1:
            news = ", ".join(sorted({d.right or "" for d in group}))
            yield Finding(
                "E_MERGE_CONFLICT",
                f"{old} has several targets: {news}",
                tuple(place(d) for d in group),
            )


def _cycles(redirects: list[Said]) -> Iterator[Finding]:
    """Find each cycle of old-to-new pairs once, in linear time."""
    following = {d.left: d for d in reversed(redirects)}
    state: dict[str, int] = {}
    for number, start in enumerate(sorted(following), 1):
        at, path = start, []
        while at in following and at not in state:
            state[at] = number
            path.append(at)
            at = following[at].right or ""
        if state.get(at) == number and at in path:
            around = path[path.index(at) :]
            yield Finding(
                "E_MERGE_CYCLE",
                f"{' -> '.join([*around, at])} goes round in a circle",
                tuple(place(following[x]) for x in around),
            )
