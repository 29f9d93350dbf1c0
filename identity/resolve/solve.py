"""Solve: both planes, which companies exist, who carries and works where; still in codes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from identity.model.identifiers import Plane
from identity.resolve import company, founding, intervals, memberships, standing
from identity.resolve.claims import Claims, View, gather
from identity.resolve.codes import Ints, Nodes, evidence_of, number
from identity.resolve.decisions import Decisions, effective
from identity.resolve.domains import Units
from identity.resolve.facts import Facts
from identity.resolve.names import with_names
from identity.resolve.person import People, resolve_people
from identity.resolve.plane import OUTSIDE
from identity.resolve.setting import Setting
from identity.resolve.spans import ALWAYS


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the surroundings of a part of a graph, from what was derived before.

    ``standing``: id, standing, reason of identifiers outside of the part; ``companies``: id, label,
    kind, from_ms, until_ms of accounts, workspaces and hosts outside of it.
    """

    standing: pl.DataFrame
    companies: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Solved:
    """Both planes solved, before rows are written out; what explanations and reviews read."""

    nodes: Nodes
    decisions: Decisions
    units: Units
    standing: standing.Standing
    people: People
    companies: company.Companies
    evidence: pl.DataFrame
    founds: np.ndarray
    kinds: Ints
    email_tenures: dict[int, list[intervals.Tenure]]
    domain_tenures: intervals.DomainTenures
    view: View
    claims: Claims


def solve(facts: Facts, setting: Setting, around: Around | None = None) -> Solved:
    """Solve both planes, of a whole graph or of a part with what is known around it."""
    extra = around.companies["label"].drop_nulls() if around is not None else None
    nodes = with_names(number(facts, extra, setting.kinds), facts.records)
    decisions = effective(facts.decisions, setting.as_of_ms)
    unit = company.find_units(nodes, facts.evidence, decisions, setting)
    alone = standing.find(nodes, facts.evidence, unit, decisions, setting=setting)
    if around is not None:
        alone = alone.with_known(nodes, around.standing)
    known = facts if around is None else _complete(facts, around)
    companies = company.resolve_companies(known, nodes, unit, alone, decisions, setting)
    evidence = pl.concat([facts.evidence, decisions.same_edges()])
    edges = evidence_of(Plane.PERSON, evidence, nodes, setting.primary)
    people = resolve_people(nodes, edges, alone, decisions, setting)
    use = founding.addresses_in_use(nodes, facts.evidence)
    founds = founding.contacts(nodes, people.cluster, use, alone, facts.evidence)
    email_tenures = intervals.of_emails(nodes, people, facts.evidence, founds)
    domain_tenures = intervals.of_domains(nodes, companies, unit, facts.evidence)
    kinds, view, claims = _found_companies(
        facts, nodes, (unit, alone, decisions), companies, domain_tenures, setting, around
    )
    return Solved(
        nodes,
        decisions,
        unit,
        alone,
        people,
        companies,
        evidence,
        founds,
        kinds,
        email_tenures,
        domain_tenures,
        view,
        claims,
    )


def _complete(facts: Facts, around: Around) -> Facts:
    """Leave out who works in workspaces outside of the part: their other users are not known."""
    outside = pl.col("dst").is_in(around.standing["id"].implode())
    partly = outside & pl.col("dst").str.starts_with("workspace:")
    return replace(facts, relations=facts.relations.filter(~partly))


def _found_companies(
    facts: Facts,
    nodes: Nodes,
    known: tuple[Units, standing.Standing, Decisions],
    companies: company.Companies,
    tenures: intervals.DomainTenures,
    setting: Setting,
    around: Around | None,
) -> tuple[Ints, View, Claims]:
    """Find which companies exist; whether an association suppresses an address comes first (R14).

    An association suppresses only where its account is a company, and accounts found companies by
    themselves: so the view holds accounts first and is narrowed to what exists afterwards.
    """
    view = _view(facts, nodes, known, companies, tenures, setting)
    if around is not None:
        view = _with_around(view, nodes, around)
    claims = gather(nodes, facts, known[2], _with_accounts(nodes, companies, view, around))
    use = founding.addresses_in_use(nodes, facts.evidence)
    blocked = known[1].frame.filter(pl.col("standing") == "blocked")["code"].to_list()
    unusable = set(blocked)
    using: dict[int, list[int]] = {}
    for email in np.flatnonzero(use.mask).tolist():
        if email in unusable:
            continue
        spans, _ = memberships.domain_spans(
            email, [ALWAYS], claims=claims, view=view, setting=setting
        )
        for label, held in spans:
            if held:
                using.setdefault(label, []).append(email)
    kinds = founding.companies(nodes, companies.cluster, companies.anchors, using)
    if around is not None:
        _set_kinds(kinds, nodes, around)
    existing = np.where(
        (view.company != OUTSIDE) & (kinds[view.company] != founding.NO_KIND),
        view.company,
        OUTSIDE,
    )
    final = replace(view, company=existing)
    return kinds, final, gather(nodes, facts, known[2], final)


def _set_kinds(kinds: Ints, nodes: Nodes, around: Around) -> None:
    known = around.companies.filter(pl.col("label").is_not_null() & pl.col("kind").is_not_null())
    codes = nodes.codes(known["label"])
    for code, kind in zip(codes.tolist(), known["kind"].to_list(), strict=True):
        if code >= 0:
            kinds[code] = founding.KINDS.index(kind)


def _with_around(view: View, nodes: Nodes, around: Around) -> View:
    """Take companies outside of the part as they were derived before."""
    found = view.company.copy()
    tenures = dict(view.tenures)
    known = around.companies
    codes = nodes.codes(known["id"]).tolist()
    labels = nodes.codes(known["label"]).tolist()
    spans: dict[int, list[intervals.Tenure]] = {}
    for code, label, start, end in zip(
        codes, labels, known["from_ms"].to_list(), known["until_ms"].to_list(), strict=True
    ):
        found[code] = label
        spans.setdefault(code, []).append((label, (start, end)))
    for code, held in spans.items():
        tenures.pop(code, None)
        if len(held) > 1 or held[0][1] != (None, None):
            tenures[code] = sorted(held, key=lambda t: t[1][0] or 0)
            found[code] = tenures[code][-1][0]
    return replace(view, company=found, tenures=tenures)


def _with_accounts(
    nodes: Nodes,
    companies: company.Companies,
    view: View,
    around: Around | None,
) -> View:
    """Narrow the accounts of a view to those that are companies by themselves."""
    kinds = founding.companies(nodes, companies.cluster, companies.anchors, {})
    if around is not None:
        _set_kinds(kinds, nodes, around)
    account = nodes.mask(pl.col("object") == "account") & (view.company != OUTSIDE)
    by_account = (founding.KINDS.index("crm"), founding.KINDS.index("linked"))
    void = account & ~np.isin(kinds[view.company], by_account)
    return replace(view, company=np.where(void, OUTSIDE, view.company))


def _view(
    facts: Facts,
    nodes: Nodes,
    known: tuple[Units, standing.Standing, Decisions],
    companies: company.Companies,
    tenures: intervals.DomainTenures,
    setting: Setting,
) -> View:
    unit, alone, decisions = known
    host = dict(
        zip(
            nodes.codes(facts.email_domains["email"]).tolist(),
            nodes.codes(facts.email_domains["domain"]).tolist(),
            strict=True,
        )
    )
    closed = set(alone.frame["code"].to_list())
    additive = set()
    marked = {unit.of.get(i[7:], i[7:]) for i in decisions.additive if i.startswith("domain:")}
    changed: dict[int, list[intervals.Tenure]] = {}
    domains = nodes.frame.filter(pl.col("kind") == "domain").select("code", "id")
    for code, identifier in domains.iter_rows():
        name = identifier[7:]
        if not setting.classifier.classify(name).founds:
            closed.add(code)
        if setting.classifier.override(name) == "additive" or unit.of.get(name, name) in marked:
            additive.add(code)
        found = tenures.of.get(unit.of.get(name, name))
        if found is not None:
            changed[code] = found
    return View(companies.cluster, changed, host, frozenset(closed), frozenset(additive))
