"""Playing a published case: step by step on a graph, each step's outcome compared."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from identity import planning
from identity.explain.state import State, entity_state
from identity.store.base import Store
from tests.support.cases import Step
from tests.support.cases_check import Story, check
from tests.support.cases_names import to_identifier
from tests.support.cases_project import JOURNEYS, WAYS, Placed, Project, ms
from tests.support.cases_proposals import approve, propose

Load = list[Placed]


def play(steps: Sequence[Step], folder: Path, store: Store, *, way: str, seed: int) -> State:
    """Play the steps of a case and give what was derived in the end.

    Raises:
        AssertionError: a step's outcome is not the expected one; the message lists what differs.
    """
    rng = random.Random(seed)
    project = Project.make(folder, store, steps)
    story = Story(project)
    wanted = any(set(JOURNEYS) & set(step.expect) for step in steps)
    stages = () if wanted else ("ingest", "resolve")
    for number, step in enumerate(steps, 1):
        project.configure(step)
        problems = _step(story, step, stages, WAYS[way](step.rows, rng))
        assert not problems, _message(number, step, way, seed, problems)
    return entity_state(store)


def _step(story: Story, step: Step, stages: Sequence[str], loads: Sequence[Load]) -> list[str]:
    project = story.project
    expect = dict(step.expect)
    if step.plan_only:
        project.plan = planning.make(project.store, project.config, as_of_ms=ms(step.clock))
        return check(story, expect)
    for decision in step.take_back:
        project.graph.undo_decision(decision, actor="ops", at_ms=ms(step.clock))
    for rows in loads:
        project.load(rows, *stages, clock=step.clock)
    for person in step.erase:
        project.graph.erase(to_identifier(person), actor="ops", as_of_ms=ms(step.clock))
    problems = _approve(story, step, stages)
    # what changed on the way depends on the loads; that nothing did must not
    if len(loads) > 1 and any(expect.get("feed", {}).values()):
        expect.pop("feed")
    problems += check(story, expect)
    if step.propose is not None:
        story.proposals[step.propose["id"]] = propose(project, step.propose), step.propose
    return problems


def _approve(story: Story, step: Step, stages: Sequence[str]) -> list[str]:
    """Approve the proposal that a step names, and let the decisions it makes take effect."""
    if step.approve is None:
        return []
    project = story.project
    proposal, asked = story.proposals[step.approve["proposal"]]
    outcome = approve(project, proposal, asked["extract"], at_ms=ms(step.clock))
    project.graph.run(*stages, as_of_ms=ms(step.clock))
    wanted = step.approve["outcome"]
    return [] if outcome == wanted else [f"approve: the proposal is {outcome}, not {wanted}"]


def _message(number: int, step: Step, way: str, seed: int, problems: Sequence[str]) -> str:
    head = f"step {number} ({step.says.strip()}), {way}, seed {seed}:"
    return "\n  ".join([head, *problems])
