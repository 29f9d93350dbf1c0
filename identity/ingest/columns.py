"""Columns of a table: found by their names, brought to normal form, problems noted in place."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from identity.config import IdentifierKind
from identity.errors import FileError, Where
from identity.ingest.readers import ROW, Table
from identity.ingest.spec import canonical
from identity.model.facts import Origin, Problem
from identity.model.instants import Clock
from identity.model.normalise import Bad, mask

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Context:
    """What a source's tables are read with.

    ``by_system`` gives the name of the project's source of a system; ``product`` the source whose
    user ids the tracking carries; ``as_of_ms`` the run's clock; ``kinds`` the kinds of identifiers
    that the project declares.
    """

    source: str
    system: str
    clock: Clock
    run: int
    as_of_ms: int
    by_system: Mapping[str, str]
    systems: Mapping[str, str]
    product: str | None = None
    region: str | None = None
    currency: str = "EUR"
    decimal: str = "."
    renames: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kinds: Mapping[str, IdentifierKind] = field(default_factory=dict)


class Columns:
    """The columns of one table under the names that a mapping uses for them."""

    def __init__(self, table: Table, context: Context, renames: Mapping[str, str]) -> None:
        self.table = table
        self.context = context
        self.problems: list[Problem] = []
        self.rows: list[int] = table.rows[ROW].to_list()
        self._names = {canonical(name): name for name in table.columns}
        self._renames = {canonical(k): v for k, v in renames.items()}
        self._dropped: set[int] = set()

    def __len__(self) -> int:
        return len(self.rows)

    def origin(self, position: int) -> Origin:
        """Give the file and row of a position."""
        return Origin(self.table.file, self.rows[position])

    def found(self, wanted: str | None) -> list[str]:
        """Name the file's columns that fit a mapping's column, best first."""
        if wanted is None:
            return []
        found = []
        for alternative in wanted.split("|"):
            renamed = self._renames.get(canonical(alternative))
            if renamed is not None:
                found.append(self._declared(renamed))
                continue
            name = self._names.get(canonical(alternative))
            if name is not None:
                found.append(name)
        return list(dict.fromkeys(found))

    def _declared(self, name: str) -> str:
        known = self._names.get(canonical(name))
        if known is None:
            near = difflib.get_close_matches(name, self.table.columns, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"Columns: {self.table.columns}."
            raise FileError(
                f"there is no column {name!r}",
                where=Where(file=self.table.file, row=1, column=name),
                fix=hint,
            )
        return known

    def require(self, wanted: str) -> None:
        """Refuse the file where a column is missing that nothing works without."""
        if not self.found(wanted):
            self._declared(wanted.split("|")[0])

    def raw(self, wanted: str | None) -> list[str | None]:
        """Give a column's values as text; of several alternatives the first that has a value."""
        names = self.found(wanted)
        if not names:
            return [None] * len(self)
        values: list[str | None] = self.table.rows[names[0]].to_list()
        for name in names[1:]:
            others = self.table.rows[name].to_list()
            values = [v if v else o for v, o in zip(values, others, strict=True)]
        return values

    def clean(
        self, wanted: str | None, form: Callable[[str | None], T | Bad | None]
    ) -> list[T | None]:
        """Bring a column to normal form; a value that cannot be used is noted and left out."""
        names = self.found(wanted)
        if not names:
            return [None] * len(self)
        known: dict[str | None, T | Bad | None] = {}
        cleaned: list[T | None] = []
        for position, value in enumerate(self.raw(wanted)):
            if value not in known:
                known[value] = form(value)
            result = known[value]
            if isinstance(result, Bad):
                self.note(position, names[0], result, value or "")
                result = None
            cleaned.append(result)
        return cleaned

    def keys(self, wanted: str, form: Callable[[str | None], str | Bad | None]) -> list[str | None]:
        """Bring a key column to normal form; a row without a usable key is set aside whole."""
        self.require(wanted)
        name = self.found(wanted)[0]
        found: list[str | None] = []
        for position, value in enumerate(self.raw(wanted)):
            result = form(value)
            if result is None:
                result = Bad("E_KEY_MISSING", "the row has no key", "Give every row its id.")
            if isinstance(result, Bad):
                self.drop(position, name, result, value or "")
                result = None
            found.append(result)
        return found

    def instants(self, wanted: str) -> list[int | None]:
        """Read the column of times that rows cannot do without; without one a row is set aside."""
        self.require(wanted)
        name = self.found(wanted)[0]
        found: list[int | None] = []
        for position, value in enumerate(self.raw(wanted)):
            result = self.context.clock.read(value)
            if result is None:
                result = Bad("E_TIME_MISSING", "the row has no time", "Give every row its time.")
            if isinstance(result, Bad):
                self.drop(position, name, result, value or "")
                result = None
            found.append(result)
        return found

    def note(self, position: int, column: str | None, bad: Bad, value: str) -> None:
        """Set a field aside; its row is applied without it."""
        self._problem(position, column, bad, value, "field")

    def drop(self, position: int, column: str | None, bad: Bad, value: str) -> None:
        """Set a row aside."""
        if position not in self._dropped:
            self._dropped.add(position)
            self._problem(position, column, bad, value, "row")

    def _problem(self, position: int, column: str | None, bad: Bad, value: str, scope: str) -> None:
        self.problems.append(
            Problem(
                code=bad.code,
                message=bad.message,
                fix=bad.fix,
                source=self.context.source,
                file=self.table.file,
                row=self.rows[position],
                column=column,
                scope=scope,
                masked=mask(value),
            )
        )


def split(value: str | None, separator: str | None) -> Sequence[str | None]:
    """Split a field of several values."""
    if separator is None or value is None:
        return (value,)
    return [part for part in value.split(separator) if part.strip()]
