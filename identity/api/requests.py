"""Requests: what the routes take, checked strictly, every fault with its pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from identity.api.errors import BadFields, BadInstant, BadRequest
from identity.api.errors import Field as Wrong
from identity.model.instants import Clock, iso
from identity.resolve.items.asked import Given, Item, ItemKind

MOST_ITEMS = 100
MOST_CHANGES = 1_000
MOST_SEQ = 10**15
SKEW_MS = 60_000
EARLIEST_MS = 788_918_400_000  # 1995-01-01, before which no source is plausible by default

TYPES = (
    "email, domain, phone, user, workspace, anonymous, contact, lead, account, opportunity, "
    "identifier (one in full, `crm:salesforce:contact:003…`), or a kind that the project declares"
)
IdentifierType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", description=TYPES)]
Value = Annotated[str, Field(min_length=1, max_length=1_024)]
M = TypeVar("M", bound=BaseModel)


class Request(BaseModel):
    """A part of a request: unknown fields are faults, values are not coerced."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class IdentifierIn(Request):
    """An identifier; ids are text, whatever they look like."""

    type: IdentifierType
    value: Value = Field(examples=["ann@acme.com"])
    source: str | None = Field(
        None,
        max_length=40,
        description="The source that gave the value, where the project has several of its kind.",
    )


class ItemIn(Request):
    """One question: who is this?"""

    ref: str | None = Field(
        None, max_length=200, description="Comes back in the answer; default: the item's index."
    )
    kind: Literal["contact", "company", "event"]
    identifiers: list[IdentifierIn] = Field(min_length=1, max_length=50)
    attributes: dict[Annotated[str, Field(max_length=200)], Value] = Field(
        {},
        max_length=50,
        description="Names, countries and the like. No rule joins by them: they are listed in "
        "`ignored`.",
    )
    as_of: str | None = Field(
        None,
        max_length=40,
        description="RFC 3339 with an offset; default: now. Who was it then, by what is known "
        "today?",
    )


class ResolveIn(Request):
    """Items to resolve."""

    items: list[ItemIn] = Field(min_length=1, max_length=MOST_ITEMS)


class LookupIn(Request):
    """An identifier, or a canonical id (type `id`), to look up.

    A value of a product, a site or a CRM may name its source: `source:value`.
    """

    type: IdentifierType
    value: Value


def read(
    model: type[M], tree: Any, *, lenient: bool = False, place: str = "the body"
) -> tuple[M, list[str]]:
    """Check a request against its model.

    Args:
        model: what the route takes.
        tree: what was sent.
        lenient: leave unknown fields out, and name them, instead of refusing the request.
        place: what ``tree`` is, for messages.

    Returns:
        The request, and the pointers of what was left out.

    Raises:
        BadFields: all that is wrong, each with its pointer.
    """
    if not isinstance(tree, Mapping):
        raise BadFields(
            f"{place} is not an object of fields", fields=[Wrong("", "E_TYPE", "must be an object")]
        )
    try:
        return model.model_validate(tree), []
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
    unknown = [f["loc"] for f in faults if f["type"] == "extra_forbidden"]
    if not lenient or len(unknown) < len(faults):
        shown = [f for f in faults if not lenient or f["type"] != "extra_forbidden"]
        raise BadFields(_words(len(shown), place), fields=[_fault(f) for f in shown[:50]])
    for path in unknown:
        _drop(tree, path)
    return model.model_validate(tree), [pointer(path) for path in unknown]


def to_items(request: ResolveIn, now_ms: int) -> list[Item]:
    """Turn a checked request into questions.

    Raises:
        BadInstant: an ``as_of`` is no instant, in the future, or before anything.
    """
    wrong: list[Wrong] = []
    items = []
    for place, item in enumerate(request.items):
        at_ms = _instant(item.as_of, f"/items/{place}/as_of", now_ms, wrong)
        given = tuple(Given(i.type, i.value, i.source) for i in item.identifiers)
        ref = item.ref if item.ref is not None else str(place)
        items.append(Item(ref, ItemKind(item.kind), given, at_ms))
    if wrong:
        raise BadInstant(wrong[0].detail, fields=wrong)
    return items


def unused(request: ResolveIn) -> list[str]:
    """Name what was sent and is not used: attributes, which no rule joins by."""
    return [f"/items/{n}/attributes" for n, item in enumerate(request.items) if item.attributes]


def query(pairs: Iterable[tuple[str, str]], raw: bytes, known: Sequence[str]) -> dict[str, str]:
    """Read the parameters of a query string, each once and none besides the known ones.

    Raises:
        BadRequest: it is not UTF-8, a parameter is unknown or stands twice.
    """
    try:
        _unquoted(raw).decode()
    except UnicodeDecodeError as error:
        raise BadRequest(
            "the query string is not UTF-8", fix="Escape the bytes of UTF-8, as %C3%BC for ü."
        ) from error
    found: dict[str, str] = {}
    for name, value in pairs:
        if name not in known:
            raise BadRequest(
                f"there is no parameter {name[:40]!r}", fix=f"Known: {', '.join(known)}."
            )
        if name in found:
            raise BadRequest(f"the parameter {name!r} stands twice")
        found[name] = value
    return found


def number(given: Mapping[str, str], name: str, *, default: int, least: int = 0, most: int) -> int:
    """Read a whole number of a query string.

    Raises:
        BadRequest: it is none, or out of bounds.
    """
    text = given.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and least <= int(text[:20]) <= most):
        message = f"{name} must be a whole number from {least:,} to {most:,}"
        raise BadRequest(message, fields=[Wrong(f"/{name}", "E_VALUE", message)])
    return int(text)


def pointer(path: Iterable[str | int]) -> str:
    """Write a path as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


_CODES = {
    "missing": "E_MISSING",
    "extra_forbidden": "E_UNKNOWN_FIELD",
    "literal_error": "E_NOT_ALLOWED",
    "too_long": "E_TOO_LONG",
    "string_too_long": "E_TOO_LONG",
    "too_short": "E_TOO_SHORT",
    "string_too_short": "E_TOO_SHORT",
}


def _fault(fault: Any) -> Wrong:
    kind = fault["type"]
    code = _CODES.get(kind, "E_TYPE" if kind.endswith("_type") else "E_VALUE")
    return Wrong(pointer(p for p in fault["loc"] if p != "[key]"), code, fault["msg"])


def _words(count: int, place: str) -> str:
    return f"{place} has {'a fault' if count == 1 else f'{count} faults'}"


def _drop(tree: Any, path: Sequence[str | int]) -> None:
    for step in path[:-1]:
        tree = tree[step]
    del tree[path[-1]]


def _instant(text: str | None, place: str, now_ms: int, wrong: list[Wrong]) -> int | None:
    if text is None:
        return None
    found = Clock(earliest_ms=EARLIEST_MS, latest_ms=now_ms + SKEW_MS).read(text)
    if isinstance(found, int):
        return found
    if found is not None and found.code == "E_TIME_RANGE":
        detail = f"as_of lies outside of {iso(EARLIEST_MS)} to now"
    else:
        detail = "as_of is not an instant with an offset, such as 2026-06-30T12:00:00Z"
    wrong.append(Wrong(place, "E_AS_OF", detail))
    return None


def _unquoted(raw: bytes) -> bytes:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(raw)
