"""Files as tables: what is refused whole, what is set aside, and that nothing is lost."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from identity.errors import FileError
from identity.ingest.readers import ROW, Format, Table, read


def table(tmp_path: Path, content: bytes, name: str = "t.csv", **declared: str) -> Table:
    path = tmp_path / name
    path.write_bytes(content)
    return read(path, name, Format(**declared))


def rows(found: Table) -> list[tuple]:
    return found.rows.drop(ROW).rows()


def test_rows_are_numbered_as_an_editor_shows_them(tmp_path: Path) -> None:
    found = table(tmp_path, b"a,b\n1,2\n3\n4,5,6\n7,8\n")
    assert rows(found) == [("1", "2"), ("7", "8")]
    assert found.rows[ROW].to_list() == [2, 5]
    assert [(b.row, b.code) for b in found.bad] == [(3, "E_RAGGED_ROW"), (4, "E_RAGGED_ROW")]
    assert found.read == 4


def test_the_last_line_needs_no_newline(tmp_path: Path) -> None:
    assert rows(table(tmp_path, b"old,new\nrams.sl,rams.la")) == [("rams.sl", "rams.la")]


def test_quoted_newlines_and_mixed_line_ends(tmp_path: Path) -> None:
    found = table(tmp_path, b'a,b\r\n"x\ny",2\r\n3,"q ""z"""\n')
    assert rows(found) == [("x\ny", "2"), ("3", 'q "z"')]


@pytest.mark.parametrize("mark", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(tmp_path: Path, mark: str) -> None:
    assert rows(table(tmp_path, "a,b\nü,2\n".encode(mark))) == [("ü", "2")]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters_are_found_in_the_header(tmp_path: Path, delimiter: str) -> None:
    content = f"a{delimiter}b\n1{delimiter}2,5\n".encode()
    assert rows(table(tmp_path, content)) == [("1", "2,5")]


def test_a_declared_encoding(tmp_path: Path) -> None:
    content = "a,b\nMüller,2\n".encode("cp1252")
    assert rows(table(tmp_path, content, encoding="cp1252")) == [("Müller", "2")]


def test_a_file_in_another_encoding_is_refused_with_row_and_byte(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"t\.csv:2: is not UTF-8: byte 2 .*cp1252"):
        table(tmp_path, "a,b\nMüller,2\n".encode("cp1252"))


def test_a_few_lines_in_another_encoding_are_set_aside(tmp_path: Path) -> None:
    content = b"a,b\n" + b"1,2\n" * 200 + "Müller,2\n".encode("cp1252") + b"5,6\n"
    found = table(tmp_path, content)
    assert [(b.row, b.code) for b in found.bad] == [(202, "E_ENCODING")]
    assert found.rows.height == 201
    assert found.rows[ROW].to_list()[-1] == 203


REFUSED = {
    "an empty file": (b"", "is empty"),
    "a column twice": (b"a,a\n1,2\n", "names 'a' twice"),
    "a column twice in another case": (b"Email,email\n1,2\n", "also written 'Email'"),
    "a column without a name": (b"a,,c\n1,2,3\n", "no name"),
    "no header": (b"1,2\n3,4\n", "no header"),
    "a separator line": (b"sep=;\na;b\n", "instead of a header"),
    "a quote that never closes": (b'a,b\n1,"x\n2,3\n', "never closed"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_whole(tmp_path: Path, case: str) -> None:
    content, message = REFUSED[case]
    with pytest.raises(FileError, match=message):
        table(tmp_path, content)


def test_a_missing_file_names_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "Contact.csv").write_text("a\n1\n")
    with pytest.raises(FileError, match=r"no such file\. The folder holds: Contact\.csv"):
        read(tmp_path / "Contacts.csv", "Contacts.csv", Format())


def test_json_lines_keep_numbers_exact_and_name_bad_lines(tmp_path: Path) -> None:
    content = b'{"a":12345678901234567890,"b":{"c":true}}\n{"a":1,"a":2}\n[1]\nnope\n\n{"a":null}\n'
    found = table(tmp_path, content, "t.jsonl")
    assert found.rows.to_dicts() == [
        {"a": "12345678901234567890", "b.c": "true", ROW: 1},
        {"a": None, "b.c": None, ROW: 6},
    ]
    assert [(b.row, b.code) for b in found.bad] == [
        (2, "E_DUP_KEY"),
        (3, "E_JSON"),
        (4, "E_JSON"),
    ]


def test_a_key_that_only_later_lines_have(tmp_path: Path) -> None:
    lines = b'{"a":"1"}\n' * 500 + b'{"a":"2","groupId":"w1"}\n'
    found = table(tmp_path, lines, "t.jsonl")
    assert found.rows["groupId"].drop_nulls().to_list() == ["w1"]


def test_deep_json_is_one_bad_line(tmp_path: Path) -> None:
    found = table(tmp_path, b"[" * 100_000 + b"\n" + b'{"a":"1"}\n', "t.jsonl")
    assert [b.code for b in found.bad] == ["E_JSON"]
    assert found.rows.height == 1


def test_parquet_becomes_text(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"at": ["2026-03-01T09:30:00"], "n": [2**60], "ok": [True], "tags": [["a", "b"]]}
    ).with_columns(pl.col("at").str.to_datetime())
    frame.write_parquet(tmp_path / "t.parquet")
    found = read(tmp_path / "t.parquet", "t.parquet", Format())
    assert rows(found) == [
        ("2026-03-01T09:30:00.000000Z", "1152921504606846976", "true", '["a", "b"]')
    ]


def test_a_truncated_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 and nothing more")
    with pytest.raises(FileError, match="not a Parquet file"):
        read(tmp_path / "t.parquet", "t.parquet", Format())
