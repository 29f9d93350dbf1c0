"""Random towns, step by step on a real store, held to the reference of the resolver.

Every step is resolved from what it touched alone and compared in everything that is derived, ids
included, with what the reference computes from all that is known so far. Then the rules' own
properties: undo is exact, a revert outlasts new evidence, order and batches do not matter.

A failing town is printed with the command that replays it alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from identity.resolve import stage
from identity.resolve.proposals import Author, extract, revert
from tests.support.worlds import Item, Town, batch_of, note, withdrawn
from tests.support.worlds_rules import changed
from tests.support.worlds_run import Runner, State, as_decisions, problems, read_state

pytestmark = pytest.mark.small_frames

WORLDS = int(os.environ.get("IDENTITY_WORLDS", "2000"))
ONLY = os.environ.get("IDENTITY_TOWN")
SIZE = 10
"""Worlds in a town: the fixed cost of a step is shared, and neighbours must not disturb."""
AT_ONCE = 2
"""Worlds of a town in which something out of the ordinary is done at the same time."""
CHUNK = 4
STEPS = 5
TOWNS = range(WORLDS // SIZE) if ONLY is None else range(int(ONLY), int(ONLY) + 1)
CHUNKS = [list(TOWNS)[start : start + CHUNK] for start in range(0, len(TOWNS), CHUNK)]
SHUFFLED = max(WORLDS // 100, 1)


@pytest.fixture(autouse=True)
def _parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small graphs are resolved whole for speed; here parts are what is looked at."""
    monkeypatch.setattr(stage, "MANY", 0)
    monkeypatch.setattr(stage, "WHOLE_FROM", 2.0)


def _name(chunk: list[int]) -> str:
    return f"towns {chunk[0]} to {chunk[-1]}"


@pytest.mark.parametrize("chunk", CHUNKS, ids=_name)
def test_every_step_follows_the_reference(chunk: list[int], tmp_path: Path) -> None:
    parts = 0
    for seed in chunk:
        runner = Runner(tmp_path / str(seed))
        try:
            found = next(_run(Town(seed, SIZE), runner), None)
        finally:
            runner.store.close()
        parts += runner.parts
        if found is not None:
            command = f"IDENTITY_TOWN={seed} pytest tests/property/test_worlds.py -k reference"
            pytest.fail("\n".join([*found[:30], f"replay: {command}"]))
    assert parts > len(chunk), "hardly anything was resolved by parts"


def _run(town: Town, runner: Runner) -> Iterator[list[str]]:
    """Run a town's steps; give what is wrong after each, if anything is."""
    special = (_withdraw, _undo, _take_back_a_merge, _take_out, _read_again)
    for number in range(STEPS):
        if number and town.random.random() < 0.12:
            town.config = changed(town.config, town.random)
        state = runner.step(town.config, town.hand_out(town.items()), town.clock.now_ms)
        yield from _checked(town, runner, state)
        if town.random.random() < 0.4:
            yield from town.random.choice(special)(town, runner, state)
    yield from _whole_changes_nothing(town, runner)


def _checked(town: Town, runner: Runner, state: State) -> Iterator[list[str]]:
    found = problems(runner, state, town.known, town.config, town.clock.now_ms)
    if found:
        yield found


def _whole_changes_nothing(town: Town, runner: Runner) -> Iterator[list[str]]:
    """R28: everything anew is what the parts gave; no id changes and nothing is emitted."""
    before = read_state(runner.store)
    result = runner.resolve(town.config, town.clock.now_ms, whole=True)
    if result.changed or result.counts:
        after = read_state(runner.store)
        yield [f"a rebuild changed something: {dict(result.counts)}", f"{before}", f"{after}"]


def _read(town: Town, runner: Runner, items: list[Item]) -> State:
    """Hand items in at the same instant."""
    note(town.known, items)
    return runner.step(town.config, batch_of(items), town.clock.now_ms)


def _withdraw(town: Town, runner: Runner, state: State) -> Iterator[list[str]]:
    made = town.decisions()
    if made:
        chosen = town.random.sample(made, min(AT_ONCE, len(made)))
        taken_back: list[Item] = [withdrawn(d) for d in chosen]
        state = runner.step(town.config, town.hand_out(taken_back), town.clock.now_ms)
        yield from _checked(town, runner, state)


def _undo(town: Town, runner: Runner, before: State) -> Iterator[list[str]]:
    """R34: to decide and to take it back restores labels, ids and memberships."""
    # an identifier that only a decision named would be there from now on
    known = {row["id"] for row in runner.store.read("resolve/stored_identifiers")}
    worlds = town.random.sample(town.worlds, AT_ONCE)
    made = [d for w in worlds for d in w.decide() if {i for _, i in d.links} <= known]
    if not made:
        return
    yield from _checked(town, runner, _read(town, runner, made))
    after = _read(town, runner, [withdrawn(d) for d in made])
    yield from _checked(town, runner, after)
    after.decisions = {i: s for i, s in after.decisions.items() if i in before.decisions}
    names = ("resolves", "refused", "memberships", "kinds", "standing", "decisions", "ids")
    if differing := [n for n in names if getattr(before, n) != getattr(after, n)]:
        yield [f"undo of {[d.values for d in made]} left other {differing}"]


def _read_again(town: Town, runner: Runner, before: State) -> Iterator[list[str]]:
    """E84: what was read once changes nothing when it is read again, in any order."""
    items = [i for w in town.worlds for i in w.delivered]
    town.random.shuffle(items)
    after = _read(town, runner, items)
    if after.digest != before.digest or after.ids != before.ids:
        yield ["reading everything again changed something"]


def _take_back_a_merge(town: Town, runner: Runner, state: State) -> Iterator[list[str]]:
    """A revert parts the two sides, and keeps them apart whatever comes (`broken`)."""
    merged = [
        (held, state.ledger[into])
        for i, (what, _, held, into) in sorted(state.ledger.items())
        if what == "merged" and into and i.startswith("con") and state.ledger[into][0] == "live"
    ]
    merged = [(set(held), set(heir[2])) for held, heir in merged if set(held) < set(heir[2])]
    chosen = _strangers(merged, town)
    made: list[Item] = []
    for held, members in chosen:
        entity = runner.entity(town.config, town.clock.now_ms, members)
        proposal = revert(entity, held, members - held, Author("eva", town.clock.now_ms))
        proposal.check(members)
        made += as_decisions(proposal.rows)
    if not made:
        return
    after = _read(town, runner, made)
    yield from _checked(town, runner, after)
    for held, members in chosen:
        if together := _together(after, held, members - held):
            yield [f"reverted, but together: {together}"]


def _take_out(town: Town, runner: Runner, state: State) -> Iterator[list[str]]:
    """An identifier that was taken out is with nobody it was with before."""
    several = [(w, m) for _, (w, _, m, _) in sorted(state.ledger.items()) if len(m) > 1]
    several = [(w, m) for w, m in several if w == "live" and not m[0].startswith("domain:")]
    chosen = [
        (town.random.choice(sorted(members)), members)
        for _, members in _strangers([(set(m), set(m)) for _, m in several], town)
    ]
    made: list[Item] = []
    for one, members in chosen:
        entity = runner.entity(town.config, town.clock.now_ms, members)
        made += as_decisions(extract(entity, one, Author("eva", town.clock.now_ms)).rows)
    if not made:
        return
    after = _read(town, runner, made)
    yield from _checked(town, runner, after)
    for one, members in chosen:
        firm = one.startswith("domain:")
        hosts = {m for m in members if m.startswith("domain:")} if firm else set()
        if together := _together(after, {one}, members - {one} - hosts):
            yield [f"taken out, but together: {together}"]


def _strangers(
    parts: list[tuple[set[str], set[str]]], town: Town
) -> list[tuple[set[str], set[str]]]:
    """Choose parts of entities, `AT_ONCE` of them, that have no identifier in common."""
    chosen: list[tuple[set[str], set[str]]] = []
    for part, members in town.random.sample(parts, len(parts)):
        if len(chosen) < AT_ONCE and not any(members & others for _, others in chosen):
            chosen.append((part, members))
    return chosen


def _together(state: State, ones: set[str], twos: set[str]) -> set[str]:
    """The entities that identifiers of both sides stand for now."""
    now = [(i, name) for _, i, name, _, until in state.resolves if until is None]
    return {n for i, n in now if i in ones} & {n for i, n in now if i in twos}


@pytest.mark.parametrize("seed", range(SHUFFLED))
def test_order_and_batches_do_not_matter(seed: int, tmp_path: Path) -> None:
    """P01, P03: one batch or many, in any order, whole or by parts: one digest."""
    town = Town(100_000 + seed, 3)
    items = [i for _ in range(4) for i in town.items()]
    town.hand_out(items)
    digests = {}
    for way, batches in (("one", 1), ("several", 4), ("many", 9)):
        town.random.shuffle(items)
        runner = Runner(tmp_path / way)
        try:
            for number in range(batches):
                some = items[number::batches]
                state = runner.step(
                    town.config, batch_of(some), town.clock.now_ms, whole=batches == 1
                )
        finally:
            runner.store.close()
        digests[way] = state.digest
    assert len(set(digests.values())) == 1, f"town {100_000 + seed}: {digests}"
