"""The facade: everything a door (command line, HTTP, notebook) may ask, in one place.

Doors parse, call this, and shape the answer; they hold no logic. Open a project with
`IdentityGraph.open` and close it when done, or use it in a ``with`` block.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from identity import config as configuration
from identity.config import Config
from identity.errors import FixInput, NotFound, Where
from identity.progress import Progress, silent
from identity.store import queries
from identity.store.base import Store

if TYPE_CHECKING:
    from identity.doctor import Check
    from identity.explain.why import Explanation
    from identity.pipeline import RunState
    from identity.resolve.items.answer import Answer
    from identity.resolve.items.asked import Item, Question
    from identity.resolve.items.policy import Policy

STORE_VARIABLE = "IDENTITY_STORE"
_OVERRIDES = {
    "uri": "NEO4J_URI",
    "user": "NEO4J_USER",
    "password": "NEO4J_PASSWORD",
    "database": "NEO4J_DATABASE",
}


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


class IdentityGraph:
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

        state = pipeline.begin(
            self.store, self.config, as_of_ms=as_of_ms, whole=whole, progress=progress
        )
        return pipeline.run(state, pipeline.plan(stages))

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
        return self.store.read(full, **_typed(full, params))

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


def open_store(config: Config) -> Store:
    """Open the store that a configuration names, and bring its schema up to date."""
    from identity.store.migrate import migrate

    store = connect(config)
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def connect(config: Config) -> Store:
    """Open the store that a configuration names, and leave its schema as it is."""
    if config.store.kind == "neo4j":
        from identity.store.neo4j import Neo4jStore

        return Neo4jStore(
            config.store.uri,
            user=config.store.user,
            password=config.store.password,
            database=config.store.database,
        )
    from identity.store.embedded import open_embedded

    folder = config.resolve_path(config.store.path)
    if not folder.exists():  # it will hold personal data: nobody else of this machine reads it
        folder.mkdir(mode=0o700, parents=True)
    return open_embedded(folder)


def with_overrides(config: Config, kind: str | None) -> Config:
    """Give the configuration with another store, where its kind is asked for."""
    if kind is None:
        return config
    if kind not in ("embedded", "neo4j"):
        raise FixInput(f"a store is embedded or neo4j, not {kind!r}")
    given = {
        field: os.environ[name]
        for field, name in _OVERRIDES.items()
        if kind == "neo4j" and os.environ.get(name)
    }
    store = config.store.model_copy(update={"kind": kind, **given})
    return config.model_copy(update={"store": store})


_CASTS: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "int": int,
    "float": float,
    "bool": lambda v: str(v).lower() in ("1", "true", "yes"),
    "list<string>": lambda v: v if isinstance(v, list) else str(v).split(","),
    "list<int>": lambda v: [int(x) for x in (v if isinstance(v, list) else str(v).split(","))],
}


def _typed(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Bring parameters to the types that a query's header declares; all of them, none besides."""
    declared = queries.load(name).params
    unknown = sorted(set(given) - set(declared))
    missing = sorted(set(declared) - set(given))
    if unknown or missing:
        wanted = ", ".join(f"{n} ({t})" for n, t in declared.items()) or "none"
        raise FixInput(
            f"query {name!r}: unknown parameters {unknown}, missing {missing}",
            fix=f"It takes: {wanted}.",
        )
    try:
        return {n: _CASTS[t](given[n]) for n, t in declared.items()}
    except ValueError as error:
        raise FixInput(f"query {name!r}: {error}") from error
