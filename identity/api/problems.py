"""Problems: errors as ``application/problem+json`` (RFC 9457), and nothing else.

Members beside those of the RFC: ``code`` (stable), ``errors`` (pointer, code, detail of each part
that is wrong), ``retryable``, ``request_id``. ``type`` is a path of this service that explains the
code.
"""

from __future__ import annotations

import logging
from typing import Any

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from identity.api.errors import BadRequest, NoRoute, Unexpected, WrongMethod, title
from identity.errors import FixInput, IdentityError

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 1

log = logging.getLogger("identity.api")


def problem_of(error: IdentityError, *, path: str, request_id: str) -> dict[str, Any]:
    """Give the members of the problem that an error is."""
    fields = error.fields if isinstance(error, BadRequest) else ()
    errors = [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in fields]
    if error.where.key is not None and error.where.key.startswith("/"):
        errors.append({"pointer": error.where.key, "code": error.code, "detail": error.message})
    return {
        "type": f"/v1/errors/{error.code}",
        "title": title(type(error)),
        "status": error.http_status,
        "detail": str(error),
        "instance": path,
        "code": error.code,
        "errors": errors,
        "retryable": error.retryable,
        "request_id": request_id,
    }


def response_of(error: IdentityError, *, path: str, request_id: str) -> Response:
    """Give the response that an error is."""
    headers = {}
    if error.http_status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="identity"'
    if error.http_status in (429, 503):
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    body = orjson.dumps(problem_of(error, path=path, request_id=request_id))
    return Response(body, error.http_status, headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of an application a problem."""
    app.add_exception_handler(IdentityError, _known)
    app.add_exception_handler(HTTPException, _of_router)
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(Exception, _unexpected)


def _response(request: Request, error: IdentityError) -> Response:
    request_id = getattr(request.state, "request_id", "")
    return response_of(error, path=request.url.path, request_id=request_id)


async def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, IdentityError)
    if error.http_status >= 500:
        level = logging.WARNING if error.retryable else logging.ERROR
        request_id = getattr(request.state, "request_id", "")
        log.log(level, "%s %s: %s", request_id, error.code, error.message)
    return _response(request, error)


async def _of_router(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        response = _response(request, WrongMethod(fix=f"It takes {allowed}."))
        response.headers["Allow"] = allowed
        return response
    if error.status_code == 404:
        return _response(request, NoRoute())
    return _response(request, FixInput(str(error.detail)))


async def _gone(_request: Request, _error: Exception) -> Response:
    return Response(status_code=400)  # nobody is left to read it


async def _unexpected(request: Request, _error: Exception) -> Response:
    return _response(request, Unexpected())
