"""The routes. Each reads its request, calls the facade in a thread, and shapes the answer.

They take the bare request: what a route takes is checked by `identity.api.requests`, which gives
every fault its pointer, and documented in `identity.api.openapi`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import anyio
import anyio.to_thread
import orjson
from starlette.requests import Request
from starlette.responses import Response

from identity import __version__
from identity.api import body, requests
from identity.api.errors import BadFields, BadRequest, Gone, NotReached, all_errors, title
from identity.api.errors import Field as Wrong
from identity.errors import FixInput, IdentityError, NotFound
from identity.graph import IdentityGraph, Revision
from identity.store.base import Capability

T = TypeVar("T")
THREADS = 4
QUICK_BYTES = 2_048
"""A body of a few items."""
WAIT_SECONDS = 2.0
WAIT_STEP_SECONDS = 0.05
REVISION_HEADER = "X-Graph-Revision"


@dataclass(slots=True)
class Service:
    """What the routes work with: an open graph, limits, and the clock, read at this door only."""

    graph: IdentityGraph
    clock: Callable[[], int]
    max_body_bytes: int
    newest: Revision = field(default_factory=lambda: Revision(0, 0))
    threads: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(THREADS))

    async def run(self, work: Callable[[], T], *, quick: bool = False) -> T:
        """Do work that blocks in a thread; quick work on a graph in memory at once.

        A thread costs such work as much again as it takes: a tenth of a millisecond.
        """
        if quick and Capability.WHOLE_GRAPH_IN_MEMORY in self.graph.store.capabilities:
            return work()
        return await anyio.to_thread.run_sync(work, limiter=self.threads)

    def revision(self) -> Revision:
        """Read how far the graph has come; runs before the newest one known are not looked at."""
        self.newest = max(self.newest, self.graph.revision(self.newest.run))
        return self.newest

    async def reach(self, wanted: Revision) -> None:
        """Wait until the graph has come as far as a revision.

        Raises:
            NotReached: it has not within `WAIT_SECONDS`.
        """
        until = time.monotonic() + WAIT_SECONDS
        while await self.run(self.revision) < wanted:
            if time.monotonic() >= until:
                raise NotReached(f"the graph is at {self.newest}, before {wanted}")
            await asyncio.sleep(WAIT_STEP_SECONDS)


def service_of(request: Request) -> Service:
    """Give the service that a request came to.

    Raises:
        NotReached: the service has not opened its graph yet.
    """
    service: Service = request.app.state.service
    return service


async def resolve(request: Request) -> Response:
    """Say who items are; nothing is written."""
    service = service_of(request)
    given = _query(request, ("mode", "min_revision"))
    mode = given.get("mode", "strict")
    if mode not in ("strict", "lenient"):
        raise BadRequest(f"there is no mode {mode[:40]!r}", fix="Modes: strict, lenient.")
    await _reach(service, given)
    data = await body.read(request, service.max_body_bytes)
    now_ms = service.clock()
    work = partial(_resolve, service, data, mode == "lenient", now_ms)
    answer = await service.run(work, quick=len(data) <= QUICK_BYTES)
    return _json(answer)


def _resolve(service: Service, data: bytes, lenient: bool, now_ms: int) -> bytes:
    asked, ignored = requests.read(requests.ResolveIn, body.parse(data), lenient=lenient)
    items = requests.to_items(asked, now_ms)
    revision = str(service.revision())
    answers = service.graph.resolve_items(items, as_of_ms=now_ms)
    results = [answer.as_dict(revision) for answer in answers]
    return orjson.dumps({"results": results, "ignored": [*ignored, *requests.unused(asked)]})


async def lookup_get(request: Request) -> Response:
    """Say what an identifier, or a canonical id, stands for."""
    given = _query(request, ("type", "value", "min_revision"))
    tree = {name: given[name] for name in ("type", "value") if name in given}
    try:
        asked, _ = requests.read(requests.LookupIn, tree, place="the query string")
    except BadFields as error:
        raise BadRequest(error.message, fields=error.fields) from error
    service = service_of(request)
    await _reach(service, given)
    try:
        return await _lookup(service, asked)
    except NotFound:
        raise
    except FixInput as error:
        if " " in asked.value and "+" in request.url.query:
            raise BadRequest(error.message, fix="A plus sign is written %2B in a URL.") from error
        raise


async def lookup_post(request: Request) -> Response:
    """Say what an identifier stands for, with the value out of URLs and logs."""
    service = service_of(request)
    await _reach(service, _query(request, ("min_revision",)))
    tree = body.parse(await body.read(request, service.max_body_bytes))
    asked, _ = requests.read(requests.LookupIn, tree)
    return await _lookup(service, asked)


async def _lookup(service: Service, asked: requests.LookupIn) -> Response:
    def work() -> tuple[bytes, str]:
        revision = str(service.revision())
        found = service.graph.lookup(asked.type, asked.value)
        if found.get("gone"):
            raise Gone(f"{asked.value} is {found['state']}, and nobody holds what it last held")
        return orjson.dumps(found), revision

    answer, revision = await service.run(work, quick=asked.type != "id")
    return _json(answer, headers={REVISION_HEADER: revision})


async def changes(request: Request) -> Response:
    """Give the change feed in order, from after a number on."""
    service = service_of(request)
    given = _query(request, ("since", "limit", "type", "min_revision"))
    since = requests.number(given, "since", default=0, most=requests.MOST_SEQ)
    limit = requests.number(given, "limit", default=100, least=1, most=requests.MOST_CHANGES)
    await _reach(service, given)

    def work() -> bytes:
        kinds = [given["type"]] if "type" in given else []
        revision = str(service.revision())
        page = service.graph.changes(since=since, limit=limit, kinds=kinds)
        return orjson.dumps({**page.as_dict(), "graph_revision": revision})

    return _json(await service.run(work))


async def reviews(request: Request) -> Response:
    """List questions that wait for a person, those with the most value at risk first."""
    service = service_of(request)
    given = _query(request, ("kind", "limit", "min_revision"))
    limit = requests.number(given, "limit", default=100, least=1, most=requests.MOST_CHANGES)
    await _reach(service, given)

    def work() -> bytes:
        return orjson.dumps(service.graph.reviews(kind=given.get("kind"), limit=limit))

    return _json(await service.run(work))


async def review(request: Request) -> Response:
    """Show a question with its evidence and its possible answers; none is tried."""
    service = service_of(request)
    given = _query(request, ("min_revision",))
    asked = request.path_params["id"]
    await _reach(service, given)

    def work() -> bytes:
        return orjson.dumps(service.graph.review(asked, effects=False))

    return _json(await service.run(work))


async def healthz(_request: Request) -> Response:
    """Say that the process lives."""
    return _json(orjson.dumps({"status": "ok"}))


async def readyz(request: Request) -> Response:
    """Say whether the graph answers and has its constraints and migrations."""
    service = service_of(request)
    checks = await service.run(service.graph.check_store)
    ready = all(c.status != "fail" for c in checks)
    answer = {"ready": ready, "checks": [c.as_dict() for c in checks]}
    return _json(orjson.dumps(answer), 200 if ready else 503)


async def version(_request: Request) -> Response:
    """Say what runs here."""
    return _json(orjson.dumps({"name": "identity-graph", "version": __version__, "api": "v1"}))


async def errors(_request: Request) -> Response:
    """List what error codes mean."""
    return _json(orjson.dumps([_meaning(kind) for kind in all_errors()]))


async def error(request: Request) -> Response:
    """Say what an error code means: where the `type` of a problem leads."""
    code = request.path_params["code"]
    for kind in all_errors():
        if kind.code == code:
            return _json(orjson.dumps(_meaning(kind)))
    raise NotFound(f"there is no error {code[:40]!r}")


def _meaning(kind: type[IdentityError]) -> dict[str, Any]:
    return {
        "code": kind.code,
        "title": title(kind),
        "status": kind.http_status,
        "exit_code": kind.exit_code,
        "retryable": kind.retryable,
    }


def _query(request: Request, known: tuple[str, ...]) -> dict[str, str]:
    raw: bytes = request.scope["query_string"]
    return requests.query(request.query_params.multi_items(), raw, known) if raw else {}


async def _reach(service: Service, given: dict[str, str]) -> None:
    text = given.get("min_revision")
    if text is None:
        return
    try:
        wanted = Revision.parse(text)
    except FixInput as error:
        wrong = Wrong("/min_revision", "E_VALUE", error.message)
        raise BadRequest(error.message, fields=[wrong], fix=error.fix) from error
    await service.reach(wanted)


def _json(data: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(data, status, headers, media_type="application/json")
