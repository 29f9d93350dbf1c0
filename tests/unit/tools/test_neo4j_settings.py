"""The command line of a server, without starting one."""

from __future__ import annotations

import socket
from itertools import pairwise
from pathlib import Path

import pytest

from identity.errors import FixInput
from tools.neo4j_server import (
    HOST,
    Neo4jServer,
    ServerOptions,
    browser_settings,
    port_is_free,
    server_command,
)


def test_the_browser_fetches_from_just_the_hosts_of_its_urls() -> None:
    options = ServerOptions(
        bolt_port=1,
        http_port=2,
        style_url="http://files.example:8765/style.grass",
        guide_url="http://127.0.0.1:8765/guide.html",
    )
    settings = browser_settings(options)
    assert settings["browser.remote_content_hostname_whitelist"] == "127.0.0.1,files.example"
    first, second = settings["browser.post_connect_cmd"].split("; ")
    assert first == f"style {options.style_url}"
    assert second == f"play {options.guide_url}"


def test_without_urls_the_browser_keeps_its_own_start() -> None:
    assert browser_settings(ServerOptions(bolt_port=1, http_port=2)) == {}


def test_no_password_reaches_the_command_line() -> None:
    options = ServerOptions(bolt_port=1, http_port=2, password="swordfish-42")
    command = server_command(java="java", jars=Path("/jars"), home=Path("/home"), options=options)
    assert "dbms.security.auth_enabled=true" in command
    assert not any("swordfish" in word for word in command)


def test_a_setting_is_given_once() -> None:
    # The server refuses to start on a repeated setting.
    options = ServerOptions(
        bolt_port=1, http_port=2, style_url="http://a/s", guide_url="http://a/g"
    )
    command = server_command(java="java", jars=Path("/jars"), home=Path("/home"), options=options)
    names = [word.partition("=")[0] for flag, word in pairwise(command) if flag == "-c"]
    assert len(names) == len(set(names))


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        assert not port_is_free(port)
        with pytest.raises(FixInput, match=str(port)):
            Neo4jServer.start(tmp_path / "home", bolt_port=port)
    assert not (tmp_path / "home").exists()
    assert port_is_free(port)
