"""Writes the reference pages that are made from the code: rules, questions, configuration, graph.

``python -m tools.reference_pages`` writes them; with ``--check`` it exits 1 where one is stale.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from identity.config import Config
from identity.explain.why import CONSTRAINTS
from identity.model.evidence import EVIDENCE_RULES, PLANE_OF_EDGE
from identity.model.rules import RULES
from identity.model.schema import SCHEMA, Property
from identity.resolve.domains import CLASSES
from identity.resolve.reviews.model import QUESTIONS
from identity.resolve.suggest.weights import COMPANIES, LISTED, PEOPLE

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"


def rules_page() -> str:
    """Render the tables of evidence rules and of constraints."""
    lines = [
        "# Rules",
        "",
        "Made from `identity/model/rules.py`, `identity/model/evidence.py` and",
        "`identity/explain/why.py`.",
        "",
        "| rule | version | kind | name | says |",
        "|---|---|---|---|---|",
        *(
            f"| {r.id} | {r.version} | {r.kind.value} | {r.name} | {r.doc} |"
            for r in RULES.values()
        ),
        "",
        "## Evidence",
        "",
        "Evidence is taken strongest class first, live before ended, then by priority, then by",
        "when it was first seen; ties go by identifier.",
        "",
        "| rule | version | plane | class, primary CRM | class, other source | priority | says |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in EVIDENCE_RULES.values():
        plane = PLANE_OF_EDGE[rule.edge].value
        lines.append(
            f"| `{rule.id}` | {rule.version} | {plane} | {rule.primary.word} | {rule.other.word} "
            f"| {rule.priority} | {rule.doc} |"
        )
    lines += ["", "## What refuses evidence", "", "| constraint | because |", "|---|---|"]
    lines += [f"| `{name}` | {reason} |" for name, reason in CONSTRAINTS.items()]
    lines += ["", "## Classes of domains", "", "| class | stands for |", "|---|---|"]
    lines += [f"| `{name}` | {doc} |" for name, doc in CLASSES]
    lines += ["| `business` | everything else: may found a company |", ""]
    return "\n".join(lines)


def reviews_page() -> str:
    """Render the questions that wait for people, and what weighs in suggestions."""
    lines = [
        "# Questions and their weights",
        "",
        "Made from `identity/resolve/reviews/model.py` and `identity/resolve/suggest/weights.py`.",
        "",
        "A question is ranked by the value of the deals concerned times its weight, a suggestion",
        "by that value times its score. What is `probabilistic` never merges by itself.",
        "",
        "| question | method | weight | asks |",
        "|---|---|---|---|",
        *(f"| `{q.name}` | {q.method.value} | {q.weight} | {q.doc} |" for q in QUESTIONS.values()),
        "",
        "## What weighs in suggestions",
        "",
        "Bits: the logarithm to base 2 of how much likelier a level is among pairs that are one",
        "than among those that are not. A pair starts at the prior; the score is the chance that",
        f"the sum stands for, and below {LISTED} nothing is suggested. `identity reviews show`",
        "lists what a pair reached. Measured on public data: [truth sets](truth-sets.md).",
    ]
    for title, weighing in (("People", PEOPLE), ("Companies", COMPANIES)):
        lines += ["", f"### {title}, prior {weighing.prior:+g} bits", ""]
        lines += ["| feature | level: bits |", "|---|---|"]
        for feature, levels in weighing.features.items():
            told = ", ".join(f"{level} {bits:+g}" for level, bits in levels.items())
            lines.append(f"| `{feature}` | {told} |")
    return "\n".join([*lines, ""])


def config_schema() -> str:
    """Give the JSON Schema of ``identity.yaml``."""
    schema = Config.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "identity.yaml"
    schema["properties"].pop("folder", None)
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def model_page() -> str:
    """Render the graph's schema."""
    lines = [
        "# The graph",
        "",
        "Made from `identity/model/schema*.py`. Every label, edge and property is one of three",
        "states: **fact** (never overwritten by a stage), **derived** (dropped and rebuilt to the",
        "same digest) or **log** (appended, never rebuilt).",
        "",
        "## Nodes",
    ]
    for label in SCHEMA.labels.values():
        owner = f", added to `{label.extends}`" if label.extends else ""
        lines += ["", f"### {label.name}", "", f"{label.doc} *{label.state.value}*{owner}."]
        lines += _properties(label.properties, label.state.value)
    lines += ["", "## Relationships"]
    for edge in SCHEMA.edges.values():
        ends = f"({'|'.join(edge.start)})-[:{edge.name}]->({'|'.join(edge.end)})"
        lines += ["", f"### {edge.name}", "", f"`{ends}` {edge.doc} *{edge.state.value}*."]
        lines += _properties(edge.properties, edge.state.value)
    return "\n".join([*lines, ""])


def _properties(properties: tuple[Property, ...], state: str) -> Iterator[str]:
    if not properties:
        return
    yield from ("", "| property | type | state | personal data | means |", "|---|---|---|---|---|")
    for p in properties:
        own = p.state.value if p.state is not None else state
        mark = " (volatile)" if p.volatile else ""
        yield f"| `{p.name}` | {p.kind} | {own}{mark} | {p.pii.value} | {p.doc} |"


def pages() -> dict[Path, str]:
    """Give all pages with their content."""
    return {
        REFERENCE / "rules.md": rules_page(),
        REFERENCE / "graph.md": model_page(),
        REFERENCE / "reviews.md": reviews_page(),
        REFERENCE / "identity.schema.json": config_schema(),
    }


def main() -> None:
    """Write or check the pages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for path, content in pages().items():
        if not path.is_file() or path.read_text(encoding="utf-8") != content:
            stale.append(str(path.relative_to(ROOT)))
            if not check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
    print("\n".join(stale) or "all pages are current")
    if check and stale:
        sys.exit(1)


if __name__ == "__main__":
    main()
