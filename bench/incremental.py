"""New records on a large store: how long until they are facts and resolved, written back.

    python -m bench.incremental [--edges 1000000] [--new 10000] [--store embedded|neo4j] [--check]

A project is generated (`bench.incremental_data`) whose records make as many evidence edges as asked
for: SAME_PERSON, SAME_COMPANY, HAS_DOMAIN and WORKS_AT are counted. It is loaded and resolved once
and kept; a copy of its store then takes deliveries of new records. What is timed is a run of the
stages ingest and resolve in a process that has the store open and has taken a small delivery before
(warm): reading the files, facts written, dirty components resolved, derived rows, ledger and change
feed written, each commit durable. Journeys and credit are not part of it: there are no events.

With ``--check`` everything is resolved anew at the end, which must change nothing.
On Neo4j the copy is a load of the same graph through the driver; NEO4J_URI says where the server
is, and its graph must be empty.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import gettempdir

from bench import common
from bench.incremental_data import Shape, write_project
from identity.graph import IdentityGraph
from identity.pipeline import RunState

FOLDER = Path(gettempdir()) / "identity-bench"
AS_OF_MS = 1_767_225_600_000
STAGES = ("ingest", "resolve")
FIRST = 8
"""Parts of the first load: what is read at once is held in memory."""

WARM = 200
"""Records of the small delivery that comes before what is timed."""

SHARE = 0.6
"""Edges between identifiers of one plane, of all that are counted."""


def base(edges: int, new: int, runs: int) -> Path:
    """Give the folder of the loaded project, made once."""
    folder = FOLDER / f"incremental-{edges}-{new}-{runs}"
    done = folder / "loaded"
    if done.is_file():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    shape = Shape(round(edges * SHARE), new, FIRST, runs + 1)
    write_project(folder, shape)
    started = time.perf_counter()
    with IdentityGraph.open(folder) as graph:
        for part in range(FIRST):
            deliver(folder, folder, f"first-{part}")
            state = graph.run(*STAGES, as_of_ms=AS_OF_MS)
            looked = state.resolved.looked_at if state.resolved else 0
            print(f"part {part}: {time.perf_counter() - started:.0f} s, {looked:,} looked at")
    done.touch()
    return folder


def deliver(source: Path, project: Path, name: str, *, rows: slice = slice(None)) -> None:
    """Put the tables of a delivery where the project's sources read them, or some rows of each."""
    import polars as pl

    for path in sorted((source / name).rglob("*.parquet")):
        target = project / "data" / path.relative_to(source / name)
        target.parent.mkdir(parents=True, exist_ok=True)
        pl.read_parquet(path)[rows].write_parquet(target)


def copy_of(folder: Path, store: str) -> IdentityGraph:
    """Open a copy of the loaded project's graph."""
    project = FOLDER / "incremental-run"
    shutil.rmtree(project, ignore_errors=True)
    project.mkdir(parents=True)
    shutil.copy(folder / "identity.yaml", project)
    if store == "embedded":
        shutil.copytree(folder / ".identity", project / ".identity")
        return IdentityGraph.open(project)
    target = IdentityGraph.open(project, store="neo4j")
    if target.store.read("store/size")[0]["nodes"] > 20:
        sys.exit("the graph of this Neo4j is not empty")
    with IdentityGraph.open(folder) as loaded:
        tables = loaded.store.export()
        target.store.load((n, t) for n, t in tables if n != "SchemaMigration")
    return target


def counted(graph: IdentityGraph) -> dict[str, int]:
    """Count the evidence edges of a graph by kind."""
    edges = graph.store.table("resolve/evidence")["edge"].value_counts()
    found = {str(edge): int(count) for edge, count in edges.iter_rows()}
    found["HAS_DOMAIN"] = graph.store.table("resolve/email_domains").height
    relations = graph.store.table("resolve/relations")
    found["WORKS_AT"] = relations.filter(relations["edge"] == "WORKS_AT").height
    return {**found, "all": sum(found.values())}


def timed(work: Callable[[], RunState]) -> tuple[RunState, float, float]:
    """Run something; give what it gives, and its wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=1_000_000)
    parser.add_argument("--new", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--store", choices=("embedded", "neo4j"), default="embedded")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    folder = base(options.edges, options.new, options.runs)
    project = FOLDER / "incremental-run"
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in STAGES}
    looked: list[dict[str, object]] = []
    with copy_of(folder, options.store) as graph:
        edges = counted(graph)
        deliver(folder, project, f"later-{options.runs}", rows=slice(WARM // 7))
        graph.run(*STAGES, as_of_ms=AS_OF_MS)
        for run in range(options.runs):
            deliver(folder, project, f"later-{run}")
            for name in STAGES:
                state, wall, cpu = timed(partial(graph.run, name, as_of_ms=AS_OF_MS))
                spent[name].append((wall, cpu))
                if state.ingested is not None:
                    looked.append({"records": state.ingested.total("applied")})
                if state.resolved is not None:
                    looked[-1]["looked_at"] = state.resolved.looked_at
                    looked[-1]["whole"] = state.resolved.whole
                    looked[-1]["changes"] = dict(sorted(state.resolved.counts.items()))
            print(f"delivery {run}: {looked[-1]}")
        details: dict[str, object] = {"evidence_edges": edges, "deliveries": looked}
        if options.check:
            state = graph.run("resolve", as_of_ms=AS_OF_MS, whole=True)
            changed = state.resolved is None or state.resolved.changed
            details["equals_rebuild"] = not changed
            if changed:
                sys.exit("a rebuild changed what the deliveries gave")
    spent["ingest and resolve"] = [
        (a[0] + b[0], a[1] + b[1]) for a, b in zip(*(spent[n] for n in STAGES), strict=True)
    ]
    what = f"{options.new:,} records on {edges['all']:,} edges"
    figures = [figure(f"{options.store}: {what}, {n}", runs) for n, runs in spent.items()]
    print(save(options.store, figures, details))


def save(store: str, figures: list[common.Figure], details: dict[str, object]) -> Path:
    """Write figures; those of the other store that were measured before stay beside them."""
    path = common.RESULTS / "incremental.json"
    before = json.loads(path.read_text()) if path.is_file() else {"figures": [], "details": {}}
    others = [common.Figure(**f) for f in before["figures"] if not f["name"].startswith(store)]
    return common.save(
        "incremental", [*others, *figures], details={**before["details"], store: details}
    )


def figure(name: str, runs: list[tuple[float, float]]) -> common.Figure:
    """Give the median of some runs as a figure, with the peak of the whole process's memory."""
    walls = [wall for wall, _ in runs]
    found = common.Figure(
        name,
        len(runs),
        round(statistics.median(walls), 3),
        round(min(walls), 3),
        round(max(walls), 3),
        round(statistics.median(cpu for _, cpu in runs), 3),
        round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    )
    print(f"{name:64} {found.wall_s:8.2f} s  cpu {found.cpu_s:8.2f} s  {found.peak_mb:8,.0f} MB")
    return found


if __name__ == "__main__":
    main()
