"""The compose file and the image: what must hold for them to be safe to start."""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from ruamel.yaml import YAML

from identity.api.guard import KEY_VARIABLE, check_bind
from identity.errors import FixInput

OWN = ("identity", "browser-content")


@pytest.fixture(scope="module")
def compose(repo_root: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(repo_root / "docker-compose.yml")


@pytest.fixture(scope="module")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return compose["services"]


@pytest.fixture(scope="module")
def dockerfile(repo_root: Path) -> list[tuple[str, str]]:
    """Instructions and their arguments, continuation lines joined."""
    text = (repo_root / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    pairs = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [(word, rest) for word, rest in pairs]


def test_it_follows_the_compose_specification(repo_root: Path) -> None:
    if find_spec("check_jsonschema") is None:
        pytest.skip("no check-jsonschema: `uv sync --all-extras` installs it")
    checked = subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
        ],
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_port_is_published_on_this_machine_only(services: dict[str, Any]) -> None:
    published = [port for service in services.values() for port in service.get("ports", [])]
    assert published
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in published)


def test_every_image_names_its_version(
    services: dict[str, Any], dockerfile: list[tuple[str, str]], repo_root: Path
) -> None:
    images = [service["image"] for service in services.values()]
    images += [rest.split()[0] for word, rest in dockerfile if word == "FROM"]
    assert all(re.search(r":\d+\.\d+", image) for image in images), images
    version = tomllib.loads((repo_root / "pyproject.toml").read_text())["project"]["version"]
    assert {services[name]["image"] for name in OWN} == {f"identity-graph:{version}"}


def test_the_password_comes_from_the_secret_alone(
    compose: dict[str, Any], services: dict[str, Any], repo_root: Path
) -> None:
    secret = Path(compose["secrets"]["neo4j_auth"]["file"])
    for name in ("neo4j", "identity"):
        environment = services[name]["environment"]
        assert environment["NEO4J_AUTH_FILE"] == "/run/secrets/neo4j_auth"
        assert "neo4j_auth" in services[name]["secrets"]
        assert not {"NEO4J_AUTH", "NEO4J_PASSWORD"} & set(environment)
    tracked = subprocess.run(["git", "check-ignore", "-q", str(secret)], cwd=repo_root, check=False)
    assert tracked.returncode == 0, "the secret could be committed"
    example = (repo_root / f"{secret}.example").read_text()
    assert re.fullmatch(r"neo4j/\S{8,}\n", example)


def test_the_service_does_not_start_without_a_key(
    services: dict[str, Any], repo_root: Path
) -> None:
    """It listens on all addresses of its container, which the program refuses without a key."""
    with pytest.raises(FixInput, match=KEY_VARIABLE):
        check_bind("0.0.0.0", None)
    value = services["identity"]["environment"][KEY_VARIABLE]
    assert re.fullmatch(rf"\$\{{{KEY_VARIABLE}:\?[^}}]*openssl rand -hex 32\}}", value)
    for place in ("docker-compose.yml", "deploy/README.md"):
        assert f"{KEY_VARIABLE}=$(openssl rand -hex 32)" in (repo_root / place).read_text()
    ignored = subprocess.run(["git", "check-ignore", "-q", ".env"], cwd=repo_root, check=False)
    assert ignored.returncode == 0, "the key could be committed"
    others = [
        s["environment"] for n, s in services.items() if n != "identity" if "environment" in s
    ]
    assert not any(KEY_VARIABLE in environment for environment in others)


def test_the_entrypoint_hands_the_password_on(repo_root: Path, tmp_path: Path) -> None:
    entrypoint = repo_root / "deploy" / "entrypoint.sh"
    secret = tmp_path / "auth"

    def run(**extra: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", str(entrypoint), "sh", "-c", 'printf "%s" "${NEO4J_PASSWORD-unset}"'],
            env={"PATH": os.environ["PATH"], **extra},
            capture_output=True,
            text=True,
            check=False,
        )

    for end in ("", "\n"):
        secret.write_text(f"neo4j/with/slash \\and blank{end}")
        assert run(NEO4J_AUTH_FILE=str(secret)).stdout == "with/slash \\and blank"
    assert run().stdout == "unset"
    missing = run(NEO4J_AUTH_FILE=str(tmp_path / "nowhere"))
    assert missing.returncode == 2
    assert "NEO4J_AUTH_FILE" in missing.stderr


def test_data_outlives_the_containers(compose: dict[str, Any], services: dict[str, Any]) -> None:
    mounts = dict(volume.split(":") for volume in services["neo4j"]["volumes"])
    assert set(mounts.values()) == {"/data", "/logs"}
    assert set(mounts) == set(compose["volumes"])
    assert services["neo4j"]["stop_grace_period"] == "2m"


def test_health_is_checked_with_what_the_image_has(services: dict[str, Any]) -> None:
    programs = {name: service["healthcheck"]["test"][1] for name, service in services.items()}
    # curl is in neither image.
    assert programs == {"neo4j": "wget", **dict.fromkeys(OWN, "python")}
    assert services["identity"]["depends_on"]["neo4j"]["condition"] == "service_healthy"


def test_own_containers_can_change_nothing_but_their_project(
    services: dict[str, Any], dockerfile: list[tuple[str, str]]
) -> None:
    for name in OWN:
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in services[name]["security_opt"]
    users = [rest for word, rest in dockerfile if word == "USER"]
    assert users
    assert all(re.fullmatch(r"[1-9]\d*:[1-9]\d*", user) for user in users)
    assert [word for word, _ in dockerfile].index("USER") < len(dockerfile) - 1


def test_the_browser_fetches_what_is_served(services: dict[str, Any], repo_root: Path) -> None:
    environment = services["neo4j"]["environment"]
    command = environment["NEO4J_browser_post__connect__cmd"]
    allowed = environment["NEO4J_browser_remote__content__hostname__whitelist"].split(",")
    urls = [urlsplit(word) for word in command.replace(";", " ").split() if "://" in word]
    assert len(urls) == 2
    ports = [int(port.split(":")[1]) for port in services["browser-content"]["ports"]]
    for url in urls:
        assert url.hostname in allowed
        assert url.port in ports
        assert (repo_root / "browser" / url.path.lstrip("/")).is_file()


def test_the_build_finds_what_it_copies(dockerfile: list[tuple[str, str]], repo_root: Path) -> None:
    kept = [
        line[1:]
        for line in (repo_root / ".dockerignore").read_text().splitlines()
        if line[:1] == "!"
    ]
    sources = [
        source
        for word, rest in dockerfile
        if word == "COPY" and "--from=" not in rest
        for source in [part for part in rest.split() if not part.startswith("--")][:-1]
    ]
    assert sources
    for source in sources:
        assert (repo_root / source).exists(), source
        assert any(fnmatch.fnmatch(source, pattern) for pattern in kept), source
