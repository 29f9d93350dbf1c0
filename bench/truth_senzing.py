"""Senzing's truth set: 159 records of customers, a watch list and a reference, in three loads."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

from bench.truth_common import (
    ANSWERS,
    AS_OF_MS,
    Report,
    Truth,
    accept,
    clusters,
    figure,
    joined,
    suggested,
    write_project,
    write_rows,
)
from identity.graph import IdentityGraph

LOADS = ("customers", "watchlist", "reference")
KINDS = {
    "ssn": {"plane": "person", "unique": True},
    "passport": {"plane": "person", "unique": True},
    "drivers_licence": {"plane": "person", "unique": True},
    "national_id": {"plane": "person", "unique": True},
    "tax_id": {"plane": "company", "unique": True},
    "lei": {"plane": "company", "unique": True},
}
COLUMNS = {
    "SSN_NUMBER": "ssn",
    "PASSPORT_NUMBER": "passport",
    "DRIVERS_LICENSE_NUMBER": "drivers_licence",
    "NATIONAL_ID_NUMBER": "national_id",
    "TAX_ID_NUMBER": "tax_id",
    "LEI_NUMBER": "lei",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "DATE_OF_BIRTH": "born",
    "NAME_FIRST": "first",
    "NAME_LAST": "last",
    "NAME_FULL": "full",
    "NAME_ORG": "company",
    "EMPLOYER": "employer",
}
ADDRESS = ("ADDR_FULL", "ADDR_LINE1", "ADDR_CITY", "ADDR_STATE", "ADDR_POSTAL_CODE", "ADDR_COUNTRY")
SEVERAL = ("email", "phone")
PERSON_IDS = ("ssn", "passport", "drivers_licence", "national_id")
COMPANY_IDS = ("tax_id", "lei")


def row_of(record: dict[str, Any]) -> dict[str, Any]:
    """Flatten a record: of several values of a feature the first, e-mails and phones all."""
    row: dict[str, Any] = {"id": record["RECORD_ID"]}
    for feature in record["FEATURES"]:
        for name, column in COLUMNS.items():
            value = feature.get(name)
            if value and column in SEVERAL and column in row:
                row[column] += f";{value}"
            elif value:
                row.setdefault(column, value)
        parts = [feature[p] for p in ADDRESS if feature.get(p)]
        if parts:
            row.setdefault("address", " ".join(parts))
    return row


def is_firm(record: dict[str, Any]) -> bool:
    """Say whether a record is one of an organisation."""
    return any(f.get("RECORD_TYPE") == "ORGANIZATION" for f in record["FEATURES"])


def read(data: Path, name: str) -> list[dict[str, Any]]:
    """Read a file of records."""
    lines = (data / "senzing_truthsets" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def config(loads: tuple[str, ...]) -> dict[str, Any]:
    """Give the configuration of a project that has read some of the loads."""
    people = [{"kind": "email", "column": "email", "separator": ";"}]
    people += [{"kind": "phone", "column": "phone", "separator": ";"}]
    people += [{"kind": k, "column": k} for k in PERSON_IDS]
    sources: list[dict[str, Any]] = []
    for load in loads:
        common = {"system": "custom", "id": "id", "default_region": "US"}
        sources.append(
            {
                **common,
                "name": load,
                "path": f"data/{load}.jsonl",
                "object": "contact",
                "identifiers": people,
                "attributes": {
                    "first": "first_name",
                    "last": "last_name",
                    "full": "person_name",
                    "born": "birth_date",
                    "address": "address",
                    "employer": "company_name",
                },
            }
        )
        if load != "watchlist":
            sources.append(
                {
                    **common,
                    "name": f"{load}_firms",
                    "path": f"data/{load}_firms.jsonl",
                    "object": "company",
                    "identifiers": [{"kind": k, "column": k} for k in COMPANY_IDS],
                    "attributes": {
                        "company": "company_name",
                        "address": "address",
                        "phone": "phone_number",
                    },
                }
            )
    return {
        "project": "senzing",
        "primary_crm": None,
        "identifier_kinds": KINDS,
        "sources": [*sources, ANSWERS],
        "rules": {"generic": {"email": 3, "phone": 3}},
    }


def prepare(data: Path, folder: Path) -> None:
    """Write the data of a project; answers are there, but empty."""
    empty = dict.fromkeys([*COLUMNS.values(), "address"])
    for load in LOADS:
        people = [row_of(r) for r in read(data, load) if not is_firm(r)]
        firms = [row_of(r) for r in read(data, load) if is_firm(r)]
        write_rows(folder / "data" / f"{load}.jsonl", ({**empty, **r} for r in people))
        if firms:
            write_rows(folder / "data" / f"{load}_firms.jsonl", ({**empty, **r} for r in firms))
    accept(folder, [])


def truth_of(data: Path, key: str = "actual_truthset_key") -> Truth:
    """Give the true entity of each record."""
    firms = {(r["DATA_SOURCE"], r["RECORD_ID"]) for n in LOADS for r in read(data, n) if is_firm(r)}
    with (data / "senzing_truthsets" / f"{key}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = {}
    for row in rows:
        source, number = row["DATA_SOURCE"], row["RECORD_ID"]
        firm = (source, number) in firms
        place = f"{source.lower()}_firms:account" if firm else f"{source.lower()}:contact"
        found[f"crm:{place}:{number}"] = row["CLUSTER_ID"]
    return found


def run(folder: Path, *loads: tuple[str, ...]) -> None:
    """Run the project, load after load.

    The records carry no times, so that they are as old as the run that read them: all on one day.
    """
    for load in loads:
        write_project(folder, config(load))
        with IdentityGraph.open(folder) as graph:
            graph.run("ingest", "resolve", as_of_ms=AS_OF_MS)


def names_of(data: Path) -> dict[str, str]:
    """Give a short text for each record, for lists of misses."""
    found = {}
    for load in LOADS:
        for record in read(data, load):
            row = row_of(record)
            name = row.get("company") or row.get("full") or ""
            shown = name or f"{row.get('first', '')} {row.get('last', '')}".strip()
            kind = "account" if is_firm(record) else "contact"
            place = f"{load}_firms" if is_firm(record) else load
            found[f"crm:{place}:{kind}:{row['id']}"] = f"{row['id']} {shown}".strip()
    return found


def report(data: Path, folder: Path) -> Report:
    """Run the set and compare."""
    prepare(data, folder)
    run(folder, LOADS)
    truth = truth_of(data)
    true = joined(truth)
    with IdentityGraph.open(folder) as graph:
        automatic = joined(clusters(graph, truth))
        pairs = suggested(graph)
    accept(folder, pairs)
    run(folder, LOADS)
    with IdentityGraph.open(folder) as graph:
        accepted = joined(clusters(graph, truth))
    names = names_of(data)
    return Report(
        "Senzing",
        "Customers, a watch list and a reference; no primary CRM. E-mail addresses, phones and "
        "declared kinds of ids (SSN, passport, driver's licence, national id, tax id, LEI) are "
        "identifiers; an address or a number on more than three records says nothing.",
        len(truth),
        [
            figure("merged by itself", automatic, true),
            figure("suggestions accepted", accepted, true),
        ],
        {
            "Wrongly joined": told(accepted - true, names),
            "Still apart": told(true - accepted, names),
        },
    )


def told(pairs: set[tuple[str, str]], names: dict[str, str]) -> list[str]:
    """Name pairs of records."""
    return sorted(f"{names[a]} · {names[b]}" for a, b in pairs)
