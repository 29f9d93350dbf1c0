"""Pages that are made from the code say what the code says."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from tools import reference_pages


@pytest.mark.parametrize("path", sorted(reference_pages.pages()), ids=lambda p: p.name)
def test_current(path: Path) -> None:
    stale = "python -m tools.reference_pages writes it anew"
    assert path.read_text(encoding="utf-8") == reference_pages.pages()[path], stale


@pytest.mark.parametrize("name", ["acme", "jaffle_gaggle"])
def test_the_schema_accepts_the_examples(repo_root: Path, name: str) -> None:
    text = (repo_root / "examples" / name / "identity.yaml").read_text(encoding="utf-8")
    data = YAML(typ="safe").load(text)
    schema = YAML(typ="safe").load(reference_pages.config_schema())
    jsonschema.validate(data, schema)
