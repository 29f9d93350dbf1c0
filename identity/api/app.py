"""The application: routes, guard and problems put together."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from identity import __version__
from identity.api import openapi, problems
from identity.api.guard import ApiKey, Guard
from identity.api.routes import Service
from identity.graph import IdentityGraph


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """How a service is set up.

    ``key``: the key that requests must carry; None: no key. ``local_only``: answer only requests
    whose ``Host`` is this machine, so that no web page can ask by a name of its own that leads
    here; for services without a key. ``clock`` gives the instant of questions that name none.
    """

    key: ApiKey | None = None
    local_only: bool = False
    max_body_bytes: int = 8 * 1024 * 1024
    most_at_once: int = 256
    clock: Callable[[], int] = _now_ms


def create_app(
    source: IdentityGraph | str | Path,
    settings: Settings = Settings(),
) -> FastAPI:
    """Make the application.

    Args:
        source: an open graph, which stays its owner's to close; or a project's folder, which is
            opened when the application starts and closed when it ends.
        settings: how it is set up.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        if isinstance(source, IdentityGraph):
            yield
            return
        with IdentityGraph.open(source) as graph:
            app.state.service = Service(graph, settings.clock, settings.max_body_bytes)
            yield

    app = FastAPI(
        title="identity",
        summary="B2B identity resolution on a graph database.",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,  # the pages of FastAPI load scripts from another host
        redoc_url=None,
    )
    if isinstance(source, IdentityGraph):
        app.state.service = Service(source, settings.clock, settings.max_body_bytes)
    app.add_middleware(
        Guard,
        key=settings.key,
        local_only=settings.local_only,
        most_at_once=settings.most_at_once,
    )
    problems.install(app)
    openapi.add_routes(app)
    return app
