"""Writes what the Cypher linter needs to know of the schema, as JSON on standard output.

``python -m tools.cypher_schema > FILE``, then ``node tools/cypher/lint.mjs --schema FILE cypher``.
"""

from __future__ import annotations

import json

from identity.model.schema import SCHEMA, Schema


def lint_schema(schema: Schema = SCHEMA) -> dict[str, object]:
    """Labels, relationship types, property keys, and which label may stand at which end of a type.

    An end that takes a primary label takes the labels that are added to it, too: a pattern may name
    either.
    """
    keys = {p.name for label in schema.labels.values() for p in label.properties}
    keys |= {p.name for edge in schema.edges.values() for p in edge.properties}
    ends = [
        {"from": start, "relType": edge.name, "to": end}
        for edge in schema.edges.values()
        for start in _with_added(schema, edge.start)
        for end in _with_added(schema, edge.end)
    ]
    return {
        "labels": sorted(schema.labels),
        "relationshipTypes": sorted(schema.edges),
        "propertyKeys": sorted(keys),
        "graphSchema": ends,
    }


def _with_added(schema: Schema, labels: tuple[str, ...]) -> list[str]:
    added = [label.name for label in schema.labels.values() if label.extends in labels]
    return [*labels, *added]


if __name__ == "__main__":
    print(json.dumps(lint_schema(), indent=1))
