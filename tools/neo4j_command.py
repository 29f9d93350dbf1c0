"""The command line of ``tools.neo4j_server``: start, stop and look at a server in the background.

``HOME/server.json`` remembers the processes and their addresses.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from identity.errors import FixInput, IdentityError, StoreUnavailable
from tools import browser_content
from tools.background import Background, recall, remember, spawn
from tools.neo4j_jars import REPOSITORY
from tools.neo4j_server import Neo4jServer, port_is_free

BOLT_PORT = 7687
HTTP_PORT = 7474
HEAP_MB = 1024
PASSWORD_VARIABLE = "NEO4J_PASSWORD"
NOT_RUNNING = 3
SERVER, CONTENT = "server", "content"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give the exit code: the error's own, or 3 from ``status`` when stopped."""
    chosen = _parser().parse_args(arguments)
    home: Path = chosen.home.resolve()
    try:
        if chosen.verb == "start":
            return _start(home, chosen)
        return _stop(home) if chosen.verb == "stop" else _status(home)
    except IdentityError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tools.neo4j_server",
        description="A local Neo4j server in the background, without docker.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb, text in (
        ("start", "start it and wait until it answers"),
        ("stop", "shut it down"),
        ("status", "print its addresses; exit code 3 when it does not run"),
    ):
        one = verbs.add_parser(verb, help=text)
        one.add_argument("--home", type=Path, required=True, help="folder of its data and logs")
        if verb == "start":
            _add_start_options(one)
    return parser


def _add_start_options(parser: argparse.ArgumentParser) -> None:
    port = "port, 0 for a free one (default: %(default)s)"
    parser.add_argument("--bolt-port", type=int, default=BOLT_PORT, help=f"drivers' {port}")
    parser.add_argument("--http-port", type=int, default=HTTP_PORT, help=f"Browser's {port}")
    parser.add_argument(
        "--heap-mb", type=int, default=HEAP_MB, help="heap in MiB (default: %(default)s)"
    )
    parser.add_argument(
        "--auth",
        action="store_true",
        help=f"ask for user neo4j and the password in the environment's {PASSWORD_VARIABLE}",
    )
    parser.add_argument(
        "--guide",
        action="store_true",
        help="serve the folder browser/ too; the Browser opens with its style and guide",
    )
    parser.add_argument(
        "--guide-port",
        type=int,
        default=browser_content.PORT,
        help="port of that folder (default: %(default)s)",
    )


def _start(home: Path, chosen: argparse.Namespace) -> int:
    running = recall(_state(home))
    if SERVER in running:
        return _print(running)
    password = os.environ.get(PASSWORD_VARIABLE) if chosen.auth else None
    if chosen.auth and password is None:
        raise FixInput(f"--auth needs the environment variable {PASSWORD_VARIABLE}.")
    home.mkdir(parents=True, exist_ok=True)
    processes: dict[str, Background] = {}
    content_url = None
    if chosen.guide:
        processes[CONTENT] = running.get(CONTENT) or _start_content(home, chosen.guide_port)
        content_url = processes[CONTENT].urls["folder"]
    try:
        server = Neo4jServer.start(
            home,
            bolt_port=chosen.bolt_port,
            http_port=chosen.http_port,
            heap_mb=chosen.heap_mb,
            password=password,
            style_url=f"{content_url}/{browser_content.STYLE}" if content_url else None,
            guide_url=f"{content_url}/{browser_content.GUIDE}" if content_url else None,
            quick=False,
        )
    except BaseException:
        for process in processes.values():
            process.stop()
        raise
    urls = {"bolt": server.bolt_uri, "browser": server.browser_url}
    processes[SERVER] = Background(server.pid, f"--home-dir={home}", urls)
    remember(_state(home), processes)
    return _print(processes)


def _start_content(home: Path, port: int) -> Background:
    if not port_is_free(port):
        raise FixInput(f"Another program listens on port {port}.", fix="Choose --guide-port.")
    words = ["-m", "tools.browser_content", "--port", str(port)]
    log = home / "logs" / "content.log"
    process = spawn([sys.executable, *words], log, cwd=REPOSITORY)
    while port_is_free(port):
        if process.poll() is not None:
            raise StoreUnavailable(f"The folder browser/ is not served:\n{log.read_text()}")
        time.sleep(0.05)
    urls = {"folder": f"http://{browser_content.HOST}:{port}"}
    return Background(process.pid, " ".join(words), urls)


def _stop(home: Path) -> int:
    for process in recall(_state(home)).values():
        process.stop()
    remember(_state(home), {})
    return 0


def _status(home: Path) -> int:
    running = recall(_state(home))
    if SERVER not in running:
        print(f"no server runs in {home}")
        return NOT_RUNNING
    return _print(running)


def _print(processes: dict[str, Background]) -> int:
    for name, url in processes[SERVER].urls.items():
        print(f"{name}: {url}")
    return 0


def _state(home: Path) -> Path:
    return home / "server.json"
