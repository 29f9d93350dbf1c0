"""Plan and apply: what a run would change, shown before it does; then exactly that.

A plan tries the whole pipeline on a private copy of the graph, with the sources, the rules and the
decisions as they are now, and compares. It notes what it rests on: the graph's last run, the
sources' content, the configuration, the clock. Applying runs the pipeline on the graph itself with
the same clock; where anything the plan rests on has moved, it is stale and nothing is done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from identity import pipeline
from identity.config import Config
from identity.errors import FixInput, NotFound, Stop, Where
from identity.explain.effects import Effects, effects
from identity.explain.state import digest, full_state
from identity.ingest.sources import files_of
from identity.progress import Progress, silent
from identity.store.base import Store


class PlanStale(FixInput):
    """The graph, a source or the configuration has moved since the plan was made."""

    code = "E_PLAN_STALE"
    http_status = 409


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would change, and what that rests on.

    ``base``: number of the last run and of the last change; ``inputs``: file to SHA-256;
    ``result``: the digest of derived state afterwards.
    """

    base: Mapping[str, int]
    inputs: Mapping[str, str]
    config: str
    as_of_ms: int
    result: str
    counts: Mapping[str, Any]
    effects: Effects | None = None

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return {
            "base": dict(self.base),
            "inputs": dict(self.inputs),
            "config": self.config,
            "as_of_ms": self.as_of_ms,
            "result": self.result,
            "counts": dict(self.counts),
            "effects": self.effects.as_dict() if self.effects is not None else None,
        }


def make(store: Store, config: Config, *, as_of_ms: int, progress: Progress = silent) -> Plan:
    """Try a run on a private copy and say what it would change."""
    base = reached(store)
    with TemporaryDirectory(prefix="identity-plan-") as folder:
        copy = store.scratch(Path(folder))
        try:
            state = pipeline.begin(copy, config, as_of_ms=as_of_ms, progress=progress)
            pipeline.run(state, pipeline.plan())
            found = effects(
                store,
                copy,
                since=base["changes"],
                currency=config.attribution.currency.base,
            )
            return Plan(
                base=base,
                inputs=_inputs(config),
                config=_config(config),
                as_of_ms=as_of_ms,
                result=digest(full_state(copy)),
                counts=pipeline.counts(state),
                effects=found,
            )
        finally:
            copy.close()


def default_file(root: Path) -> Path:
    """Give the place where the last plan of a project is kept."""
    return root / ".identity" / "plan.json"


def save(plan: Plan, path: Path) -> None:
    """Write a plan to a file, for `apply`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(orjson.dumps(plan.as_dict(), option=orjson.OPT_INDENT_2))


def load(path: Path) -> Plan:
    """Read a plan that was saved; its effects are for people and stay in the file.

    Raises:
        FixInput: there is no plan, or the file is not one.
    """
    where = Where(file=str(path))
    if not path.is_file():
        raise FixInput("there is no plan", where=where, fix="Make one with 'identity plan'.")
    try:
        data = orjson.loads(path.read_bytes())
        return Plan(
            data["base"],
            data["inputs"],
            data["config"],
            data["as_of_ms"],
            data["result"],
            data["counts"],
        )
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise FixInput(f"is not a plan: {error}", where=where) from error


def apply(
    store: Store, config: Config, plan: Plan, *, progress: Progress = silent
) -> pipeline.RunState:
    """Do exactly what a plan says.

    Raises:
        PlanStale: what the plan rests on has moved; nothing was done.
        Stop: the outcome differs from what was promised.
    """
    _refuse_stale(store, config, plan)
    state = pipeline.begin(store, config, as_of_ms=plan.as_of_ms, progress=progress)
    pipeline.run(state, pipeline.plan())
    if digest(full_state(store)) != plan.result:
        raise Stop(
            "the outcome differs from the plan",
            fix="Compare 'identity verify' with the plan before anything else runs.",
        )
    return state


def _refuse_stale(store: Store, config: Config, plan: Plan) -> None:
    if reached(store) != dict(plan.base):
        raise PlanStale("the graph has moved since the plan was made", fix="Make a new plan.")
    if _config(config) != plan.config:
        raise PlanStale("the configuration has changed since", fix="Make a new plan.")
    now = _inputs(config)
    moved = sorted(f for f in now.keys() | plan.inputs.keys() if now.get(f) != plan.inputs.get(f))
    if moved:
        raise PlanStale(
            f"these sources have changed since: {', '.join(moved)}", fix="Make a new plan."
        )


def reached(store: Store) -> dict[str, int]:
    """Give how far a graph has come: its last run and change, and what waits to be resolved."""
    rows = store.read("store/last_run")
    if not rows:
        return {"run": 0, "changes": 0, "dirty": 0}
    dirty = store.table("resolve/dirty").height
    return {"run": rows[0]["seq"], "changes": rows[0]["changes"], "dirty": dirty}


def _config(config: Config) -> str:
    return pipeline.config_hash(config)


def _inputs(config: Config) -> dict[str, str]:
    return {
        shown: hashlib.sha256(path.read_bytes()).hexdigest()
        for shown, path in sorted(files_of(config).items())
    }


@dataclass(frozen=True, slots=True)
class Without:
    """Something to leave out, to see what would be otherwise.

    One of: a ``decision`` (its id), a ``record`` (its identifier), an ``evidence`` edge (from, to,
    key; key None for all evidence between the two).
    """

    decision: str | None = None
    record: str | None = None
    evidence: tuple[str, str, str | None] | None = None


def what_if(
    store: Store, config: Config, without: Without, *, as_of_ms: int, progress: Progress = silent
) -> Effects:
    """Say what would change without a decision, a record or an edge; nothing is changed.

    Raises:
        NotFound: there is no such thing to leave out.
    """
    with TemporaryDirectory(prefix="identity-what-if-") as folder:
        copy = store.scratch(Path(folder))
        try:
            _leave_out(copy, without)
            base = reached(store)
            state = pipeline.begin(copy, config, as_of_ms=as_of_ms, progress=progress)
            pipeline.run(state, pipeline.plan(("resolve", "journeys", "attribute")))
            currency = config.attribution.currency.base
            return effects(store, copy, since=base["changes"], currency=currency)
        finally:
            copy.close()


def _leave_out(copy: Store, without: Without) -> None:
    rows: list[dict[str, Any]]
    if without.decision is not None:
        rows = copy.read("explain/decision", id=without.decision)
        _require(rows, without.decision)
        copy.write("explain/withdraw_decision", [{"id": without.decision}])
        touched = [rows[0]["left"], rows[0]["right"]]
    elif without.record is not None:
        ids = [without.record]
        _require(copy.read("explain/identifiers", ids=ids), without.record)
        edges = [*copy.read("explain/evidence_from", ids=ids)]
        relations = copy.read("resolve/relations_from", ids=ids)
        copy.write("explain/withdraw_evidence", _keys(edges))
        copy.write("explain/withdraw_relation", _keys(relations))
        copy.write("explain/delete_record", [{"id": without.record}])
        touched = [without.record, *(e["dst"] for e in (*edges, *relations))]
    else:
        src, dst, key = without.evidence or ("", "", None)
        edges = [
            e
            for e in copy.read("explain/evidence_from", ids=[src])
            if e["dst"] == dst and key in (None, e["key"])
        ]
        _require(edges, f"{src} -> {dst}")
        copy.write("explain/withdraw_evidence", _keys(edges))
        touched = [src, dst]
    copy.write("ingest/dirty", [{"id": i} for i in sorted({t for t in touched if t})])


def _keys(edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"src": e["src"], "dst": e["dst"], "key": e["key"]} for e in edges]


def _require(rows: list[dict[str, Any]], what: str) -> None:
    if not rows:
        raise NotFound(f"{what} is not in the graph")
