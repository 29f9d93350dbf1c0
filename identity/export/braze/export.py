"""Writing the files of an export to Braze, in batches, with the order of upload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from identity.export.braze import ledger as ledgers
from identity.export.braze.catalogs import FIELDS, Catalogs, as_csv, catalogs
from identity.export.braze.external_ids import external_ids
from identity.export.braze.instructions import instructions
from identity.export.braze.limits import REQUEST_OBJECTS
from identity.export.braze.profiles import Object, Outgoing, outgoing
from identity.export.files import Written, write_bytes, write_manifest
from identity.export.reading import Project, Reader
from identity.model.instants import iso
from identity.progress import Progress, silent

TRACK, ALIASES, MERGES = "users_track", "aliases", "merges"
FOLDERS = (ALIASES, MERGES, TRACK)
REJECTED, README = "rejected.jsonl", "README.md"
_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE


@dataclass(frozen=True, slots=True)
class BrazeExport:
    """What was written: how many objects of each kind, and the files."""

    counts: dict[str, int]
    files: list[Written]


def export_braze(project: Project, out: Path, *, progress: Progress = silent) -> BrazeExport:
    """Write what Braze does not know yet into a folder; exported again without a change: nothing.

    Catalogs are written whole each time, all else as the difference from what the folder's ledger
    says went out. The ledger is written last: after an interruption the same goes out again.

    Args:
        project: an open project; ``exports.braze`` of its configuration says how.
        out: the folder; a new one begins anew.
        progress: hears what is done.

    Raises:
        FixInput: the policy of external ids does not fit the project, or the folder is another's.
    """
    reader = Reader.of(project)
    ledger = ledgers.load(out, project.config.project)
    progress.step("reading profiles")
    items = catalogs(reader)
    found = outgoing(reader, external_ids(reader), items=items, ledger=ledger)
    progress.step("writing files")
    counts = _counts(found, items)
    files = [
        *_requests(out, found, project.config.exports.braze.batch),
        *_others(out, found, items),
    ]
    text = instructions(counts, found.new_profiles)
    files.append(write_bytes(out, README, text.encode(), rows=0))
    write_manifest(
        out,
        files,
        project=project.config.project,
        revision=reader.run,
        as_of=iso(reader.as_of_ms),
        batch=project.config.exports.braze.batch,
        external_id=project.config.exports.braze.external_id,
        counts=counts,
        new_profiles=found.new_profiles,
        catalogs={
            catalog: [{"name": n, "type": t} for n, t in fields.items()]
            for catalog, fields in FIELDS.items()
        },
    )
    write_bytes(out, ledgers.FILE, ledgers.dump(ledger, project.config.project), rows=0)
    return BrazeExport(counts, files)


def _counts(found: Outgoing, items: Catalogs) -> dict[str, int]:
    return {
        "aliases": len(found.aliases),
        "merges": len(found.merges),
        "attributes": len(found.attributes),
        "events": len(found.events),
        **{catalog: len(rows) for catalog, rows in items.items.items()},
        "rejected": len(found.rejected),
    }


def _requests(out: Path, found: Outgoing, batch: int) -> Iterator[Written]:
    """Write the bodies of requests; files of an earlier export are removed."""
    for folder in FOLDERS:
        for old in (out / folder).glob("*.json"):
            old.unlink()
        (out / folder).mkdir(parents=True, exist_ok=True)
    bodies = [{"attributes": part, "events": []} for part in _parts(found.attributes, batch)]
    bodies += [{"attributes": [], "events": part} for part in _parts(found.events, batch)]
    yield from _numbered(out, TRACK, bodies)
    size = min(batch, REQUEST_OBJECTS)
    yield from _numbered(out, ALIASES, [{"user_aliases": p} for p in _parts(found.aliases, size)])
    yield from _numbered(out, MERGES, [{"merge_updates": p} for p in _parts(found.merges, size)])


def _numbered(out: Path, folder: str, bodies: Sequence[dict[str, Any]]) -> Iterator[Written]:
    for number, body in enumerate(bodies, 1):
        content = orjson.dumps(body, option=_PRETTY)
        rows = sum(len(part) for part in body.values())
        yield write_bytes(out, f"{folder}/{number:04d}.json", content, rows=rows)


def _parts(objects: Sequence[Object], size: int) -> Iterator[Sequence[Object]]:
    for start in range(0, len(objects), size):
        yield objects[start : start + size]


def _others(out: Path, found: Outgoing, items: Catalogs) -> Iterator[Written]:
    for catalog, rows in items.items.items():
        yield write_bytes(out, f"{catalog}.csv", as_csv(catalog, rows), rows=len(rows))
    lines = [orjson.dumps(r.as_dict(), option=orjson.OPT_APPEND_NEWLINE) for r in found.rejected]
    yield write_bytes(out, REJECTED, b"".join(lines), rows=len(lines))
