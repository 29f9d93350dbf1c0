"""Writes ``docs/benchmarks.md`` from what the benchmarks measured last.

    python -m bench.page

Every number on the page comes from a file of ``bench/results``; nothing is written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.common import RESULTS

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
Row = dict[str, Any]

INTRO = """# Benchmarks

Written by `python -m bench.page` from `bench/results`. Times are medians, with the smallest and the
largest beside them; memory is the peak of the whole process; processor seconds count all threads.
A command line is measured from its start to its end, imports included.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: its results' file, its title, how they were made, what they mean."""

    name: str
    title: str
    command: str
    says: str


SECTIONS = (
    Section(
        "peers",
        "The same evidence, side by side",
        "python -m bench.peers --edges 1000000 --edges 10000000",
        "Parquet in, Parquet out, one process after another. The peers find connected components; "
        "they know no constraints, so they join what a shared mailbox or a wrong alias joins. "
        "Precision and recall are over pairs of identifiers, against the generator's truth. "
        "`splink-integers` works on integers that were numbered for it beforehand.",
    ),
    Section(
        "resolve",
        "Resolving evidence without a graph",
        "python -m bench.resolve --edges 1000000 --edges 10000000 --edges 30000000",
        "`identity resolve --evidence`, with anchors and pairs that never share a cluster. Every "
        "canonical identifier and every refused edge equals those of `bench/sequential.py` where "
        "the last column says so (`--check`).",
    ),
    Section(
        "incremental",
        "New records on a large graph",
        "python -m bench.incremental",
        "Facts, resolution, ledger and change feed written, in a process that has the store open.",
    ),
    Section(
        "names",
        "Names of companies",
        "python -m bench.names",
        "Suggestions of companies by name: the token index of one list is asked for the other.",
    ),
    Section(
        "api",
        "The service",
        "python -m bench.api",
        "wrk with 32 connections on the same machine, so that both share its cores.",
    ),
)


def page() -> str:
    """Render the page from the results that are there."""
    lines = [INTRO]
    for section in SECTIONS:
        path = RESULTS / f"{section.name}.json"
        if path.is_file():
            lines += _section(section, json.loads(path.read_text(encoding="utf-8")))
    return "\n".join(lines)


def _section(section: Section, found: Row) -> Iterator[str]:
    yield f"## {section.title}\n"
    yield f"{section.says}\n"
    yield f"    {section.command}\n"
    yield from _table(list(RENDERED.get(section.name, _timed)(found)))
    yield ""
    yield f"{_machine(found['machine'])}{_versions(found.get('versions', {}))}\n"


def _timed(found: Row) -> Iterator[Row]:
    details = found.get("details", {})
    for figure in found["figures"]:
        yield {
            "what": figure["name"],
            "time": f"{figure['wall_s']:.2f} s",
            "from to": f"{figure['wall_min_s']:.2f} to {figure['wall_max_s']:.2f} s",
            "processor": f"{figure['cpu_s']:.1f} s",
            "memory": f"{figure['peak_mb']:,.0f} MB",
            **dict(_told(details.get(figure["name"], {}))),
        }


def _told(detail: Row) -> Iterator[tuple[str, str]]:
    """Give the columns of what a benchmark says beside its time."""
    accuracy = detail.get("accuracy", {})
    planes = accuracy if "company" in accuracy else {"": accuracy} if accuracy else {}
    for plane in sorted(planes):
        values = planes[plane]
        told = f"{values['precision']:.3f} / {values['recall']:.3f}"
        yield f"{plane} precision / recall".strip(), told
    if "refused" in detail:
        yield "refused edges", f"{detail['refused']:,}"
    if "equals_sequential_reference" in detail:
        yield "equals the reference", "yes" if detail["equals_sequential_reference"] else "no"


def _service(found: Row) -> Iterator[Row]:
    for name, figure in found["loads"].items():
        yield {
            "what": name.replace("_", ", items: "),
            "requests a second": f"{figure['requests_per_s']:,.0f}",
            "items a second": f"{figure['items_per_s']:,.0f}",
            "half within": f"{figure['p50_ms']:.1f} ms",
            "99 of 100 within": f"{figure['p99_ms']:.1f} ms",
            "processor time of the service": f"{figure['server_cpu_ms']:.2f} ms a request",
            "faults": f"{figure['faults']}",
        }


RENDERED: dict[str, Callable[[Row], Iterator[Row]]] = {"api": _service}


def _table(rows: list[Row]) -> Iterator[str]:
    columns = list(dict.fromkeys(c for row in rows for c in row))
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(str(row.get(c, "")) for c in columns) + " |"


def _machine(machine: Row) -> str:
    busy = (
        f", load average {machine['load_average']} at the end" if "load_average" in machine else ""
    )
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, "
        f"{machine['system']}, Python {machine['python']}, commit {machine['commit']}{busy}."
    )


def _versions(versions: dict[str, str]) -> str:
    told = ", ".join(f"{name} {version}" for name, version in versions.items())
    return f" Peers: {told}." if told else ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
