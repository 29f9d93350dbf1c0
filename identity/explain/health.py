"""Health without truth: figures that say whether a graph looks right, each with a band, per run.

Nobody knows who is really one person; but a graph that goes wrong shows: a component grows, ids
change from run to run, evidence is refused that was not before. A run measures when it has made
journeys and notes the figures on itself, so that the trend lies in the graph.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import networkx as nx
import orjson

from identity.config import Config
from identity.errors import NotFound
from identity.model.instants import iso
from identity.store.base import Store

FIGURES: dict[str, str] = {
    "several_domains": "contacts with several corporate domains",
    "several_accounts": "companies with several primary accounts",
    "ambiguous_domains": "ambiguous domains",
    "parked_activity": "activities parked on ambiguous domains",
    "largest_component": "identifiers of the largest component",
    "largest_diameter": "steps across a large component",
    "ids_changed": "ids that merged, split or retired",
    "refused": "refused evidence",
    "identified": "activities of a known contact",
}
"""The figures in words; the bands are settings of the same names (`identity.config`)."""

COUNTED = frozenset({"several_accounts", "largest_component", "largest_diameter"})
"""Figures that are counts; the others are shares."""

ID_CHANGES = ("created", "merged", "split", "retired")
SIZES = (1, 5, 20, 100, 1_000)
MEASURED = 10
"""Components whose diameter is measured: the largest ones."""

EXACT = 400
"""Up to so many identifiers a diameter is exact; above it is the longer of two sweeps."""

MOST = 20_000
"""Components of more identifiers are not walked: their size alone is out of any band."""


def measure(store: Store, config: Config, ids: Mapping[str, int]) -> dict[str, Any]:
    """Measure a graph.

    Args:
        store: the graph, with sessions made.
        config: the project: which CRM is the primary one.
        ids: rows of the change feed that this run wrote, by type; `ID_CHANGES` are looked at.

    Returns:
        ``figures`` by name, and what stands behind them: ``components`` by size, ``refused`` by
        constraint, ``ids`` by change.
    """
    contacts = store.read("explain/health_contacts")[0]
    domains = store.read("explain/health_domains")[0]
    events = store.read("explain/health_events")[0]
    parked = sum(r["events"] or 0 for r in store.read("explain/health_parked"))
    evidence = store.read("explain/health_evidence")[0]["evidence"]
    refused = {r["constraint"]: r["refused"] for r in store.read("explain/health_refused")}
    sizes = store.read("explain/health_components")
    totals = store.read("store/totals")[0]
    living = totals["contacts"] + totals["companies"]
    figures = {
        "several_domains": _share(contacts["several"], contacts["contacts"]),
        "several_accounts": _several_accounts(store, config.primary_crm),
        "ambiguous_domains": _share(domains["ambiguous"], domains["domains"]),
        "parked_activity": _share(parked, events["events"]),
        "largest_component": max((r["size"] for r in sizes), default=0),
        "largest_diameter": _diameter(store),
        "ids_changed": _share(sum(ids.get(name, 0) for name in ID_CHANGES[1:]), living),
        "refused": _share(sum(refused.values()), evidence),
        "identified": _share(events["identified"], events["events"]),
    }
    return {
        "figures": figures,
        "components": _buckets(sizes),
        "refused": refused,
        "ids": {name: ids.get(name, 0) for name in ID_CHANGES},
    }


def unchanged(measured: str) -> str:
    """Give the figures of a run that changed nothing, from those of the one before it."""
    found = orjson.loads(measured)
    found["figures"]["ids_changed"] = 0.0
    found["ids"] = dict.fromkeys(ID_CHANGES, 0)
    return orjson.dumps(found).decode()


def _share(part: int | None, whole: int | None) -> float | None:
    """Give a share; of nothing there is none."""
    return round((part or 0) / whole, 6) if whole else None


def _several_accounts(store: Store, primary: str | None) -> int:
    if primary is None:
        return 0
    return int(store.read("explain/health_accounts", source=primary)[0]["companies"])


def _buckets(sizes: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """Count components by size."""
    names = [
        "1" if high == 1 else f"{low + 1}-{high}"
        for low, high in zip((0, *SIZES), SIZES, strict=False)
    ]
    found: Counter[str] = Counter(dict.fromkeys([*names, f"over {SIZES[-1]}"], 0))
    for row in sizes:
        place = next((n for n, high in zip(names, SIZES, strict=True) if row["size"] <= high), None)
        found[place or f"over {SIZES[-1]}"] += row["components"]
    return dict(found)


def _diameter(store: Store) -> int:
    """Give the longest shortest path of evidence in the largest components."""
    largest = store.read("explain/health_largest", limit=MEASURED)
    chosen = [r["component"] for r in largest if r["size"] <= MOST]
    members = [r["id"] for r in store.read("explain/component", components=chosen)]
    graph: nx.Graph[str] = nx.Graph()
    for row in store.read("explain/evidence_from", ids=sorted(members)):
        if not row["withdrawn"]:
            graph.add_edge(row["src"], row["dst"])
    parts = nx.connected_components(graph)
    return max((_across(graph.subgraph(part)) for part in parts), default=0)


def _across(part: nx.Graph[str]) -> int:
    if len(part) <= EXACT:
        return int(nx.diameter(part))
    start = min(part)
    far = max(nx.single_source_shortest_path_length(part, start).items(), key=lambda x: x[1])[0]
    return int(max(nx.single_source_shortest_path_length(part, far).values()))


@dataclass(frozen=True, slots=True)
class Point:
    """A figure at the end of a run."""

    run: int
    at: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its band; ``within`` is null where there was nothing to measure.

    ``trend`` has the runs before, oldest first.
    """

    name: str
    says: str
    value: float | None
    low: float
    high: float
    within: bool | None
    trend: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """How a graph was when its newest run had ended."""

    project: str
    run: int
    at: str
    figures: tuple[Figure, ...]
    components: Mapping[str, int]
    refused: Mapping[str, int]
    ids: Mapping[str, int]

    @property
    def healthy(self) -> bool:
        """Say whether every figure lies in its band."""
        return all(f.within is not False for f in self.figures)

    def as_dict(self) -> dict[str, Any]:
        """Give plain data, for JSON."""
        return {**asdict(self), "healthy": self.healthy}


def health(store: Store, config: Config, *, runs: int) -> Health:
    """Read how a graph is, and how it was after the runs before.

    Args:
        store: the graph.
        config: the bands.
        runs: how many runs the trend has, the newest one included.

    Raises:
        NotFound: no run has measured anything yet.
    """
    rows = store.read("explain/health_runs", limit=runs)
    if not rows:
        raise NotFound("no run has measured this graph yet", fix="Run 'identity run'.")
    noted = [(r["run"], iso(r["as_of_ms"]), orjson.loads(r["health"])) for r in reversed(rows)]
    run, at, newest = noted[-1]
    figures = []
    for name, says in FIGURES.items():
        low, high = getattr(config.health, name)
        value = newest["figures"].get(name)
        within = None if value is None else low <= value <= high
        trend = tuple(Point(n, t, m["figures"].get(name)) for n, t, m in noted[:-1])
        figures.append(Figure(name, says, value, low, high, within, trend))
    return Health(
        config.project,
        run,
        at,
        tuple(figures),
        newest["components"],
        newest["refused"],
        newest["ids"],
    )
