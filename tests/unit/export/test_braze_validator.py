"""The validator refuses what Braze would drop: a good export, broken in one place at a time."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from identity.export.braze import ExportInvalid, check, problems

USER = {"external_id": "u1", "accountId": "a1", "opportunityIds": ["o1"], "email": "a@acme.com"}
LINK = {
    "external_id": "u1",
    "name": "account_linked",
    "time": "2026-01-01T00:00:00+00:00",
    "properties": {"account_id": "a1"},
}
ALIAS = {"external_id": "u1", "alias_name": "l1", "alias_label": "crm_lead_id"}
MERGE = {"identifier_to_merge": {"external_id": "u0"}, "identifier_to_keep": {"external_id": "u1"}}
FIELDS = {
    "catalog_accounts": {"id": "string", "AccountName": "string"},
    "catalog_opportunities": {
        "id": "string",
        "Amount": "number",
        "Won": "boolean",
        "CloseDate": "time",
    },
}
FILES = {
    "users_track/0001.json": json.dumps({"attributes": [USER], "events": []}),
    "users_track/0002.json": json.dumps({"attributes": [], "events": [LINK]}),
    "aliases/0001.json": json.dumps({"user_aliases": [ALIAS]}),
    "merges/0001.json": json.dumps({"merge_updates": [MERGE]}),
    "catalog_accounts.csv": "id,AccountName\na1,Acme\n",
    "catalog_opportunities.csv": (
        "id,Amount,Won,CloseDate\no1,12.50,true,2026-05-01T00:00:00+00:00\no2,,,\n"
    ),
    "rejected.jsonl": '{"object":"profile","id":"con_9","reason":"no-external-id"}\n',
    "README.md": "".join(
        f"| {n} | {what} | 1 |\n"
        for n, what in enumerate(("aliases", "merges", "attributes", "events", "catalogs"), 1)
    ).replace("catalogs", "catalog accounts"),
}


def write(
    folder: Path,
    files: dict[str, str | bytes],
    *,
    fields: dict[str, dict[str, str]] | None = None,
    batch: int = 50,
) -> None:
    listed = []
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        listed.append({"file": name, "rows": 1, "sha256": hashlib.sha256(data).hexdigest()})
    catalogs = {
        catalog: [{"name": n, "type": t} for n, t in types.items()]
        for catalog, types in (fields or FIELDS).items()
    }
    manifest = {"batch": batch, "catalogs": catalogs, "files": listed}
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_a_good_export_is_taken(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert problems(tmp_path) == []
    assert check(tmp_path) == len(FILES)


def track(*attributes: dict[str, Any], events: tuple[dict[str, Any], ...] = ()) -> dict[str, str]:
    body = {"attributes": list(attributes), "events": list(events)}
    return {"users_track/0001.json": json.dumps(body)}


def events(*listed: dict[str, Any]) -> dict[str, str]:
    return {"users_track/0002.json": json.dumps({"attributes": [], "events": list(listed)})}


def aliases(*listed: dict[str, Any]) -> dict[str, str]:
    return {"aliases/0001.json": json.dumps({"user_aliases": list(listed)})}


def merges(*pairs: tuple[str, str]) -> dict[str, str]:
    listed = [
        {"identifier_to_merge": {"external_id": old}, "identifier_to_keep": {"external_id": new}}
        for old, new in pairs
    ]
    return {"merges/0001.json": json.dumps({"merge_updates": listed})}


def accounts(*rows: str) -> dict[str, str]:
    return {"catalog_accounts.csv": "\n".join(["id,AccountName", "a1,Acme", *rows, ""])}


def deals(*rows: str) -> dict[str, str]:
    return {
        "catalog_opportunities.csv": "\n".join(
            ["id,Amount,Won,CloseDate", "o1,1,true,2026-01-01T00:00:00Z", *rows, ""]
        )
    }


def users(count: int) -> list[dict[str, Any]]:
    return [{**USER, "external_id": f"u{n}"} for n in range(count)]


BROKEN: dict[str, tuple[dict[str, str], str]] = {
    "too many objects": (track(*users(51)), "at most 50"),
    "nobody named": (track({**USER, "external_id": ""}), "no external_id"),
    "named in two ways": (track({**USER, "braze_id": "b"}), "in no way, or in several"),
    "a profile twice": (track(USER, USER), "there twice"),
    "HTML": (track({**USER, "jobTitle": "<b>CEO</b>"}), "has HTML"),
    "a nested value": (track({**USER, "more": {"a": 1}}), "nested"),
    "a name with a point": (track({**USER, "a.b": 1}), "in its name"),
    "an account of no catalog": (track({**USER, "accountId": "a9"}), "accountId 'a9'"),
    "opportunities of no catalog": (track({**USER, "opportunityIds": ["o9"]}), "o9"),
    "an opportunity twice": (track({**USER, "opportunityIds": ["o1", "o1"]}), "different ids"),
    "opportunities that are no list": (track({**USER, "opportunityIds": "o1"}), "different ids"),
    "no address": (track({**USER, "email": "n/a"}), "email is not"),
    "no state": (track({**USER, "email_subscribe": "yes"}), "email_subscribe"),
    "no JSON": ({"users_track/0001.json": '{"attributes": ['}, "no body of /users/track"),
    "an unknown part": ({"users_track/0001.json": '{"profiles": []}'}, "no body of /users/track"),
    "a link twice": (events(LINK, {**LINK, "time": "2026-01-02T00:00:00Z"}), "there twice"),
    "a time without an offset": (events({**LINK, "time": "2026-01-01T00:00:00"}), "no offset"),
    "no time": (events({**LINK, "time": "yesterday"}), "ISO 8601"),
    "a link to nothing": (events({**LINK, "properties": {}}), "no account_id"),
    "another event": (events({**LINK, "name": "linked"}), "is called 'linked'"),
    "a gap in the numbers": (
        {"users_track/0004.json": json.dumps({"attributes": [], "events": []})},
        "not numbered in a row",
    ),
    "too many aliases": (
        aliases(
            *(
                {"external_id": f"u{n}", "alias_name": f"l{n}", "alias_label": "crm_lead_id"}
                for n in range(51)
            )
        ),
        "too large",
    ),
    "an alias twice": (aliases(ALIAS, {**ALIAS, "external_id": "u2"}), "given twice"),
    "a label twice": (aliases(ALIAS, {**ALIAS, "alias_name": "l2"}), "given twice"),
    "a label that names nothing": (aliases({**ALIAS, "alias_label": "lead"}), "names no source"),
    "an alias without a name": (aliases({**ALIAS, "alias_name": ""}), "needs external_id"),
    "a chain of merges": (merges(("a", "b"), ("b", "c")), "chain or a circle"),
    "a circle of merges": (merges(("a", "b"), ("b", "a")), "chain or a circle"),
    "a merge into itself": (merges(("a", "a")), "chain or a circle"),
    "merged away twice": (merges(("a", "b"), ("a", "c")), "merged away twice"),
    "two kinds of identifier": (
        {
            "merges/0001.json": json.dumps(
                {
                    "merge_updates": [
                        {**MERGE, "identifier_to_keep": {"email": "a@acme.com"}},
                    ]
                }
            )
        },
        "external_id and nothing else",
    ),
    "an item twice": (accounts("a1,Again"), "there twice"),
    "an id with a blank": (accounts("a 2,Two"), "cannot be one"),
    "an id of 251 characters": (accounts("a" * 251 + ",Long"), "cannot be one"),
    "a value of 5,001 characters": (accounts("a2," + "x" * 5_001), "at most 5000"),
    "NULL": (accounts("a2,NULL"), "NULL would be a text"),
    "HTML in a catalog": (accounts("a2,<i>Two</i>"), "has HTML"),
    "an open quote": (accounts('a2,"Two'), "cannot be read"),
    "a ragged row": (accounts("a2"), "1 fields"),
    "id not first": ({"catalog_accounts.csv": "AccountName,id\nAcme,a1\n"}, "the header"),
    "a comma for a point": (deals('o2,"1,5",,'), "is not a number"),
    "yes for true": (deals("o2,,yes,"), "true or false"),
    "a day in words": (deals("o2,,,1 May 2026"), "not ISO 8601"),
    "no reason": ({"rejected.jsonl": '{"object":"profile","id":"x"}\n'}, "needs object, id"),
    "another order": ({"README.md": "| 1 | events | 1 |\n| 2 | aliases | 1 |\n"}, "the order"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_braze_would_drop_is_refused(tmp_path: Path, name: str) -> None:
    changed, message = BROKEN[name]
    write(tmp_path, {**FILES, **changed})
    found = problems(tmp_path)
    assert any(message in problem for problem in found), found
    with pytest.raises(ExportInvalid, match=re.escape(message)):
        check(tmp_path)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id": "string", **{f"f{n}": "string" for n in range(30)}}, "at most 30"),
        ({"id": "string", "Account Name": "string"}, "name of a field"),
        ({"id": "string", "Parts": "array"}, "cannot be of type array"),
        ({"id": "number", "Name": "string"}, "cannot be of type number"),
    ],
)
def test_fields_of_a_catalog(tmp_path: Path, fields: dict[str, str], message: str) -> None:
    header = ",".join(fields)
    content = f"{header}\n{','.join(['a1'] + ['x'] * (len(fields) - 1))}\n"
    write(
        tmp_path,
        {**FILES, "catalog_accounts.csv": content},
        fields={**FIELDS, "catalog_accounts": fields},
    )
    assert any(message in problem for problem in problems(tmp_path))


@pytest.mark.parametrize("batch", [0, 76])
def test_a_batch_is_within_the_limit(tmp_path: Path, batch: int) -> None:
    write(tmp_path, FILES, batch=batch)
    assert any("a batch of" in problem for problem in problems(tmp_path))


def test_bytes_that_are_not_utf_8(tmp_path: Path) -> None:
    write(
        tmp_path, {**FILES, "catalog_accounts.csv": "id,AccountName\na1,Café\n".encode("latin-1")}
    )
    assert any("not UTF-8" in problem for problem in problems(tmp_path))
    write(tmp_path, {**FILES, "catalog_accounts.csv": "\ufeffid,AccountName\na1,Acme\n".encode()})
    assert any("byte order mark" in problem for problem in problems(tmp_path))


def alter(folder: Path) -> None:
    (folder / "aliases" / "0001.json").write_text(json.dumps({"user_aliases": [ALIAS, ALIAS]}))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (alter, "its digest is not the manifest's"),
        (lambda f: (f / "rejected.jsonl").unlink(), "rejected.jsonl: is missing"),
        (lambda f: (f / "more.csv").write_text("a"), "more.csv: is not in the manifest"),
        (lambda f: (f / "manifest.json").unlink(), "manifest.json: is missing"),
    ],
)
def test_files_and_manifest_agree(
    tmp_path: Path, change: Callable[[Path], object], message: str
) -> None:
    write(tmp_path, FILES)
    change(tmp_path)
    assert any(message in problem for problem in problems(tmp_path))
