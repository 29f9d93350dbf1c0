"""Bodies: read within limits, and only JSON."""

from __future__ import annotations

import asyncio
import zlib
from typing import Any

import orjson
from starlette.requests import Request

from identity.api.errors import BadRequest, TooLarge, TooSlow, WrongMediaType

SECONDS = 30.0


async def read(request: Request, limit: int) -> bytes:
    """Read a JSON body, unpacked where it is packed.

    Args:
        request: the request.
        limit: bytes that are taken at most, packed and unpacked.

    Raises:
        WrongMediaType: it is not declared as JSON, or packed by something else than gzip.
        TooLarge: it is larger than the limit.
        TooSlow: it did not arrive within `SECONDS`.
        BadRequest: it is empty, or not what gzip makes.
    """
    packed = _check_headers(request, limit)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit)
                chunks.append(chunk)
    except TimeoutError as error:
        raise TooSlow(f"the body did not arrive within {SECONDS:.0f} s") from error
    data = b"".join(chunks)
    if packed:
        data = _unpack(data, limit)
    if not data.strip():
        raise BadRequest("the body is empty")
    return data


def parse(data: bytes) -> Any:
    """Parse JSON (RFC 8259): no NaN, no lone surrogates, at most 1,024 levels.

    Raises:
        BadRequest: it is not JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}") from error


def _check_headers(request: Request, limit: int) -> bool:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise WrongMediaType(
            f"the body is declared as {kind[:80] or 'nothing'!r}",
            fix="Send Content-Type: application/json.",
        )
    packing = request.headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "gzip"):
        raise WrongMediaType(f"the body is packed as {packing[:80]!r}", fix="Use gzip, or nothing.")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise _too_large(limit)
    return packing == "gzip"


def _unpack(data: bytes, limit: int) -> bytes:
    engine = zlib.decompressobj(wbits=31)
    try:
        found = engine.decompress(data, limit + 1)
    except zlib.error as error:
        raise BadRequest(f"the body is not gzip: {error}") from error
    if len(found) > limit:
        raise _too_large(limit)
    if not engine.eof:
        raise BadRequest("the body is cut off: its gzip has no end")
    return found


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body is larger than {limit:,} bytes", fix="Send fewer items at once.")
