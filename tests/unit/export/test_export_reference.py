"""The declaration of tables, its page, and the schema it comes from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from identity.export import reference
from identity.export.columns import TableSpec
from identity.export.tables import TABLES
from identity.model.schema import COMPANY_ATTRIBUTES, CONTACT_ATTRIBUTES

REQUIRED = """contacts companies memberships identifiers redirects opportunities workspaces
user_workspaces evidence refused reviews events sessions stages journeys credit spend quarantine
changes""".split()
RENAMED = {
    "primary_email": "email",
    "company_name": "name",
    "parent": "parent_company_id",
}


def test_the_page_is_up_to_date(repo_root: Path) -> None:
    written = (repo_root / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")
    hint = "identity export tables --describe > docs/reference/tables.md"
    assert written == reference.page(), hint


def test_every_table_is_there_and_has_a_heading_and_a_link() -> None:
    page = reference.page()
    assert [spec.name for spec in TABLES] == re.findall(r"^## (\w+)$", page, re.MULTILINE)
    assert sorted(REQUIRED) == sorted(re.findall(r"\]\(#(\w+)\)", page))


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_columns_are_documented_once_and_hold_the_key(spec: TableSpec) -> None:
    names = [c.name for c in spec.columns]
    assert len(set(names)) == len(names)
    assert set(spec.key) <= set(names)
    assert all(c.doc and "|" not in c.doc for c in spec.columns)


@pytest.mark.parametrize(
    ("table", "attributes"),
    [("contacts", CONTACT_ATTRIBUTES), ("companies", COMPANY_ATTRIBUTES)],
    ids=["contacts", "companies"],
)
def test_every_golden_value_is_exported(table: str, attributes: tuple) -> None:
    spec = next(s for s in TABLES if s.name == table)
    wanted = {RENAMED.get(a.name, a.name) for a in attributes}
    assert wanted <= {c.name for c in spec.columns}
