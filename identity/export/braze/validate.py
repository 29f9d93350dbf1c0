"""Reading an export to Braze again, as strictly as Braze would, and stricter where it is silent.

Nothing here knows how the files were made: it reads the folder alone. Braze drops bad objects from
a request that it calls a success, so what is found here would be lost there.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from identity.errors import Stop, Where
from identity.export.braze import limits
from identity.export.braze.validate_catalogs import catalog_problems

TRACK_KEYS = {"attributes", "events", "purchases"}
IDENTIFYING = ("external_id", "user_alias", "braze_id")
LABEL = re.compile(r"[a-z][a-z0-9_-]*_(?:contact|lead)_id")
UNLISTED = {"manifest.json", "ledger.json"}
ORDER = ("aliases", "merges", "attributes", "events", "catalog")


class ExportInvalid(Stop):
    """Files of an export break the limits of the system they are for."""

    code = "E_EXPORT_INVALID"


def check(folder: Path) -> int:
    """Check the files of an export; give how many there are.

    Raises:
        ExportInvalid: something in them would not be taken.
    """
    found = problems(folder)
    if found:
        raise ExportInvalid("\n".join(found), where=Where(file=str(folder)))
    return len(orjson.loads((folder / "manifest.json").read_bytes())["files"])


def problems(folder: Path) -> list[str]:
    """List what is wrong with the files of an export, each with its file and place."""
    if not (folder / "manifest.json").is_file():
        return ["manifest.json: is missing"]
    manifest = orjson.loads((folder / "manifest.json").read_bytes())
    found = [*_manifest(folder, manifest)]
    accounts, wrong = catalog_problems(folder, manifest, "catalog_accounts")
    found += wrong
    deals, wrong = catalog_problems(folder, manifest, "catalog_opportunities")
    found += wrong
    found += _track(folder, manifest["batch"], accounts, deals)
    found += _aliases(folder)
    found += _merges(folder)
    found += _beside(folder)
    return found


def _manifest(folder: Path, manifest: Mapping[str, Any]) -> Iterator[str]:
    """Files and list agree, bytes and all."""
    listed = {f["file"]: f for f in manifest["files"]}
    there = {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and path.name not in UNLISTED
    }
    for name in sorted(listed.keys() ^ there):
        yield f"{name}: {'is missing' if name in listed else 'is not in the manifest'}"
    for name in sorted(listed.keys() & there):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]["sha256"]:
            yield f"{name}: its digest is not the manifest's"


def _bodies(folder: Path, name: str) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Give the bodies of a folder's requests; None for what is none or is not numbered in a row."""
    for number, path in enumerate(sorted((folder / name).glob("*")), 1):
        body: Any = None
        if path.name == f"{number:04d}.json":
            with suppress(orjson.JSONDecodeError):
                body = orjson.loads(path.read_bytes())
        yield f"{name}/{path.name}", body if isinstance(body, dict) else None


def _track(folder: Path, batch: int, accounts: set[str], deals: set[str]) -> Iterator[str]:
    if not 1 <= batch <= limits.TRACK_OBJECTS:
        yield f"manifest.json: a batch of {batch}"
    seen: dict[str, set[Any]] = {"attributes": set(), "events": set()}
    for where, body in _bodies(folder, "users_track"):
        if body is None or not body.keys() <= TRACK_KEYS:
            yield f"{where}: is no body of /users/track, or not numbered in a row"
            continue
        objects = [(kind, o) for kind in body for o in body[kind]]
        if not 1 <= len(objects) <= batch:
            yield f"{where}: {len(objects)} objects, at most {batch} are allowed"
        for kind, one in objects:
            place = f"{where} {kind} {one.get('external_id')}"
            yield from (f"{place}: {p}" for p in _identified(one))
            yield from (f"{place}: {p}" for p in _plain(one))
            told = (
                _attributes(one, accounts, deals) if kind == "attributes" else _event(one, accounts)
            )
            yield from (f"{place}: {p}" for p in told)
            key = one.get("external_id")
            if kind == "events":
                key = (key, (one.get("properties") or {}).get("account_id"))
            if key in seen[kind]:
                yield f"{place}: is there twice"
            seen[kind].add(key)


def _identified(one: Mapping[str, Any]) -> Iterator[str]:
    """An object names its user in exactly one way; here always by external id."""
    if [k for k in IDENTIFYING if k in one] != ["external_id"]:
        yield "names its user in no way, or in several"
    external_id = one.get("external_id")
    if not isinstance(external_id, str) or not external_id.strip():
        yield "has no external_id"


def _plain(value: Any, name: str = "") -> Iterator[str]:
    """No HTML anywhere; one bad value drops all nested ones, so nothing nests but properties."""
    if isinstance(value, str) and limits.without_tags(value) != value.strip():
        yield f"{name} has HTML: {value[:40]!r}"
    if isinstance(value, float) and value != value:
        yield f"{name} is not a number"
    parts = value.items() if isinstance(value, dict) else ()
    for key, part in parts:
        if any(c in key for c in ".$"):
            yield f"{key} has '.' or '$' in its name"
        yield from _plain(part, key)
    for part in value if isinstance(value, list) else ():
        yield from _plain(part, name)


def _attributes(one: Mapping[str, Any], accounts: set[str], deals: set[str]) -> Iterator[str]:
    if one.get("accountId") is not None and one["accountId"] not in accounts:
        yield f"accountId {one['accountId']!r} is not in the catalog"
    listed = one.get("opportunityIds")
    if not isinstance(listed, list) or len(set(listed)) != len(listed):
        yield "opportunityIds is no list of different ids"
    elif set(listed) - deals:
        yield f"opportunityIds {sorted(set(listed) - deals)} are not in the catalog"
    for name, value in one.items():
        if not (value is None or isinstance(value, str | int | float | bool | list)):
            yield f"{name} is nested"
    if one.get("email_subscribe", "subscribed") not in ("opted_in", "subscribed", "unsubscribed"):
        yield "email_subscribe is not a state"
    email = one.get("email")
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        yield "email is not an address"


def _event(one: Mapping[str, Any], accounts: set[str]) -> Iterator[str]:
    if one.get("name") != limits.EVENT_NAME:
        yield f"is called {one.get('name')!r}"
    if (one.get("properties") or {}).get("account_id") not in accounts:
        yield "has no account_id of the catalog"
    try:
        if datetime.fromisoformat(str(one.get("time"))).utcoffset() is None:
            yield f"time {one['time']!r} has no offset"
    except ValueError:
        yield f"time {one.get('time')!r} is not ISO 8601"


def _aliases(folder: Path) -> Iterator[str]:
    names: set[tuple[str, str]] = set()
    labels: set[tuple[str, str]] = set()
    for where, body in _bodies(folder, "aliases"):
        listed = (body or {}).get("user_aliases")
        if not isinstance(listed, list) or not 1 <= len(listed) <= limits.REQUEST_OBJECTS:
            yield f"{where}: is no body of /users/alias/new, not numbered in a row, or too large"
            continue
        for one in listed:
            place = f"{where} {one.get('external_id')}"
            if set(one) != {"external_id", "alias_name", "alias_label"} or not all(one.values()):
                yield f"{place}: needs external_id, alias_name and alias_label"
                continue
            if not LABEL.fullmatch(one["alias_label"]):
                yield f"{place}: the label {one['alias_label']!r} names no source and object"
            name = (one["alias_label"], one["alias_name"])
            label = (one["external_id"], one["alias_label"])
            if name in names or label in labels:
                yield f"{place}: {name} is given twice, or its label is"
            names.add(name)
            labels.add(label)


def _merges(folder: Path) -> Iterator[str]:
    """Merges are applied in any order: none may depend on another."""
    away: set[str] = set()
    kept: set[str] = set()
    for where, body in _bodies(folder, "merges"):
        listed = (body or {}).get("merge_updates")
        if not isinstance(listed, list) or not 1 <= len(listed) <= limits.REQUEST_OBJECTS:
            yield f"{where}: is no body of /users/merge, not numbered in a row, or too large"
            continue
        for one in listed:
            sides = [one.get("identifier_to_merge"), one.get("identifier_to_keep")]
            if not all(isinstance(s, dict) and s.keys() == {"external_id"} for s in sides):
                yield f"{where}: both sides need an external_id and nothing else"
                continue
            old, new = sides[0]["external_id"], sides[1]["external_id"]
            if old in away:
                yield f"{where}: {old} is merged away twice"
            away.add(old)
            kept.add(new)
    for one in sorted(away & kept):
        yield f"merges: {one} is merged away and kept: a chain or a circle"


def _beside(folder: Path) -> Iterator[str]:
    """What was left out is listed with its reason; the page names all steps in their order."""
    try:
        lines = (folder / "rejected.jsonl").read_text(encoding="utf-8").splitlines()
        page = (folder / "README.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        return  # the manifest misses it already
    for number, line in enumerate(lines, 1):
        row = orjson.loads(line)
        if set(row) != {"object", "id", "reason"} or not all(row.values()):
            yield f"rejected.jsonl:{number}: needs object, id and reason"
    steps = re.findall(r"^\| (\d+) \| (\w+)", page, re.MULTILINE)
    named = list(dict.fromkeys(what for _, what in steps))
    if named != list(ORDER):
        yield f"README.md: the order of upload is {named}"
