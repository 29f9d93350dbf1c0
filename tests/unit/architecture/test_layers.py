"""Folders are the data flow: who may import whom, read off the code itself."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

STAGES = ("ingest", "resolve", "journey", "attribute", "explain", "export", "erase")
SHARED = ("model", "config", "errors", "progress")
DOORS = ("cli", "api", "mcp", "client", "spark")
"""Who stands on the facade (``cli_…`` too); nobody below may import them."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "model": (),
    "errors": (),
    "progress": (),
    "config": ("errors",),
    "generate": ("model", "errors", "progress"),
    "store": ("model", "errors"),
    **{stage: (*SHARED, "store") for stage in STAGES},
}
READERS_OF_THE_STORE = {"explain", "export"}
"""Stages whose work is to read a graph; in the others only ``stage`` and its readers may."""

STORE_MODULES = {
    "ingest": {"stage", "write", "apply_records", "apply_events"},
    "resolve": {"stage", "apply", "stored", "reading", "scope", "affected"},
    "journey": {"stage"},
    "attribute": {"stage"},
    "erase": {"stage", "reading", "subject"},
}


def modules(root: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted((root / "identity").rglob("*.py")):
        parts = path.relative_to(root / "identity").with_suffix("").parts
        yield (parts[0] if parts[0] != "__init__" else "", path)


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            if node.module == "identity":
                yield from ((node.lineno, f"identity.{a.name}") for a in node.names)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, a.name) for a in node.names)


def inner(root: Path) -> Iterator[tuple[str, str, str]]:
    for owner, path in modules(root):
        for line, name in imports(path):
            if name.startswith("identity."):
                yield owner, name.split(".")[1], f"{path.relative_to(root)}:{line} imports {name}"


def test_every_folder_imports_only_what_lies_before_it(repo_root: Path) -> None:
    offending = [
        where
        for owner, other, where in inner(repo_root)
        if owner in ALLOWED and other != owner and other not in ALLOWED[owner]
    ]
    assert offending == []


def test_nobody_below_a_door_imports_it(repo_root: Path) -> None:
    offending = [
        where
        for owner, other, where in inner(repo_root)
        if other.split("_")[0] in DOORS and owner.split("_")[0] not in DOORS
    ]
    assert offending == []


@pytest.mark.parametrize("stage", sorted(STORE_MODULES))
def test_pure_functions_of_a_stage_do_not_know_the_store(repo_root: Path, stage: str) -> None:
    offending = [
        f"{path.relative_to(repo_root)}:{line}"
        for path in sorted((repo_root / "identity" / stage).rglob("*.py"))
        if path.stem not in STORE_MODULES[stage]
        for line, name in imports(path)
        if name.startswith("identity.store")
    ]
    assert offending == []


def test_only_the_facade_opens_an_adapter(repo_root: Path) -> None:
    adapters = ("identity.store.embedded", "identity.store.neo4j")
    offending = [
        f"{path.relative_to(repo_root)}:{line}"
        for owner, path in modules(repo_root)
        for line, name in imports(path)
        if name.startswith(adapters) and owner != "store" and path.name != "opening.py"
    ]
    assert offending == []


def test_no_engine_is_named_outside_the_store(repo_root: Path) -> None:
    engines = ("kglite", "neo4j")
    offending = [
        f"{path.relative_to(repo_root)}:{line}"
        for owner, path in modules(repo_root)
        for line, name in imports(path)
        if name.split(".")[0] in engines and owner != "store"
    ]
    assert offending == []


def test_modules_stay_small(repo_root: Path) -> None:
    long = {
        str(path.relative_to(repo_root)): count
        for _, path in modules(repo_root)
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}
