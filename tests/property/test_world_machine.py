"""A town under a state machine: any order of reading, deciding, undoing, crashes and rebuilds.

Hypothesis picks the operations; what an operation reads follows from a seed that it picks too, so a
failure shrinks to few operations and is printed as the steps that replay it. After every one of
them everything derived equals the reference, no pair that was kept apart is together, and what
joins an entity is evidence that was not refused.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from identity.ingest.stage import apply
from identity.resolve import stage
from identity.resolve.proposals import Author, extract
from tests.support.worlds import Item, Town, batch_of, note, withdrawn
from tests.support.worlds_rules import changed
from tests.support.worlds_run import Runner, State, as_decisions, problems, read_state

pytestmark = pytest.mark.small_frames

SEEDS = st.integers(0, 10_000)


class TownMachine(RuleBasedStateMachine):
    """Operations on a town and its store."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="town-"))
        self.runner = Runner(self.folder)
        self.state = State()
        self.town = Town(0, 2, people=6, firms=4)

    @initialize(seed=SEEDS)
    def found(self, seed: int) -> None:
        self.town = Town(seed, 2, people=6, firms=4)
        self.read(self.town.items())

    def reseed(self, seed: int) -> None:
        """Let what happens next follow from the operation alone, so that steps can be left out."""
        self.town.random.seed(seed)
        for number, world in enumerate(self.town.worlds):
            world.random.seed(f"{seed}/{number}")

    def read(self, items: list[Item], *, tick: bool = True) -> None:
        if tick:
            batch = self.town.hand_out(items)
        else:
            note(self.town.known, items)
            batch = batch_of(items)
        self.state = self.runner.step(self.town.config, batch, self.town.clock.now_ms)

    @rule(seed=SEEDS, most=st.integers(1, 5))
    def ingest(self, seed: int, most: int) -> None:
        self.reseed(seed)
        self.read(self.town.items(most))

    @rule(seed=SEEDS)
    def move_a_job_or_a_domain(self, seed: int) -> None:
        self.reseed(seed)
        self.read([i for world in self.town.worlds for i in world.change()])

    @rule(seed=SEEDS)
    def decide(self, seed: int) -> None:
        self.reseed(seed)
        self.read([i for world in self.town.worlds for i in world.decide()])

    @rule(seed=SEEDS)
    def late_and_again(self, seed: int) -> None:
        self.reseed(seed)
        late = [i for world in self.town.worlds for i in world.late_version()]
        again = [i for world in self.town.worlds for i in world.delivered]
        self.read([*late, *self.town.random.sample(again, min(3, len(again)))])

    @precondition(lambda self: bool(self.town.decisions()))
    @rule(seed=SEEDS)
    def undo(self, seed: int) -> None:
        self.reseed(seed)
        self.read([withdrawn(self.town.random.choice(self.town.decisions()))])

    @precondition(lambda self: bool(self.town.decisions()))
    @rule()
    def undo_all(self) -> None:
        """P06: with every decision taken back, the labels are those of the facts alone."""
        self.read([withdrawn(d) for d in self.town.decisions()])

    @rule(seed=SEEDS)
    def change_the_rules(self, seed: int) -> None:
        self.reseed(seed)
        self.town.config = changed(self.town.config, self.town.random)
        self.read([])

    @rule(seed=SEEDS)
    def split(self, seed: int) -> None:
        """Take an identifier out of a contact."""
        self.reseed(seed)
        living = [
            held
            for i, (what, _, held, _) in sorted(self.state.ledger.items())
            if what == "live" and i.startswith("con_") and len(held) > 1
        ]
        if living:
            members = set(self.town.random.choice(living))
            now = self.town.clock.now_ms
            entity = self.runner.entity(self.town.config, now, members)
            chosen = self.town.random.choice(sorted(members))
            rows = extract(entity, chosen, Author("eva", now)).rows
            self.read(list(as_decisions(rows)), tick=False)

    @rule(seed=SEEDS)
    def crash_after_reading(self, seed: int) -> None:
        """The facts are in, nothing was resolved, nothing was closed; the next run takes it up."""
        self.reseed(seed)
        batch = self.town.hand_out(self.town.items(3))
        apply(self.runner.store, self.town.config, batch, run=self.runner.run + 1)
        self.runner.crash()
        self.runner.resolve(self.town.config, self.town.clock.now_ms)
        self.state = read_state(self.runner.store)

    @rule()
    def crash_after_resolving(self) -> None:
        """P15: what was committed is there, and nothing else."""
        before = read_state(self.runner.store)
        self.runner.crash()
        after = read_state(self.runner.store)
        assert (after.digest, after.ids, after.ledger) == (before.digest, before.ids, before.ledger)

    @rule()
    def rebuild(self) -> None:
        """P03, R28: everything anew changes nothing and emits nothing."""
        result = self.runner.resolve(self.town.config, self.town.clock.now_ms, whole=True)
        assert (result.changed, dict(result.counts)) == (False, {})

    @invariant()
    def follows_the_reference(self) -> None:
        town = self.town
        found = problems(self.runner, self.state, town.known, town.config, town.clock.now_ms)
        assert not found, "\n".join(found[:20])

    @invariant()
    def companies_hold_one_account(self) -> None:
        """P07: two live accounts of the primary CRM are never one company."""
        prefix = f"crm:{self.town.config.primary_crm}:account:"
        live = {r for r in self.town.known.records if r.startswith(prefix)}
        live -= {
            row["id"]
            for row in self.runner.store.read("resolve/identifiers")
            if row["deleted"] or row["merged_into"]
        }
        of = [name for _, i, name, *_ in self.state.resolves if i in live]
        assert len(of) == len(set(of))

    @invariant()
    def joined_by_evidence(self) -> None:
        """P08, P13, P14: evidence that was not refused joins each contact, by itself."""
        graph = nx.Graph()
        refused = {(a, b, rule, source) for a, b, rule, source, _ in self.state.refused}
        for query in ("resolve/evidence", "resolve/stored_evidence"):
            for row in self.runner.store.read(query):
                key = (row["src"], row["dst"], row["rule"], row["source"])
                if row["edge"] == "SAME_PERSON" and not row["withdrawn"] and key not in refused:
                    graph.add_edge(row["src"], row["dst"])
        for identity, (what, _, held, _) in self.state.ledger.items():
            if what == "live" and identity.startswith("con_") and len(held) > 1:
                assert held[0] in graph, held
                assert set(held) <= nx.node_connected_component(graph, held[0]), held
        blocked = {i for i, s in self.state.standing.items() if s in ("blocked", "generic")}
        assert not blocked & {i for _, i, *_ in self.state.resolves}

    @invariant()
    def redirects_end(self) -> None:
        """P11: a retired id leads to a living one in one step; ids are never given twice."""
        for what, _, _, into in self.state.ledger.values():
            assert (what == "merged") == (into is not None)
            assert into is None or self.state.ledger[into][0] == "live"
        assert len(set(self.state.ids.values())) == len(self.state.ids)

    def teardown(self) -> None:
        self.runner.store.close()
        for folder in (self.folder, *self.runner.crashes):
            shutil.rmtree(folder, ignore_errors=True)


def test_any_order_of_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "MANY", 0)
    monkeypatch.setattr(stage, "WHOLE_FROM", 2.0)
    run_state_machine_as_test(
        TownMachine,
        settings=settings(
            max_examples=int(os.environ.get("IDENTITY_MACHINES", "60")),
            stateful_step_count=12,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
