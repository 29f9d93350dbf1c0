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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from identity.config import Config
from identity.errors import FileError, FixInput, NotFound, Where
from identity.explain.naming import guess, identifier_of
from identity.ingest.stage import IngestResult, apply
from identity.ingest.tables import decision_id
from identity.model import identifiers as ids
from identity.model.facts import Batch, IncomingNode, Origin
from identity.model.instants import Clock, iso
from identity.model.lists import builtin
from identity.store.base import Store

PAIRS = ("same", "different", "unsure")
SINGLE = ("mark_shared", "mark_additive", "pin")
OTHERS = ("choose_primary", "assign_company")
ACTIONS = (*PAIRS, *SINGLE, *OTHERS)
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
_OLD_NEW = {("old_email", "new_email"): "email", ("old_domain", "new_domain"): "domain"}


@dataclass(frozen=True, slots=True)
class Said:
    """A decision as somebody puts it: identifiers in full, times in milliseconds."""

    action: str
    left: str
    right: str | None = None
    actor: str | None = None
    reason: str | None = None
    at_ms: int | None = None
    expires_ms: int | None = None
    valid_from_ms: int | None = None
    supersedes: str | None = None
    withdrawn: bool = False
    source: str = "decisions"
    row: int | None = None
    id: str | None = None

    def values(self) -> dict[str, Any]:
        """Give the properties of its node."""
        return {
            "action": self.action,
            "left": self.left,
            "right": self.right,
            "actor": self.actor,
            "reason": self.reason,
            "at_ms": self.at_ms,
            "expires_ms": self.expires_ms,
            "valid_from_ms": self.valid_from_ms,
            "supersedes": self.supersedes,
            "withdrawn": self.withdrawn,
            "source": self.source,
            "row": self.row,
        }

    @property
    def identity(self) -> str:
        """Give its id: its own, else a hash of action, pair, source, actor and time (R26)."""
        return self.id or decision_id(self.values())


@dataclass(frozen=True, slots=True)
class Finding:
    """What the lint found: a stable code, what is wrong, and which rows or decisions."""

    code: str
    message: str
    where: tuple[str, ...] = field(default=())


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
    for finding in lint([said]):
        raise FixInput(finding.message)
    return said


def write(
    store: Store, config: Config, decisions: Iterable[Said], *, run: int, shown: str
) -> IngestResult:
    """Append decisions to the graph; those that are there already change nothing."""
    batch = Batch()
    listed = list(decisions)
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
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix in (".jsonl", ".ndjson"):
        rows = [
            (n, json.loads(line)) for n, line in enumerate(text.splitlines(), 1) if line.strip()
        ]
    else:
        reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
        rows = [(n, dict(row)) for n, row in enumerate(reader, 2)]
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
        if path.suffix in (".jsonl", ".ndjson"):
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


def lint(decisions: Iterable[Said]) -> list[Finding]:
    """Find decisions that cannot all hold: self merges, cycles, contradictions, two targets."""
    held = [d for d in decisions if not d.withdrawn]
    found: list[Finding] = []
    for said in held:
        found.extend(_lint_one(said))
    pairs = [d for d in held if d.action in PAIRS and d.right is not None]
    found.extend(_contradictions(pairs))
    redirects = [d for d in pairs if d.action == "same" and _same_kind(d)]
    found.extend(_two_targets(redirects))
    found.extend(_cycles(redirects))
    return found


def _lint_one(said: Said) -> Iterator[Finding]:
    where = (_where(said),)
    if said.action not in ACTIONS:
        yield Finding("E_ACTION", f"there is no action {said.action!r}", where)
    if said.right is None:
        return
    if said.left == said.right:
        yield Finding("E_SELF_MERGE", f"{said.left} is named twice", where)
    if said.action in ("same", "different"):
        left, right = ids.plane_of(said.left), ids.plane_of(said.right)
        if left is not right or left is None:
            yield Finding("E_PLANES", f"{said.left} and {said.right} are not of one plane", where)
    if said.action == "same" and said.left.startswith("domain:"):
        free = builtin().free_mail
        for end in (said.left, said.right):
            if end.startswith("domain:") and end[7:] in free:
                yield Finding("E_FREEMAIL_MERGE", f"{end[7:]} is a free-mail domain", where)


def _contradictions(pairs: list[Said]) -> Iterator[Finding]:
    answers: dict[tuple[str, str], list[Said]] = {}
    for said in pairs:
        one, two = sorted((said.left, said.right or ""))
        answers.setdefault((one, two), []).append(said)
    for (one, two), group in sorted(answers.items()):
        if {"same", "different"} <= {d.action for d in group}:
            yield Finding(
                "E_CONTRADICTION",
                f"{one} and {two} are decided to be the same and different",
                tuple(_where(d) for d in group),
            )


def _same_kind(said: Said) -> bool:
    return ids.parse(said.left).kind == ids.parse(said.right or "").kind


def _two_targets(redirects: list[Said]) -> Iterator[Finding]:
    targets: dict[str, list[Said]] = {}
    for said in redirects:
        targets.setdefault(said.left, []).append(said)
    for old, group in sorted(targets.items()):
        if len({d.right for d in group}) > 1:
            news = ", ".join(sorted({d.right or "" for d in group}))
            yield Finding(
                "E_MERGE_CONFLICT",
                f"{old} has several targets: {news}",
                tuple(_where(d) for d in group),
            )


def _cycles(redirects: list[Said]) -> Iterator[Finding]:
    """Find each cycle of old-to-new pairs once, in linear time."""
    following = {d.left: d for d in reversed(redirects)}
    state: dict[str, int] = {}
    for number, start in enumerate(sorted(following), 1):
        at, path = start, []
        while at in following and at not in state:
            state[at] = number
            path.append(at)
            at = following[at].right or ""
        if state.get(at) == number and at in path:
            around = path[path.index(at) :]
            yield Finding(
                "E_MERGE_CYCLE",
                f"{' -> '.join([*around, at])} goes round in a circle",
                tuple(_where(following[x]) for x in around),
            )


def _where(said: Said) -> str:
    return f"{said.source}, row {said.row}" if said.row is not None else said.identity
