"""The facade: everything a door (command line, HTTP, notebook) may ask, in one place.

Doors parse, call this, and shape the answer; they hold no logic. Open a project with
`IdentityGraph.open` and close it when done, or use it in a ``with`` block.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from identity import config as configuration
from identity.config import Config
from identity.errors import FixInput, NotFound
from identity.progress import Progress, silent
from identity.store import queries
from identity.store.base import Store

if TYPE_CHECKING:
    from identity.explain.why import Explanation
    from identity.pipeline import RunState

STORE_VARIABLE = "IDENTITY_STORE"
_OVERRIDES = {
    "uri": "NEO4J_URI",
    "user": "NEO4J_USER",
    "password": "NEO4J_PASSWORD",
    "database": "NEO4J_DATABASE",
}


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
        loaded = _with_overrides(loaded, store or os.environ.get(STORE_VARIABLE))
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

    def why(self, left: str, right: str) -> Explanation:
        """Explain why two identifiers are one entity, or why they are not."""
        from identity.explain.why import why

        return why(self.store, self.config, left, right)


def open_store(config: Config) -> Store:
    """Open the store that a configuration names, and bring its schema up to date."""
    from identity.store.migrate import migrate

    store: Store
    if config.store.kind == "neo4j":
        from identity.store.neo4j import Neo4jStore

        store = Neo4jStore(
            config.store.uri,
            user=config.store.user,
            password=config.store.password,
            database=config.store.database,
        )
    else:
        from identity.store.embedded import open_embedded

        store = open_embedded(config.resolve_path(config.store.path))
    try:
        migrate(store)
    except BaseException:
        store.close()
        raise
    return store


def _with_overrides(config: Config, kind: str | None) -> Config:
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
