"""The file server that the Neo4j Browser reads style and guide from."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tools.browser_content import FOLDER, GUIDE, STYLE, serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("outside")
    inside = tmp_path / "inside"
    (inside / "favourites").mkdir(parents=True)
    (inside / "style.grass").write_text("node {}")
    (inside / "favourites" / "a.cypher").write_text("RETURN 1")
    return inside


def test_every_origin_may_read(folder: Path) -> None:
    with serving(folder) as url:
        preflight = httpx.options(
            f"{url}/style.grass",
            headers={"Origin": "http://127.0.0.1:7474", "Access-Control-Request-Method": "GET"},
        )
        answer = httpx.get(f"{url}/style.grass")
    assert preflight.is_success
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in preflight.headers["Access-Control-Allow-Methods"]
    assert answer.text == "node {}"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize("path", ["/", "/favourites/", "/../secret.txt", "/%2e%2e/secret.txt"])
def test_neither_folders_nor_files_outside(folder: Path, path: str) -> None:
    with serving(folder) as url:
        answer = httpx.get(url + path)
    assert answer.status_code == httpx.codes.NOT_FOUND


def test_nothing_can_be_written(folder: Path) -> None:
    with serving(folder) as url:
        answer = httpx.put(f"{url}/style.grass", content="node { color: red; }")
    assert answer.is_server_error
    assert (folder / "style.grass").read_text() == "node {}"


def test_the_folder_of_the_repository_is_served() -> None:
    with serving() as url:
        for name in (STYLE, GUIDE):
            assert httpx.get(f"{url}/{name}").content == (FOLDER / name).read_bytes()
