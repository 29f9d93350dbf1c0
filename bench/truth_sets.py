"""Public truth sets: how right the product's merges and suggestions are, and what they miss.

    python -m bench.truth_sets [--data DIR] [--write]

Every set is mapped into a project of its own, as a user would, and run on an embedded store. What
merges by itself is counted, and what there is once all suggestions from `ACCEPTED` on are answered
with `same`. ``--write`` writes ``docs/reference/truth-sets.md``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import truth_febrl, truth_names, truth_restaurants, truth_senzing
from bench.truth_common import ACCEPTED, Report, default_data

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "truth-sets.md"
SETS = (truth_senzing, truth_febrl, truth_restaurants, truth_names)


def reports(data: Path, work: Path) -> list[Report]:
    """Run all sets."""
    return [s.report(data, work / s.__name__.rpartition(".")[2]) for s in SETS]


def page(found: list[Report]) -> str:
    """Render the reference page."""
    lines = [
        "# Public truth sets",
        "",
        "Made by `python -m bench.truth_sets --write`. Precision and recall are over pairs of",
        "records: of the pairs that were joined, how many belong together, and of those that",
        "belong together, how many were joined. *Accepted* answers every suggestion from",
        f"{ACCEPTED} on with `same`; a person would look at each. The sets are not part of this",
        "repository.",
        "",
        "| Set | Records | What | Precision | Recall | F1 |",
        "|---|---|---|---|---|---|",
    ]
    for report in found:
        lines += [
            f"| {report.name} | {report.records:,} | {f.what} | {f.precision:.3f} | {f.recall:.3f} "
            f"| {f.f1:.3f} |"
            for f in report.figures
        ]
    for report in found:
        lines += ["", f"## {report.name}", "", report.about]
        for title, rows in report.listed.items():
            lines += ["", f"{title}:", ""]
            lines += [f"- {row}" for row in rows] or ["- none"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=default_data(os.environ))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if not options.data.is_dir():
        sys.exit(f"no public data sets at {options.data}; set IDENTITY_SHARED_DATA")
    with TemporaryDirectory() as folder:
        text = page(reports(options.data, Path(folder)))
    if options.write:
        PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
