"""The Cypher formatter and linter, run as people and CI run it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.cypher_schema import lint_schema

CLEAN = """// purpose: what nodes of a company there are
// params: ids list<string>, rows list<map{src string, first_seen int}>,
//   run int
// returns: id string
MATCH (i:Identifier)-[:RESOLVES_TO]->(c:Company)
WHERE c.id IN $ids
RETURN c.id AS id, $run AS run, [row IN $rows | row.src] AS sources"""


@pytest.fixture(scope="session")
def lint_program(repo_root: Path) -> list[str]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no Node.js: install it (`apt-get install nodejs npm`)")
    folder = repo_root / "tools" / "cypher"
    if not (folder / "node_modules").is_dir():
        pytest.skip("the linter is not installed: `npm ci --prefix tools/cypher`")
    return [node, str(folder / "lint.mjs")]


@pytest.fixture(scope="session")
def schema_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("lint") / "schema.json"
    file.write_text(json.dumps(lint_schema()))
    return file


class Lint:
    """Lints texts and gives the findings, without the folder's name."""

    def __init__(self, program: list[str], schema: Path, folder: Path) -> None:
        self.program = program
        self.schema = schema
        self.folder = folder

    def __call__(self, text: str, *flags: str, name: str = "q.cypher") -> list[str]:
        (self.folder / name).write_text(text)
        done = subprocess.run(
            [*self.program, *flags, "--schema", str(self.schema), str(self.folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        findings = done.stdout.splitlines()
        assert done.returncode == (1 if findings else 0), done.stderr
        return [line.removeprefix(f"{self.folder}/") for line in findings]


@pytest.fixture
def lint(lint_program: list[str], schema_file: Path, tmp_path: Path) -> Lint:
    return Lint(lint_program, schema_file, tmp_path)


BROKEN = {
    "label": (CLEAN.replace("Company)", "Compny)"), "5:", "Compny"),
    "relationship type": (CLEAN.replace("RESOLVES_TO", "RESOLVED_TO"), "5:", "RESOLVED_TO"),
    "property": (CLEAN.replace("c.id IN", "c.idd IN"), "6:9", "idd"),
    "parameter": (CLEAN.replace("$run AS run", "$rum AS run"), "7:", "Parameter $rum"),
    "header": (CLEAN.replace("//   run int\n", "//\n"), "7:", "Parameter $run"),
    "variable": (CLEAN.replace("c.id AS id", "d.id AS id"), "7:8", "`d` not defined"),
    "deprecated": (CLEAN.replace("c.id AS id", "id(c) AS id"), "7:8", "deprecated"),
    "plug-in": (CLEAN.replace("c.id AS id", "apoc.text.join([], '') AS id"), "7:8", "apoc.text"),
    "syntax": (CLEAN.replace("RETURN", "RETRUN"), "7:", "RETURN"),
    "end": (CLEAN.replace("(i:Identifier)-[", "(i:Contact)-["), "5:", "RESOLVES_TO"),
    "direction": (CLEAN.replace("]->(c", "]-(c").replace(")-[:R", ")<-[:R"), "5:", "RESOLVES_TO"),
}


def test_findings_name_place_and_cause(lint: Lint) -> None:
    for name, (text, _, _) in BROKEN.items():
        assert text != CLEAN, name
        (lint.folder / f"{name}.cypher").write_text(text)
    findings = lint(CLEAN)
    assert not [line for line in findings if line.startswith("q.cypher")]
    for name, (_, place, words) in BROKEN.items():
        found = [line for line in findings if line.startswith(f"{name}.cypher:") and words in line]
        assert found, (name, findings)
        assert found[0].startswith(f"{name}.cypher:{place}")


def test_both_versions_are_checked(lint: Lint) -> None:
    # Deprecated in Cypher 5, an error in Cypher 25: two findings at one place.
    findings = lint("MATCH (a:Contact)-[:MERGED_INTO]->(b:Contact)\nSET a = b")
    assert [line[line.rfind("(") :] for line in findings] == ["(CYPHER 5)", "(CYPHER 25)"]


def test_fix_formats_and_leaves_the_header_alone(lint: Lint, tmp_path: Path) -> None:
    ragged = CLEAN.replace("WHERE", "where").replace("\nRETURN", "  RETURN") + "\n"
    assert lint(ragged) == ["q.cypher:6:1: not formatted"]
    assert lint(ragged, "--fix") == []
    assert (tmp_path / "q.cypher").read_text() == CLEAN


def test_blocks_of_a_guide_are_checked_in_place(lint: Lint) -> None:
    guide = (
        '<p>a\nb</p>\n<pre class="code runnable">MATCH (c:Company)&lt;-[:MEMBER_OF]-(p:Contact)\n'
        "RETURN c.idd AS id, p.id AS p</pre>\n<pre>not a query</pre>\n"
    )
    assert lint(guide, name="guide.html") == ["guide.html:4:10: idd is not in the schema"]


def test_wrong_usage(lint_program: list[str], tmp_path: Path) -> None:
    without = subprocess.run([*lint_program, "cypher"], capture_output=True, check=False)
    assert without.returncode == 2
    (tmp_path / "schema.json").write_text("{}")
    command = [*lint_program, "--schema", str(tmp_path / "schema.json"), str(tmp_path)]
    empty = subprocess.run(command, capture_output=True, text=True, check=False)
    assert empty.returncode == 2
    assert "labels" in empty.stderr
