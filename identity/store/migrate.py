"""Migrations: the numbered files of ``cypher/schema``, each applied once, checked by its sum.

They declare constraints and indexes before the first write, on every store. A file that was
applied must not change afterwards, and a store that knows a migration this program lacks is
refused: it was written by a newer one.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from identity.errors import Stop, Where
from identity.store import queries
from identity.store.base import Store


@dataclass(frozen=True, slots=True)
class Migration:
    """A numbered file of schema statements."""

    name: str
    statements: tuple[str, ...]
    checksum: str


def migrations() -> list[Migration]:
    """Read all migrations, in order."""
    found = []
    for path in sorted((queries.root() / "schema").glob("[0-9]*.cypher")):
        text = path.read_text(encoding="utf-8")
        body = "\n".join(line for line in text.splitlines() if not line.startswith("//"))
        statements = tuple(s.strip() for s in body.split(";") if s.strip())
        folded = re.sub(r"\s+", " ", body).strip()
        digest = hashlib.sha256(folded.encode()).hexdigest()[:16]
        found.append(Migration(path.stem, statements, digest))
    return found


def migrate(store: Store) -> list[str]:
    """Apply the migrations that a store lacks; give their names.

    Raises:
        Stop: an applied migration was changed since, or the store is newer than this program.
    """
    wanted = migrations()
    first = wanted[0]
    store.schema(first.statements)  # the constraint on migrations themselves is among them
    applied = {row["id"]: row["checksum"] for row in store.read("store/migrations")}
    names = {m.name for m in wanted}
    unknown = sorted(set(applied) - names)
    if unknown:
        raise Stop(
            f"the store knows migrations that this program lacks: {', '.join(unknown)}",
            where=Where(file=store.location),
            fix="Use a newer version of the program.",
        )
    done = []
    for migration in wanted:
        known = applied.get(migration.name)
        if known == migration.checksum:
            continue
        if known is not None:
            raise Stop(
                f"the migration {migration.name} was changed after it was applied",
                where=Where(file=store.location),
            )
        store.schema(migration.statements)
        row = {"id": migration.name, "name": migration.name, "checksum": migration.checksum}
        store.write("store/migration", [row])
        done.append(migration.name)
    return done
