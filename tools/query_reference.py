"""Writes the reference of the analysts' queries from their headers.

``python -m tools.query_reference`` writes it; with ``--check`` it exits 1 where it is stale.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from identity.store import queries

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "reference" / "queries.md"

GROUPS = {
    "Journeys": (
        "stage_journey",
        "touches_to_stage",
        "time_to_first_touch_before_stage",
        "top_paths",
        "drop_paths",
        "markov_graph",
        "exposure_influence",
        "content_to_stage",
        "anonymous_backfill",
    ),
    "Credit": (
        "credit_by",
        "model_compare",
        "stage_credit",
        "first_touch_mix",
        "last_non_direct_mix",
        "assist_ratio",
        "influenced_stages",
        "campaign_overlap",
        "self_reported_vs_tracked",
    ),
    "Cost and return": (
        "roi_by",
        "cohort_roi",
        "cost_per",
        "cac",
        "cac_payback",
        "spend_without_sessions",
        "sessions_without_spend",
    ),
    "The funnel": (
        "stage_count_trend",
        "velocity",
        "win_rate_by",
        "multi_thread_lift",
    ),
    "Companies and people": (
        "buying_committee",
        "engaged_accounts_without_stage",
        "penetration",
        "company_only_activity",
        "merged_company_effect",
    ),
    "Audits": (
        "sum_check",
        "coverage",
        "attribution_diff",
        "duplicate_credit_audit",
        "direct_share_audit",
        "stage_skip_audit",
    ),
}

INTRODUCTION = """\
# Queries for analysts

Made from the headers of `cypher/analyst/*.cypher` by `python -m tools.query_reference`. The names
are stable. Every query runs on both stores with equal rows.

    identity query list
    identity query credit_by --param dim=channel --param model=linear --param stage_kind=won \\
        --param from_month=2026-01 --param to_month=2026-06

In the Neo4j Browser set the parameters first (`:param stage_kind => 'won'`) and paste the file.
How to write one's own: [journeys in Cypher](../how-to/journeys.md).

What holds for all of them:

- Amounts (`…_minor`) are minor units of the base currency: cents, not euros.
- Months are written `2026-01`; `from_month` and `to_month` belong to the period. `0000` and `9999`
  leave it open.
- Credit is that which holds now; `attribution_diff` compares it with the state before.
- What no session earned stands under `unattributed`; a journey without sessions under
  `(no journey)`, an unknown value under `(not set)`.
- A median or a 90th percentile is a value that occurs (nearest rank), never one in between.
- Ratios are null where there is nothing to divide by.
- Lists are written with commas on the command line: `--param kinds=mql,sql,won`.

The removal effect of channels needs a matrix and is no Cypher: the attribution model `markov` is
made of it. `markov_graph` gives transitions for a drawing.
"""


def page() -> str:
    """Render the page.

    Raises:
        KeyError: a query belongs to no group, or a group names one that is not there.
    """
    known = {name.partition("/")[2] for name in queries.names("analyst")}
    grouped = [name for names in GROUPS.values() for name in names]
    odd = sorted(known.symmetric_difference(grouped))
    if odd:
        raise KeyError(f"{', '.join(odd)}: correct the groups of {__name__}")
    lines = [INTRODUCTION]
    for group, names in GROUPS.items():
        lines += [f"## {group}", ""]
        for name in names:
            lines += [*_query(name), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _query(name: str) -> Iterator[str]:
    query = queries.load(f"analyst/{name}")
    yield f"### {name}"
    yield ""
    yield query.purpose
    yield ""
    yield f"- takes: {_listed(query.params) or 'nothing'}"
    yield f"- gives: {_listed(query.returns)}"
    yield f"- text: [`{name}.cypher`](../../cypher/analyst/{name}.cypher)"


def _listed(pairs: dict[str, str]) -> str:
    return ", ".join(
        f"`{name}` {kind.replace('<', ' of ').rstrip('>')}" for name, kind in pairs.items()
    )


def main() -> None:
    """Write or check the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.query_reference", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, exit 1 if stale")
    check = parser.parse_args().check
    current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page()
    if not current and not check:
        PAGE.parent.mkdir(parents=True, exist_ok=True)
        PAGE.write_text(page(), encoding="utf-8")
    print("is current" if current else "is stale" if check else f"wrote {PAGE}")
    if check and not current:
        sys.exit(1)


if __name__ == "__main__":
    main()
