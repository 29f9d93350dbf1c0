"""Whole graphs as tables: the statements to read and write them, made from the schema.

One table per primary label (all properties the schema knows, and the labels added to each node) and
one per relationship type and pair of ends. Names come from the schema, a closed list; values are
parameters. This is the layout of the logical backup and how a graph moves between engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import polars as pl

from identity.model.schema import SCHEMA, Label
from identity.model.schema_types import Property, State
from identity.store.base import DTYPES

_DECLARING = "declaring"


@dataclass(frozen=True, slots=True)
class NodeTable:
    """The nodes of a primary label."""

    name: str
    label: str
    properties: tuple[Property, ...]
    added: tuple[str, ...]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Give the columns of the table."""
        own = {p.name: DTYPES[p.kind] for p in self.properties}
        return {**own, "labels": pl.List(pl.String())}

    def read(self) -> str:
        """Give the statement that reads all nodes."""
        columns = ", ".join(f"n.{p.name} AS {p.name}" for p in self.properties)
        return f"MATCH (n:{self.label}) RETURN {columns}, labels(n) AS labels"

    def write(self) -> str:
        """Give the statement that writes rows of nodes into an empty graph."""
        values = ", ".join(f"{p.name}: row.{p.name}" for p in self.properties)
        return f"UNWIND $rows AS row CREATE (:{self.label} {{{values}}})"

    def declare(self) -> str:
        """Give the statement that names all properties, at a node that it makes and removes."""
        sets = ", ".join(f"n.{p.name} = null" for p in self.properties if p.name != "id")
        return f"CREATE (n:{self.label} {{id: '{_DECLARING}'}}) SET {sets} DELETE n"

    def add(self, label: str) -> str:
        """Give the statement that adds a label to nodes."""
        return f"UNWIND $rows AS row MATCH (n:{self.label} {{id: row.id}}) SET n:{label}"


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """The relationships of a type between nodes of two primary labels."""

    name: str
    kind: str
    start: str
    end: str
    properties: tuple[Property, ...]

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Give the columns of the table."""
        ends = {"start_id": pl.String(), "end_id": pl.String()}
        return {**ends, **{p.name: DTYPES[p.kind] for p in self.properties}}

    def read(self) -> str:
        """Give the statement that reads all relationships."""
        columns = "".join(f", r.{p.name} AS {p.name}" for p in self.properties)
        return (
            f"MATCH (a:{self.start})-[r:{self.kind}]->(b:{self.end}) "
            f"RETURN a.id AS start_id, b.id AS end_id{columns}"
        )

    def write(self) -> str:
        """Give the statement that writes rows of relationships into an empty graph."""
        values = ", ".join(f"{p.name}: row.{p.name}" for p in self.properties)
        return (
            f"UNWIND $rows AS row MATCH (a:{self.start} {{id: row.start_id}}) "
            f"MATCH (b:{self.end} {{id: row.end_id}}) "
            f"CREATE (a)-[:{self.kind} {{{values}}}]->(b)"
        )


Table = NodeTable | EdgeTable


def tables() -> Iterator[Table]:
    """Give all tables, nodes before edges."""
    for label in SCHEMA.labels.values():
        if label.primary and label.state is not State.GUARD:
            yield _node_table(label)
    for edge in SCHEMA.edges.values():
        for start in edge.start:
            for end in edge.end:
                if edge.start == edge.end and len(edge.start) > 1 and start != end:
                    continue  # a contact never points at a company by such a type, nor back
                name = f"{start}-{edge.name}-{end}"
                yield EdgeTable(name, edge.name, start, end, edge.properties)


def _node_table(label: Label) -> NodeTable:
    properties = SCHEMA.node_properties(label.name)
    properties.setdefault("id", Property("id", "string", "id"))
    added = tuple(x.name for x in SCHEMA.labels.values() if x.extends == label.name)
    return NodeTable(label.name, label.name, tuple(properties.values()), added)


def with_label(rows: pl.DataFrame, label: str) -> Iterable[dict[str, str]]:
    """Give the ids of the rows whose node has a label."""
    return rows.filter(pl.col("labels").list.contains(label)).select("id").to_dicts()
