"""Recycled addresses and domains: who held an identifier before its present owner (R45).

Evidence that ended and was refused, because its identifier belongs elsewhere now, gives the old
owner the time before the new stint began. Stints may alternate; almost every identifier has none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS, EMAIL_CLAIMS, OWN_EMAIL
from identity.resolve.codes import Bools, Ints, Nodes
from identity.resolve.company import Companies
from identity.resolve.domains import Units
from identity.resolve.person import People
from identity.resolve.plane import OUTSIDE, Solution
from identity.resolve.spans import Span

Tenure = tuple[int, Span]
"""The code of an entity's label, and the span in which it holds the identifier."""


@dataclass(frozen=True, slots=True)
class Stint:
    """A cluster's claim on an identifier, by source time; ``until_ms`` is None while it holds."""

    cluster: int
    start_ms: int
    until_ms: int | None


def tenures(stints: Iterable[Stint]) -> list[Tenure]:
    """Turn stints into tenures: each lasts until another cluster's next stint begins."""
    ordered = sorted(stints, key=lambda s: (s.start_ms, s.cluster))
    turns: list[Stint] = []
    for stint in ordered:
        if not turns or turns[-1].cluster != stint.cluster:
            turns.append(stint)
    found: list[Tenure] = []
    for position, turn in enumerate(turns):
        start = None if position == 0 else turn.start_ms
        end = turns[position + 1].start_ms if position + 1 < len(turns) else None
        if start is None or end is None or start < end:
            found.append((turn.cluster, (start, end)))
    return found


def of_emails(
    nodes: Nodes, people: People, evidence: pl.DataFrame, founds: Bools
) -> dict[int, list[Tenure]]:
    """Give the tenures of addresses that moved from one live record to another's primary claim.

    ``founds`` says which clusters are contacts. One that a person kept the address away from never
    had it.
    """
    refused = people.refused.filter(
        pl.col("ended")
        & pl.col("rule").is_in(list(EMAIL_CLAIMS))
        & (pl.col("one") != OUTSIDE)
        & (pl.col("two") != OUTSIDE)
    )
    live = nodes.frame.filter(pl.col("live")).select(a="code")
    refused = refused.join(live, on="a", how="semi")
    refused = refused.filter(pl.Series(founds[refused["one"].to_numpy()], dtype=pl.Boolean))
    refused = refused.join(_kept_away(people.solution), on=["b", "one"], how="anti")
    if refused.is_empty():
        return {}
    claims = _claims(nodes, people.cluster, evidence, EMAIL_CLAIMS, set(refused["b"].to_list()))
    found: dict[int, list[Tenure]] = {}
    for code in sorted(set(refused["b"].to_list())):
        owner = int(people.cluster[code])
        own = [(s, rule) for s, rule in claims.get(code, []) if s.cluster == owner]
        starts = [s.start_ms for s, rule in own if s.until_ms is None and rule in OWN_EMAIL]
        kept = [s for s, _ in own]
        old = [
            Stint(one, seen, until)
            for one, seen, until in refused.filter(pl.col("b") == code)
            .select("one", "first_seen_ms", "until_ms")
            .iter_rows()
            if any(until <= start for start in starts) and not _overlaps(seen, until, kept)
        ]
        if old:
            found[code] = tenures([*old, *kept])
    return found


def _kept_away(solution: Solution) -> pl.DataFrame:
    """Give identifiers (b) with the clusters (one) that a person kept them away from."""
    bans = solution.problem.bans
    both = np.concatenate([bans, bans[:, ::-1]])
    return pl.DataFrame(
        {"b": both[:, 0], "one": solution.cluster[both[:, 1]]},
        schema={"b": pl.Int64, "one": pl.Int64},
    ).unique()


def _overlaps(start: int, until: int, others: Iterable[Stint]) -> bool:
    return any(
        start < (o.until_ms if o.until_ms is not None else until + 1) and o.start_ms < until
        for o in others
    )


def _claims(
    nodes: Nodes,
    cluster: Ints,
    evidence: pl.DataFrame,
    rules: frozenset[str],
    targets: set[int],
) -> dict[int, list[tuple[Stint, str]]]:
    """Give, per identifier, the stints of records that claim it and are in some cluster."""
    rows = evidence.filter(
        pl.col("rule").is_in(list(rules)) & ~pl.col("withdrawn").fill_null(False)
    )
    rows = rows.with_columns(
        a=pl.Series(nodes.codes(rows["src"])), b=pl.Series(nodes.codes(rows["dst"]))
    )
    found: dict[int, list[tuple[Stint, str]]] = {}
    columns = rows.select("a", "b", "rule", "first_seen_ms", "until_ms")
    for a, b, rule, seen, until in columns.iter_rows():
        if b in targets and cluster[a] != OUTSIDE:
            found.setdefault(b, []).append((Stint(int(cluster[a]), seen or 0, until), rule))
    return found


@dataclass(frozen=True, slots=True)
class DomainTenures:
    """Tenures of units that changed hands, and units whose claims overlapped (a review each)."""

    of: dict[str, list[Tenure]]
    overlapping: dict[str, tuple[str, ...]]


def of_domains(
    nodes: Nodes, companies: Companies, unit: Units, evidence: pl.DataFrame
) -> DomainTenures:
    """Give the tenures of domains that a live account gave up and another one claims now."""
    rows = evidence.filter(
        pl.col("rule").is_in(list(DOMAIN_CLAIMS))
        & ~pl.col("withdrawn").fill_null(False)
        & pl.col("dst").str.starts_with("domain:")
    )
    live = nodes.frame.filter(pl.col("live")).select(src="id")
    rows = rows.join(live, on="src", how="semi")
    ended = rows.filter(pl.col("until_ms").is_not_null())
    places = {unit.of.get(d[7:], d[7:]) for d in ended["dst"].to_list()}
    stints: dict[str, list[tuple[Stint, str]]] = {}
    owners: dict[str, int] = {}
    for src, dst, seen, until in rows.select("src", "dst", "first_seen_ms", "until_ms").iter_rows():
        place = unit.of.get(dst[7:], dst[7:])
        if place in places:
            cluster = int(companies.cluster[nodes.code(src)])
            stints.setdefault(place, []).append((Stint(cluster, seen or 0, until), src))
            # hosts of a unit are one vertex: any of them tells whose it is
            owners[place] = int(companies.cluster[nodes.code(dst)])
    bans = _kept_away(companies.solution)
    banned = zip(nodes.ids(bans["b"].to_numpy()).to_list(), bans["one"].to_list(), strict=True)
    kept_away = {(unit.of.get(host[7:], host[7:]), cluster) for host, cluster in banned}
    found = DomainTenures({}, {})
    for place, claims in sorted(stints.items()):
        held = [(s, a) for s, a in claims if (place, s.cluster) not in kept_away]
        if owners[place] != OUTSIDE:
            _add_tenures(found, place, held, owners[place])
    return found


def _add_tenures(
    found: DomainTenures, place: str, claims: list[tuple[Stint, str]], owner: int
) -> None:
    """Add the tenures of a unit whose present owner claims it since after somebody else did."""
    mine = [s for s, _ in claims if s.cluster == owner]
    began = min((s.start_ms for s in mine if s.until_ms is None), default=None)
    if began is None:
        return
    old = [(s, a) for s, a in claims if s.until_ms is not None and s.cluster != owner]
    before = [s for s, _ in old if s.start_ms < began]
    if before:
        found.of[place] = tenures([*before, *mine])
    overlap = sorted(
        {a for s, a in old if s.until_ms is not None and _overlaps(s.start_ms, s.until_ms, mine)}
    )
    if overlap:
        found.overlapping[place] = tuple(overlap)
