"""Query files: one query a file, found by name, checked against its own header.

A file ``cypher/<folder>/<name>.cypher`` is the query ``<folder>/<name>``. Its header says::

    // purpose: one sentence
    // params: ids list<string>, since int
    // returns: src string, dst string

and the loader refuses a file whose header and text disagree: a ``$parameter`` that is not declared
or not used, a key of ``row`` that is not declared, a returned alias that is not listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from identity.errors import FixInput, Stop, Where

TYPES = ("string", "int", "float", "bool", "datetime", "map", "list<string>", "list<int>")
_PARAM = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_ROW_KEY = re.compile(r"\brow\.([A-Za-z_][A-Za-z0-9_]*)")
_ROWS = re.compile(r"rows\s+list<map\{(?P<keys>[^}]*)\}>")
_ALIAS = re.compile(r"\bAS\s+([A-Za-z_][A-Za-z0-9_]*)")
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'")


class QueryError(Stop):
    """A query file disagrees with its header."""

    code = "E_QUERY_FILE"


@dataclass(frozen=True, slots=True)
class Query:
    """A query: its text and what its header declares.

    ``params`` and ``returns`` map names to types of `TYPES`; ``row_keys`` maps the keys of each
    row of ``$rows`` to types, and is empty for queries without rows.
    """

    name: str
    text: str
    purpose: str
    params: dict[str, str]
    row_keys: dict[str, str]
    returns: dict[str, str]

    @property
    def writes(self) -> bool:
        """Say whether the query changes the graph."""
        return bool(re.search(r"\b(MERGE|CREATE|SET|DELETE|REMOVE)\b", self.text))


@cache
def root() -> Path:
    """Find the folder of query files: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_cypher", package.parent / "cypher"):
        if folder.is_dir():
            return folder
    raise QueryError("the folder of query files is missing", where=Where(file=str(package)))


@cache
def load(name: str, dialect: str | None = None) -> Query:
    """Load and check the query of a name; a sibling for one engine wins over the common text.

    Raises:
        QueryError: there is no such file, or its header and its text disagree.
    """
    base = root() / f"{name}.cypher"
    special = root() / f"{name}.{dialect}.cypher"
    path = special if dialect and special.is_file() else base
    if not path.is_file():
        raise QueryError(f"there is no query {name!r}", where=Where(file=str(path)))
    return parse(name, path.read_text(encoding="utf-8"))


def names(folder: str | None = None) -> list[str]:
    """List the names of all queries, of one folder if given, in order."""
    found = set()
    for path in root().glob(f"{folder or '*'}/*.cypher"):
        if path.parent.name == "schema":
            continue
        found.add(f"{path.parent.name}/{path.name.split('.')[0]}")
    return sorted(found)


def parse(name: str, content: str) -> Query:
    """Read a query file's content and check it against its header."""
    header: dict[str, str] = {}
    body: list[str] = []
    field = ""
    for line in content.splitlines():
        if line.startswith("//") and not body:
            text = line[2:].strip()
            key, found, rest = text.partition(":")
            if found and key in ("purpose", "params", "returns"):
                field = key
                header[field] = rest.strip()
            elif field:
                header[field] += " " + text
        elif line.strip():
            body.append(line)
    text = "\n".join(body)
    if not header.get("purpose"):
        raise QueryError("the header gives no purpose", where=Where(file=name))
    params, row_keys = _declared_params(name, header.get("params", ""))
    returns = _pairs(name, header.get("returns", ""))
    query = Query(name, text, header["purpose"], params, row_keys, returns)
    _check(query)
    return query


def _declared_params(name: str, text: str) -> tuple[dict[str, str], dict[str, str]]:
    rows = _ROWS.search(text)
    if rows is None:
        return _pairs(name, text), {}
    others = _pairs(name, (text[: rows.start()] + text[rows.end() :]).strip(" ,"))
    return {**others, "rows": "rows"}, _pairs(name, rows["keys"])


def _pairs(name: str, text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        words = part.split()
        if len(words) != 2 or words[1] not in TYPES:
            message = f"{part!r} in the header is not '<name> <type>' with a type of {TYPES}"
            raise QueryError(message, where=Where(file=name))
        pairs[words[0]] = words[1]
    return pairs


def _check(query: Query) -> None:
    bare = _STRING.sub("''", query.text)
    used = set(_PARAM.findall(bare))
    _same(query, "parameters", used, set(query.params))
    if "rows" in query.params:
        _same(query, "keys of row", set(_ROW_KEY.findall(bare)), set(query.row_keys))
    last = bare[bare.rfind("RETURN") :] if "RETURN" in bare else ""
    returned = set(_ALIAS.findall(last.split("UNION")[0]))
    _same(query, "returned columns", returned, set(query.returns))


def _same(query: Query, what: str, text: set[str], header: set[str]) -> None:
    if text == header:
        return
    missing, extra = sorted(text - header), sorted(header - text)
    detail = f"{what}: not in the header {missing}, only in the header {extra}"
    raise QueryError(detail, where=Where(file=query.name))


_CASTS: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "int": int,
    "float": float,
    "bool": lambda v: str(v).lower() in ("1", "true", "yes"),
    "list<string>": lambda v: v if isinstance(v, list) else str(v).split(","),
    "list<int>": lambda v: [int(x) for x in (v if isinstance(v, list) else str(v).split(","))],
}


def typed_params(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """Bring parameters to the types that a query's header declares; all of them, none besides."""
    declared = load(name).params
    unknown = sorted(set(given) - set(declared))
    missing = sorted(set(declared) - set(given))
    if unknown or missing:
        wanted = ", ".join(f"{n} ({t})" for n, t in declared.items()) or "none"
        raise FixInput(
            f"query {name!r}: unknown parameters {unknown}, missing {missing}",
            fix=f"It takes: {wanted}.",
        )
    try:
        return {n: _CASTS[t](given[n]) for n, t in declared.items()}
    except ValueError as error:
        raise FixInput(f"query {name!r}: {error}") from error
