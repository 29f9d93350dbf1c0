"""Derive: from a solution to all that the resolver says of it, as rows.

The result is keyed by *labels* (a cluster's smallest anchor, else its smallest identifier that is
not anonymous), never by canonical ids: those are given afterwards, by the ledger
(`identity.resolve.ids`). Two graphs with the same facts have the same `Derived`, whatever ids their
entities bear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
import orjson
import polars as pl

from identity.model.identifiers import Plane
from identity.resolve import founding, golden, memberships
from identity.resolve.codes import Ints, Nodes
from identity.resolve.components import components_of
from identity.resolve.facts import Facts
from identity.resolve.plane import OUTSIDE
from identity.resolve.reviews.find import find_reviews, within
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved
from identity.resolve.spans import ALWAYS, Span
from identity.resolve.stored import of_source
from identity.resolve.suggest.keys import keys_of_records, mailboxes


@dataclass(frozen=True, slots=True)
class Derived:
    """All that is derived from facts, as frames of text.

    ``identifiers``: id, component, standing, standing_reason, domain_class, list_version, base, the
    keys by which suggestions find contacts.
    ``entities``: label, plane, kind, name, primary_crm_id, members (not anonymous), anchors,
    golden attributes, provenance. ``resolves_to``: identifier, label, plane, from_ms, until_ms.
    ``refused``: src, dst, key, rule, source, constraint, reason. ``memberships``: contact, company
    (labels), via, primary, source, role, from_ms, until_ms. ``evidence``: what only the resolver
    makes. ``decisions``: id, state. ``pinned``: identifiers whose entity keeps its id by a person's
    wish. ``reviews``: what waits for a person (`identity.resolve.reviews.model.REVIEWS`).
    """

    identifiers: pl.DataFrame
    entities: pl.DataFrame
    resolves_to: pl.DataFrame
    refused: pl.DataFrame
    memberships: pl.DataFrame
    evidence: pl.DataFrame
    decisions: pl.DataFrame
    pinned: frozenset[str]
    reviews: pl.DataFrame


def restrict(derived: Derived, scope: Collection[str], decisions: pl.DataFrame) -> Derived:
    """Keep the rows of a scope of identifiers; what lies around it was only looked at."""
    inside = pl.Series("id", sorted(scope), dtype=pl.String)

    def held(*names: str) -> pl.Expr:
        return pl.any_horizontal(pl.col(n).is_in(inside.implode()) for n in names)

    touched = decisions.filter(held("left", "right"))["id"]
    return Derived(
        identifiers=derived.identifiers.filter(held("id")),
        entities=derived.entities.filter(held("label")),
        resolves_to=derived.resolves_to.filter(held("identifier")),
        refused=derived.refused.filter(held("src") | (held("dst") & ~of_source(pl.col("rule")))),
        memberships=derived.memberships.filter(held("contact")),
        evidence=derived.evidence.filter(held("src")),
        decisions=derived.decisions.filter(pl.col("id").is_in(touched.implode())),
        pinned=derived.pinned,
        reviews=within(derived.reviews, scope),
    )


def write_out(facts: Facts, solved: Solved, setting: Setting) -> Derived:
    """Write a solution out as rows of text."""
    nodes = solved.nodes
    resolved = _resolves_to(solved)
    rows, suppressed = _memberships(solved, setting)
    return Derived(
        identifiers=_identifiers(facts, solved, setting),
        entities=_entities(facts, solved, rows, setting),
        resolves_to=_named(nodes, resolved),
        refused=_refused(solved, suppressed),
        memberships=_membership_rows(nodes, rows),
        evidence=pl.concat([solved.decisions.same_edges(), solved.companies.derived]),
        decisions=_decision_states(solved),
        pinned=frozenset(solved.decisions.pinned),
        reviews=find_reviews(facts, solved, setting),
    )


_RESOLVED = {
    "code": pl.Int64,
    "label": pl.Int64,
    "plane": pl.String,
    "from_ms": pl.Int64,
    "until_ms": pl.Int64,
}


def _resolves_to(solved: Solved) -> pl.DataFrame:
    """Give what each identifier stands for, per plane and instant; null bounds are the rule."""
    people, companies = solved.people.cluster, solved.companies.cluster
    rows: list[tuple[int, int, str, int | None, int | None]] = []
    for code in np.flatnonzero(people != OUTSIDE).tolist():
        tenures = solved.email_tenures.get(code) or [(int(people[code]), ALWAYS)]
        rows.extend(
            (code, label, Plane.PERSON.value, *span)
            for label, span in tenures
            if solved.founds[label]
        )
    for code in np.flatnonzero(companies != OUTSIDE).tolist():
        tenures = solved.view.tenures.get(code) or [(int(companies[code]), ALWAYS)]
        rows.extend(
            (code, label, Plane.COMPANY.value, *span)
            for label, span in tenures
            if label != OUTSIDE and solved.kinds[label] != founding.NO_KIND
        )
    rows.extend(_mailboxes(solved))
    return pl.DataFrame(rows, schema=_RESOLVED, orient="row")


def _mailboxes(solved: Solved) -> Iterable[tuple[int, int, str, int | None, int | None]]:
    """Resolve shared mailboxes to the company of their domain, where there is one (R12)."""
    boxes = solved.standing.frame.filter(pl.col("standing") == "shared_mailbox")["code"]
    for code in boxes.to_list():
        host = solved.view.host.get(code, -1)
        if host < 0 or host in solved.view.closed:
            continue
        tenures = solved.view.tenures.get(host) or [(int(solved.view.company[host]), ALWAYS)]
        for label, span in tenures:
            if label != OUTSIDE and solved.kinds[label] != founding.NO_KIND:
                yield (code, label, Plane.COMPANY.value, *span)


def _named(nodes: Nodes, resolved: pl.DataFrame) -> pl.DataFrame:
    return resolved.select(
        identifier=nodes.ids(resolved["code"].to_numpy()),
        label=nodes.ids(resolved["label"].to_numpy()),
        plane="plane",
        from_ms="from_ms",
        until_ms="until_ms",
    ).sort("plane", "identifier", "from_ms", nulls_last=False)


def _memberships(
    solved: Solved, setting: Setting
) -> tuple[list[memberships.Membership], list[memberships.Suppressed]]:
    members: dict[int, list[int]] = {}
    cluster = solved.people.cluster
    for code in np.flatnonzero(cluster != OUTSIDE).tolist():
        if solved.founds[cluster[code]]:
            members.setdefault(int(cluster[code]), []).append(code)
    moved: dict[int, dict[int, list[Span]]] = {}
    for email, tenures in solved.email_tenures.items():
        for label, span in tenures:
            moved.setdefault(label, {}).setdefault(email, []).append(span)
    rows: list[memberships.Membership] = []
    suppressed: list[memberships.Suppressed] = []
    for label in sorted(members):
        found, without = memberships.of_contact(
            label,
            members[label],
            moved.get(label, {}),
            claims=solved.claims,
            view=solved.view,
            setting=setting,
        )
        rows.extend(found)
        suppressed.extend(without)
    return rows, suppressed


_MEMBERSHIP = {
    "contact": pl.Int64,
    "company": pl.Int64,
    "via": pl.String,
    "primary": pl.Boolean,
    "source": pl.String,
    "role": pl.String,
    "from_ms": pl.Int64,
    "until_ms": pl.Int64,
}


def _membership_rows(nodes: Nodes, rows: list[memberships.Membership]) -> pl.DataFrame:
    listed = [(m.contact, m.company, m.via, m.primary, m.source, m.role, *m.span) for m in rows]
    table = pl.DataFrame(listed, schema=_MEMBERSHIP, orient="row")
    return table.with_columns(
        contact=nodes.ids(table["contact"].to_numpy()),
        company=nodes.ids(table["company"].to_numpy()),
    )


def _refused(solved: Solved, suppressed: list[memberships.Suppressed]) -> pl.DataFrame:
    """Give the evidence that may not merge, with the two values it would have joined."""
    nodes = solved.nodes
    both = pl.concat(
        [
            r.select("src", "dst", "key", "rule", "source", "constraint", "detail", "one", "two")
            for r in (solved.people.refused, solved.companies.refused)
        ],
        how="vertical_relaxed",
    )
    names = nodes.frame["id"].to_list()
    reasons = [
        _reason(
            constraint,
            detail,
            names[one] if one != OUTSIDE else None,
            names[two] if two != OUTSIDE else None,
        )
        for constraint, detail, one, two in both.select(
            "constraint", "detail", "one", "two"
        ).iter_rows()
    ]
    found = both.drop("detail", "one", "two").with_columns(
        reason=pl.Series(reasons, dtype=pl.String)
    )
    rows = [
        {
            "src": names[s.src],
            "dst": names[s.dst],
            "key": s.rule,
            "rule": s.rule,
            "source": "resolver",
            "constraint": "primary_crm",
            "reason": _reason("primary_crm", None, None, None),
        }
        for s in suppressed
    ]
    extra = pl.DataFrame(rows, schema=found.schema)
    return pl.concat([found, extra]).unique(["src", "dst", "key"]).sort("src", "dst", "key")


def _reason(constraint: str, detail: str | None, one: str | None, two: str | None) -> str:
    parts = {"constraint": constraint, "detail": detail, "left": one, "right": two}
    return orjson.dumps({k: v for k, v in parts.items() if v is not None}).decode()


def _identifiers(facts: Facts, solved: Solved, setting: Setting) -> pl.DataFrame:
    nodes = solved.nodes
    shared = pl.DataFrame({"code": solved.people.leaves.shared}).with_columns(
        standing=pl.lit("shared"), reason=pl.lit("several contacts")
    )
    states = pl.concat([solved.standing.frame, shared.cast({"code": pl.Int64})])
    hosts = [
        setting.classifier.classify(i[7:]) if i.startswith("domain:") else None
        for i in nodes.frame["id"].to_list()
    ]
    component = components_of(solved, facts, setting)
    table = nodes.frame.select("code", "id").with_columns(
        component=nodes.ids(component),
        domain_class=pl.Series([h.name if h else None for h in hosts], dtype=pl.String),
        base=pl.Series([h.base if h else None for h in hosts], dtype=pl.String),
    )
    version = pl.when(pl.col("domain_class").is_not_null()).then(pl.lit(setting.classifier.version))
    return (
        table.join(
            states.unique("code", keep="first"), on="code", how="left", maintain_order="left"
        )
        .with_columns(list_version=version)
        .select(
            "id",
            "component",
            "standing",
            "domain_class",
            "list_version",
            "base",
            standing_reason="reason",
        )
        .join(_keys(facts, nodes), on="id", how="left", maintain_order="left")
    )


def _keys(facts: Facts, nodes: Nodes) -> pl.DataFrame:
    """Give the keys by which suggestions find contacts: of live records, and of addresses."""
    live = nodes.frame.filter("live").select("id")
    records = keys_of_records(facts.records.join(live, on="id", how="semi"))
    emails = mailboxes(nodes.frame.filter(pl.col("kind") == "email")["id"])
    return records.join(emails, on="id", how="full", coalesce=True).unique("id", keep="first")


def _entities(
    facts: Facts,
    solved: Solved,
    rows: list[memberships.Membership],
    setting: Setting,
) -> pl.DataFrame:
    nodes, people, companies = solved.nodes, solved.people, solved.companies
    person_values = golden.of_contacts(nodes, facts, people.cluster, solved.decisions, setting)
    leads = _lead_companies(facts, solved, rows)
    company_values = golden.of_companies(
        nodes, facts, companies.cluster, solved.units, leads, setting
    )
    contacts = _ledger_rows(solved, Plane.PERSON, people.cluster, people.anchors)
    firms = _ledger_rows(solved, Plane.COMPANY, companies.cluster, companies.anchors)
    contacts = contacts.join(person_values, on="label", how="left").with_columns(
        name=pl.coalesce("person_name", "primary_email", _caption(nodes, contacts["label"]))
    )
    firms = firms.join(company_values, on="label", how="left").with_columns(
        name=pl.coalesce("company_name", "domain", _caption(nodes, firms["label"]))
    )
    both = pl.concat([contacts, firms], how="diagonal_relaxed").sort("plane", "label")
    return both.with_columns(label=nodes.ids(both["label"].to_numpy()))


def _caption(nodes: Nodes, labels: pl.Series) -> pl.Series:
    values = [str(i).rpartition(":")[2] for i in nodes.ids(labels.to_numpy()).to_list()]
    return pl.Series("caption", values, dtype=pl.String)


def _ledger_rows(solved: Solved, plane: Plane, cluster: Ints, anchors: Ints) -> pl.DataFrame:
    """Give each entity's kind, members that are not anonymous, and anchors."""
    nodes = solved.nodes
    if plane is Plane.PERSON:
        exists = solved.founds
        anchored = np.zeros(len(nodes), bool)
        anchored[cluster[anchors]] = True
        kind = np.where(anchored, "crm", "known")
    else:
        exists = solved.kinds != founding.NO_KIND
        kind = np.array(founding.KINDS)[np.where(exists, solved.kinds, 0)]
    leaf = nodes.mask(pl.col("kind") == "anonymous")
    codes = np.flatnonzero((cluster != OUTSIDE) & ~leaf)
    codes = codes[exists[cluster[codes]]]
    is_anchor = np.zeros(len(nodes), bool)
    is_anchor[anchors] = True
    table = pl.DataFrame(
        {"label": cluster[codes], "id": nodes.ids(codes), "anchor": is_anchor[codes]}
    )
    grouped = table.group_by("label").agg(
        members=pl.col("id").sort(), anchors=pl.col("id").filter("anchor").sort()
    )
    return grouped.with_columns(
        plane=pl.lit(plane.value),
        kind=pl.Series(kind[grouped["label"].to_numpy()], dtype=pl.String),
        primary_crm_id=pl.col("anchors").list.first(),
    ).sort("label")


def _lead_companies(
    facts: Facts, solved: Solved, rows: list[memberships.Membership]
) -> dict[str, int]:
    """Give the domain company of each live lead and contact, by its address's domain (R14)."""
    of_contact: dict[int, int] = {}
    for row in rows:
        domain_kind = founding.KINDS.index("domain")
        if row.via == "domain" and solved.kinds[row.company] == domain_kind:
            of_contact.setdefault(row.contact, row.company)
    records = facts.records.filter(pl.col("object").is_in(["lead", "contact"]))
    found = {}
    for identifier, code in zip(
        records["id"].to_list(), solved.nodes.codes(records["id"]).tolist(), strict=True
    ):
        label = of_contact.get(int(solved.people.cluster[code]))
        if label is not None:
            found[identifier] = label
    return found


def _decision_states(solved: Solved) -> pl.DataFrame:
    """Say what became of each decision; one without effect is blocked, with its reason."""
    states = dict(solved.decisions.states)
    for refusal in solved.units.refused:
        states[refusal.decision] = f"blocked: {refusal.reason}"
    for rows in (solved.people.refused, solved.companies.refused):
        chosen = rows.filter(pl.col("rule").str.starts_with("decision."))
        for record, constraint in chosen.select("record", "constraint").iter_rows():
            states[record] = f"blocked: {constraint}"
    return pl.DataFrame(
        {"id": list(states), "state": list(states.values())},
        schema={"id": pl.String, "state": pl.String},
    ).sort("id")
