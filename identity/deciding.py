"""Deciding: the door for what people decide, one at a time or by file; lint, export, undo.

Decisions are facts: appended, never edited. Taking one back marks it as withdrawn, with who and
when; taking that back lets it hold again. What they mean is the resolver's matter
(`identity.resolve.decisions`): writing one marks its identifiers as touched, and the next run of
the resolver looks at them.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from identity.config import Config
from identity.decision_lint import lint, shape
from identity.errors import FileError, FixInput, NotFound, Where
from identity.explain.naming import guess, identifier_of
from identity.ingest.stage import IngestResult, apply
from identity.model.facts import Batch, IncomingNode, Origin
from identity.model.instants import Clock, iso
from identity.said import ACTIONS, SINGLE, Said
from identity.store.base import Store

COLUMNS = (
    "id",
    "action",
    "left",
    "right",
    "actor",
    "reason",
    "at",
    "expires",
    "valid_from",
    "supersedes",
    "withdrawn",
    "source",
)
JSON_LINES = (".jsonl", ".ndjson")
_OLD_NEW = {("old_email", "new_email"): "email", ("old_domain", "new_domain"): "domain"}


def say(config: Config, action: str, left: str, right: str | None, **more: Any) -> Said:
    """Make a decision of what a person typed.

    Raises:
        FixInput: an unknown action, a value that names no identifier, a pair that cannot be one.
    """
    action = action.replace("-", "_")
    if action not in ACTIONS:
        raise FixInput(f"there is no action {action!r}", fix=f"Actions: {', '.join(ACTIONS)}.")
    if (right is None) == (action not in SINGLE):
        need = "one identifier" if action in SINGLE else "two identifiers"
        raise FixInput(f"{action} takes {need}")
    one = guess(config, left)
    two = guess(config, right) if right is not None else None
    said = Said(action, one, two, **more)
    for finding in lint([said], config):
        raise FixInput(finding.message)
    return said


def write(
    store: Store, config: Config, decisions: Iterable[Said], *, run: int, shown: str
) -> IngestResult:
    """Append decisions to the graph; those that are there already change nothing.

    Raises:
        FixInput: one has an action that is none, or not the identifiers that its action takes;
            nothing was written.
    """
    batch = Batch()
    listed = list(decisions)
    for finding in (f for said in listed for f in shape(said)):
        raise FixInput(f"{finding.message} ({'; '.join(finding.where)})")
    for number, said in enumerate(listed, 1):
        links = tuple(("ABOUT", i) for i in (said.left, said.right) if i is not None)
        origin = Origin(shown, said.row or number)
        batch.decisions.append(IncomingNode(said.identity, said.values(), links, origin))
    batch.read[shown] = len(listed)
    return apply(store, config, batch, run=run)


def read_file(config: Config, path: Path, *, source: str) -> list[Said]:
    """Read decisions from a file: ``old,new`` pairs, or what `export` wrote (CSV, JSON lines).

    Raises:
        FileError: the file is missing or is none of these, or a row of it is wrong; nothing was
            written.
    """
    if not path.is_file():
        raise FileError("there is no such file", where=Where(file=str(path)))
    rows = list(_rows(path))
    clock = Clock(zone="UTC", latest_ms=4_102_444_800_000)
    problems: list[str] = []
    found: list[Said] = []
    for number, row in rows:
        try:
            found.append(_of_row(config, row, number, (source, clock)))
        except FixInput as error:
            problems.append(f"row {number}: {error.message}")
    if problems:
        raise FileError("; ".join(problems[:10]), where=Where(file=str(path)))
    return found


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the rows of a file with their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix not in JSON_LINES:
            reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
            yield from ((n, dict(row)) for n, row in enumerate(reader, 2))
            return
    except (UnicodeDecodeError, csv.Error) as error:
        raise FileError(f"cannot be read: {error}", where=Where(file=str(path))) from error
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        where = Where(file=str(path), row=number)
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise FileError(f"is not JSON: {error.msg}", where=where) from error
        if not isinstance(row, dict):
            raise FileError("is not a JSON object", where=where)
        yield number, row


def _of_row(config: Config, row: Mapping[str, Any], number: int, how: tuple[str, Clock]) -> Said:
    source, clock = how
    names = {str(k).strip(): v for k, v in row.items() if k is not None}
    for (old, new), kind in _OLD_NEW.items():
        if old in names and new in names:
            return Said(
                "same",
                identifier_of(config, kind, names[old] or ""),
                identifier_of(config, kind, names[new] or ""),
                actor=names.get("actor") or None,
                reason=names.get("reason") or None,
                at_ms=_instant(clock, names.get("at") or names.get("decided_at")),
                valid_from_ms=_instant(clock, names.get("valid_from")),
                source=source,
                row=number,
            )
    missing = [n for n in ("action", "left") if not names.get(n)]
    if missing:
        raise FixInput(f"lacks {', '.join(missing)}; columns: {', '.join(COLUMNS)}")
    return Said(
        str(names["action"]),
        guess(config, str(names["left"])),
        guess(config, str(names["right"])) if names.get("right") else None,
        actor=names.get("actor") or None,
        reason=names.get("reason") or None,
        at_ms=_instant(clock, names.get("at")),
        expires_ms=_instant(clock, names.get("expires")),
        valid_from_ms=_instant(clock, names.get("valid_from")),
        supersedes=names.get("supersedes") or None,
        withdrawn=str(names.get("withdrawn") or "").lower() in ("true", "1"),
        source=names.get("source") or source,
        row=number,
        id=names.get("id") or None,
    )


def _instant(clock: Clock, raw: Any) -> int | None:
    found = clock.read(None if raw is None else str(raw))
    if found is not None and not isinstance(found, int):
        raise FixInput(found.message)
    return found


def listed(store: Store) -> list[dict[str, Any]]:
    """List all decisions with what became of them, oldest first."""
    return store.read("explain/all_decisions")


def held(store: Store) -> list[Said]:
    """Give the graph's decisions as they were said."""
    names = ("action", "left", "right", "actor", "reason", "at_ms", "expires_ms", "valid_from_ms")
    return [
        Said(
            **{n: row[n] for n in names},
            supersedes=row["supersedes"],
            withdrawn=bool(row["withdrawn"]),
            source=row["source"],
            row=row["row"],
            id=row["id"],
        )
        for row in listed(store)
    ]


def exported(store: Store) -> Iterator[dict[str, Any]]:
    """Give all decisions as rows that `read_file` reads again, in a stable order."""
    for row in sorted(listed(store), key=lambda r: (r["at_ms"] or -1, r["id"])):
        yield {
            "id": row["id"],
            "action": row["action"],
            "left": row["left"],
            "right": row["right"],
            "actor": row["actor"],
            "reason": row["reason"],
            "at": iso(row["at_ms"]) if row["at_ms"] is not None else None,
            "expires": iso(row["expires_ms"]) if row["expires_ms"] is not None else None,
            "valid_from": iso(row["valid_from_ms"]) if row["valid_from_ms"] is not None else None,
            "supersedes": row["supersedes"],
            "withdrawn": bool(row["withdrawn"]),
            "source": row["source"],
        }


def export(store: Store, path: Path) -> int:
    """Write all decisions to a file, CSV or JSON lines by its suffix; give their number."""
    rows = list(exported(store))
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix in JSON_LINES:
            for row in rows:
                kept = {k: v for k, v in row.items() if v not in (None, False)}
                file.write(json.dumps(kept, ensure_ascii=False) + "\n")
        else:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return len(rows)


def undo(store: Store, decision: str, *, actor: str | None, at_ms: int) -> bool:
    """Take a decision back; one that was taken back holds again. Say whether it holds now.

    Raises:
        NotFound: there is no such decision.
    """
    known = {row["id"]: row for row in listed(store)}
    if decision not in known:
        raise NotFound(f"there is no decision {decision}")
    row = known[decision]
    holds = bool(row["withdrawn"])
    change = {
        "id": decision,
        "withdrawn": not holds,
        "withdrawn_by": actor,
        "withdrawn_ms": at_ms,
    }
    with store.transaction() as tx:
        tx.write("ingest/withdraw_decision", [change])
        touched = [{"id": i} for i in (row["left"], row["right"]) if i is not None]
        tx.write("ingest/dirty", touched)
    return holds
