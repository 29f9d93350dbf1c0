"""Bad input, as files have it: each has one clear verdict, and no row is lost.

A file that cannot be a table is refused whole: exit code 2, one message with file, row and column,
nothing applied. A row that cannot be used is set aside with its number, a field with its column,
and the conservation line adds up. Rows are numbered as a spreadsheet does; the header is row 1.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from identity import cli

pytestmark = pytest.mark.small_frames

AS_OF = "2026-07-01T10:00:00Z"
YAML = """project: bad
primary_crm: crm
ingest: {threshold: 1.0}
sources:
  - name: crm
    system: custom
    path: data/people.csv
    object: contact
    id: id
    identifiers:
      - {kind: email, column: email}
      - {kind: phone, column: phone}
    attributes: {name: name}
    updated_at: {column: updated, timezone: UTC}
"""
HEADER = b"id,email,phone,name,updated\n"
ANN = b"1,ann@acme.com,,Ann,2026-01-01T00:00:00Z\n"
BOB = b"2,bob@acme.com,,Bob,2026-01-02T00:00:00Z\n"
BAD = b"9,bad@,,Nobody,2026-01-03T00:00:00Z\n"
"""A row whose e-mail is set aside: it shows which number rows have."""

MANY = b"".join(b"%d,p%d@acme.com,,P,2026-01-01T00:00:00Z\n" % (n, n) for n in range(10, 310))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str


class Project:
    """A project of one file, run through the command line."""

    def __init__(
        self,
        folder: Path,
        patch: pytest.MonkeyPatch,
        shown: pytest.CaptureFixture[str],
    ) -> None:
        self.folder = folder
        self._patch = patch
        self._shown = shown
        patch.setenv("IDENTITY_STORE", "embedded")
        (folder / "data").mkdir()
        (folder / "identity.yaml").write_text(YAML)

    def write(self, content: bytes, name: str = "people.csv") -> None:
        (self.folder / "data" / name).write_bytes(content)
        text = (self.folder / "identity.yaml").read_text()
        (self.folder / "identity.yaml").write_text(text.replace("people.csv", name))

    def do(self, *arguments: str) -> Outcome:
        self._patch.setattr(sys, "argv", ["identity", *arguments, "--project", str(self.folder)])
        code = 0
        try:
            cli.main()
        except SystemExit as ended:
            code = int(ended.code or 0)
        found = self._shown.readouterr()
        return Outcome(code, found.out, found.err)

    def run(self) -> Outcome:
        return self.do("run", "--as-of", AS_OF, "--quiet")

    def counts(self) -> dict[str, int]:
        """Run again and give the counts: of a file that was read before."""
        outcome = self.do("run", "--as-of", AS_OF, "--output", "json")
        assert outcome.code == 0, outcome.err
        found: dict[str, int] = json.loads(outcome.out)["ingest"]
        return found

    def quarantine(self) -> list[tuple[int, str | None, str, str]]:
        outcome = self.do("quarantine", "--output", "json")
        assert outcome.code == 0
        rows = json.loads(outcome.out)
        assert all(r["file"].startswith("data/") and r["message"] for r in rows)
        return sorted((r["row"], r["column"] or "", r["code"], r["scope"]) for r in rows)

    def names(self) -> set[str]:
        outcome = self.do("lookup", "email", "ann@acme.com", "--output", "json")
        return (
            {c["name"] for c in json.loads(outcome.out)["contacts"]} if not outcome.code else set()
        )


@pytest.fixture
def project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Project:
    return Project(tmp_path, monkeypatch, capsys)


REFUSED: dict[str, tuple[bytes, str, str]] = {
    # name: content, where, and words of what is wrong and what to do
    "empty": (b"", "people.csv", "not even a header"),
    "blank_lines_only": (b"\n\n\r\n", "people.csv", "not even a header"),
    "utf16_without_mark": (
        (HEADER + ANN).decode().encode("utf-16-le"),
        "people.csv",
        "utf-16-le",
    ),
    "another_encoding": (HEADER + "3,x@y.de,,Müller,\n".encode("cp1252"), "people.csv:2", "cp1252"),
    "gzip_in_disguise": (gzip.compress(HEADER + ANN), "people.csv:1", "not UTF-8"),
    "separator_line": (b"sep=,\n" + HEADER + ANN, "people.csv:1", "Remove that line"),
    "comment_line": (b"# export of today\n" + HEADER + ANN, "people.csv:1", "Remove that line"),
    "title_above_the_header": (b"Contacts of Acme\n" + HEADER + ANN, "people.csv:1", "'id'"),
    "page_of_a_login": (b"<!DOCTYPE html>\n<html></html>\n", "people.csv:1", "'id'"),
    "column_named_twice": (
        HEADER.replace(b"phone", b"email") + ANN,
        "people.csv:1",
        "'email' twice",
    ),
    "column_named_twice_in_capitals": (
        HEADER.replace(b"phone", b"EMAIL") + ANN,
        "people.csv:1",
        "(also written 'email')",
    ),
    "column_without_a_name": (HEADER.replace(b"phone", b"") + ANN, "people.csv:1", "no name"),
    "no_header": (b"1,2,3,4,5\n6,7,8,9,10\n", "people.csv:1", "no header"),
    "key_column_missing": (
        HEADER.replace(b"id,", b"key,") + ANN,
        "people.csv:1, column 'id'",
        "Columns: ['key',",
    ),
    "mapped_column_misspelt": (
        HEADER.replace(b"email", b"emial") + ANN,
        "people.csv:1, column 'email'",
        "Did you mean 'emial'?",
    ),
    "time_column_missing": (
        HEADER.replace(b"updated", b"changed_on") + ANN,
        "people.csv:1, column 'updated'",
        "there is no column",
    ),
    "quote_never_closed": (
        HEADER + ANN + b'2,b@acme.com,,"Bob,2026-01-01T00:00:00Z\n' + MANY,
        "people.csv:3",
        "never closed",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_no_table_is_refused_whole(project: Project, name: str) -> None:
    content, where, words = REFUSED[name]
    project.write(content)
    outcome = project.run()
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith(f"error E_FILE: data/{where}")
    assert words in outcome.err
    assert len(outcome.err.splitlines()) == 1
    assert project.quarantine() == []


def test_what_was_applied_before_stays(project: Project) -> None:
    project.write(HEADER + ANN)
    assert project.run().code == 0
    project.write(b"sep=,\n" + HEADER + BOB)
    assert project.run().code == 2
    assert project.names() == {"Ann"}


Set = tuple[int, str, str, str]
ROW, FIELD = "row", "field"

SET_ASIDE: dict[str, tuple[bytes, int, list[Set]]] = {
    # name: content, rows read, and what is set aside: row, column, code, scope
    "fine": (HEADER + ANN + BOB, 2, []),
    "byte_order_mark": (
        b"\xef\xbb\xbf" + HEADER + ANN + BAD,
        2,
        [(3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "utf16_with_mark": (
        (HEADER + ANN + BAD).decode().encode("utf-16"),
        2,
        [(3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "semicolons": (
        (HEADER + ANN + BAD).replace(b",", b";"),
        2,
        [(3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "tabs": ((HEADER + ANN).replace(b",", b"\t"), 1, []),
    "bars": ((HEADER + ANN).replace(b",", b"|"), 1, []),
    "carriage_returns_only": (
        (HEADER + ANN + BAD).replace(b"\n", b"\r"),
        2,
        [(3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "mixed_ends_of_lines": (
        HEADER.replace(b"\n", b"\r\n") + ANN + BOB.replace(b"\n", b"\r\n") + BAD,
        3,
        [(4, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "columns_reordered_and_more": (
        b"updated,more,name,phone,email,id\n2026-01-01T00:00:00Z,x,Ann,,ann@acme.com,1\n",
        1,
        [],
    ),
    "header_only": (HEADER, 0, []),
    "no_newline_at_the_end": (
        (HEADER + ANN + BAD).rstrip(b"\n"),
        2,
        [(3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "blank_rows": (
        HEADER + b"\n" + ANN + b"\n\n" + BAD + b"\n\n",
        2,
        [(6, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "blank_rows_of_another_system": (
        (HEADER + b"\n" + ANN + BAD).replace(b"\n", b"\r\n"),
        2,
        [(4, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "row_too_long": (
        HEADER + ANN + b"3,c@acme.com,,C,2026-01-01T00:00:00Z,more\n" + BAD,
        3,
        [(3, "", "E_RAGGED_ROW", ROW), (4, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "row_too_short": (
        HEADER + ANN + b"3,c@acme.com\n" + BAD,
        3,
        [(3, "", "E_RAGGED_ROW", ROW), (4, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "row_too_short_after_blank_ones": (
        HEADER + b"\n" + ANN + b"\n3,c@acme.com\n" + BAD,
        3,
        [(5, "", "E_RAGGED_ROW", ROW), (6, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "row_of_commas": (HEADER + b",,,,\n" + ANN, 2, [(2, "id", "E_KEY_MISSING", ROW)]),
    "line_of_another_encoding": (
        HEADER + MANY + "999,x@acme.com,,Müller,\n".encode("cp1252") + BAD,
        302,
        [(302, "", "E_ENCODING", ROW), (303, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "last_line_of_another_encoding": (
        HEADER + b"\n" + MANY + "999,x@acme.com,,Müller,\n".encode("cp1252"),
        301,
        [(303, "", "E_ENCODING", ROW)],
    ),
    "line_of_another_encoding_after_one_in_two_lines": (
        HEADER
        + b'8,h@acme.com,,"H\nH",\n'
        + MANY
        + "999,x@acme.com,,Müller,\n".encode("cp1252")
        + BAD,
        303,
        [(303, "", "E_ENCODING", ROW), (304, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "newline_in_a_field": (
        HEADER + b'3,c@acme.com,,"C\nthe third",2026-01-01T00:00:00Z\n' + BAD,
        2,
        [(3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "blank_line_in_a_field": (
        HEADER + b'3,c@acme.com,,"C\n\nthe third",2026-01-01T00:00:00Z\n' + BAD,
        2,
        [(3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "no_key": (HEADER + b",ann@acme.com,,Ann,\n" + BOB, 2, [(2, "id", "E_KEY_MISSING", ROW)]),
    "key_that_a_spreadsheet_rounded": (
        HEADER + b"1.0E+11,ann@acme.com,,Ann,\n" + BOB,
        2,
        [(2, "id", "E_EXCEL_NUMBER", ROW)],
    ),
    "key_of_a_kilobyte": (
        HEADER + b"k" * 1_025 + b",ann@acme.com,,Ann,\n",
        1,
        [(2, "id", "E_FIELD_TOO_LARGE", ROW)],
    ),
    "two_addresses_in_one_field": (
        HEADER + b"1,a@x.com; b@x.com,,Ann,\n",
        1,
        [(2, "email", "E_EMAIL_MULTI", FIELD)],
    ),
    "invisible_character": (
        HEADER + "1,a\u200bnn@x.com,,Ann,\n".encode(),
        1,
        [(2, "email", "E_EMAIL_UNSAFE_CHAR", FIELD)],
    ),
    "quoted_local_part": (
        HEADER + b'1,"""a b""@x.com",,Ann,\n',
        1,
        [(2, "email", "E_EMAIL_QUOTED", FIELD)],
    ),
    "address_of_ten_megabytes": (
        HEADER + b"1," + b"a" * 10_000_000 + b"@x.com,,Ann,\n",
        1,
        [(2, "email", "E_FIELD_TOO_LARGE", FIELD)],
    ),
    "placeholders_are_no_values": (HEADER + b"1,n/a,-,null,\n2,ann@acme.com,unknown,Ann,\n", 2, []),
    "phone_without_a_country": (
        HEADER + b"1,a@x.com,030 1234567,A,\n",
        1,
        [(2, "phone", "E_PHONE_SYNTAX", FIELD)],
    ),
    "nul_in_a_name": (HEADER + b"1,a@x.com,,A\x00n,\n", 1, [(2, "name", "E_CONTROL_CHAR", FIELD)]),
    "name_of_70_kilobytes": (
        HEADER + b"1,a@x.com,," + b"A" * 70_000 + b",\n",
        1,
        [(2, "name", "E_FIELD_TOO_LARGE", FIELD)],
    ),
    "day_that_is_none": (
        HEADER + b"1,a@x.com,,A,2026-02-30\n",
        1,
        [(2, "updated", "E_TIME_SYNTAX", FIELD)],
    ),
    "day_of_either_kind": (
        HEADER + b"1,a@x.com,,A,01/02/2026\n",
        1,
        [(2, "updated", "E_TIME_SYNTAX", FIELD)],
    ),
    "year_2031": (
        HEADER + b"1,a@x.com,,A,2031-01-01\n",
        1,
        [(2, "updated", "E_TIME_RANGE", FIELD)],
    ),
    "seconds_since_1970": (
        HEADER + b"1,a@x.com,,A,1750000000\n",
        1,
        [(2, "updated", "E_TIME_UNIT", FIELD)],
    ),
    "record_twice": (HEADER + ANN + ANN, 2, []),
    "older_version_after_the_newer": (
        HEADER + ANN + ANN.replace(b"2026-01-01", b"2025-01-01"),
        2,
        [],
    ),
    "formulas_and_scripts_are_text": (
        HEADER + b'1,a@x.com,,"=HYPERLINK(""http://x"")",\n2,b@x.com,,<script>{{7*7}},\n',
        2,
        [],
    ),
}


@pytest.mark.parametrize("name", SET_ASIDE)
def test_what_cannot_be_used_is_set_aside_by_row_and_column(project: Project, name: str) -> None:
    content, read, aside = SET_ASIDE[name]
    project.write(content)
    outcome = project.run()
    assert (outcome.code, outcome.err) == (0, "")
    rows = sum(scope == ROW for *_, scope in aside)
    fields = sum(scope == FIELD for *_, scope in aside)
    assert project.quarantine() == sorted(aside)
    line = next(text for text in outcome.out.splitlines() if text.strip().startswith("rows "))
    assert line.split("  ")[-1].startswith(f"{read} read = ")
    assert f"{rows} quarantined" in line
    for row, column, *_ in aside[:5]:
        assert f"data/people.csv:{row} {column}".strip() in outcome.out
    again = project.counts()
    assert (
        again["read"]
        == read
        == sum(again[n] for n in ("applied", "unchanged", "superseded", "quarantined"))
    )
    assert (again["applied"], again["quarantined"], again["fields"]) == (0, rows, fields)


def test_a_corrected_file_leaves_nothing_set_aside(project: Project) -> None:
    project.write(HEADER + ANN + b"3,c@acme.com\n" + BAD)
    assert project.run().code == 0
    assert len(project.quarantine()) == 2
    project.write(HEADER + ANN + b"3,c@acme.com,,C,\n" + BAD.replace(b"bad@", b"good@acme.com"))
    assert project.run().code == 0
    assert project.quarantine() == []


def test_values_set_aside_are_masked(project: Project) -> None:
    project.write(HEADER + b"1,secret.person@@acme.com,,Ann,\n")
    outcome = project.run()
    shown = project.do("quarantine", "--output", "json").out + outcome.out + outcome.err
    assert "secret.person" not in shown
    assert "s••@" in shown


def test_more_bad_rows_than_the_threshold_end_with_1_and_the_good_ones_stay(
    project: Project,
) -> None:
    text = (project.folder / "identity.yaml").read_text()
    (project.folder / "identity.yaml").write_text(
        text.replace("threshold: 1.0", "threshold: 0.01, threshold_rows: 2")
    )
    project.write(HEADER + ANN + b"x\n" * 3)
    outcome = project.run()
    assert outcome.code == 1
    assert outcome.err.startswith("error E_THRESHOLD: data/people.csv: 3 of 4 rows were set aside")
    assert project.run().code == 1
    project.write(HEADER + ANN + b"x\n" * 2)
    assert project.run().code == 0
    assert project.names() == {"Ann"}


JSON_LINES: dict[str, tuple[bytes, int, list[Set]]] = {
    "bad_line": (
        b'{"id": "1", "email": "ann@acme.com"}\n{"id": \n{"id": "2", "email": "bad@"}\n',
        3,
        [(2, "", "E_JSON", ROW), (3, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "a_list_instead": (b'{"id": "1"}\n[1, 2]\n', 2, [(2, "", "E_JSON", ROW)]),
    "a_key_twice": (b'{"id": "1"}\n{"id": "2", "id": "3"}\n', 2, [(2, "", "E_DUP_KEY", ROW)]),
    "depth": (
        b'{"id": "1"}\n' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"\n",
        2,
        [(2, "", "E_JSON", ROW)],
    ),
    "blank_lines": (
        b'\n{"id": "1"}\n\n{"id": "2", "email": "bad@"}\n',
        2,
        [(4, "email", "E_EMAIL_SYNTAX", FIELD)],
    ),
    "numbers_keep_their_digits": (
        b'{"id": 18446744073709551617, "email": "ann@acme.com"}\n',
        1,
        [],
    ),
}


@pytest.mark.parametrize("name", JSON_LINES)
def test_json_lines(project: Project, name: str) -> None:
    content, read, aside = JSON_LINES[name]
    whole = b'{"id": "0", "email": null, "phone": null, "name": null, "updated": null}\n'
    project.write(content + whole, "people.jsonl")
    outcome = project.run()
    assert outcome.code == 0, outcome.err
    assert project.quarantine() == sorted(aside)
    assert project.counts()["read"] == read + 1
    if name == "numbers_keep_their_digits":
        found = project.do("lookup", "contact", "18446744073709551617", "--output", "json")
        assert json.loads(found.out)["identifier"].endswith(":18446744073709551617")


def parquet(path: Path, **columns: list[object]) -> None:
    pl.DataFrame(columns).write_parquet(path)


def test_parquet_of_any_types(project: Project) -> None:
    """Ids that are integers, times that are timestamps: they are read as what they say."""
    project.write(b"", "people.parquet")
    parquet(
        project.folder / "data" / "people.parquet",
        id=[1, 2],
        email=["ann@acme.com", "bad@"],
        phone=[None, None],
        name=["Ann", "Bob"],
        updated=["2026-01-01", "2026-01-02"],
    )
    assert project.run().code == 0
    assert [(column, code) for _, column, code, _ in project.quarantine()] == [
        ("email", "E_EMAIL_SYNTAX")
    ]
    assert project.names() == {"Ann"}


def test_parquet_that_is_cut_off(project: Project) -> None:
    project.write(b"PAR1" + b"\x00" * 100, "people.parquet")
    outcome = project.run()
    assert outcome.code == 2
    assert outcome.err.startswith("error E_FILE: data/people.parquet: is not a Parquet file")


def test_a_file_that_is_not_there_names_what_is(project: Project) -> None:
    project.write(HEADER)
    (project.folder / "data" / "people.csv").rename(project.folder / "data" / "persons.csv")
    outcome = project.run()
    assert outcome.code == 2
    assert "data/people.csv: there is no such file" in outcome.err
    assert "persons.csv" in outcome.err


MakeOdd = Callable[[Path], None]


@pytest.mark.parametrize("kind", ["folder", "fifo", "dangling_link"])
def test_what_is_no_file_is_not_waited_for(project: Project, kind: str) -> None:
    path = project.folder / "data" / "people.csv"
    make: dict[str, MakeOdd] = {
        "folder": lambda p: p.mkdir(),
        "fifo": lambda p: os.mkfifo(p),
        "dangling_link": lambda p: p.symlink_to("nowhere"),
    }
    make[kind](path)
    outcome = project.run()
    assert outcome.code == 2
    assert "there is no such file" in outcome.err
