"""FEBRL's first data set: 500 people, 500 duplicates of them with errors in every field."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from bench.truth_common import (
    ANSWERS,
    AS_OF_MS,
    Report,
    accept,
    clusters,
    figure,
    joined,
    suggested,
    write_project,
    write_rows,
)
from identity.graph import IdentityGraph

CONFIG: dict[str, Any] = {
    "project": "febrl",
    "primary_crm": None,
    "identifier_kinds": {"social_security": {"plane": "person", "class": "asserted"}},
    "sources": [
        {
            "name": "people",
            "system": "custom",
            "path": "data/people.jsonl",
            "object": "contact",
            "id": "id",
            "identifiers": [{"kind": "social_security", "column": "soc_sec_id"}],
            "attributes": {
                "given_name": "first_name",
                "surname": "last_name",
                "date_of_birth": "birth_date",
                "address": "address",
            },
        },
        ANSWERS,
    ],
}
ADDRESS = ("street_number", "address_1", "address_2", "suburb", "postcode", "state")


def prepare(data: Path, folder: Path) -> dict[str, dict[str, str]]:
    """Write the project; give the records by identifier."""
    found = {}
    rows = []
    with (data / "febrl" / "dataset1.csv").open(encoding="utf-8") as file:
        for raw in csv.DictReader(file, skipinitialspace=True):
            row = {k.strip(): (v or "").strip() for k, v in raw.items()}
            address = " ".join(row[a] for a in ADDRESS if row[a])
            rows.append({**row, "id": row["rec_id"], "address": address})
            found[f"crm:people:contact:{row['rec_id']}"] = row
    write_rows(folder / "data" / "people.jsonl", rows)
    accept(folder, [])
    write_project(folder, CONFIG)
    return found


def run(folder: Path, number: int) -> None:
    """Run the project."""
    with IdentityGraph.open(folder) as graph:
        graph.run("ingest", "resolve", as_of_ms=AS_OF_MS + number)


def report(data: Path, folder: Path) -> Report:
    """Run the set and compare."""
    records = prepare(data, folder)
    truth = {i: row["rec_id"].split("-")[1] for i, row in records.items()}
    true = joined(truth)
    run(folder, 0)
    with IdentityGraph.open(folder) as graph:
        automatic = joined(clusters(graph, truth))
        pairs = suggested(graph)
    accept(folder, pairs)
    run(folder, 1)
    with IdentityGraph.open(folder) as graph:
        accepted = joined(clusters(graph, truth))

    def told(found: set[tuple[str, str]]) -> list[str]:
        return sorted(f"{shown(records[a])} · {shown(records[b])}" for a, b in found)

    return Report(
        "FEBRL 1",
        "People with errors in every field: slips, fields swapped or missing. The social security "
        "number is a declared kind of identifier that is not unique, because it has slips too.",
        len(truth),
        [
            figure("merged by itself", automatic, true),
            figure("suggestions accepted", accepted, true),
        ],
        {"Wrongly joined": told(accepted - true), "Still apart": told(true - accepted)},
    )


def shown(row: dict[str, str]) -> str:
    """Give a short text of a record."""
    return f"{row['rec_id']} {row['given_name']} {row['surname']} {row['date_of_birth']}".strip()
