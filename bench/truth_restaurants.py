"""Fodor's and Zagat's: two lists of restaurants with 112 true pairs."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from bench.truth_common import (
    ACCEPTED,
    AS_OF_MS,
    Report,
    figure,
    suggested,
    write_project,
    write_rows,
)
from identity.graph import IdentityGraph

LISTS = ("fodors", "zagats")


def config() -> dict[str, Any]:
    """Give the configuration of the project."""
    return {
        "project": "restaurants",
        "primary_crm": None,
        "sources": [
            {
                "name": name,
                "system": "custom",
                "path": f"data/{name}.jsonl",
                "object": "company",
                "id": "id",
                "attributes": {
                    "name": "company_name",
                    "address": "address",
                    "phone": "phone_number",
                },
            }
            for name in LISTS
        ],
    }


def report(data: Path, folder: Path) -> Report:
    """Run the set and compare the pairs across the lists."""
    place = data / "magellan"
    names: dict[str, str] = {}
    for name in LISTS:
        with (place / f"{name}.csv").open(encoding="utf-8") as file:
            rows = [{**r, "address": f"{r['addr']} {r['city']}"} for r in csv.DictReader(file)]
        write_rows(folder / "data" / f"{name}.jsonl", rows)
        names |= {f"crm:{name}:account:{r['id']}": f"{r['name']}, {r['city']}" for r in rows}
    write_project(folder, config())
    with (place / "matches_fodors_zagats.csv").open(encoding="utf-8") as file:
        true = {
            (f"crm:fodors:account:{r['fodors_id']}", f"crm:zagats:account:{r['zagats_id']}")
            for r in csv.DictReader(file)
        }
    with IdentityGraph.open(folder) as graph:
        graph.run("ingest", "resolve", as_of_ms=AS_OF_MS)
        pairs = suggested(graph)
    found = {
        (p["left"], p["right"])
        for p in pairs
        if p["score"] >= ACCEPTED and p["left"].split(":")[1] != p["right"].split(":")[1]
    }

    def told(some: set[tuple[str, str]]) -> list[str]:
        return sorted(f"{names[a]} · {names[b]}" for a, b in some)

    return Report(
        "Fodor's and Zagat's",
        "Restaurants by name, address and phone; no identifiers, so nothing merges by itself. "
        "Pairs across the two lists count.",
        len(names),
        [figure("suggestions", found, true)],
        {"Wrong": told(found - true), "Missed": told(true - found)},
    )
