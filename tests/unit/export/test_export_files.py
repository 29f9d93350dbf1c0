"""Files of an export: what CSV looks like, and that files and manifest agree."""

from __future__ import annotations

import csv
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from identity.export.files import write_manifest, write_table


def rows() -> pl.DataFrame:
    moment = datetime(2026, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC)
    return pl.DataFrame(
        {
            "name": ["Ünal, Ann", 'says "hi"\nthere', None, "=1+1", ""],
            "at": [moment, None, moment, None, None],
            "yes": [True, False, None, True, True],
            "parts": [["a,b", "ü"], [], None, ["c"], ["d"]],
            "share": [0.1, 1e-9, None, 2.0, 3.0],
        },
        schema_overrides={"at": pl.Datetime("ms", "UTC")},
    )


def test_csv_is_what_an_analyst_expects(tmp_path: Path) -> None:
    write_table(tmp_path, "things", rows(), format="csv")
    content = (tmp_path / "things.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    with (tmp_path / "things.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file, strict=True))
    assert [r["name"] for r in read] == ["Ünal, Ann", 'says "hi"\nthere', "", "=1+1", ""]
    assert read[0]["at"] == "2026-03-01T09:30:00.250Z"
    assert datetime.fromisoformat(read[0]["at"]) == rows()["at"][0]
    assert [r["yes"] for r in read] == ["true", "false", "", "true", "true"]
    assert [json.loads(r["parts"] or "null") for r in read] == [
        ["a,b", "ü"],
        [],
        None,
        ["c"],
        ["d"],
    ]
    assert [float(r["share"] or "nan") for r in read[:2]] == [0.1, 1e-9]


def test_only_fields_that_must_be_are_quoted(tmp_path: Path) -> None:
    plain = pl.DataFrame({"a": ["x y", "x,y"], "b": ["1", "2"]})
    write_table(tmp_path, "plain", plain, format="csv")
    assert (tmp_path / "plain.csv").read_text() == 'a,b\nx y,1\n"x,y",2\n'


def test_parquet_keeps_values_and_types(tmp_path: Path) -> None:
    write_table(tmp_path, "things", rows(), format="parquet")
    read = pl.read_parquet(tmp_path / "things.parquet")
    assert read.equals(rows())
    assert read.schema == rows().schema


def test_the_manifest_names_each_file_with_its_digest(tmp_path: Path) -> None:
    written = [write_table(tmp_path, "things", rows(), format="csv")]
    write_manifest(tmp_path, written, run=3, as_of="2026-06-30T00:00:00Z")
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    content = (tmp_path / "things.csv").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    assert manifest["files"] == [{"file": "things.csv", "rows": 5, "sha256": digest}]
    assert manifest["run"] == 3


def test_nothing_unfinished_stays(tmp_path: Path) -> None:
    write_table(tmp_path, "things", rows(), format="csv")
    write_table(tmp_path, "things", rows(), format="parquet")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["things.csv", "things.parquet"]
