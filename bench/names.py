"""Company names: 100,000 as people write them against the million of a register.

    python -m bench.names [--names 1000000] [--queries 100000]

Measures the whole process (Parquet in, Parquet out: reading, indexing, searching), and the search
alone; precision, recall and F1 of the best candidate of each query at the product's threshold. The
data is generated (`bench.names_data`): with slips of the pen, words left out, swapped, run together
or apart; three queries in ten mean no name of the register.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import gettempdir

import polars as pl

from bench import common, names_data
from identity.resolve.suggest.token_index import ALIKE, index_of, search

FOLDER = Path(gettempdir()) / "identity-bench"


def inputs(names: int, queries: int) -> Path:
    """Make the data, once."""
    folder = FOLDER / f"names-{names}-{queries}"
    if not (folder / "queries.parquet").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        data = names_data.make(names, queries)
        pl.DataFrame({"name": data.names}).write_parquet(folder / "names.parquet")
        asked = pl.DataFrame({"name": data.queries, "truth": data.truth})
        asked.write_parquet(folder / "queries.parquet")
    return folder


def once(folder: Path) -> None:
    """Index and search; what the whole process does."""
    names = pl.read_parquet(folder / "names.parquet")["name"]
    queries = pl.read_parquet(folder / "queries.parquet")["name"]
    started = time.perf_counter()
    index = index_of(names)
    indexed = time.perf_counter()
    found = search(index, queries)
    searched = time.perf_counter()
    found.write_parquet(folder / "found.parquet")
    pl.DataFrame({"index_s": [indexed - started], "search_s": [searched - indexed]}).write_parquet(
        folder / "times.parquet"
    )


def accuracy(folder: Path) -> dict[str, float]:
    """Give precision, recall and F1 of each query's best candidate."""
    truth = pl.read_parquet(folder / "queries.parquet").with_row_index("query")
    truth = truth.select(pl.col("query").cast(pl.Int64), "truth")
    found = pl.read_parquet(folder / "found.parquet").filter(pl.col("score") >= ALIKE)
    best = found.sort("query", "score", "name", descending=[False, True, False]).unique(
        "query", keep="first", maintain_order=True
    )
    right = best.join(truth, on="query").filter(pl.col("name") == pl.col("truth")).height
    precision = right / max(best.height, 1)
    recall = right / max(truth.filter(pl.col("truth") >= 0).height, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-12)
    return {k: round(v, 4) for k, v in (("precision", precision), ("recall", recall), ("f1", f1))}


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--names", type=int, default=1_000_000)
    parser.add_argument("--queries", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once is not None:
        once(options.once)
        return
    folder = inputs(options.names, options.queries)
    command = [sys.executable, "-m", "bench.names", "--once", str(folder)]
    name = f"{options.queries:,} names against {options.names:,}"
    figure = common.measure(name, command, runs=options.runs)
    times = pl.read_parquet(folder / "times.parquet").row(0, named=True)
    details = {**{k: round(v, 3) for k, v in times.items()}, "accuracy": accuracy(folder)}
    print(details)
    print(common.save("names", [figure], details={name: details}))


if __name__ == "__main__":
    main()
