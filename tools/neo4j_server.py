"""A real Neo4j server without docker: for tests, for trying things out, for the demonstration.

From Python: ``with Neo4jServer.start(home) as server: ... server.bolt_uri``. From a terminal::

    python -m tools.neo4j_server start --home .neo4j/demo --guide
    python -m tools.neo4j_server status --home .neo4j/demo
    python -m tools.neo4j_server stop --home .neo4j/demo

The server listens on 127.0.0.1 only. Without a password it asks nobody who they are: whoever can
log in on this machine can read and write its data. It is not how to run the service in production
(see docker-compose.yml).
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

import neo4j
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from identity.errors import FixInput, StoreUnavailable
from tools.background import spawn
from tools.neo4j_jars import find_java, jar_folder

HOST = "127.0.0.1"
USER = "neo4j"
FOLDERS = ("conf", "data", "logs", "run", "import", "plugins", "web")
MAIN_CLASS = "org.neo4j.server.CommunityEntryPoint"
ADMIN_CLASS = "org.neo4j.server.startup.Neo4jAdminCommand"
SHORTEST_PASSWORD = 8
PORT_ATTEMPTS = 3
PORT_TAKEN = ("Address already in use", "BindException")


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How one server runs.

    ``heap_mb`` is in MiB. ``password`` None switches authentication off. ``style_url`` and
    ``guide_url`` are what the Browser loads once it is connected. ``quick`` starts in half the time
    and runs big loads slower (no optimising compiler): right for tests.
    """

    bolt_port: int
    http_port: int
    heap_mb: int = 512
    password: str | None = None
    style_url: str | None = None
    guide_url: str | None = None
    quick: bool = True


class Neo4jServer:
    """One running server in a home folder of its own; a context manager that stops it."""

    def __init__(
        self, home: Path, options: ServerOptions, process: subprocess.Popen[bytes]
    ) -> None:
        self.home = home
        self.options = options
        self._process = process

    @classmethod
    def start(
        cls,
        home: Path,
        *,
        bolt_port: int = 0,
        http_port: int = 0,
        heap_mb: int = 512,
        password: str | None = None,
        style_url: str | None = None,
        guide_url: str | None = None,
        quick: bool = True,
        timeout_s: float = 120.0,
    ) -> Self:
        """Start a server in ``home`` (made when missing, its data kept) and wait until it answers.

        Port 0 stands for a free one. ``password`` counts on the first start in a home and must be
        the same afterwards. Ready means: HTTP answers, the driver connects, a query succeeds.

        Raises ``EngineMissing`` without Java or the jars, ``FixInput`` for a password that is too
        short or wrong and for a port that is taken, ``StoreUnavailable`` with the end of the log
        when the server ends early or is not ready after ``timeout_s`` seconds.
        """
        for port in filter(None, (bolt_port, http_port)):
            if not port_is_free(port):
                raise FixInput(f"Another program listens on port {port}.", fix="Choose another.")
        for attempt in range(1, PORT_ATTEMPTS + 1):
            options = ServerOptions(
                bolt_port=bolt_port or free_port(),
                http_port=http_port or free_port(),
                heap_mb=heap_mb,
                password=password,
                style_url=style_url,
                guide_url=guide_url,
                quick=quick,
            )
            try:
                return cls._start_once(home.resolve(), options, timeout_s)
            except StoreUnavailable as error:
                # Between choosing a free port and opening it another process may have taken it.
                taken = any(words in error.message for words in PORT_TAKEN)
                if not taken or attempt == PORT_ATTEMPTS:
                    raise
        raise AssertionError("unreachable: the last attempt returns or raises")

    @classmethod
    def _start_once(cls, home: Path, options: ServerOptions, timeout_s: float) -> Self:
        java, jars = find_java(), jar_folder()
        for folder in FOLDERS:
            (home / folder).mkdir(parents=True, exist_ok=True)
        (home / "conf" / "neo4j.conf").touch()
        log = home / "logs" / "console.log"
        log.write_bytes(b"")
        if options.password is not None and not (home / "data" / "databases" / "system").exists():
            _set_first_password(home, [java, "-cp", f"{jars}/*", ADMIN_CLASS], options.password)
        command = server_command(java=java, jars=jars, home=home, options=options)
        server = cls(home, options, spawn(command, log))
        try:
            server._wait_until_ready(time.monotonic() + timeout_s)
        except BaseException:
            server.stop()
            raise
        return server

    @property
    def bolt_uri(self) -> str:
        """Address for drivers."""
        return f"bolt://{HOST}:{self.options.bolt_port}"

    @property
    def http_url(self) -> str:
        """Address of the HTTP server, which the Browser page comes from."""
        return f"http://{HOST}:{self.options.http_port}"

    @property
    def browser_url(self) -> str:
        """Address to open in a web browser; without authentication it connects by itself."""
        method = "" if self.options.password is not None else "preselectAuthMethod=NO_AUTH&"
        return f"{self.http_url}/browser/?{method}dbms={quote(self.bolt_uri, safe=':/')}"

    @property
    def auth(self) -> tuple[str, str] | None:
        """What drivers log in with; None when authentication is off."""
        return (USER, self.options.password) if self.options.password is not None else None

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def stop(self, *, timeout_s: float = 60.0) -> None:
        """Shut down in order and wait; kill after ``timeout_s`` (nothing acknowledged is lost)."""
        self._process.terminate()
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def log_tail(self, lines: int = 20) -> str:
        """The last lines that the server wrote."""
        log = self.home / "logs" / "console.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])

    def _wait_until_ready(self, deadline: float) -> None:
        # Bolt opens before HTTP, and both open before the database takes queries.
        problem = "nothing answered yet"
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                code = self._process.returncode
                raise StoreUnavailable(f"Neo4j ended with code {code}:\n{self.log_tail()}")
            try:
                with urllib.request.urlopen(self.http_url, timeout=5):
                    pass
                self._query_once()
            except AuthError:
                raise FixInput(
                    f"The server in {self.home} was first started with another password.",
                    fix="Give that one, or begin with an empty home.",
                ) from None
            except (OSError, DriverError, Neo4jError) as error:
                problem = str(error)
                time.sleep(0.1)
            else:
                return
        raise StoreUnavailable(f"Neo4j is not ready ({problem}); its log ends:\n{self.log_tail()}")

    def _query_once(self) -> None:
        with neo4j.GraphDatabase.driver(
            self.bolt_uri, auth=self.auth, telemetry_disabled=True, connection_timeout=5.0
        ) as driver:
            driver.verify_connectivity()
            driver.execute_query("RETURN 1 AS one", database_="neo4j")


def port_is_free(port: int) -> bool:
    """True when nobody listens on this TCP port of the loopback address at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do; without it a port whose last connection has just closed seems taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A TCP port of the loopback address that nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def server_command(*, java: str, jars: Path, home: Path, options: ServerOptions) -> list[str]:
    """The command line that runs the server in the foreground."""
    settings = {
        "server.default_listen_address": HOST,
        "server.bolt.listen_address": f":{options.bolt_port}",
        "server.http.listen_address": f":{options.http_port}",
        "dbms.security.auth_enabled": "false" if options.password is None else "true",
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "db.tx_log.preallocate": "false",
        # Without it every stop waits ten seconds for connections that nobody will open.
        "internal.dbms.bolt.netty_server_shutdown_quiet_period": "0",
        **browser_settings(options),
    }
    quick = ["-XX:TieredStopAtLevel=1"] if options.quick else []
    heap = [f"-Xms{options.heap_mb}m", f"-Xmx{options.heap_mb}m"]
    command = [java, "-XX:+UseSerialGC", *quick, *heap, "-cp", f"{jars}/*", MAIN_CLASS]
    command += [f"--home-dir={home}", f"--config-dir={home / 'conf'}", "--console-mode"]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    return command


def browser_settings(options: ServerOptions) -> dict[str, str]:
    """Settings that let the Browser fetch style and guide, and do it by itself on connecting."""
    style = [f"style {options.style_url}"] if options.style_url else []
    guide = [f"play {options.guide_url}"] if options.guide_url else []
    if not style and not guide:
        return {}
    urls = [url for url in (options.style_url, options.guide_url) if url]
    hosts = sorted({urlsplit(url).hostname or "" for url in urls})
    return {
        "browser.post_connect_cmd": "; ".join(style + guide),
        "browser.remote_content_hostname_whitelist": ",".join(hosts),
    }


def _set_first_password(home: Path, admin: list[str], password: str) -> None:
    if len(password) < SHORTEST_PASSWORD or "\n" in password:
        raise FixInput(f"The password needs {SHORTEST_PASSWORD} characters or more, on one line.")
    # By way of a file, so that the password does not show in the list of processes.
    with tempfile.NamedTemporaryFile("w", dir=home / "run", suffix=".arguments") as arguments:
        quoted = password.replace("\\", "\\\\").replace('"', '\\"')
        arguments.write(f'--require-password-change=false\n"{quoted}"\n')
        arguments.flush()
        done = subprocess.run(
            [*admin, "dbms", "set-initial-password", f"@{arguments.name}"],
            env={**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")},
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise StoreUnavailable(f"Neo4j cannot set the first password:\n{done.stderr.strip()}")


if __name__ == "__main__":
    from tools.neo4j_command import main

    raise SystemExit(main())
