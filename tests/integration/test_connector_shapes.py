"""The presets read what real connectors deliver: columns are found, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from identity import config
from identity.ingest.sources import read_all

pytestmark = pytest.mark.shared_data


def read(folder: Path, system: str, tmp_path: Path):
    text = f"project: shapes\nsources:\n  - {{system: {system}, path: {folder}}}\n"
    loaded = config.parse(text, tmp_path / "identity.yaml")
    return read_all(loaded, run=1, as_of_ms=1_780_000_000_000)


def test_salesforce(shared_data: Path, tmp_path: Path) -> None:
    batch = read(shared_data / "salesforce_shape", "salesforce", tmp_path)
    kinds = {r.object for r in batch.records}
    assert kinds == {"account", "contact", "lead", "opportunity"}
    account = next(r for r in batch.records if r.record.endswith("0015500000Xyy06AAB"))
    assert account.version.attributes["company_name"] == "Eric's Test"
    read_rows = sum(batch.read.values())
    rows_aside = sum(1 for p in batch.problems if p.scope == "row")
    assert len(batch.records) + len(batch.values) + len(batch.edges) == read_rows - rows_aside


def test_hubspot(shared_data: Path, tmp_path: Path) -> None:
    batch = read(shared_data / "hubspot_shape", "hubspot", tmp_path)
    merged = next(r for r in batch.records if r.record == "crm:hubspot:contact:78971951")
    losers = {c.to for c in merged.version.claims if c.rule == "crm.merge_person"}
    assert losers == {
        "crm:hubspot:contact:76340251",
        "crm:hubspot:contact:46897301",
        "crm:hubspot:contact:76226001",
    }
    assert all(c.reverse for c in merged.version.claims if c.rule == "crm.merge_person")
    roles = [e for e in batch.edges if e.edge == "HAS_CONTACT"]
    assert any(e.src == "crm:hubspot:opportunity:86133127" for e in roles)
    stages = {v.field for v, _ in batch.values}
    assert stages == {"stage"}
