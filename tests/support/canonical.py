"""Canonical ids are random: rows of two graphs are compared with labels in their place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from identity.store.base import Store

CANONICAL = re.compile(r"\b(?:con|com)_[0-9a-z]{26}\b")
DIGITS = 9


@dataclass(frozen=True, slots=True)
class Names:
    """What each canonical id of a graph is called in comparisons, and the way back."""

    label: dict[str, str]
    identity: dict[str, str]

    @classmethod
    def of(cls, store: Store) -> Names:
        """Name live ids by their cluster's label, ended ones by where they were at home."""
        label = {}
        for query, prefix in (("contacts", "contact"), ("companies", "company")):
            for row in store.read(f"resolve/stored_{query}"):
                if row["state"] == "live":
                    label[row["id"]] = f"<{prefix} {row['label']}>"
                else:
                    label[row["id"]] = f"<{row['state']} {prefix} {row['home']}>"
        return cls(label, {name: identity for identity, name in label.items()})

    def named(self, value: Any) -> Any:
        """Put names in the place of ids, and round floats: sums depend on their order."""
        if isinstance(value, str):
            return CANONICAL.sub(lambda found: self.label.get(found[0], found[0]), value)
        if isinstance(value, float):
            return float(f"{value:.{DIGITS}g}")
        if isinstance(value, Mapping):
            return {k: self.named(v) for k, v in value.items()}
        if isinstance(value, list | tuple):
            return [self.named(v) for v in value]
        return value

    def rows(self, rows: Iterable[Mapping[str, Any]], *, ordered: bool) -> list[Any]:
        """Name all rows; where their order says nothing they are sorted."""
        named = [self.named(row) for row in rows]
        return named if ordered else sorted(named, key=repr)

    def ids(self, value: Any) -> Any:
        """Put this graph's ids in the place of names."""
        if isinstance(value, str):
            return self.identity.get(value, value)
        if isinstance(value, list):
            return [self.ids(v) for v in value]
        return value
