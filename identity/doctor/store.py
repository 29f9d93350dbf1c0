"""The graph: whether it can be opened, its schema, its size, the last run."""

from __future__ import annotations

import re
from collections.abc import Callable

from identity.doctor.check import Check, Status
from identity.model.instants import iso
from identity.pipeline import STAGES
from identity.store.base import Capability, Store
from identity.store.migrate import migrations

PLANNED_NODES = 5_000_000
NEAR = 0.8
BYTES_PER_NODE = 1_000
_CONSTRAINT = re.compile(r"CREATE CONSTRAINT (\w+)")


def constraints(store: Store) -> Check:
    """Whether every kind of node has its constraint on ``id``."""
    statements = [s for m in migrations() for s in m.statements]
    wanted = {m[1] for s in statements if (m := _CONSTRAINT.match(s))}
    missing = sorted(wanted - {row["name"] for row in store.read("store/constraints")})
    if missing:
        return Check(
            "constraints",
            Status.FAIL,
            f"missing: {', '.join(missing)}",
            "identity run makes those of a new store; where they were dropped, restore a backup.",
        )
    return Check("constraints", Status.OK, f"{len(wanted)} of {len(wanted)}")


def schema(store: Store) -> Check:
    """Whether the store has this program's migrations, and no others."""
    wanted = {m.name: m.checksum for m in migrations()}
    applied = {row["id"]: row["checksum"] for row in store.read("store/migrations")}
    newer = sorted(set(applied) - set(wanted))
    changed = sorted(n for n, c in applied.items() if n in wanted and wanted[n] != c)
    waiting = sorted(set(wanted) - set(applied))
    if newer:
        text = f"written by a newer version: {', '.join(newer)}"
        return Check("schema", Status.FAIL, text, "Use a newer version of the program.")
    if changed:
        text = f"changed since they were applied: {', '.join(changed)}"
        return Check("schema", Status.FAIL, text, "Restore the schema files of this release.")
    if waiting:
        text = f"not applied yet: {', '.join(waiting)}"
        return Check("schema", Status.FAIL, text, "identity run applies them.")
    return Check("schema", Status.OK, f"at {max(wanted)}")


def size(store: Store) -> Check:
    """Whether the graph nears what a graph in memory is planned for."""
    nodes = store.read("store/size")[0]["nodes"]
    if Capability.WHOLE_GRAPH_IN_MEMORY not in store.capabilities:
        return Check("size", Status.OK, f"{nodes:,} nodes")
    memory = nodes * BYTES_PER_NODE / 1e9
    text = f"{nodes:,} nodes, about {memory:.1f} GB in memory; planned for {PLANNED_NODES:,}"
    if nodes >= NEAR * PLANNED_NODES:
        fix = "Move to a Neo4j: identity backup here, identity restore there."
        return Check("size", Status.WARN, text, fix)
    return Check("size", Status.OK, text)


def last_run(store: Store) -> Check:
    """Whether the last run came to its end."""
    rows = store.read("store/last_run")
    if not rows:
        return Check("last run", Status.INFO, "none yet", "identity run")
    row = rows[0]
    text = f"run {row['seq']}, as of {iso(row['as_of_ms'])}: {', '.join(row['stages'])}"
    waiting = store.read("store/waiting")[0]["identifiers"]
    if waiting:
        text += f"; {waiting:,} identifiers were touched and are not resolved"
        return Check("last run", Status.WARN, text, "identity run takes it up where it stopped.")
    if STAGES[-1].name not in row["stages"]:
        return Check("last run", Status.WARN, f"{text}; it went no further", "identity run")
    return Check("last run", Status.OK, f"{text}; complete")


SCHEMA_CHECKS: tuple[Callable[[Store], Check], ...] = (constraints, schema)
"""What a graph cannot do without; a service is ready when these are well."""

CHECKS: tuple[Callable[[Store], Check], ...] = (*SCHEMA_CHECKS, size, last_run)
