"""What the routes are, in one table: paths, functions, and their documentation.

The OpenAPI document is made of it; ``docs/reference/openapi.json`` is its committed copy. Routes
that are added to the application by other means are documented by FastAPI itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.requests import Request
from starlette.responses import Response

from identity.api import answers, answers_reviews, requests, routes
from identity.api.guard import is_open
from identity.api.problems import MEDIA_TYPE
from identity.model.changes import KINDS
from identity.resolve.reviews.model import QUESTIONS

REFERENCE = "#/components/schemas/{model}"
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query string, or of the path."""

    name: str
    doc: str
    required: bool = False
    choices: Sequence[str] = ()
    place: str = "query"

    def as_dict(self) -> dict[str, Any]:
        """Give it as OpenAPI."""
        schema: dict[str, Any] = {"type": "string"}
        if self.choices:
            schema["enum"] = list(self.choices)
        return {
            "name": self.name,
            "in": self.place,
            "required": self.required,
            "description": self.doc,
            "schema": schema,
        }


@dataclass(frozen=True, slots=True)
class Route:
    """A route: ``answer`` holds one of its models, ``faults`` are the statuses of problems."""

    method: str
    path: str
    endpoint: Endpoint
    name: str
    answer: tuple[type[BaseModel], ...]
    faults: tuple[int, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: type[BaseModel] | None = None
    listed: bool = False


_REVISION = Parameter(
    "min_revision",
    "Wait, up to 2 seconds, until the graph has come as far as this revision, else 503.",
)
_MODE = Parameter(
    "mode",
    "What to do with fields that are unknown: refuse the request, or name them in `ignored`.",
    choices=("strict", "lenient"),
)
_TYPE = Parameter("type", f"What the value is: {requests.TYPES}, or id.", True)
_VALUE = Parameter("value", "The value; a plus sign is written %2B.", True)
_CODE = Parameter("code", "An error code.", True, place="path")
_SINCE = Parameter("since", "Rows after this number; default: 0, from the first on.")
_LIMIT = Parameter("limit", f"At most so many rows, up to {requests.MOST_CHANGES:,}; default: 100.")
_QUESTION = Parameter("kind", "Only questions of this kind.", choices=tuple(QUESTIONS))
_REVIEW = Parameter("id", "A question's id.", True, place="path")
_KIND = Parameter("type", "Only rows of this type.", choices=KINDS)
_BODY_FAULTS = (400, 401, 408, 413, 415, 422, 503)
_LOOKUP = (answers.LookupIdentifierOut, answers.LookupIdOut)

ROUTES: tuple[Route, ...] = (
    Route(
        "POST",
        "/v1/resolve",
        routes.resolve,
        "resolve",
        (answers.ResolveOut,),
        _BODY_FAULTS,
        (_MODE, _REVISION),
        requests.ResolveIn,
    ),
    Route(
        "GET",
        "/v1/lookup",
        routes.lookup_get,
        "lookup",
        _LOOKUP,
        (400, 401, 404, 410, 503),
        (_TYPE, _VALUE, _REVISION),
    ),
    Route(
        "POST",
        "/v1/lookup",
        routes.lookup_post,
        "lookup_in_body",
        _LOOKUP,
        (404, 410, *_BODY_FAULTS),
        (_REVISION,),
        requests.LookupIn,
    ),
    Route(
        "GET",
        "/v1/changes",
        routes.changes,
        "changes",
        (answers.ChangesOut,),
        (400, 401, 503),
        (_SINCE, _LIMIT, _KIND, _REVISION),
    ),
    Route(
        "GET",
        "/v1/reviews",
        routes.reviews,
        "reviews",
        (answers_reviews.ReviewsOut,),
        (400, 401, 503),
        (_QUESTION, _LIMIT, _REVISION),
    ),
    Route(
        "GET",
        "/v1/reviews/{id}",
        routes.review,
        "review",
        (answers_reviews.ReviewOut,),
        (400, 401, 404, 503),
        (_REVIEW, _REVISION),
    ),
    Route("GET", "/healthz", routes.healthz, "healthz", (answers.HealthOut,)),
    Route("GET", "/readyz", routes.readyz, "readyz", (answers.ReadyOut,), (503,)),
    Route("GET", "/v1/version", routes.version, "version", (answers.VersionOut,)),
    Route("GET", "/v1/errors", routes.errors, "errors", (answers.ErrorOut,), listed=True),
    Route(
        "GET",
        "/v1/errors/{code}",
        routes.error,
        "error",
        (answers.ErrorOut,),
        (404,),
        (_CODE,),
    ),
)


def add_routes(app: FastAPI) -> None:
    """Add all routes to an application, and their documentation."""
    by_path: dict[str, dict[str, Endpoint]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, {})[route.method] = route.endpoint
    for path, by_method in by_path.items():
        app.add_route(path, _by_method(by_method), list(by_method), include_in_schema=False)

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = document(app)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _by_method(endpoints: Mapping[str, Endpoint]) -> Endpoint:
    """Make one endpoint of a path, so that a wrong method hears of all right ones."""
    if len(endpoints) == 1:
        return next(iter(endpoints.values()))

    async def chosen(request: Request) -> Response:
        method = "GET" if request.method == "HEAD" else request.method
        return await endpoints[method](request)

    return chosen


def document(app: FastAPI) -> dict[str, Any]:
    """Make the OpenAPI document of an application."""
    found = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes
    )
    paths: dict[str, Any] = found.setdefault("paths", {})
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    components = found.setdefault("components", {})
    components.setdefault("schemas", {}).update(_schemas())
    components["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    return found


def _operation(route: Route) -> dict[str, Any]:
    doc = (route.endpoint.__doc__ or "").strip().splitlines()[0]
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": doc,
        "responses": {"200": _response("The answer.", _choice(route))},
    }
    if route.parameters:
        found["parameters"] = [p.as_dict() for p in route.parameters]
    if route.body is not None:
        content = {"application/json": {"schema": _reference(route.body)}}
        found["requestBody"] = {"required": True, "content": content}
    for status in (*route.faults, 500):
        found["responses"][str(status)] = _fault(route, status)
    if not is_open(route.path):
        found["security"] = [{"key": []}]
    return found


def _fault(route: Route, status: int) -> dict[str, Any]:
    if route.endpoint is routes.readyz and status == 503:
        return _response("Not ready.", _choice(route))
    return {
        "description": "What is wrong.",
        "content": {MEDIA_TYPE: {"schema": _reference(answers.ProblemOut)}},
    }


def _response(text: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _choice(route: Route) -> dict[str, Any]:
    schemas = [_reference(model) for model in route.answer]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"type": "array", "items": schema} if route.listed else schema


def _reference(model: type[BaseModel]) -> dict[str, Any]:
    return {"$ref": REFERENCE.format(model=model.__name__)}


def _schemas() -> dict[str, Any]:
    models = [r.body for r in ROUTES if r.body is not None]
    models += [answers.ProblemOut, *(m for r in ROUTES for m in r.answer)]
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        (model, "validation") for model in dict.fromkeys(models)
    ]
    _, found = models_json_schema(wanted, ref_template=REFERENCE)
    schemas: dict[str, Any] = found["$defs"]
    return schemas
