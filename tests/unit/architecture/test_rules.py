"""The table of rules names functions that exist and are documented."""

from __future__ import annotations

from importlib import import_module

import pytest

from identity.model.evidence import EVIDENCE_RULES
from identity.model.rules import RULES


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.id)
def test_a_rule_is_where_the_table_says(rule) -> None:
    assert rule.doc.endswith(".")
    for place in rule.where:
        module, _, name = place.rpartition(".")
        found = getattr(import_module(module), name)
        assert getattr(found, "__doc__", None), f"{place} is not documented"


def test_every_evidence_rule_is_documented() -> None:
    assert all(len(r.doc) > 20 for r in EVIDENCE_RULES.values())


def test_numbers_are_in_order() -> None:
    numbers = [int(r[1:]) for r in RULES]
    assert numbers == sorted(numbers)
    assert set(range(1, 46)) - set(numbers) == {43}
