"""Opening a project's store: which one, where, and its schema brought up to date."""

from __future__ import annotations

import os

from identity.config import Config
from identity.errors import FixInput
from identity.store.base import Store

STORE_VARIABLE = "IDENTITY_STORE"
_OVERRIDES = {
    "uri": "NEO4J_URI",
    "user": "NEO4J_USER",
    "password": "NEO4J_PASSWORD",
    "database": "NEO4J_DATABASE",
}


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
