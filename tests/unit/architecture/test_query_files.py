"""Query files keep to the portable profile, to their headers and to the schema."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from identity.model.schema import SCHEMA
from identity.store import migrate, queries
from identity.store.queries import QueryError, parse

NAMES = queries.names()


@pytest.mark.parametrize("name", NAMES)
def test_header_and_text_agree(name: str) -> None:
    assert queries.load(name).purpose.endswith(".")


NO_CLOCK = "now is a parameter"
FORBIDDEN = {
    r"\(\w*:(?!Identifier\b)\w+(?::\w+)*\s*\{\s*id\s*:\s*\$?\w+": None,
    r"\bproperties\s*\(": "return named values, not all properties",
    r"\belementId\s*\(|(?<![\w.])id\s*\(": "ids are the property id",
    r"\bSHORTEST\b|\bCOLLECT\s*\{|IN TRANSACTIONS": "not on both engines",
    r"\bapoc\.|\bgds\.": "no APOC, no GDS",
    r"\bdatetime\s*\(|\btimestamp\s*\(": NO_CLOCK,
    r"\.(?:title|type|label)\s*=(?!~)": None,
    r"\[\s*\w*:\w+(?:\|\w+)*\*\s*\]|\*\d*\.\.\s*\]": "bounded paths only",
    r"\bUSE\b|\bLOAD CSV\b": "not in a query file",
}
# A lease runs out by the clock of the server, the only one that all its clients share.
BY_THE_SERVERS_CLOCK = {"store/lease_keep", "store/lease_take"}
SCANNED_BY_KIND = re.compile(
    r"\(\w*:(?:Email|Domain|CrmId|UserId|WorkspaceId|AnonymousId|Phone|Social|Record)\s*\{\s*id\b"
)


def bare(text: str) -> str:
    return re.sub(r"'(?:[^'\\]|\\.)*'", "''", text)


@pytest.mark.parametrize("name", NAMES)
def test_portable_profile(name: str) -> None:
    text = bare(queries.load(name).text)
    for pattern, reason in FORBIDDEN.items():
        if reason == NO_CLOCK and name in BY_THE_SERVERS_CLOCK:
            continue
        if reason is not None:
            assert not re.search(pattern, text), f"{name}: {reason}"
    assert not SCANNED_BY_KIND.search(text), f"{name}: identifiers are looked up by :Identifier"


@pytest.mark.parametrize("name", NAMES)
def test_no_bare_count_after_an_undirected_path(name: str) -> None:
    """Such a count is a wrong 0 on the embedded engine: direct the edges or write WITH first."""
    text = bare(queries.load(name).text)
    for part in re.split(r"\bUNION\b", text):
        match = re.search(r"MATCH(.*?)RETURN\s+count\s*\(", part, re.DOTALL)
        if match and "WITH" not in match[1]:
            path = match[1]
            undirected = re.search(r"\)-\[[^\]]*\]-\(", path)
            assert not (undirected and path.count("]-") > 1), name


@pytest.mark.parametrize("name", NAMES)
def test_labels_types_and_pattern_maps(name: str) -> None:
    text = bare(queries.load(name).text)
    labels = set(re.findall(r"[(:\s]:?(?<=:)([A-Z][A-Za-z]+)\b", text))
    types = set(re.findall(r"\[\w*:([A-Z_|]+)", text))
    known = set(SCHEMA.labels) | set(SCHEMA.edges)
    assert {t for group in types for t in group.split("|")} <= set(SCHEMA.edges), name
    assert {x for x in labels if not x.isupper()} <= known, name


def test_dialect_siblings_are_few(repo_root: Path) -> None:
    siblings = sorted(
        str(p.relative_to(repo_root)) for p in (repo_root / "cypher").rglob("*.*.cypher")
    )
    assert siblings == []


def test_a_parameter_missing_in_the_header_is_refused() -> None:
    with pytest.raises(QueryError, match="not in the header"):
        parse("x/y", "// purpose: A.\nMATCH (i:Identifier {id: $id})\nRETURN i.id AS id")


def test_a_returned_column_that_is_not_declared_is_refused() -> None:
    with pytest.raises(QueryError, match="returned columns"):
        parse("x/y", "// purpose: A.\n// returns: id string\nMATCH (n)\nRETURN n.id AS other")


def test_schema_files_equal_the_schema() -> None:
    statements = [s for m in migrate.migrations() for s in m.statements]
    constraints = re.findall(
        r"FOR \(\w+:\s*(\w+)\)\s*REQUIRE \w+\.id IS UNIQUE", "\n".join(statements)
    )
    indexes = re.findall(
        r"CREATE INDEX .*?FOR \(\w+:\s*(\w+)\)\s*ON \(\w+\.(\w+)\)",
        "\n".join(statements),
        re.DOTALL,
    )
    assert sorted(constraints) == sorted(SCHEMA.primary_labels())
    assert sorted(indexes) == sorted(SCHEMA.indexes)


def test_no_node_property_has_a_name_the_embedded_engine_keeps_for_itself() -> None:
    taken = {"title", "type", "label"}
    clashing = {
        (label.name, p.name)
        for label in SCHEMA.labels.values()
        for p in label.properties
        if p.name in taken
    }
    assert clashing == set()
