"""What people decided, and what of it holds at an instant (R26)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from identity.model.identifiers import Plane, plane_of
from tests.support.resolver_reference_model import Said

Decision = dict[str, object]
ANSWERS = ("same", "different", "unsure")


@dataclass
class Decided:
    """The decisions that hold, by what they do; `states` says what became of each."""

    same: list[Said] = field(default_factory=list)
    aliases: list[Decision] = field(default_factory=list)
    different: set[frozenset[str]] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    additive: set[str] = field(default_factory=set)
    pinned: set[str] = field(default_factory=set)
    primary: list[Decision] = field(default_factory=list)
    assigned: list[Decision] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    def banned(self, one: str, two: str) -> bool:
        return frozenset((one, two)) in self.different

    def apart(self, ones: set[str], twos: set[str]) -> bool:
        return any(self.banned(a, b) for a in ones for b in twos)


def age(decision: Decision) -> tuple[object, ...]:
    """Rows without a time are the oldest; of one actor's at one time `different` is the newest."""
    at_ms = decision["at_ms"]
    return (
        at_ms is not None,
        at_ms or 0,
        decision["action"] == "different",
        str(decision["id"]),
    )


def effective(decisions: dict[str, Decision], as_of_ms: int) -> Decided:
    decided = Decided()
    heard = []
    for decision in decisions.values():
        expires = decision["expires_ms"]
        if decision["withdrawn"]:
            decided.states[str(decision["id"])] = "withdrawn"
        elif expires is not None and int(str(expires)) <= as_of_ms:
            decided.states[str(decision["id"])] = "expired"
        elif int(str(decision["valid_from_ms"] or 0)) > as_of_ms:
            decided.states[str(decision["id"])] = "waiting"
        else:
            heard.append(decision)
    replaced = {i for d in heard if d["supersedes"] for i in str(d["supersedes"]).split()}
    for decision in heard:
        known = str(decision["id"]) in replaced
        decided.states[str(decision["id"])] = "superseded" if known else "applied"
    heard = [d for d in heard if str(d["id"]) not in replaced]
    by_pair: dict[object, list[Decision]] = defaultdict(list)
    for decision in sorted(heard, key=age):
        if decision["action"] in ANSWERS:
            by_pair[frozenset((decision["left"], decision["right"]))].append(decision)
        else:
            _note(decision, decided)
    for said in by_pair.values():
        for decision in standing(said, decided.states):
            _note(decision, decided)
    return decided


def standing(said: list[Decision], states: dict[str, str]) -> list[Decision]:
    """The newest answer of each actor; of opposite answers of several actors the oldest."""
    by_actor: dict[object, list[Decision]] = defaultdict(list)
    for decision in sorted(said, key=age):
        by_actor[decision["actor"]].append(decision)
    current = []
    for answers in by_actor.values():
        holding = answers[0]
        for answer in answers[1:]:
            # the same answer again keeps the time, and so the place, of the first
            if answer["action"] == holding["action"]:
                states[str(answer["id"])] = "repeated"
            else:
                states[str(holding["id"])] = "superseded"
                holding = answer
        current.append(holding)
    opposed = sorted(
        (d for d in current if d["action"] in ("same", "different")),
        # of two as old as each other `different` stays
        key=lambda d: (*age(d)[:2], d["action"] == "same", str(d["id"])),
    )
    for decision in opposed[1:]:
        if decision["action"] != opposed[0]["action"]:
            states[str(decision["id"])] = "conflict"
    return opposed[:1]


def _note(decision: Decision, decided: Decided) -> None:
    left, right = str(decision["left"]), str(decision["right"])
    match decision["action"]:
        case "different":
            decided.different.add(frozenset((left, right)))
        case "mark_shared":
            decided.shared.add(left)
        case "mark_additive":
            decided.additive.add(left)
        case "pin":
            decided.pinned.add(left)
        case "choose_primary":
            decided.primary.append(decision)
        case "assign_company":
            decided.assigned.append(decision)
        case "same" if left.startswith("domain:") and right.startswith("domain:"):
            decided.aliases.append(decision)
        case "same" if plane_of(left) is not None and plane_of(left) is plane_of(right):
            person = plane_of(left) is Plane.PERSON
            decided.same.append(
                Said(
                    edge="SAME_PERSON" if person else "SAME_COMPANY",
                    src=left,
                    dst=right,
                    rule="decision.same_person" if person else "decision.same_company",
                    source="decision",
                    record=str(decision["id"]),
                    first_seen_ms=int(str(decision["at_ms"] or 0)),
                    from_ms=None,
                    until_ms=None,
                )
            )
