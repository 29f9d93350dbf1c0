"""Writes the table of all edge cases into ``examples/edge_cases/README.md``.

``python -m tools.edge_case_table`` writes it; with ``--check`` it exits 1 where it is stale.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

FOLDER = Path(__file__).parent.parent / "examples" / "edge_cases"
PAGE = FOLDER / "README.md"
BEGIN, END = "<!-- table of the cases -->", "<!-- end of the table -->"


def cases() -> list[tuple[Path, dict[str, Any]]]:
    """Give the cases with their files, in the order of their numbers."""
    yaml = YAML(typ="safe")
    paths = sorted(FOLDER.glob("e*.yaml"), key=lambda p: int(re.findall(r"\d+", p.name)[0]))
    return [(path, yaml.load(path.read_text(encoding="utf-8"))) for path in paths]


def table() -> str:
    """Render the table."""
    lines = ["| case | story | what must come of it | rules |", "|---|---|---|---|"]
    for path, case in cases():
        link = f"[{case['case']}]({path.name})"
        says = " ".join(case["says"].split())
        lines.append(f"| {link} | {case['heading']} | {says} | {', '.join(case['rules'])} |")
    return "\n".join(lines)


def page(text: str) -> str:
    """Put the table into a page, between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        sys.exit(f"{PAGE} lacks the marks {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def main() -> None:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    text = PAGE.read_text(encoding="utf-8")
    wanted = page(text)
    if text == wanted:
        print("the table is current")
    elif check:
        sys.exit(f"{PAGE} is stale: python -m tools.edge_case_table")
    else:
        PAGE.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
