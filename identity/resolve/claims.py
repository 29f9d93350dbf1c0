"""Claims: who carries which address and who works where, as memberships are read off it.

A `View` says which company an account, workspace or host stands for; `gather` reads the claims of
records and people under a view, over codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from identity.model.evidence import EMAIL_CLAIMS
from identity.resolve.codes import Ints, Nodes
from identity.resolve.decisions import Decisions
from identity.resolve.facts import Facts
from identity.resolve.intervals import Tenure
from identity.resolve.plane import OUTSIDE
from identity.resolve.spans import ALWAYS, Span


@dataclass(frozen=True, slots=True)
class Association:
    """A record's explicit association with a company, or one that a person decided."""

    company: int
    span: Span
    source: str
    role: str | None
    primary: bool
    to: int


@dataclass(frozen=True, slots=True)
class View:
    """What memberships need to know of companies and addresses.

    ``company``: code of an account, workspace or host to its company's label, `OUTSIDE` without;
    ``tenures``: code of a host to its tenures where it changed hands; ``host``: code of an e-mail
    to that of its host; ``closed``: hosts that give no membership (ambiguous, or of a class that
    founds nothing); ``additive``: hosts whose membership is never suppressed.
    """

    company: Ints
    tenures: Mapping[int, list[Tenure]]
    host: Mapping[int, int]
    closed: frozenset[int]
    additive: frozenset[int]


@dataclass(slots=True)
class Claims:
    """Who carries which address, and who works where, by codes.

    ``assigned`` and ``chosen`` are what people decided: the companies that an identifier's contact
    was assigned to, and the one chosen as its primary, with the place of the choice among all.
    """

    records_of: dict[int, list[tuple[int, str, str, Span]]] = field(default_factory=dict)
    works_at: dict[int, list[Association]] = field(default_factory=dict)
    workspaces: dict[int, list[Association]] = field(default_factory=dict)
    assigned: dict[int, list[Association]] = field(default_factory=dict)
    chosen: dict[int, tuple[int, int]] = field(default_factory=dict)


def gather(nodes: Nodes, facts: Facts, decisions: Decisions, view: View) -> Claims:
    """Gather claims on addresses and associations; withdrawn ones say nothing."""
    claims = Claims()
    alive = ~pl.col("withdrawn").fill_null(False)
    carried = facts.evidence.filter(pl.col("rule").is_in(list(EMAIL_CLAIMS)) & alive)
    codes = zip(
        nodes.codes(carried["src"]).tolist(), nodes.codes(carried["dst"]).tolist(), strict=True
    )
    columns = carried.select("rule", "source", "from_ms", "until_ms").iter_rows()
    for (record, email), (rule, source, start, end) in zip(codes, columns, strict=True):
        claims.records_of.setdefault(email, []).append((record, rule, source, (start, end)))
    works = facts.relations.filter((pl.col("edge") == "WORKS_AT") & alive)
    ends = zip(nodes.codes(works["src"]).tolist(), nodes.codes(works["dst"]).tolist(), strict=True)
    rows = works.select("dst", "source", "role", "primary", "from_ms", "until_ms").iter_rows()
    for (src, dst), (to, source, role, primary, start, end) in zip(ends, rows, strict=True):
        company = int(view.company[dst])
        if company == OUTSIDE:
            continue
        found = Association(company, (start, end), source, role, bool(primary), dst)
        kind = claims.workspaces if to.startswith("workspace:") else claims.works_at
        kind.setdefault(src, []).append(found)
    _decided(claims, nodes, decisions, view)
    return claims


def _decided(claims: Claims, nodes: Nodes, decisions: Decisions, view: View) -> None:
    for left, right in decisions.assigned:
        company, to = _company(nodes, view, right)
        if company != OUTSIDE:
            found = Association(company, ALWAYS, "decision", None, False, to)
            claims.assigned.setdefault(nodes.code(left), []).append(found)
    for place, (left, right) in enumerate(decisions.primary):
        # a later choice replaces an earlier one, also by one that names no company
        claims.chosen[nodes.code(left)] = (place, _company(nodes, view, right)[0])


def _company(nodes: Nodes, view: View, identifier: str) -> tuple[int, int]:
    code = nodes.code(identifier)
    return (int(view.company[code]) if code >= 0 else OUTSIDE), code
