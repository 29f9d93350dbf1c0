"""The graph's schema, declared once.

From this table come: the constraints and indexes of ``cypher/schema``, the layout of the logical
backup, the headers of a bulk import, the reference page, the linter's schema and the Browser style.

Every label, edge and property is one of three states, and the invariant of the whole system rests
on them: **derived is a pure function of facts, configuration, the id ledger and ``as_of_ms``**.

* ``fact``: appended, closed, withdrawn or erased; never overwritten by a stage;
* ``derived``: written only by its stage; may be dropped and rebuilt to the same digest;
* ``log``: appended, never rebuilt, outside the digest.
"""

from __future__ import annotations

from identity.model.schema_edges import EDGES
from identity.model.schema_erasure import ERASURE_LABELS
from identity.model.schema_nodes import (
    COMPANY_ATTRIBUTES,
    CONTACT_ATTRIBUTES,
    LABELS,
    RECORD_ATTRIBUTES,
)
from identity.model.schema_types import Edge, Label, Pii, Property, Schema, State

__all__ = [
    "COMPANY_ATTRIBUTES",
    "CONTACT_ATTRIBUTES",
    "RECORD_ATTRIBUTES",
    "SCHEMA",
    "Edge",
    "Label",
    "Pii",
    "Property",
    "Schema",
    "State",
]

SCHEMA = Schema(
    labels={label.name: label for label in (*LABELS, *ERASURE_LABELS)},
    edges={edge.name: edge for edge in EDGES},
    indexes=(
        ("Identifier", "component"),
        ("Identifier", "base"),
        ("Identifier", "name_key"),
        ("Identifier", "birth_key"),
        ("Identifier", "address_key"),
        ("Identifier", "mailbox_key"),
        ("Review", "block"),
        ("Session", "at_ms"),
        ("Stage", "kind"),
        ("Spend", "date"),
        ("Change", "seq"),
        ("Run", "seq"),
        ("Event", "at_ms"),
    ),
)
