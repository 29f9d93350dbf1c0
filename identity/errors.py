"""Errors: one base, three kinds by what the caller can do.

``FixInput``: the input, the configuration or the request is wrong; change it and try again.
``Retry``: something this service depends on is away or busy; the same call may succeed later.
``Stop``: an invariant is broken; nothing may be written until somebody has looked.

Every error has a stable ``code``, says where (file, row, column, key) and what to do. ``exit_code``
and ``http_status`` are read off the class, so that the command line and the service agree.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Where:
    """The place an error speaks of; every part is optional."""

    file: str | None = None
    row: int | None = None
    column: str | None = None
    key: str | None = None

    def __str__(self) -> str:
        parts = []
        if self.file is not None:
            parts.append(f"{self.file}:{self.row}" if self.row is not None else self.file)
        elif self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column!r}")
        if self.key is not None:
            parts.append(f"key {self.key!r}")
        return ", ".join(parts)


class IdentityError(Exception):
    """Something went wrong that the caller can understand."""

    code: ClassVar[str] = "E_INTERNAL"
    exit_code: ClassVar[int] = 1
    http_status: ClassVar[int] = 500
    retryable: ClassVar[bool] = False

    def __init__(self, message: str = "", *, where: Where | None = None, fix: str = "") -> None:
        self.message = message or (type(self).__doc__ or "").strip().splitlines()[0]
        self.where = where or Where()
        self.fix = fix
        super().__init__(str(self))

    def __str__(self) -> str:
        place = str(self.where)
        text = f"{place}: {self.message}" if place else self.message
        if not self.fix:
            return text
        return f"{text} {self.fix}" if text.endswith((".", "?", "!")) else f"{text}. {self.fix}"


class FixInput(IdentityError):
    """The input or the configuration is wrong."""

    code = "E_INPUT"
    exit_code = 2
    http_status = 400


class Retry(IdentityError):
    """Something this service depends on is not available now."""

    code = "E_UNAVAILABLE"
    exit_code = 3
    http_status = 503
    retryable = True


class Stop(IdentityError):
    """An invariant is broken; nothing was written."""

    code = "E_INVARIANT"
    exit_code = 6
    http_status = 500


class ConfigError(FixInput):
    """The configuration has mistakes."""

    code = "E_CONFIG"

    def __init__(self, problems: Sequence[FixInput | str]) -> None:
        self.problems = [str(p) for p in problems]
        super().__init__("\n".join(self.problems))


class FileError(FixInput):
    """A source file cannot be read."""

    code = "E_FILE"


class NotFound(FixInput):
    """There is nothing with that name or value."""

    code = "E_NOT_FOUND"
    http_status = 404


class ErasureKeyMissing(FixInput):
    """The key that the erased are kept out by is missing, or is another one."""

    code = "E_ERASURE_KEY"


class EngineMissing(Retry):
    """A program or package this door needs is not installed."""

    code = "E_ENGINE_MISSING"


class StoreUnavailable(Retry):
    """The store does not answer."""

    code = "E_STORE_UNAVAILABLE"


class StoreLocked(Retry):
    """Another process holds the store."""

    code = "E_STORE_LOCKED"
    exit_code = 5
    http_status = 409


class StoreConflict(Retry):
    """The store changed under this transaction."""

    code = "E_STORE_CONFLICT"
    http_status = 409


class ThresholdExceeded(IdentityError):
    """The job finished with more failures than its threshold allows."""

    code = "E_THRESHOLD"
    exit_code = 1
    http_status = 422
