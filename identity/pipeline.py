"""The pipeline: stages as values. ``run`` executes the very list that ``explain`` prints.

A run has a number and an instant (``as_of_ms``), both noted in the graph. A stage that has nothing
to do says so; a run that was interrupted is taken up by the next one, because facts and the mark of
what they touched are written together.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

from identity.attribute.stage import AttributeResult, attribute
from identity.config import Config
from identity.errors import FixInput
from identity.explain import health
from identity.ingest.stage import IngestResult, ingest
from identity.journey.stage import JourneyResult, make_journeys
from identity.model.changes import Count, run_id
from identity.progress import Progress, silent
from identity.resolve.reviews.stage import value_reviews
from identity.resolve.stage import Last, ResolveResult, resolve, rules_hash
from identity.store.base import Store

COLLECT_AFTER = 1_000_000
"""Objects that stages may make before the collector looks through them for cycles: rows are none,
and by its default it would look a thousand times in a delivery of 10,000 records, a second long."""


@dataclass(slots=True)
class RunState:
    """A run under way: its number and clock, what the last one left, what stages have given."""

    store: Store
    config: Config
    seq: int
    as_of_ms: int
    last: Last
    last_config: str | None
    whole: bool = False
    progress: Progress = silent
    ingested: IngestResult | None = None
    resolved: ResolveResult | None = None
    journeys: JourneyResult | None = None
    credit: AttributeResult | None = None
    last_health: str = ""
    health: str = ""
    done: list[str] = field(default_factory=list)

    @property
    def changes(self) -> int:
        """Count the rows of the change feed so far."""
        if self.journeys is not None:
            return self.journeys.changes
        return self.resolved.changes if self.resolved is not None else self.last.changes

    @property
    def downstream_is_due(self) -> bool:
        """Say whether journeys and credit may differ from what the graph holds."""
        facts = self.ingested is None or self.ingested.changed
        entities = self.resolved is None or self.resolved.changed
        return facts or entities or self.last_config != config_hash(self.config)


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the pipeline: its name, what it does, and the function that does it."""

    name: str
    doc: str
    work: Callable[[RunState], None]


def _ingest(state: RunState) -> None:
    state.ingested = ingest(
        state.store,
        state.config,
        run=state.seq,
        as_of_ms=state.as_of_ms,
        progress=state.progress,
    )


def _resolve(state: RunState) -> None:
    state.resolved = resolve(
        state.store,
        state.config,
        state.last,
        run=state.seq,
        as_of_ms=state.as_of_ms,
        whole=state.whole,
        progress=state.progress,
    )


def _journeys(state: RunState) -> None:
    if state.downstream_is_due:
        count = Count(state.seq, state.as_of_ms, state.changes)
        state.journeys = make_journeys(state.store, state.config, count, progress=state.progress)
        value_reviews(state.store)
    if state.journeys is None and state.last_health:
        state.health = health.unchanged(state.last_health)
        return
    state.progress.step("measuring health")
    ids = state.resolved.counts if state.resolved is not None else {}
    measured = health.measure(state.store, state.config, ids)
    state.health = orjson.dumps(measured).decode()


def _attribute(state: RunState) -> None:
    if state.journeys is not None:
        state.credit = attribute(
            state.store,
            state.config,
            state.journeys.times,
            state.journeys.lost,
            run=state.seq,
            progress=state.progress,
        )


STAGES: tuple[Stage, ...] = (
    Stage("ingest", "read every source and apply what is new as facts", _ingest),
    Stage("resolve", "decide which identifiers are one contact, one company", _resolve),
    Stage("journeys", "make sessions, stages and the journeys before them", _journeys),
    Stage("attribute", "share the value of stages out over their journeys", _attribute),
)


def plan(names: Sequence[str] = ()) -> tuple[Stage, ...]:
    """Give the stages of a run in order: all, or the named ones.

    Raises:
        FixInput: there is no stage of a name.
    """
    known = {s.name for s in STAGES}
    for name in names:
        if name not in known:
            raise FixInput(
                f"there is no stage {name!r}", fix=f"Stages: {', '.join(sorted(known))}."
            )
    return tuple(s for s in STAGES if not names or s.name in names)


def explain(stages: Sequence[Stage]) -> str:
    """Describe the stages of a run."""
    return "\n".join(f"{n}. {s.name}: {s.doc}" for n, s in enumerate(stages, 1))


def config_hash(config: Config) -> str:
    """Hash all of the configuration that graph contents depend on."""
    return config.digest()


def begin(
    store: Store,
    config: Config,
    *,
    as_of_ms: int,
    whole: bool = False,
    progress: Progress = silent,
) -> RunState:
    """Begin a run: number it and read what the last one left."""
    rows = store.read("store/last_run")
    if not rows:
        return RunState(store, config, 1, as_of_ms, Last(), None, whole, progress)
    row = rows[0]
    last = Last(row["rules_hash"], row["as_of_ms"], row["minted"], row["changes"])
    state = RunState(
        store, config, row["seq"] + 1, as_of_ms, last, row["config_hash"], whole, progress
    )
    state.last_health = row["health"] or ""
    return state


def run(state: RunState, stages: Sequence[Stage]) -> RunState:
    """Execute stages in order; the run is noted in the graph before the first and after each.

    What is noted before tells the next run that this one was begun: were it to break off, nobody
    would take what it left for finished, nor count ids and changes anew from before it.
    """
    _note(state)
    with _seldom_collected():
        for stage in stages:
            stage.work(state)
            state.done.append(stage.name)
            _note(state)
    return state


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Let the collector of cycles look seldom."""
    before = gc.get_threshold()
    gc.set_threshold(COLLECT_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _note(state: RunState) -> None:
    resolved = state.resolved
    known_rules = state.last.rules_hash
    row = {
        "id": run_id(state.seq),
        "name": f"run {state.seq}",
        "seq": state.seq,
        "as_of_ms": state.as_of_ms,
        "config_hash": config_hash(state.config) if "attribute" in state.done else "",
        "rules_hash": rules_hash(state.config) if resolved is not None else known_rules,
        "stages": state.done,
        "counts": orjson.dumps(counts(state)).decode(),
        "minted": resolved.minted if resolved is not None else state.last.minted,
        "changes": state.changes,
        "health": state.health,
    }
    state.store.write("store/run", [row])


def counts(state: RunState) -> dict[str, Any]:
    """Give the counts of a run, as they are noted and printed."""
    found: dict[str, Any] = {}
    if state.ingested is not None:
        names = ("read", "applied", "unchanged", "superseded", "quarantined", "fields")
        found["ingest"] = {n: state.ingested.total(n) for n in names}
    if state.resolved is not None:
        found["resolve"] = {
            "looked_at": state.resolved.looked_at,
            "changes": dict(sorted(state.resolved.counts.items())),
        }
    if state.journeys is not None:
        found["journeys"] = {
            **state.journeys.counts,
            "unidentified": state.journeys.unidentified,
            "reached": state.journeys.reached,
        }
    if state.credit is not None:
        found["attribute"] = {"rows": state.credit.rows, "value_minor": state.credit.values}
    return found
