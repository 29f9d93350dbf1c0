"""Serve: the application on a socket, until a signal ends it.

The store is opened before the socket, so that a store that is locked, or a configuration with
mistakes, ends the program with its own exit code, and nothing ever listens that cannot answer.
"""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

import uvicorn

from identity.api.app import Settings, create_app
from identity.api.guard import check_bind, is_loopback, key_of
from identity.api.protocol import BoundedProtocol
from identity.errors import FixInput
from identity.graph import IdentityGraph

DRAIN_SECONDS = 20
IDLE_SECONDS = 15
MOST_CONNECTIONS = 1_024


@dataclass(frozen=True, slots=True)
class Listener:
    """An address that is listened on, and whether requests need a key."""

    socket: socket.socket
    host: str
    port: int
    needs_key: bool

    @property
    def url(self) -> str:
        """Give the address as people write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def listen(host: str, port: int) -> Listener:
    """Take an address; port 0 takes a free one.

    Raises:
        FixInput: the address is not this machine's, or taken; or it is open to other machines and
            there is no key.
    """
    key = key_of(os.environ)
    check_bind(host, key)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio turns Nagle's delay of 40 ms off only for sockets that say they are TCP's
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
        found.listen(MOST_CONNECTIONS)
    except OSError as error:
        found.close()
        reason = error.strerror or str(error)
        raise FixInput(
            f"cannot listen on {host}, port {port}: {reason}",
            fix="Choose another --port (0: any), or stop what listens there.",
        ) from error
    return Listener(found, host, found.getsockname()[1], key is not None)


def serve(graph: IdentityGraph, listener: Listener, started: Callable[[], None]) -> None:
    """Answer requests until SIGINT or SIGTERM; requests under way are finished first.

    Args:
        graph: the open graph; it stays its owner's to close.
        listener: where to listen.
        started: is called before the first request.
    """
    key = key_of(os.environ)
    settings = Settings(key=key, local_only=key is None and is_loopback(listener.host))
    config = uvicorn.Config(
        create_app(graph, settings),
        http=BoundedProtocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        access_log=False,  # an URL of a lookup holds personal data
        log_level="warning",
        server_header=False,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        limit_concurrency=MOST_CONNECTIONS,
    )
    # uvicorn drains on SIGTERM, then raises the signal again: it must not end the program before
    # the store is closed
    signal.signal(signal.SIGTERM, _end)
    started()
    uvicorn.Server(config).run(sockets=[listener.socket])


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
