"""The folder ``browser/`` taken apart, and a small graph to look at with it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import neo4j
import pytest

from tools.browser_content import FOLDER, GUIDE, STYLE

RULE = re.compile(r"(?P<kind>node|relationship)(?:\.(?P<name>\w+))? \{(?P<body>[^}]*)\}")


@pytest.fixture(scope="session")
def style() -> dict[tuple[str, str], dict[str, str]]:
    """The rules of the style by kind and name, in their order; '' is the name of all of a kind."""
    rules = {}
    for found in RULE.finditer((FOLDER / STYLE).read_text()):
        lines = [line.strip().rstrip(";") for line in found["body"].strip().splitlines()]
        values = dict(line.split(": ", 1) for line in lines)
        rules[found["kind"], found["name"] or ""] = values
    return rules


@pytest.fixture(scope="session")
def guide() -> ET.Element:
    """The guide, which is well-formed XML as well."""
    return ET.parse(FOLDER / GUIDE).getroot()


@pytest.fixture(scope="session")
def guide_queries(guide: ET.Element) -> list[str]:
    """The runnable blocks of the guide."""
    blocks = [b for b in guide.iter("pre") if "runnable" in b.get("class", "").split()]
    return [block.text or "" for block in blocks]


@pytest.fixture(scope="session")
def favourites() -> dict[str, str]:
    """The favourites' texts by file name."""
    return {path.name: path.read_text() for path in sorted(FOLDER.glob("favourites/*.cypher"))}


@pytest.fixture
def small_graph(neo4j_url: str) -> str:
    """Bolt address of a database with two companies, three contacts and a won deal."""
    text = (Path(__file__).parent / "small_graph.cypher").read_text()
    with neo4j.GraphDatabase.driver(neo4j_url) as driver:
        driver.execute_query(text, database_="neo4j")
    return neo4j_url
