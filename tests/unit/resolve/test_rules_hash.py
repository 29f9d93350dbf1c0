"""A graph knows by which rules it was decided: whatever decides is in the hash (R33)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from identity import config
from identity.model.evidence import EVIDENCE_RULES
from identity.model.rules import RULES
from identity.resolve.stage import rules_hash


@pytest.mark.parametrize(
    ("table", "name"), [(RULES, "R12"), (RULES, "R45"), (EVIDENCE_RULES, "crm.primary_email")]
)
def test_a_new_version_of_a_rule_is_another_hash(
    monkeypatch: pytest.MonkeyPatch, tmp_path, table, name: str
) -> None:
    project = config.parse("project: p\n", tmp_path / "identity.yaml")
    before = rules_hash(project)
    assert rules_hash(project) == before
    monkeypatch.setitem(table, name, replace(table[name], version=2))
    assert rules_hash(project) != before


def test_a_setting_of_the_rules_is_another_hash(tmp_path) -> None:
    path = tmp_path / "identity.yaml"
    plain = config.parse("project: p\n", path)
    ruled = config.parse("project: p\nrules: {own_domains: [x.de]}\n", path)
    elsewhere = config.parse("project: p\njourneys: {session_gap_minutes: 5}\n", path)
    assert rules_hash(plain) != rules_hash(ruled)
    assert rules_hash(plain) == rules_hash(elsewhere)
