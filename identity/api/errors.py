"""What only this door can get wrong, and the table of all errors with their status.

The classes are the table: an error's status and exit code are read off its class, by this service
and by the command line alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from identity.errors import FixInput, IdentityError, NotFound, Retry


@dataclass(frozen=True, slots=True)
class Field:
    """A part of a request that is wrong: a JSON pointer (RFC 6901), a code, and what is wrong."""

    pointer: str
    code: str
    detail: str


class BadRequest(FixInput):
    """The request cannot be read."""

    code = "E_REQUEST"

    def __init__(self, message: str = "", *, fields: Sequence[Field] = (), fix: str = "") -> None:
        self.fields = tuple(fields)
        super().__init__(message, fix=fix)


class BadFields(BadRequest):
    """The request is JSON, but not what this route takes."""

    code = "E_FIELDS"
    http_status = 422


class BadInstant(BadRequest):
    """The instant is none, or lies where nothing can be known."""

    code = "E_AS_OF"


class Gone(NotFound):
    """The id was given up, and nobody holds what it last held."""

    code = "E_GONE"
    http_status = 410


class NoKey(FixInput):
    """The request carries no key, or not the right one."""

    code = "E_KEY"
    http_status = 401


class WrongHost(FixInput):
    """The request was meant for another host than this one."""

    code = "E_HOST"
    http_status = 403


class NoRoute(FixInput):
    """There is nothing at this path."""

    code = "E_NO_ROUTE"
    http_status = 404


class WrongMethod(FixInput):
    """This path does not take this method."""

    code = "E_METHOD"
    http_status = 405


class TooSlow(FixInput):
    """The body did not arrive in time."""

    code = "E_TOO_SLOW"
    http_status = 408


class TooLarge(FixInput):
    """The body is larger than this service takes."""

    code = "E_TOO_LARGE"
    http_status = 413


class WrongMediaType(FixInput):
    """The body is not of a media type that this route reads."""

    code = "E_MEDIA_TYPE"
    http_status = 415


class NotReached(Retry):
    """The graph has not come as far as the revision that was asked for."""

    code = "E_REVISION"


class Busy(Retry):
    """More requests are under way than this service takes at once."""

    code = "E_BUSY"


class Unexpected(IdentityError):
    """Something went wrong inside; the log of the service says what."""

    code = "E_UNEXPECTED"


def all_errors() -> Iterator[type[IdentityError]]:
    """Give every kind of error, once a code, in the order of their codes."""
    found: dict[str, type[IdentityError]] = {}
    waiting: list[type[IdentityError]] = IdentityError.__subclasses__()
    while waiting:
        kind = waiting.pop(0)
        found.setdefault(kind.code, kind)
        waiting.extend(kind.__subclasses__())
    for code in sorted(found):
        yield found[code]


def title(kind: type[IdentityError]) -> str:
    """Give the sentence that a kind of error is known by."""
    return (kind.__doc__ or "").strip().splitlines()[0]
