"""The guard before every route: request ids, hosts, the key, and how much at once.

Plain ASGI, so that it also stands before what has no route. All paths need the key, if there is
one, except `OPEN`: a route that is added later is closed unless somebody opens it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from identity.api.errors import Busy, NoKey, WrongHost
from identity.api.problems import response_of
from identity.errors import FixInput, IdentityError

KEY_VARIABLE = "IDENTITY_API_KEY"
SHORTEST_KEY = 16
OPEN = ("/healthz", "/readyz", "/v1/version", "/openapi.json", "/v1/errors")

_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key, of which only the hash is kept."""

    digest: bytes = field(repr=False)

    @classmethod
    def of(cls, text: str) -> ApiKey:
        """Make a key of its text.

        Raises:
            FixInput: it is too short, or not something a header can carry.
        """
        if len(text) < SHORTEST_KEY or not text.isascii() or not text.isprintable() or " " in text:
            raise FixInput(
                f"the key in {KEY_VARIABLE} is not {SHORTEST_KEY} or more plain characters "
                "without blanks",
                fix="Make one: openssl rand -hex 32.",
            )
        return cls(_hash(text))

    def fits(self, header: str) -> bool:
        """Say whether an ``Authorization`` header carries this key; in constant time."""
        scheme, _, given = header.partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(_hash(given), self.digest)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("latin-1", "replace"), digest_size=32).digest()


def key_of(environment: Mapping[str, str]) -> ApiKey | None:
    """Read the key off the environment; None where the variable is not set.

    Raises:
        FixInput: the variable is set to what is no key.
    """
    text = environment.get(KEY_VARIABLE)
    return None if text is None else ApiKey.of(text)


def is_loopback(host: str) -> bool:
    """Say whether an address or a name means this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_bind(host: str, key: ApiKey | None) -> None:
    """Refuse to serve other machines without a key.

    Raises:
        FixInput: the address is not this machine's own, and there is no key.
    """
    if key is None and not is_loopback(host):
        raise FixInput(
            f"--host {host} lets other machines ask, and there is no key",
            fix=f"Set {KEY_VARIABLE} (openssl rand -hex 32), or leave --host at 127.0.0.1.",
        )


def is_open(path: str) -> bool:
    """Say whether a path is for everybody."""
    return any(path == p or path.startswith(f"{p}/") for p in OPEN)


class Guard:
    """ASGI middleware: gives every request an id, and turns away what may not go in."""

    def __init__(
        self, app: ASGIApp, *, key: ApiKey | None, local_only: bool, most_at_once: int
    ) -> None:
        self._app = app
        self._key = key
        self._local_only = local_only
        self._most = most_at_once
        self._now = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else f"req_{secrets.token_hex(12)}"
        scope.setdefault("state", {})["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is not None:
            response = response_of(refusal, path=scope["path"], request_id=request_id)
            await response(scope, receive, send_with_id)
            return
        self._now += 1
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            self._now -= 1

    def _refusal(self, scope: Scope, headers: Headers) -> IdentityError | None:
        if self._local_only and not is_loopback(_host(headers)):
            return WrongHost(
                fix="Without a key only requests to 127.0.0.1 or localhost are answered."
            )
        path = scope["path"]
        if is_open(path):
            return None
        if self._key is not None and not self._key.fits(headers.get("authorization", "")):
            return NoKey(fix="Send Authorization: Bearer <key>.")
        return Busy() if self._now >= self._most else None


def _host(headers: Headers) -> str:
    host = headers.get("host", "")
    bracketed = re.match(r"\[([0-9a-fA-F:.]+)\]", host)
    return bracketed[1] if bracketed else host.rpartition(":")[0] or host
