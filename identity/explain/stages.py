"""Stages: finding one by what people call it."""

from __future__ import annotations

from typing import Any

from identity.config import Config
from identity.errors import FixInput, NotFound
from identity.explain.naming import guess
from identity.model.instants import iso
from identity.store.base import Store


def stage(store: Store, config: Config, what: str) -> dict[str, Any]:
    """Give a stage by its id, or by the identifier that reached it where it reached only one.

    Raises:
        FixInput: the identifier reached several: they are named.
        NotFound: there is no such stage.
    """
    identity = what if what.startswith("stg_") else _only(store, guess(config, what))
    rows = store.read("explain/stage", id=identity)
    if not rows:
        raise NotFound(f"there is no stage {identity}")
    row = rows[0]
    return {
        "id": row["id"],
        "name": row["name"],
        "kind": row["kind"],
        "at": iso(row["at_ms"]),
        "value_minor": row["value_minor"],
        "currency": row["currency"],
        "value_base_minor": row["value_base"],
        "identifier": row["identifier"],
    }


def kind_of_stage(config: Config, kind: str | None) -> str:
    """Give a kind of stage of the project: the one named, else the one that marks a won deal.

    Raises:
        FixInput: the project has no such stage, or none that says that it marks a won deal.
    """
    known = config.journeys.stages
    won = next((n for n, s in known.items() if s.milestone == "CW"), None)
    wanted = won if kind is None else kind
    if wanted not in known:
        problem = "no stage has the milestone CW" if kind is None else f"there is no stage {kind!r}"
        raise FixInput(problem, fix=f"Stages: {', '.join(known) or 'none'}.")
    return wanted


def _only(store: Store, identifier: str) -> str:
    rows = store.read("explain/stages_of", identifier=identifier)
    if not rows:
        raise NotFound(f"{identifier} reached no stage")
    if len(rows) > 1:
        names = ", ".join(r["id"] for r in rows)
        raise FixInput(f"{identifier} reached {len(rows)} stages", fix=f"Name one: {names}.")
    found: str = rows[0]["id"]
    return found
