"""Running a town on a real store, and holding what the store says to the reference."""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from identity.config import Config
from identity.ingest.stage import apply
from identity.ingest.tables import decision_id
from identity.model.facts import Batch, IncomingNode, Origin
from identity.model.identifiers import plane_of
from identity.resolve.proposals import Entity, entity_of
from identity.resolve.reading import read_all
from identity.resolve.setting import setting_of
from identity.resolve.solve import solve as solve_planes
from identity.resolve.stage import Last, ResolveResult, resolve, rules_hash
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from tests.support.resolver_reference import Answer, solve
from tests.support.resolver_reference_decisions import effective
from tests.support.resolver_reference_ids import Ledger
from tests.support.resolver_reference_model import Known, Span, intersect
from tests.support.worlds_things import FILE

PLURAL = {"person": "contacts", "company": "companies"}
PREFIX = {"person": "con_", "company": "com_"}
WRITTEN_AT = ("minted_seq", "live_since", "ended_run", "run")
Rows = set[tuple[Any, ...]]


@dataclass
class State:
    """What a store holds of derived state, ids replaced by labels where rows are compared.

    ``ids`` gives the id of each label; ``ledger`` state, home, members and heir of each id.
    """

    resolves: Rows = field(default_factory=set)
    refused: Rows = field(default_factory=set)
    memberships: Rows = field(default_factory=set)
    kinds: dict[tuple[str, str], str] = field(default_factory=dict)
    standing: dict[str, str] = field(default_factory=dict)
    decisions: dict[str, str] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    ledger: dict[str, tuple[str, str, tuple[str, ...], str | None]] = field(default_factory=dict)
    digest: str = ""


def read_state(store: EmbeddedStore) -> State:
    """Read what was derived; the digest covers every derived row, whatever ids entities bear."""
    state = State()
    label: dict[str, str] = {}
    rows: list[tuple[str, list[tuple[str, str]]]] = []
    for plane, name in PLURAL.items():
        for row in store.read(f"resolve/stored_{name}"):
            held = tuple(sorted(row["held"] or ()))
            state.ledger[row["id"]] = (row["state"], row["home"], held, row["merged_into"])
            if row["state"] == "live":
                label[row["id"]] = row["label"]
                state.ids[plane, row["label"]] = row["id"]
                state.kinds[plane, row["label"]] = row["kind"]
                kept = {k: v for k, v in row.items() if k not in ("id", "home", "pinned")}
                rows.append((name, _text(kept)))
        for row in store.read(f"resolve/stored_resolves_to_{name}"):
            span = (row["from_ms"], row["until_ms"])
            state.resolves.add((plane, row["identifier"], label[row["entity"]], *span))
    for row in store.read("resolve/stored_refused"):
        names = ("src", "dst", "rule", "source", "constraint")
        state.refused.add(tuple(row[n] for n in names))
        rows.append(("refused", _text(row)))
    for row in store.read("resolve/stored_memberships"):
        row["contact"], row["company"] = label[row["contact"]], label[row["company"]]
        names = ("contact", "company", "via", "primary", "from_ms", "until_ms")
        state.memberships.add(tuple(row[n] for n in names))
        rows.append(("memberships", _text(row)))
    for row in store.read("resolve/stored_identifiers"):
        rows.append(("identifiers", _text(row)))
        if row["standing"]:
            state.standing[row["id"]] = row["standing"]
    state.decisions = {r["id"]: r["state"] for r in store.read("resolve/stored_decisions")}
    rows += [("evidence", _text(r)) for r in store.read("resolve/stored_evidence")]
    everything = (sorted(rows), sorted(state.resolves, key=repr), sorted(state.decisions.items()))
    state.digest = hashlib.sha256(repr(everything).encode()).hexdigest()
    return state


def _text(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(k, repr(v)) for k, v in sorted(row.items()) if k not in WRITTEN_AT]


@dataclass
class Runner:
    """A store and its counters."""

    folder: Path
    store: EmbeddedStore = field(init=False)
    run: int = 0
    last: Last = field(default_factory=Last)
    ledgers: dict[str, Ledger] = field(default_factory=lambda: {p: Ledger() for p in PLURAL})
    names: dict[str, dict[int, str]] = field(default_factory=lambda: {p: {} for p in PLURAL})
    parts: int = 0
    crashes: list[Path] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = EmbeddedStore(self.folder)
        migrate(self.store)

    def resolve(self, config: Config, as_of_ms: int, *, whole: bool = False) -> ResolveResult:
        self.run += 1
        result = resolve(
            self.store, config, self.last, run=self.run, as_of_ms=as_of_ms, whole=whole
        )
        self.parts += not result.whole
        self.last = Last(rules_hash(config), as_of_ms, result.minted, result.changes)
        return result

    def step(self, config: Config, batch: Batch, as_of_ms: int, *, whole: bool = False) -> State:
        """Ingest a batch, resolve what it touched (or everything), read what is derived."""
        apply(self.store, config, batch, run=self.run + 1)
        self.resolve(config, as_of_ms, whole=whole)
        return read_state(self.store)

    def entity(self, config: Config, as_of_ms: int, members: set[str]) -> Entity:
        """What proposals are made of."""
        facts, setting = read_all(self.store), setting_of(config, as_of_ms)
        return entity_of(solve_planes(facts, setting), facts.decisions, setting, members)

    def crash(self) -> None:
        """Go on from what lies on the disk now: nothing was closed, nothing checkpointed."""
        left = self.folder.with_name(f"{self.folder.name}-{self.run}-{len(self.crashes)}")
        shutil.copytree(self.folder, left)
        self.store.close()
        self.crashes.append(left)
        self.folder, self.store = left, EmbeddedStore(left)


def as_decisions(rows: list[dict[str, Any]]) -> list[IncomingNode]:
    """Rows of a proposal as the door hands them in, with their ids."""
    found = []
    for row in rows:
        values = {k: v for k, v in row.items() if k != "id"}
        links = (("ABOUT", row["left"]), ("ABOUT", row["right"]))
        found.append(IncomingNode(decision_id(values), values, links, Origin(FILE, 1)))
    return found


def problems(
    runner: Runner, state: State, known: Known, config: Config, as_of_ms: int
) -> list[str]:
    """Compare a state with the reference; each difference is a line."""
    answer = solve(known, config, as_of_ms)
    found: list[str] = []
    for name in ("resolves", "refused", "memberships"):
        found += differences(name, getattr(state, name), getattr(answer, name))
    for name in ("kinds", "standing", "decisions"):
        got, wanted = getattr(state, name), getattr(answer, name)
        found += differences(name, set(got.items()), set(wanted.items()))
    found += broken(state, known, as_of_ms)
    return found or list(id_problems(runner, state, answer))


def differences(name: str, got: Rows, wanted: Rows) -> list[str]:
    only_got = [f"{name}: got      {r}" for r in sorted(got - wanted, key=repr)]
    return only_got + [f"{name}: expected {r}" for r in sorted(wanted - got, key=repr)]


def id_problems(runner: Runner, state: State, answer: Answer) -> Iterator[str]:
    """Give ids by the reference's own ledger, and compare: what is minted, kept, revived, ended."""
    for plane, ledger in runner.ledgers.items():
        names = runner.names[plane]
        for entry in ledger.entries.values():
            entry.pinned = entry.home in answer.pinned
        ledger.assign(answer.clusters[plane], runner.run)
        for label, number in ledger.of.items():
            given = state.ids[plane, label]
            if number not in names and given not in names.values():
                names[number] = given
            if names.get(number) != given:
                yield f"ids: {label} has {given}, expected {names.get(number)}"
        for entry in ledger.entries.values():
            given = names.get(entry.id, "")
            into = names.get(entry.merged_into or 0)
            wanted = (entry.state, entry.home, tuple(sorted(entry.held)), into)
            if state.ledger.get(given) != wanted:
                yield f"ids: {given}: {state.ledger.get(given)}, expected {wanted}"
        known = {i for i in state.ledger if i.startswith(PREFIX[plane])}
        if extra := known - set(names.values()):
            yield f"ids: {sorted(extra)} were minted for nobody"


def broken(state: State, known: Known, as_of_ms: int) -> list[str]:
    """What may never happen, whatever the reference says: a pair kept apart is together (P10)."""
    found = []
    where: dict[tuple[str, str], list[tuple[str, Span]]] = defaultdict(list)
    for plane, identifier, name, *span in state.resolves:
        where[plane, identifier].append((name, (span[0], span[1])))
    for pair in effective(known.decisions, as_of_ms).different:
        one, two = sorted(pair)
        plane = plane_of(one)
        # `www.` is always equal (R18), and bans between planes mean nothing
        if plane is not plane_of(two) or one.replace(":www.", ":") == two.replace(":www.", ":"):
            continue
        found += [
            f"broken: {one} and {two} were kept apart"
            for a, first in where[str(plane), one]
            for b, second in where[str(plane), two]
            if a == b and intersect(first, second) is not None
        ]
    return found
