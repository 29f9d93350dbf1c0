"""What the sample's makers write into: rows of the tables, the truth, and the planted cases."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from identity.errors import Stop
from identity.generate.layout import TABLES


@dataclass(frozen=True, slots=True)
class Truth:
    """Who a record truly is: the person's key and the company's key, empty for nobody."""

    kind: str
    contact: str
    company: str


@dataclass(slots=True)
class Book:
    """Rows by table, web events, exposures, truth by record, planted ids by case.

    Invariant: every record of the data is told exactly once.
    """

    rows: dict[str, list[dict[str, str]]] = field(
        default_factory=lambda: {name: [] for name in TABLES}
    )
    web: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    exposures: list[dict[str, Any]] = field(default_factory=list)
    truth: dict[str, Truth] = field(default_factory=dict)
    notes: dict[str, list[list[str]]] = field(default_factory=dict)

    def row(self, table: str, row: dict[str, str]) -> None:
        """Append a row; columns it leaves out are empty, a column the table lacks is an error."""
        unknown = row.keys() - set(TABLES[table].columns)
        if unknown:
            raise Stop(f"table {table} has no column {', '.join(sorted(unknown))}")
        self.rows[table].append(row)

    def tell(self, record: str, kind: str, *, contact: str = "", company: str = "") -> None:
        """State the truth of a new record."""
        if record in self.truth:
            raise Stop(f"record {record} is told twice")
        self.truth[record] = Truth(kind, contact, company)

    def retell(self, record: str, *, contact: str = "", company: str = "") -> None:
        """Replace the truth of a record that is already told."""
        self.truth[record] = Truth(self.truth[record].kind, contact, company)

    def note(self, case: str, *ids: str) -> None:
        """File the ids of one planting under its case."""
        self.notes.setdefault(case, []).append(list(ids))
