"""The benchmark's input: evidence edges of any number, anchors, cannot-link pairs, and the truth.

Columns throughout: ten million edges take less than a minute and less than 4 GB.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.errors import FixInput
from identity.generate.evidence_graph import NOBODY, Graph, build_graph, planes
from identity.generate.evidence_names import names
from identity.generate.evidence_shape import Ints, draw_companies, draw_people
from identity.generate.summary import Summary

_LEAST = 1000
_EDGES_PER_COMPANY = 27
_DIFFERENT = 200
"""Cannot-link pairs of each plane, where there are as many."""


def generate_evidence(out: Path, *, edges: int, seed: int = 7) -> Summary:
    """Write ``edges`` edges of both planes, in random order, and what belongs to them.

    Files in ``out``: ``evidence.parquet`` (src, dst, strength), ``anchors.parquet`` (identifier,
    namespace, key: a contact's primary address, null for companies), ``cannot_link.parquet``
    (a, b: pairs that are truly different) and ``truth.parquet`` (identifier, entity, plane,
    record). A greater strength is a stronger reason. Raises ``FixInput`` below 1,000 edges.
    """
    if edges < _LEAST:
        raise FixInput(f"edges must be at least {_LEAST}, not {edges}.")
    rng = np.random.default_rng(seed)
    graph = _enough(rng, edges)
    src, dst, strength = _cut(rng, graph, edges)
    graph.edges.parts.clear()
    name = names(rng, graph)
    used = np.zeros(graph.size, dtype=np.bool_)
    used[src] = used[dst] = True
    out.mkdir(parents=True, exist_ok=True)
    counts = {}

    def write(table: str, frame: pl.DataFrame) -> None:
        frame.write_parquet(out / f"{table}.parquet", compression="zstd", row_group_size=1 << 20)
        counts[table] = frame.height

    ends = {"src": name.gather(src), "dst": name.gather(dst)}
    write("evidence", pl.DataFrame({**ends, "strength": strength}))
    del ends, src, dst, strength
    write("anchors", _anchors(graph, name, used))
    write("cannot_link", _different(graph, name, used, rng=rng))
    write("truth", _truth(graph, name, used))
    return Summary(out, seed, counts)


def _enough(rng: np.random.Generator, edges: int) -> Graph:
    """A graph of at least ``edges`` edges, a few per cent more as a rule."""
    count = max(20, round(edges * 1.02 / _EDGES_PER_COMPANY))
    while True:
        companies = draw_companies(rng, count)
        graph = build_graph(rng, companies, draw_people(rng, companies))
        if graph.edges.count >= edges:
            return graph
        count = count * 11 // 10 + 1


def _cut(
    rng: np.random.Generator, graph: Graph, edges: int
) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """The edges of the first companies, exactly as many as asked for, in random order.

    Whole companies are kept but for the last one, so the truth of what remains still holds.
    """
    parts = graph.edges.parts
    scope = np.concatenate([part[3] for part in parts])
    order = np.argsort(scope, kind="stable")[:edges]
    rng.shuffle(order)
    src = np.concatenate([part[0] for part in parts])[order]
    dst = np.concatenate([part[1] for part in parts])[order]
    return src, dst, np.concatenate([part[2] for part in parts])[order]


def _anchors(graph: Graph, name: pl.Series, used: npt.NDArray[np.bool_]) -> pl.DataFrame:
    contact, account = graph.blocks["crm_contact"], graph.blocks["crm_account"]
    key = graph.place["email"][contact.owner].copy()
    astray = graph.blocks["astray_email"]
    order = contact.ids - graph.place["crm_contact"][contact.owner]
    lost = graph.people.astray[contact.owner] & (order == 1 + graph.people.twice[contact.owner])
    key[lost] = astray.ids
    kept = used[contact.ids]
    contacts = pl.DataFrame(
        {"identifier": name.gather(contact.ids[kept]), "key": name.gather(key[kept])}
    ).with_columns(namespace=pl.lit("contact"))
    accounts = pl.DataFrame({"identifier": name.gather(account.ids[used[account.ids]])})
    accounts = accounts.with_columns(namespace=pl.lit("company"), key=pl.lit(None, dtype=pl.String))
    columns = ("identifier", "namespace", "key")
    return pl.concat([contacts.select(columns), accounts.select(columns)])


def _different(
    graph: Graph, name: pl.Series, used: npt.NDArray[np.bool_], *, rng: np.random.Generator
) -> pl.DataFrame:
    """What a person would have answered: not one, though evidence joins them.

    Pairs of colleagues with one role mailbox, and of companies that follow each other.
    """
    companies = graph.companies
    start = np.cumsum(companies.people) - companies.people
    shared = start[graph.blocks["role_email"].owner]
    pairs = []
    for kind, first in (
        ("second_contact", rng.permutation(shared)),
        ("second_account", rng.permutation(companies.count - 1)),
    ):
        a, b = graph.place[kind][first], graph.place[kind][first + 1]
        there = (a >= 0) & (b >= 0) & used[a] & used[b]
        pairs.append(np.stack([a, b], axis=1)[there][:_DIFFERENT])
    both = np.concatenate(pairs)
    return pl.DataFrame({"a": name.gather(both[:, 0]), "b": name.gather(both[:, 1])})


def _truth(graph: Graph, name: pl.Series, used: npt.NDArray[np.bool_]) -> pl.DataFrame:
    frames = []
    for block, plane, record in planes(graph):
        kept = used[block.ids]
        ids, owner = block.ids[kept], block.owner[kept]
        nobody = block.kind in NOBODY
        frame = pl.DataFrame({"identifier": name.gather(ids), "number": ids if nobody else owner})
        entity = pl.format(f"{'nobody' if nobody else plane}-{{}}", "number")
        frames.append(
            frame.select("identifier", entity=entity, plane=pl.lit(plane), record=pl.lit(record))
        )
    return pl.concat(frames)
