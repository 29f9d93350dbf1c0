"""Parting: taking a merge back, and taking one identifier out of its entity (R26).

Both are proposals (`identity.resolve.proposals`): `different` for every pair that is to be apart,
so that new evidence does not join them again. They are made of what the graph holds now; whoever
approves names the composition of what was seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from identity.config import Config
from identity.errors import FixInput, NotFound
from identity.explain.how import how
from identity.explain.lookup import LABELS, of_id
from identity.explain.naming import guess
from identity.progress import Progress, silent
from identity.resolve import proposals
from identity.resolve.proposals import Author, Entity, Proposal, StaleProposal, entity_of
from identity.resolve.reading import read_all
from identity.resolve.setting import setting_of
from identity.resolve.solve import solve
from identity.reviewing import writing
from identity.reviewing.trials import trials
from identity.said import Said
from identity.store.base import Store

PLURALS = {"contact": "contacts", "company": "companies"}


@dataclass(frozen=True, slots=True)
class Parting:
    """A proposal, and what it is about: the entity, the two sides, what it is called."""

    entity: Mapping[str, Any]
    left: tuple[str, ...]
    right: tuple[str, ...]
    proposal: Proposal

    @property
    def decisions(self) -> list[Said]:
        """Give the decisions it would write."""
        return [Said(**row) for row in self.proposal.rows]


def revert(store: Store, config: Config, what: str, *, step: int | None, author: Author) -> Parting:
    """Propose to take a merge back.

    Args:
        store: the graph.
        config: its configuration.
        what: the id that a merge ended, or the entity that it went into: its only merge.
        step: instead, a step of how the entity came together (`identity.explain.how`).
        author: who proposes.

    Raises:
        FixInput: it is not clear which merge is meant, or there is none to take back.
        NotFound: there never was such an id, or the entity has no such step.
    """
    answer = of_id(store, what)
    label = str(answer["entity"])
    if step is not None:
        left, right = _sides_of_step(store, what, step)
        return _reverted(store, config, what, (left, right), author)
    if answer["state"] == "live":
        merges = store.read(f"explain/{label}_merges", id=what)
        if len(merges) != 1:
            named = ", ".join(f"{m['name']} ({m['id']})" for m in merges)
            raise FixInput(
                f"several were merged into {what}: {named}"
                if merges
                else f"no {label} was merged into {what}",
                fix=f"Name the one that went into it, or a step of 'identity how {what}'.",
            )
        lost = str(merges[0]["id"])
    else:
        lost = what
    row = store.read(f"explain/{label}", id=lost)[0]
    heir = row["merged_into"]
    if heir is None:
        raise FixInput(f"{lost} was not merged into another")
    left = frozenset(row["held"] or ())
    right = _held_before(store, label, lost, heir)
    return _reverted(store, config, _living(store, heir), (left, right), author)


def extract(
    store: Store, config: Config, text: str, *, entity: str | None, author: Author
) -> Parting:
    """Propose to take an identifier out of its entity.

    Args:
        store: the graph.
        config: its configuration.
        text: the identifier.
        entity: its contact or company, where it stands for both.
        author: who proposes.

    Raises:
        FixInput: the identifier stands for nobody, or for several, or alone.
    """
    identifier = guess(config, text)
    found = [
        row["entity"]
        for plural in PLURALS.values()
        for row in store.read(f"explain/resolved_{plural}", ids=[identifier])
        if row["until_ms"] is None
    ]
    if entity is not None:
        found = [e for e in found if e == entity]
    if len(found) != 1:
        several = f"{identifier} stands for several: {', '.join(found)}"
        raise FixInput(
            several
            if found
            else f"{identifier} stands for {entity or 'nobody'} no more or never did",
            fix="Name one with --entity."
            if found
            else f"See 'identity lookup identifier {identifier}'.",
        )
    held = _entity(store, config, found[0], author)
    proposal = proposals.extract(held, identifier, author)
    if not proposal.rows:
        raise FixInput(f"{identifier} is all that {found[0]} holds")
    rest = tuple(sorted(held.members - {identifier}))
    return Parting(of_id(store, found[0]), (identifier,), rest, proposal)


def outcome(
    store: Store, config: Config, parting: Parting, progress: Progress = silent
) -> dict[str, Any]:
    """Say what a proposal would change; nothing is written."""
    with trials(store, config, progress) as attempt:
        progress.step("trying it")
        tried = attempt.of(writing.writer(config, parting.decisions))
    return {**_shape(parting), "effects": asdict(tried.effects), "written": 0}


def approve(
    store: Store, config: Config, parting: Parting, *, composition: str | None, at_ms: int
) -> dict[str, Any]:
    """Write the decisions of a proposal; the next run of the resolver takes them up.

    Args:
        store: the graph.
        config: its configuration.
        parting: the proposal, made of what the graph holds now.
        composition: the hash of what was seen, if it was looked at before.
        at_ms: now.

    Raises:
        StaleProposal: the entity has changed since it was looked at; nothing was written.
    """
    current = parting.proposal.composition
    if composition not in (None, current):
        raise StaleProposal(
            f"{parting.entity['name']} ({parting.entity['id']}) holds others than when it was "
            f"looked at",
            fix=f"Look again without --yes (its hash: {current}).",
        )
    counts = writing.append(store, config, parting.decisions, at_ms=at_ms)
    return {**_shape(parting), "effects": None, "written": counts["applied"]}


def _shape(parting: Parting) -> dict[str, Any]:
    entity = {k: parting.entity.get(k) for k in ("id", "entity", "name", "kind")}
    return {
        "entity": entity,
        "left": list(parting.left),
        "right": list(parting.right),
        "composition": parting.proposal.composition,
        "decisions": [
            {"id": d.identity, "action": d.action, "left": d.left, "right": d.right}
            for d in parting.decisions
        ],
    }


def _reverted(
    store: Store,
    config: Config,
    identity: str,
    halves: tuple[frozenset[str], frozenset[str]],
    author: Author,
) -> Parting:
    held = _entity(store, config, identity, author)
    proposal = proposals.revert(held, *halves, author)
    left, right = proposals.sides(held, *halves)
    return Parting(of_id(store, identity), tuple(sorted(left)), tuple(sorted(right)), proposal)


def _entity(store: Store, config: Config, identity: str, author: Author) -> Entity:
    """Read what is known of a live entity, from a solution of the facts as they are."""
    label = LABELS[identity.partition("_")[0]]
    members = [
        row["identifier"]
        for row in store.read(f"explain/{label}_members", id=identity)
        if row["until_ms"] is None
    ]
    facts, setting = read_all(store), setting_of(config, author.at_ms)
    return entity_of(solve(facts, setting), facts.decisions, setting, members)


def _sides_of_step(store: Store, identity: str, step: int) -> tuple[frozenset[str], frozenset[str]]:
    merges = how(store, identity).merges
    if not 1 <= step <= len(merges):
        raise NotFound(
            f"{identity} came together in {len(merges)} steps; there is no step {step}",
            fix=f"See 'identity how {identity}'.",
        )
    merge = merges[step - 1]
    return frozenset(merge.left), frozenset(merge.right)


def _held_before(store: Store, label: str, lost: str, heir: str) -> frozenset[str]:
    """Give what an entity held before another went into it, from the change feed."""
    runs = [
        row["run"]
        for row in store.read("explain/changes_of", id=lost)
        if row["change"] == "merged" and orjson.loads(row["after"])["into"] == heir
    ]
    if not runs:
        raise FixInput(
            f"{lost} went another way before it came to {heir}", fix="Name a step instead."
        )
    held = set(store.read(f"explain/{label}", id=heir)[0]["held"] or ())
    for row in reversed(store.read("explain/changes_of", id=heir)):
        if row["run"] < runs[-1]:
            break
        if row["change"] == "identifier.added":
            held.discard(orjson.loads(row["after"])["identifier"])
        elif row["change"] == "identifier.removed":
            held.add(orjson.loads(row["before"])["identifier"])
    return frozenset(held)


def _living(store: Store, identity: str) -> str:
    """Give the live entity that an id has become."""
    answer = of_id(store, identity)
    if answer["state"] == "live":
        return identity
    if answer["redirect"] is None:
        raise NotFound(f"nothing that lives holds what {identity} held")
    return _living(store, str(answer["redirect"]))
