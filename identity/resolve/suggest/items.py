"""Items: suggested pairs as questions, one for all who hang together in a block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import networkx as nx
import polars as pl

from identity.resolve.reviews.model import Candidate, Item, item, to_frame, to_row
from identity.resolve.suggest.weights import explained

QUESTION = {
    "mailbox": "same_mailbox",
    "phone": "same_phone",
    "name": "same_person",
    "address": "same_person",
    "birth": "same_person",
    "company": "same_company",
}
_WORDS = {
    "mailbox": "have one mailbox, {}",
    "phone": "have one phone number, {}",
    "name": "have nearly the same name",
    "address": "have nearly the same address",
    "birth": "were born on one day",
    "company": "agree in what is known of them",
}
LISTED_PAIRS = 20
"""How many pairs an item names, likeliest first."""


@dataclass(frozen=True, slots=True)
class Entities:
    """What is shown of entities: by label their name, and the members they are made of."""

    names: Mapping[str, str]
    members: Mapping[str, list[str]]

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Entities:
        """Take label, name and members of a frame."""
        rows = list(frame.select("label", "name", "members").iter_rows())
        return cls({r[0]: r[1] for r in rows}, {r[0]: r[2] or [] for r in rows})


def to_reviews(pairs: pl.DataFrame, entities: Entities) -> pl.DataFrame:
    """Make the rows of questions (`identity.resolve.reviews.model.REVIEWS`) of suggested pairs.

    Args:
        pairs: kind, key, a, b, score, bits, grounds.
        entities: names and members of all labels in pairs.
    """
    blocks: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in pairs.iter_rows(named=True):
        blocks.setdefault((row["kind"], row["key"]), []).append(row)
    rows = []
    for (kind, key), block in blocks.items():
        for group in _groups(block):
            found = _item(kind, key, group, entities)
            members = {m for s in found.subjects for m in entities.members.get(s, [s])}
            rows.append(to_row(found, members))
    return to_frame(rows)


def _groups(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Give the pairs of a block by who hangs together."""
    if len(rows) == 1:
        yield rows
        return
    graph = nx.Graph()
    graph.add_edges_from((r["a"], r["b"]) for r in rows)
    for members in nx.connected_components(graph):
        yield [r for r in rows if r["a"] in members]


def _item(kind: str, key: str, group: list[dict[str, Any]], entities: Entities) -> Item:
    ranked = sorted(group, key=lambda r: (-r["bits"], r["a"], r["b"]))
    labels = sorted({end for r in group for end in (r["a"], r["b"])})
    names = [entities.names.get(label, label) for label in labels]
    shown = f"{', '.join(names[:4])}{' …' if len(names) > 4 else ''}"
    common = _WORDS[kind].format(key.removeprefix("phone:"))
    return item(
        QUESTION[kind],
        labels,
        name=f"{names[0]} and {names[1]}" if len(names) == 2 else f"{names[0]}: {len(names)}",
        summary=f"{shown} {common}.",
        candidates=[
            Candidate(
                "same",
                r["a"],
                r["b"],
                entities.names.get(r["b"], r["b"]),
                {"score": r["score"], "bits": r["bits"], "features": explained(r["grounds"])},
            )
            for r in ranked[:LISTED_PAIRS]
        ],
        score=ranked[0]["score"],
        block=block_of(kind, key),
    )


def block_of(kind: str, key: str) -> str:
    """Name a block; all of companies is one, because their names are compared all with all."""
    return "company" if kind == "company" else f"{kind}|{key}"
