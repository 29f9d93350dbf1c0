"""The facade: everything a door (command line, HTTP, notebook) may ask, in one place.

Doors parse, call this, and shape the answer; they hold no logic. Open a project with
`IdentityGraph.open` and close it when done, or use it in a ``with`` block.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from identity import config as configuration
from identity.config import Config
from identity.errors import FixInput, NotFound, Where
from identity.graph_erasing import Erasing
from identity.graph_keeping import Keeping
from identity.graph_reviewing import Reviewing
from identity.graph_watching import Watching
from identity.opening import STORE_VARIABLE, open_store, with_overrides
from identity.progress import Progress, silent
from identity.store import queries
from identity.store.base import Store

if TYPE_CHECKING:
    from identity.doctor import Check
    from identity.explain.effects import Effects
    from identity.explain.how import History
    from identity.explain.repair import Repair
    from identity.explain.why import Explanation
    from identity.pipeline import RunState
    from identity.planning import Plan
    from identity.resolve.items.answer import Answer
    from identity.resolve.items.asked import Item, Question
    from identity.resolve.items.policy import Policy
    from identity.said import Finding


@dataclass(frozen=True, slots=True, order=True)
class Revision:
    """How far a graph has come: the newest run, and the rows of the change feed by then."""

    run: int
    changes: int

    def __str__(self) -> str:
        return f"r-{self.run}.{self.changes}"

    @classmethod
    def parse(cls, text: str) -> Revision:
        """Read a revision as it is written, ``r-<run>.<changes>``.

        Raises:
            FixInput: the text is not one.
        """
        match = re.fullmatch(r"r-(\d{1,18})(?:\.(\d{1,18}))?", text, re.ASCII)
        if match is None:
            raise FixInput(f"{text[:40]!r} is not a revision", fix="Write r-12.3450.")
        return cls(int(match[1]), int(match[2] or 0))


class IdentityGraph(Keeping, Erasing, Watching, Reviewing):
    """A project's graph."""

    def __init__(self, config: Config, store: Store) -> None:
        self.config = config
        self.store = store

    @classmethod
    def open(cls, project: str | Path = ".", *, store: str | None = None) -> IdentityGraph:
        """Open the project of a folder (or of its ``identity.yaml``).

        Args:
            project: the folder or the file.
            store: ``embedded`` or ``neo4j`` instead of the configured kind; the environment
                variable ``IDENTITY_STORE`` does the same, and ``NEO4J_URI``, ``NEO4J_USER``,
                ``NEO4J_PASSWORD``, ``NEO4J_DATABASE`` say where a Neo4j is.

        Raises:
            ConfigError: the configuration has mistakes.
            StoreLocked: another process writes to the embedded store.
            StoreUnavailable: the server does not answer.
        """
        loaded = configuration.load(Path(project))
        loaded = with_overrides(loaded, store or os.environ.get(STORE_VARIABLE))
        return cls(loaded, open_store(loaded))

    def close(self) -> None:
        """Give up the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def run(
        self,
        *stages: str,
        as_of_ms: int,
        whole: bool = False,
        progress: Progress = silent,
    ) -> RunState:
        """Run the pipeline, or some of its stages.

        Args:
            stages: names of stages; none for all.
            as_of_ms: the run's clock; nothing reads another.
            whole: resolve everything, not only what was touched.
            progress: hears what is done.
        """
        from identity import pipeline

        wanted = pipeline.plan(stages)
        with self.store.hold():
            state = pipeline.begin(
                self.store, self.config, as_of_ms=as_of_ms, whole=whole, progress=progress
            )
            return pipeline.run(state, wanted)

    def query(self, name: str, **params: Any) -> list[dict[str, Any]]:
        """Run a named query of ``cypher/analyst``.

        Raises:
            NotFound: there is no such query.
            FixInput: a parameter is missing, unknown, or not of its type.
        """
        known = [n.removeprefix("analyst/") for n in queries.names("analyst")]
        if name not in known:
            raise NotFound(f"there is no query {name!r}", fix=f"Queries: {', '.join(known)}.")
        full = f"analyst/{name}"
        return self.store.read(full, **queries.typed_params(full, params))

    def identifier(self, kind: str, value: str) -> str:
        """Give the identifier that a kind and a value name, in normal form.

        Raises:
            FixInput: the value is not one of that kind.
        """
        from identity.explain.naming import identifier_of

        return identifier_of(self.config, kind, value)

    def lookup(self, kind: str, value: str) -> dict[str, Any]:
        """Give what an identifier stands for: its contact or company, and where an old id went.

        ``kind`` is a kind of identifier, or ``id`` for a canonical id.
        """
        from identity.explain.lookup import lookup

        return lookup(self.store, self.config, kind, value)

    def quarantine(self) -> list[dict[str, Any]]:
        """List the rows and fields of sources that could not be used, and why."""
        return self.store.read("explain/quarantine")

    def timeline(self, what: str) -> dict[str, Any]:
        """Give what a contact or company did and reached, oldest first.

        ``what`` is a canonical id, or an e-mail, a domain or an identifier that stands for it.
        """
        from identity.explain.timeline import timeline

        return timeline(self.store, self.config, what)

    def journey(self, stage: str) -> dict[str, Any]:
        """Give a stage, and the sessions before it in order.

        ``stage`` is its id, or the identifier that reached it where it reached only one.
        """
        from identity.explain.stages import stage as stage_of

        found = stage_of(self.store, self.config, stage)
        return {"stage": found, "sessions": self.query("stage_journey", stage=found["id"])}

    def credit(
        self, by: str, *, model: str, stage: str | None = None, months: tuple[str, str]
    ) -> list[dict[str, Any]]:
        """Sum up credit by a dimension of sessions, of the stages reached in some months.

        Args:
            by: channel, source, campaign, landing, content or country.
            model: an attribution model of the configuration.
            stage: a kind of stage; None: the one that marks a won deal.
            months: the first and the last, ``2026-01``, both included.

        Raises:
            FixInput: the project has no such model or stage, or a month is none.
        """
        from identity.explain.stages import kind_of_stage

        known = self.config.attribution.models
        if model not in known:
            raise FixInput(f"there is no model {model!r}", fix=f"Models: {', '.join(known)}.")
        for month in months:
            if not re.fullmatch(r"\d{4}-\d{2}", month, re.ASCII):
                raise FixInput(f"{month!r} is not a month", fix="Write 2026-01.")
        return self.query(
            "credit_by",
            dim=by,
            model=model,
            stage_kind=kind_of_stage(self.config, stage),
            from_month=months[0],
            to_month=months[1],
        )

    def resolve_items(self, items: Sequence[Item], *, as_of_ms: int) -> list[Answer]:
        """Say who each item is, from the graph as it stands; nothing is written.

        Args:
            items: what is asked.
            as_of_ms: the instant for items that name none; it picks the intervals that hold.

        Raises:
            BadIdentifier: one is of an unknown kind, or of a source that the project has not.
        """
        from identity.resolve.items import decide, reading

        questions = [self._question(item, place, as_of_ms) for place, item in enumerate(items)]
        known = reading.read(self.store, questions, self._policy)
        return [decide.decide(question, known, self._policy) for question in questions]

    def _question(self, item: Item, place: int, as_of_ms: int) -> Question:
        from identity.explain.naming import named
        from identity.resolve.items.asked import BadIdentifier, Question, clue

        clues = []
        for n, given in enumerate(item.identifiers):
            try:
                value = named(self.config, given.kind, given.value, given.source)
            except FixInput as error:
                key = f"/items/{place}/identifiers/{n}"
                raise BadIdentifier(error.message, where=Where(key=key), fix=error.fix) from error
            clues.append(clue(f"req.identifiers[{n}]", given.kind, value))
        instant = as_of_ms if item.as_of_ms is None else item.as_of_ms
        return Question(item.ref, item.kind, tuple(clues), instant)

    @cached_property
    def _policy(self) -> Policy:
        from identity.resolve.items.policy import policy_of

        return policy_of(self.config)

    def check_store(self) -> list[Check]:
        """Look at what the graph cannot do without: its constraints and migrations."""
        from identity.doctor.examine import of_store

        return list(of_store(self.store))

    def revision(self, since_run: int = 0) -> Revision:
        """Say how far the graph has come.

        ``since_run`` is a run that is known to be there: it spares looking at older ones.
        """
        row = self.store.read("api/revision", since=since_run)[0]
        return Revision(row["run"] or 0, row["changes"] or 0)

    def why(self, left: str, right: str) -> Explanation:
        """Explain why two identifiers are one entity, or why they are not."""
        from identity.explain.why import why

        return why(self.store, self.config, left, right)

    def why_not(self, left: str, right: str) -> Explanation:
        """Explain what keeps two identifiers apart.

        Raises:
            FixInput: they are one entity.
        """
        from identity.explain.why import why_not

        return why_not(self.store, self.config, left, right)

    def how(self, identity: str) -> History:
        """Say by which merges an entity came together, in order."""
        from identity.explain.how import how

        return how(self.store, identity)

    def repair(self, identity: str, left: str | None = None, right: str | None = None) -> Repair:
        """Find the weakest evidence that holds two members of an entity together, or its parts."""
        from identity.explain.naming import guess
        from identity.explain.repair import repair

        parts = [guess(self.config, p) if p is not None else None for p in (left, right)]
        return repair(self.store, identity, *parts)

    def what_if(
        self,
        *,
        decision: str | None = None,
        record: str | None = None,
        evidence: tuple[str, str] | None = None,
        as_of_ms: int,
        progress: Progress = silent,
    ) -> Effects:
        """Say what would change without a decision, a record, or the evidence between two.

        Raises:
            FixInput: not exactly one thing to leave out is named.
            NotFound: it is not in the graph.
        """
        from identity import planning
        from identity.explain.naming import guess

        if sum(x is not None for x in (decision, record, evidence)) != 1:
            raise FixInput("name one thing to leave out: a decision, a record or evidence")
        pair = tuple(guess(self.config, e) for e in evidence) if evidence is not None else None
        without = planning.Without(
            decision=decision,
            record=guess(self.config, record) if record is not None else None,
            evidence=(pair[0], pair[1], None) if pair is not None else None,
        )
        return planning.what_if(
            self.store, self.config, without, as_of_ms=as_of_ms, progress=progress
        )

    def plan(self, *, as_of_ms: int, progress: Progress = silent) -> Plan:
        """Try a run on a private copy and say what it would change."""
        from identity import planning

        return planning.make(self.store, self.config, as_of_ms=as_of_ms, progress=progress)

    def apply(self, plan: Plan, *, progress: Progress = silent) -> RunState:
        """Do exactly what a plan says.

        Raises:
            PlanStale: the graph, a source or the configuration has moved since.
        """
        from identity import planning

        with self.store.hold():
            return planning.apply(self.store, self.config, plan, progress=progress)

    def decide(
        self, action: str, left: str, right: str | None = None, *, as_of_ms: int, **more: Any
    ) -> dict[str, int]:
        """Append one decision; give how many rows were applied and unchanged.

        ``more``: actor, reason, expires_ms, valid_from_ms, supersedes.
        """
        from identity import deciding

        said = deciding.say(self.config, action, left, right, at_ms=as_of_ms, **more)
        return self._append([said], shown="decision", as_of_ms=as_of_ms)

    def import_decisions(self, path: Path, *, source: str, as_of_ms: int) -> dict[str, int]:
        """Append the decisions of a file; give how many rows were applied and unchanged."""
        from identity import deciding

        rows = deciding.read_file(self.config, path, source=source)
        return self._append(rows, shown=path.name, as_of_ms=as_of_ms)

    def _append(self, rows: Iterable[Any], *, shown: str, as_of_ms: int) -> dict[str, int]:
        from identity import deciding, pipeline

        with self.store.hold():
            run = pipeline.begin(self.store, self.config, as_of_ms=as_of_ms).seq
            result = deciding.write(self.store, self.config, rows, run=run, shown=shown)
        return {n: result.total(n) for n in ("read", "applied", "unchanged")}

    def decisions(self) -> list[dict[str, Any]]:
        """List all decisions with what became of them."""
        from identity import deciding

        return deciding.listed(self.store)

    def export_decisions(self, path: Path) -> int:
        """Write all decisions to a CSV or JSON lines file; give their number."""
        from identity import deciding

        return deciding.export(self.store, path)

    def lint_decisions(self, path: Path | None = None) -> list[Finding]:
        """Find decisions that cannot all hold, of a file or of the graph."""
        from identity import deciding, decision_lint

        if path is not None:
            rows = deciding.read_file(self.config, path, source=path.name)
            return decision_lint.lint(rows, self.config)
        return decision_lint.lint(deciding.held(self.store), self.config)

    def undo_decision(self, decision: str, *, actor: str | None, at_ms: int) -> bool:
        """Take a decision back, or let one that was taken back hold again; say if it holds."""
        from identity import deciding

        return deciding.undo(self.store, decision, actor=actor, at_ms=at_ms)
