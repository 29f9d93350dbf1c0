"""Lookup: what an identifier stands for, and where an old id went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from identity.config import Config
from identity.errors import FixInput, NotFound
from identity.explain.naming import identifier_of
from identity.model.instants import iso
from identity.store.base import Store

LABELS = {"con": "contact", "com": "company"}


def lookup(store: Store, config: Config, kind: str, value: str) -> dict[str, Any]:
    """Give what an identifier, or a canonical id (kind ``id``), stands for.

    An id that was merged redirects: ``redirect`` names the id to use, ``successors`` all that hold
    what it last held, the preferred one first. Where nobody does it is ``gone``. A live id names
    what was split off it.

    Raises:
        FixInput: the value is not one of that kind.
        NotFound: it is not in the graph.
    """
    if kind == "id":
        return of_id(store, value)
    identifier = identifier_of(config, kind, value)
    rows = store.read("explain/identifiers", ids=[identifier])
    if not rows:
        raise NotFound(f"{identifier} is not in the graph")
    row = rows[0]
    answer: dict[str, Any] = {
        "identifier": identifier,
        "kind": row["kind"],
        "contacts": [entity(e) for e in store.read("explain/resolved_contacts", ids=[identifier])],
        "companies": [
            entity(e) for e in store.read("explain/resolved_companies", ids=[identifier])
        ],
    }
    if row["standing"] is not None:
        answer["standing"] = {"state": row["standing"], "reason": row["standing_reason"]}
    for contact in answer["contacts"]:
        contact["companies"] = memberships(store, contact["id"])
    return answer


def of_id(store: Store, identity: str) -> dict[str, Any]:
    """Give an entity by its canonical id, whatever became of it.

    Raises:
        FixInput: it is not a canonical id.
        NotFound: there never was such an id.
    """
    label = LABELS.get(identity.partition("_")[0])
    if label is None:
        raise FixInput(f"{identity!r} is not a canonical id (con_… or com_…)")
    rows = store.read(f"explain/{label}", id=identity)
    if not rows:
        raise NotFound(f"there never was an id {identity}")
    row = rows[0]
    answer = {"id": identity, "entity": label, "state": row["state"], "name": row["name"]}
    if row["state"] != "live":
        heirs = store.read(f"explain/{label}_successors", id=identity)
        preferred = row["merged_into"]
        names = [preferred] if preferred is not None else []
        names += [h["id"] for h in heirs if h["id"] != preferred]
        answer["redirect"] = names[0] if names else None
        answer["successors"] = names
        answer["gone"] = not names
        return answer
    answer["kind"] = row["kind"]
    answer["primary_crm_id"] = row["primary_crm_id"]
    answer["identifiers"] = [
        m["identifier"] for m in store.read(f"explain/{label}_members", id=identity)
    ]
    if label == "contact":
        answer["companies"] = memberships(store, identity)
    parts = [r["id"] for r in store.read(f"explain/{label}_split_off", id=identity)]
    if parts:
        answer["split_off"] = parts
    return answer


def entity(row: Mapping[str, Any]) -> dict[str, Any]:
    """Shape an entity that an identifier stands for."""
    found = {"id": row["entity"], "name": row["name"], "kind": row["kind"]}
    for name in ("from_ms", "until_ms"):
        if row[name] is not None:
            found[name.removesuffix("_ms")] = iso(row[name])
    return found


def memberships(store: Store, contact: str) -> list[dict[str, Any]]:
    """Give the companies of a contact, the primary one first."""
    found = []
    for row in store.read("explain/memberships", id=contact):
        item = {
            "id": row["company"],
            "name": row["name"],
            "kind": row["kind"],
            "via": row["via"],
            "primary": row["primary"],
        }
        if row["primary_crm_id"] is not None:
            item["primary_crm_id"] = row["primary_crm_id"]
        for name in ("from_ms", "until_ms"):
            if row[name] is not None:
                item[name.removesuffix("_ms")] = iso(row[name])
        found.append(item)
    return found
