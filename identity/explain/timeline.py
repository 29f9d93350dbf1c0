"""Timelines: what a contact or a company did and reached, in order."""

from __future__ import annotations

from typing import Any

from identity.config import Config
from identity.errors import NotFound
from identity.explain.lookup import LABELS, of_id
from identity.explain.naming import guess
from identity.model.instants import iso
from identity.store.base import Row, Store


def timeline(store: Store, config: Config, what: str) -> dict[str, Any]:
    """Give the sessions and stages of an entity, oldest first.

    Args:
        store: the graph.
        config: the project.
        what: a canonical id, or an identifier, e-mail or domain that stands for the entity. An id
            that was merged leads to the one that took its place.

    Raises:
        FixInput: the text names nothing.
        NotFound: it is not in the graph, or stands for nobody.
    """
    entity = _entity(store, config, what)
    label = entity["entity"]
    entries = [_session(r) for r in store.read(f"explain/{label}_sessions", id=entity["id"])]
    entries += [_stage(r) for r in store.read(f"explain/{label}_stages", id=entity["id"])]
    entries.sort(key=lambda e: e["at"])
    return {"id": entity["id"], "entity": label, "name": entity["name"], "entries": entries}


def _entity(store: Store, config: Config, what: str) -> dict[str, Any]:
    if what.partition("_")[0] in LABELS and ":" not in what and "@" not in what:
        found = of_id(store, what)
        if found["state"] == "live":
            return found
        if found["redirect"] is None:
            raise NotFound(f"{what} is {found['state']}, and nobody holds what it held")
        return of_id(store, found["redirect"])
    identifier = guess(config, what)
    for query in ("explain/resolved_contacts", "explain/resolved_companies"):
        rows = store.read(query, ids=[identifier])
        if rows:
            current = [r for r in rows if r["until_ms"] is None] or rows
            return of_id(store, current[0]["entity"])
    raise NotFound(f"{identifier} stands for nobody")


def _session(row: Row) -> dict[str, Any]:
    return {
        "at": iso(row["at_ms"]),
        "entry": "session",
        "id": row["id"],
        "kind": row["kind"],
        "channel": row["channel"],
        "source": row["source"],
        "campaign": row["campaign"],
        "landing_path": row["landing_path"],
        "events": row["events"],
        "people": row["people"],
        "until": iso(row["end_ms"]),
    }


def _stage(row: Row) -> dict[str, Any]:
    return {
        "at": iso(row["at_ms"]),
        "entry": "stage",
        "id": row["id"],
        "kind": row["kind"],
        "name": row["name"],
        "value_base_minor": row["value_base"],
        "identifier": row["identifier"],
    }
