"""`identity serve` as a process: its socket, its signals, its lock. Slow or broken clients."""

from __future__ import annotations

import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

IDENTITY = Path(sys.executable).with_name("identity")
KEY = "k" * 32
SECONDS = 60.0
REQUEST = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


def environment(**more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("IDENTITY_", "NEO4J_"))}
    return kept | more


@contextmanager
def serving(
    project: Path, *options: str, **more: str
) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    """Serve a project on a free port; the process is ended afterwards if it still runs."""
    process = subprocess.Popen(
        [IDENTITY, "serve", "--project", project, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(**more),
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        match = re.search(r"http://\S+:(\d+), with", line)
        assert match, f"{line}{process.communicate(timeout=SECONDS)[1]}"
        yield int(match[1]), process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=SECONDS)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    (folder / "identity.yaml").write_text("project: blank\n")
    return folder


@pytest.fixture(scope="module")
def port(project: Path) -> Iterator[int]:
    with serving(project) as (found, _):
        yield found


def run(*arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [IDENTITY, *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
        env=environment(**more),
    )


def say(port: int, sent: bytes, *, then_end: bool = True) -> bytes:
    """Send bytes and read until the other side ends the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        answer = b""
        try:
            connection.sendall(sent)
            if then_end:
                connection.shutdown(socket.SHUT_WR)
            while chunk := connection.recv(65_536):
                answer += chunk
        except OSError as error:
            # It was closed on us, which is an answer, too: reset, or no longer connected.
            if not isinstance(error, ConnectionError) and error.errno != errno.ENOTCONN:
                raise
        return answer


def status(answer: bytes) -> int:
    match = re.match(rb"HTTP/1\.1 (\d{3}) ", answer)
    assert match, answer[:200]
    return int(match[1])


def post(path: bytes, headers: bytes, body: bytes = b"") -> bytes:
    head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    return head + headers + b"\r\n\r\n" + body


def test_it_says_where_it_serves_and_answers_there(port: int) -> None:
    answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=SECONDS)
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert "server" not in answer.headers


@pytest.mark.parametrize(
    "sent",
    [
        post(b"/v1/resolve", b"Content-Length: 2\r\nContent-Length: 9", b"{}"),
        post(b"/v1/resolve", b"Content-Length: 2\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
        post(b"/v1/resolve", b"Transfer-Encoding: chunked", b"ZZ\r\n{}\r\n0\r\n\r\n"),
        post(b"/v1/resolve", b"Content-Length: -1", b"{}"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: a\x00b\r\n\r\n",
    ],
)
def test_broken_http_is_a_bad_request(port: int, sent: bytes) -> None:
    assert status(say(port, sent)) == 400
    assert status(say(port, REQUEST)) == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET /v1/lookup?" + b"a=1&" * 50_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + b"A: b\r\n" * 50_000 + b"\r\n",
    ],
)
def test_an_endless_head_is_refused(port: int, sent: bytes) -> None:
    answer = say(port, sent)
    assert answer == b"" or status(answer) == 431
    assert status(say(port, REQUEST)) == 200


def test_a_body_that_says_it_is_too_large_is_refused_unread(port: int) -> None:
    answer = say(port, post(b"/v1/resolve", b"Content-Length: 99999999", b"{"))
    assert status(answer) == 413
    assert b'"code":"E_TOO_LARGE"' in answer


def test_pipelined_requests_are_answered_in_order(port: int) -> None:
    last = REQUEST.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    sent = REQUEST + REQUEST.replace(b"healthz", b"nope") + last
    answer = say(port, sent, then_end=False)
    assert re.findall(rb"HTTP/1\.1 (\d{3})", answer) == [b"200", b"404", b"200"]


def test_slow_heads_hold_nobody_up_and_are_ended(port: int) -> None:
    slow = [socket.create_connection(("127.0.0.1", port), timeout=SECONDS) for _ in range(50)]
    try:
        for connection in slow:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: lo")
        assert status(say(port, REQUEST)) == 200
        assert [connection.recv(1) for connection in slow] == [b""] * len(slow)
    finally:
        for connection in slow:
            connection.close()


def test_another_process_finds_the_store_locked(project: Path, port: int) -> None:
    for command in (("run", "--quiet"), ("lookup", "email", "a@nobody-knows.de"), ("serve",)):
        ended = run(*command, "--project", project)
        assert ended.returncode == 5, ended.stderr
        assert ended.stdout == ""
        assert re.search(r"E_STORE_LOCKED: .*process \d+", ended.stderr)
    doctor = run("doctor", "--project", project)
    assert doctor.returncode == 0
    assert re.search(r"^warn  store +process \d+", doctor.stdout, re.MULTILINE)


def test_a_port_that_is_taken(tmp_path: Path, port: int) -> None:
    (tmp_path / "identity.yaml").write_text("project: other\n")
    ended = run("serve", "--project", tmp_path, "--port", str(port))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Address already in use" in ended.stderr
    assert run("run", "--project", tmp_path).returncode == 0  # the store was given up


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_other_machines_are_refused_without_a_key(tmp_path: Path, host: str) -> None:
    (tmp_path / "identity.yaml").write_text("project: other\n")
    ended = run("serve", "--project", tmp_path, "--host", host)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "IDENTITY_API_KEY" in ended.stderr


def test_a_key_opens_the_service_to_other_machines(tmp_path: Path) -> None:
    (tmp_path / "identity.yaml").write_text("project: other\n")
    with serving(tmp_path, "--host", "0.0.0.0", IDENTITY_API_KEY=KEY) as (port, _):
        url = f"http://127.0.0.1:{port}/v1/lookup?type=email&value=a@nobody-knows.de"
        assert httpx.get(url, timeout=SECONDS).status_code == 401
        headers = {"authorization": f"Bearer {KEY}", "host": "identity.internal"}
        assert httpx.get(url, headers=headers, timeout=SECONDS).status_code == 404


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_after_what_is_under_way(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """The body of a request is still coming when the signal does."""
    (tmp_path / "identity.yaml").write_text("project: other\n")
    body = b'{"type": "email", "value": "a@nobody-knows.de"}'
    with serving(tmp_path) as (port, process):
        with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
            length = f"Content-Length: {len(body)}\r\nExpect: 100-continue".encode()
            connection.sendall(post(b"/v1/lookup", length))
            assert status(connection.recv(65_536)) == 100  # now it waits for the body
            process.send_signal(number)
            connection.sendall(body)
            assert status(connection.recv(65_536)) == 404
        assert process.wait(SECONDS) == code
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    shutil.rmtree(tmp_path / ".identity")
