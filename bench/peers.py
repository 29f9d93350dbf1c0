"""The same evidence through what people would run instead: time, memory and accuracy side by side.

    uv sync --all-extras --group bench --inexact
    python -m bench.peers --edges 1000000 [--edges 10000000] [--without networkx ...] [--runs 3]

Each is a whole process that reads Parquet and writes Parquet, one after another, in turn with this
project's own command. The peers find plain connected components: none has constraints, none says
what it refused, none keeps a name between runs. Splink runs twice: on the identifiers as they are,
and on integers that were numbered for it beforehand, the time of which is not counted.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from bench import common
from bench.resolve import FOLDER, accuracy, command, inputs


def with_splink(folder: Path, out: Path) -> None:
    """Splink's clustering, on DuckDB."""
    _splink(folder / "nodes.parquet", folder / "evidence.parquet", out)


def with_splink_on_integers(folder: Path, out: Path) -> None:
    """The same, on integers."""
    _splink(folder / "nodes_int.parquet", folder / "evidence_int.parquet", out)


def _splink(nodes: Path, edges: Path, out: Path) -> None:
    import duckdb
    from splink.backends.duckdb import DuckDBAPI
    from splink.clustering import cluster_pairwise_predictions_at_threshold

    connection = duckdb.connect()
    found = cluster_pairwise_predictions_at_threshold(
        connection.read_parquet(str(nodes)),
        connection.read_parquet(str(edges)),
        DuckDBAPI(connection),
        "identifier",
        "src",
        "dst",
    )
    relation = found.as_duckdbpyrelation().project("identifier, cluster_id AS canonical")
    relation.write_parquet(str(out))


# Every vertex takes the smallest label around it, and then the label of its label, until none
# changes: the min-label algorithm with pointer jumping, in the SQL that one would write.
_NEXT = """
CREATE OR REPLACE TABLE next AS
WITH heard AS (
    SELECT e.b AS vertex, min(l.label) AS label
    FROM edges e JOIN labels l ON l.vertex = e.a GROUP BY ALL
), lower AS (
    SELECT l.vertex, least(l.label, coalesce(h.label, l.label)) AS label
    FROM labels l LEFT JOIN heard h USING (vertex)
)
SELECT o.vertex, least(o.label, p.label) AS label
FROM lower o JOIN lower p ON p.vertex = o.label
"""


def with_duckdb(folder: Path, out: Path) -> None:
    """Connected components in DuckDB's SQL."""
    import duckdb

    db = duckdb.connect()
    db.execute(
        "CREATE TABLE pairs AS SELECT src, dst FROM read_parquet(?)",
        [str(folder / "evidence.parquet")],
    )
    db.execute(
        "CREATE TABLE names AS SELECT row_number() OVER () AS vertex, identifier FROM "
        "(SELECT src AS identifier FROM pairs UNION SELECT dst FROM pairs)"
    )
    db.execute(
        "CREATE TABLE edges AS WITH coded AS (SELECT a.vertex AS a, b.vertex AS b FROM pairs p "
        "JOIN names a ON a.identifier = p.src JOIN names b ON b.identifier = p.dst) "
        "SELECT a, b FROM coded UNION SELECT b, a FROM coded"
    )
    db.execute("CREATE TABLE labels AS SELECT vertex, vertex AS label FROM names")
    changed = 1
    while changed:
        db.execute(_NEXT)
        changed = _one(
            db.execute(
                "SELECT count(*) FROM labels l JOIN next n USING (vertex) WHERE l.label <> n.label"
            )
        )
        db.execute("DROP TABLE labels")
        db.execute("ALTER TABLE next RENAME TO labels")
    db.execute(
        "COPY (SELECT n.identifier, c.identifier AS canonical FROM labels l "
        "JOIN names n USING (vertex) JOIN names c ON c.vertex = l.label) "
        f"TO '{out}' (FORMAT parquet)"
    )


def _one(cursor: Any) -> int:
    return int(cursor.fetchone()[0])


def with_networkx(folder: Path, out: Path) -> None:
    """Connected components of networkx."""
    import networkx as nx

    graph = nx.Graph()
    graph.add_edges_from(_pairs(folder))
    _write(((member, next(iter(c))) for c in nx.connected_components(graph) for member in c), out)


def with_plain_python(folder: Path, out: Path) -> None:
    """Union-find in a dictionary."""
    parent: dict[str, str] = {}

    def root(one: str) -> str:
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        return one

    for src, dst in _pairs(folder):
        parent.setdefault(src, src)
        parent.setdefault(dst, dst)
        a, b = root(src), root(dst)
        if a != b:
            parent[b] = a
    _write(((one, root(one)) for one in parent), out)


def _pairs(folder: Path) -> Iterator[tuple[str, str]]:
    return pl.read_parquet(folder / "evidence.parquet", columns=["src", "dst"]).iter_rows()


def _write(rows: Iterator[tuple[str, str]], out: Path) -> None:
    schema = {"identifier": pl.String, "canonical": pl.String}
    pl.DataFrame(list(rows), schema=schema, orient="row").write_parquet(out)


PEERS: dict[str, Callable[[Path, Path], None]] = {
    "splink": with_splink,
    "splink-integers": with_splink_on_integers,
    "duckdb": with_duckdb,
    "networkx": with_networkx,
    "python": with_plain_python,
}


def prepare(edges: int) -> Path:
    """Generate the input, and what only peers need of it: nodes, and all in integers."""
    folder = inputs(edges)
    if (folder / "evidence_int.parquet").is_file():
        return folder
    evidence = pl.scan_parquet(folder / "evidence.parquet")
    ends = [evidence.select(identifier=end) for end in ("src", "dst")]
    nodes = pl.concat(ends).unique(maintain_order=True).collect()
    nodes.write_parquet(folder / "nodes.parquet")
    numbered = nodes.with_row_index("code").with_columns(pl.col("code").cast(pl.Int64))
    numbered.select(identifier="code").write_parquet(folder / "nodes_int.parquet")
    numbered.write_parquet(folder / "codes.parquet")
    coded = evidence.collect()
    for end in ("src", "dst"):
        known = numbered.rename({"identifier": end, "code": f"{end}_code"})
        coded = coded.join(known, on=end, how="left", maintain_order="left")
    coded.select(src="src_code", dst="dst_code").write_parquet(folder / "evidence_int.parquet")
    return folder


def named(folder: Path, found: pl.DataFrame) -> pl.DataFrame:
    """Give identifiers their text again where a peer worked on integers."""
    if found.schema["identifier"] == pl.String:
        return found
    codes = pl.read_parquet(folder / "codes.parquet")
    return found.join(codes, left_on="identifier", right_on="code").select(
        identifier="identifier_right", canonical="canonical"
    )


def main() -> None:
    """Measure all, or be one of them (``--be``) as a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, action="append")
    parser.add_argument("--without", action="append", default=[], choices=list(PEERS))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--be", nargs=3, metavar=("PEER", "FOLDER", "OUT"))
    options = parser.parse_args()
    if options.be:
        peer, folder, out = options.be
        PEERS[peer](Path(folder), Path(out))
        return
    figures: list[common.Figure] = []
    details: dict[str, Any] = {}
    for edges in options.edges or [1_000_000]:
        folder = common.apart(prepare, edges)
        for name, line, out in _lines(folder, [p for p in PEERS if p not in options.without]):
            figure = common.measure(f"{name}, {edges:,} edges", line, runs=options.runs)
            figures.append(figure)
            details[figure.name] = {"accuracy": common.apart(_accuracy, folder, out)}
            print(details[figure.name])
    versions = {p: importlib.metadata.version(p) for p in ("splink", "duckdb", "networkx")}
    print(common.save("peers", figures, details=details, versions=versions))


def _lines(folder: Path, peers: list[str]) -> Iterator[tuple[str, list[str], Path]]:
    """Give what is run: its name, its command line, the file it writes."""
    for way, option in (("identity", "--no-fast"), ("identity [fast]", "--fast")):
        out = FOLDER / f"peer-{option}"
        yield way, [*command(folder, out), option], out / "resolved.parquet"
    for peer in peers:
        out = FOLDER / f"peer-{peer}.parquet"
        yield peer, [sys.executable, "-m", "bench.peers", "--be", peer, str(folder), str(out)], out


def _accuracy(folder: Path, out: Path) -> dict[str, dict[str, float]]:
    return accuracy(folder, named(folder, pl.read_parquet(out)))


if __name__ == "__main__":
    main()
