"""`identity resolve --evidence`: time and memory of the whole process, and its digest.

    python -m bench.resolve --edges 1000000 [--edges 10000000] [--check]

``--check`` compares every canonical identifier and every refused edge with the sequential
reference (`bench.sequential`); at ten million edges that takes minutes and 20 GB.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import polars as pl

from bench import common, sequential
from identity.generate import generate_evidence

FOLDER = Path(gettempdir()) / "identity-bench"


def inputs(edges: int) -> Path:
    """Generate the input once and keep it."""
    folder = FOLDER / f"evidence-{edges}"
    if not (folder / "truth.parquet").is_file():
        generate_evidence(folder, edges=edges)
    return folder


def command(folder: Path, out: Path) -> list[str]:
    """Give the command line that is measured."""
    return [
        str(Path(sys.executable).parent / "identity"),
        "resolve",
        "--evidence",
        str(folder / "evidence.parquet"),
        "--anchors",
        str(folder / "anchors.parquet"),
        "--cannot-link",
        str(folder / "cannot_link.parquet"),
        "--out",
        str(out),
    ]


def digest(resolved: pl.DataFrame, refused: pl.DataFrame) -> str:
    """Hash all rows of a result."""
    total = hashlib.sha256()
    for frame in (resolved.sort("identifier"), refused.sort("src", "dst")):
        total.update(frame.write_csv().encode())
    return total.hexdigest()[:16]


def reference(folder: Path) -> str:
    """Give the digest of the sequential reference."""
    canonical, refused = sequential.resolve(
        pl.read_parquet(folder / "evidence.parquet").iter_rows(),
        pl.read_parquet(folder / "anchors.parquet").iter_rows(),
        pl.read_parquet(folder / "cannot_link.parquet").iter_rows(),
    )
    resolved = pl.DataFrame({"identifier": list(canonical), "canonical": list(canonical.values())})
    rows = [(a, b, s, c) for (a, b), (s, c) in refused.items()]
    schema = {"src": pl.String, "dst": pl.String, "strength": pl.Float64, "constraint": pl.String}
    return digest(resolved, pl.DataFrame(rows, schema=schema, orient="row"))


def pairs(rows: pl.DataFrame, *columns: str) -> int:
    """Count the pairs that share the given columns."""
    sizes = rows.group_by(columns).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def accuracy(folder: Path, resolved: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Give pairwise precision, recall and F1 against the generated truth, by plane."""
    truth = pl.read_parquet(folder / "truth.parquet").drop_nulls("entity")
    joined = truth.join(resolved, on="identifier")
    found = {}
    for (plane,), rows in joined.group_by("plane"):
        both = pairs(rows, "entity", "canonical")
        precision = both / max(pairs(rows, "canonical"), 1)
        recall = both / max(pairs(rows, "entity"), 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-12)
        values = {"precision": precision, "recall": recall, "f1": f1}
        found[str(plane)] = {k: round(v, 4) for k, v in values.items()}
    return found


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, action="append", default=None)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    figures, details = [], {}
    for edges in options.edges or [1_000_000]:
        folder, out = common.apart(inputs, edges), FOLDER / f"out-{edges}"
        for way, option in (("", "--no-fast"), (" [fast]", "--fast")):
            name = f"resolve {edges:,} edges{way}"
            line = [*command(folder, out), option]
            figures.append(common.measure(name, line, runs=options.runs))
            details[name] = common.apart(described, folder, out)
            print(details[name])
        digests = {d["digest"] for d in details.values() if d["edges"] == edges}
        if len(digests) > 1:
            sys.exit(f"compiled and plain code give different results: {sorted(digests)}")
        if options.check:
            expected = common.apart(reference, folder)
            equal = digests == {expected}
            for one in details.values():
                if one["edges"] == edges:
                    one["equals_sequential_reference"] = equal
            print(f"sequential reference {expected}: {equal}")
            if not equal:
                sys.exit("the digests differ")
    print(common.save("resolve", figures, details=details))


def described(folder: Path, out: Path) -> dict[str, Any]:
    """Say what a run gave: numbers, digest, accuracy."""
    resolved = pl.read_parquet(out / "resolved.parquet")
    refused = pl.read_parquet(out / "refused.parquet")
    return {
        "edges": int(
            pl.scan_parquet(folder / "evidence.parquet").select(pl.len()).collect().item()
        ),
        "identifiers": resolved.height,
        "clusters": resolved["canonical"].n_unique(),
        "refused": refused.height,
        "digest": digest(resolved, refused),
        "accuracy": accuracy(folder, resolved),
    }


if __name__ == "__main__":
    main()
