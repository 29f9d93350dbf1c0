"""Solve: both planes, which companies exist, who carries and works where; still in codes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from identity.model.identifiers import Plane
from identity.resolve import company, founding, intervals, memberships, standing
from identity.resolve.codes import Ints, Nodes, evidence_of, number
from identity.resolve.decisions import Decisions, effective
from identity.resolve.domains import Units
from identity.resolve.facts import Facts
from identity.resolve.names import with_names
from identity.resolve.person import People, resolve_people
from identity.resolve.plane import OUTSIDE
from identity.resolve.setting import Setting


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
    view: memberships.View
    claims: memberships.Claims


def solve(facts: Facts, setting: Setting) -> Solved:
    """Solve both planes."""
    nodes = with_names(number(facts), facts.records)
    decisions = effective(facts.decisions, setting.as_of_ms)
    unit = company.find_units(nodes, facts.evidence, decisions, setting)
    alone = standing.find(nodes, facts.evidence, unit, decisions, setting=setting)
    companies = company.resolve_companies(facts, nodes, unit, alone, decisions, setting)
    evidence = pl.concat([facts.evidence, decisions.same_edges()])
    edges = evidence_of(Plane.PERSON, evidence, nodes, setting.primary)
    people = resolve_people(nodes, edges, alone, decisions, setting)
    email_tenures = intervals.of_emails(nodes, people, facts.evidence)
    domain_tenures = intervals.of_domains(nodes, companies, unit, facts.evidence)
    kinds, view, claims = _found_companies(
        facts, nodes, (unit, alone, decisions), companies, domain_tenures, setting
    )
    use = founding.addresses_in_use(nodes, facts.evidence)
    founds = founding.contacts(nodes, people.cluster, use, alone, facts.evidence)
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


def _found_companies(
    facts: Facts,
    nodes: Nodes,
    known: tuple[Units, standing.Standing, Decisions],
    companies: company.Companies,
    tenures: intervals.DomainTenures,
    setting: Setting,
) -> tuple[Ints, memberships.View, memberships.Claims]:
    """Find which companies exist; whether an association suppresses an address comes first (R14).

    An association suppresses only where its account is a company, and accounts found companies by
    themselves: so the view holds accounts first and is narrowed to what exists afterwards.
    """
    view = _view(facts, nodes, known, companies, tenures, setting)
    claims = memberships.gather(
        nodes, facts.evidence, facts.relations, _with_accounts(nodes, companies, view), setting
    )
    use = founding.addresses_in_use(nodes, facts.evidence)
    blocked = known[1].frame.filter(pl.col("standing") == "blocked")["code"].to_list()
    unusable = set(blocked)
    using: dict[int, list[int]] = {}
    for email in np.flatnonzero(use.mask).tolist():
        if email in unusable:
            continue
        spans, _ = memberships.domain_spans(email, claims, view, setting)
        for label, held in spans:
            if held:
                using.setdefault(label, []).append(email)
    kinds = founding.companies(nodes, companies.cluster, companies.anchors, using)
    existing = np.where(
        (view.company != OUTSIDE) & (kinds[view.company] != founding.NO_KIND),
        view.company,
        OUTSIDE,
    )
    final = replace(view, company=existing)
    narrowed = memberships.gather(nodes, facts.evidence, facts.relations, final, setting)
    return kinds, final, narrowed


def _with_accounts(
    nodes: Nodes, companies: company.Companies, view: memberships.View
) -> memberships.View:
    """Narrow the accounts of a view to those that are companies by themselves."""
    kinds = founding.companies(nodes, companies.cluster, companies.anchors, {})
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
) -> memberships.View:
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
    changed: dict[int, list[intervals.Tenure]] = {}
    domains = nodes.frame.filter(pl.col("kind") == "domain").select("code", "id")
    for code, identifier in domains.iter_rows():
        name = identifier[7:]
        if not setting.classifier.classify(name).founds:
            closed.add(code)
        if setting.classifier.override(name) == "additive" or identifier in decisions.additive:
            additive.add(code)
        found = tenures.of.get(unit.of.get(name, name))
        if found is not None:
            changed[code] = found
    return memberships.View(
        companies.cluster, changed, host, frozenset(closed), frozenset(additive)
    )
