"""Memberships of contacts in companies, each with the way it is known and its interval (R17, R41).

Ways, strongest first: an association of the primary CRM (all of them count), one of another
system, the domain of an own business e-mail, the company of a workspace. An explicit association
of the primary CRM suppresses what contradicts it while it holds; that is kept as refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from identity.model.evidence import EMAIL_CLAIMS, OWN_EMAIL
from identity.resolve.codes import Ints, Nodes
from identity.resolve.intervals import Tenure
from identity.resolve.plane import OUTSIDE
from identity.resolve.setting import Setting
from identity.resolve.spans import ALWAYS, Span, intersect, subtract, union

VIAS = ("decision", "crm", "other_crm", "domain", "workspace")


@dataclass(frozen=True, slots=True)
class Association:
    """A record's explicit association with a company."""

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
    """Who carries which address, and who works where, by codes."""

    records_of: dict[int, list[tuple[int, str, str, Span]]] = field(default_factory=dict)
    works_at: dict[int, list[Association]] = field(default_factory=dict)
    workspaces: dict[int, list[Association]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Membership:
    """A membership, by the codes of labels; one row per interval."""

    contact: int
    company: int
    via: str
    span: Span
    source: str
    role: str | None
    primary: bool = False


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A membership that an association of the primary CRM suppresses."""

    src: int
    dst: int
    rule: str
    by: str


def gather(
    nodes: Nodes, evidence: pl.DataFrame, relations: pl.DataFrame, view: View, setting: Setting
) -> Claims:
    """Gather claims on addresses and associations; withdrawn ones say nothing."""
    claims = Claims()
    alive = ~pl.col("withdrawn").fill_null(False)
    carried = evidence.filter(pl.col("rule").is_in(list(EMAIL_CLAIMS)) & alive)
    codes = zip(
        nodes.codes(carried["src"]).tolist(), nodes.codes(carried["dst"]).tolist(), strict=True
    )
    columns = carried.select("rule", "source", "from_ms", "until_ms").iter_rows()
    for (record, email), (rule, source, start, end) in zip(codes, columns, strict=True):
        claims.records_of.setdefault(email, []).append((record, rule, source, (start, end)))
    works = relations.filter((pl.col("edge") == "WORKS_AT") & alive)
    ends = zip(nodes.codes(works["src"]).tolist(), nodes.codes(works["dst"]).tolist(), strict=True)
    rows = works.select("dst", "source", "role", "primary", "from_ms", "until_ms").iter_rows()
    for (src, dst), (to, source, role, primary, start, end) in zip(ends, rows, strict=True):
        company = int(view.company[dst])
        if company == OUTSIDE:
            continue
        span = ALWAYS if setting.rules.membership == "all" else (start, end)
        found = Association(company, span, source, role, bool(primary), dst)
        kind = claims.workspaces if to.startswith("workspace:") else claims.works_at
        kind.setdefault(src, []).append(found)
    return claims


def domain_spans(
    email: int, claims: Claims, view: View, setting: Setting
) -> tuple[list[tuple[int, list[Span]]], str | None]:
    """Give the companies that an address gives membership in by its domain, with the spans.

    Also gives the record whose association suppresses all of it, if one does. The address's own
    spans are those of the records that carry it; an address that no record carries has all time.
    """
    host = view.host.get(email, -1)
    if host < 0 or host in view.closed:
        return [], None
    tenures = view.tenures.get(host) or [(int(view.company[host]), ALWAYS)]
    carried = claims.records_of.get(email, [])
    own = union(span for _, _, _, span in carried) if carried else [ALWAYS]
    if setting.rules.membership == "all":
        own = [ALWAYS]
    found: list[tuple[int, list[Span]]] = []
    by: str | None = None
    for company, tenure in tenures:
        if company == OUTSIDE:
            continue
        spans = intersect(own, [tenure])
        if host not in view.additive:
            taken = _suppressing(carried, company, claims, setting)
            left = subtract(spans, [s for s, _ in taken])
            by = by or (taken[0][1] if taken and not left and spans else None)
            spans = left
        found.append((company, spans))
    return found, by


def _suppressing(
    carried: list[tuple[int, str, str, Span]], company: int, claims: Claims, setting: Setting
) -> list[tuple[Span, str]]:
    """Give the spans in which a record that has the address as its own belongs elsewhere."""
    taken: list[tuple[Span, str]] = []
    for record, rule, source, (_, until) in carried:
        if source != setting.primary or rule not in OWN_EMAIL or until is not None:
            continue
        explicit = [a for a in claims.works_at.get(record, ()) if a.source == setting.primary]
        elsewhere = [a.span for a in explicit if a.company != company]
        here = [a.span for a in explicit if a.company == company]
        taken.extend((s, str(record)) for s in subtract(elsewhere, here))
    return taken


def of_contact(
    contact: int,
    members: list[int],
    past: list[tuple[int, Span]],
    claims: Claims,
    view: View,
    setting: Setting,
) -> tuple[list[Membership], list[Suppressed]]:
    """Give a contact's memberships and what the primary CRM suppresses.

    Args:
        contact: the code of its label.
        members: codes of its identifiers that do not stand alone.
        past: addresses it held for a time, with that span (R45).
        claims: addresses and associations by record.
        view: companies.
        setting: the rules.
    """
    rows = _Rows(contact)
    suppressed: list[Suppressed] = []
    explicit = [
        a for m in members for a in claims.works_at.get(m, ()) if a.source == setting.primary
    ]
    for association in explicit:
        rows.add(association, "crm")
    named = {a.company for a in explicit}
    for member in members:
        for other in claims.works_at.get(member, ()):
            if other.source == setting.primary:
                continue
            left = [other.span]
            if other.company not in named:
                left = subtract(left, [a.span for a in explicit])
            if not left:
                suppressed.append(
                    Suppressed(member, other.to, "membership.other_crm", "primary_crm")
                )
            rows.add(other, "other_crm", left)
        for workspace in claims.workspaces.get(member, ()):
            rows.add(workspace, "workspace")
    for email, limits in [*((m, [ALWAYS]) for m in members), *((e, [s]) for e, s in past)]:
        found, by = domain_spans(email, claims, view, setting)
        if by is not None:
            suppressed.append(
                Suppressed(email, view.host[email], "membership.domain", "primary_crm")
            )
        for company, spans in found:
            rows.domain(company, intersect(spans, limits))
    return rows.finish(), suppressed


class _Rows:
    """Collects memberships of one contact and joins their spans."""

    def __init__(self, contact: int) -> None:
        self._contact = contact
        self._spans: dict[tuple[int, str], list[Span]] = {}
        self._said: dict[tuple[int, str], tuple[bool, str, str | None]] = {}

    def add(self, said: Association, via: str, spans: list[Span] | None = None) -> None:
        key = (said.company, via)
        self._spans.setdefault(key, []).extend([said.span] if spans is None else spans)
        current = said.primary and said.span[1] is None
        known = self._said.get(key)
        if known is None or (current, known[1]) > (known[0], said.source):
            self._said[key] = (current, said.source, said.role)

    def domain(self, company: int, spans: list[Span]) -> None:
        key = (company, "domain")
        self._spans.setdefault(key, []).extend(spans)
        self._said.setdefault(key, (False, "resolver", None))

    def finish(self) -> list[Membership]:
        found: list[Membership] = []
        for (company, via), spans in sorted(self._spans.items()):
            _, source, role = self._said[company, via]
            found.extend(
                Membership(self._contact, company, via, span, source, role) for span in union(spans)
            )
        return self._with_primary(found)

    def _with_primary(self, rows: list[Membership]) -> list[Membership]:
        """Mark the one membership that stands for the contact, among those that hold now."""
        current = [m for m in rows if m.span[1] is None]
        if not current:
            return rows

        def rank(m: Membership) -> tuple[int, bool, int, int]:
            marked = self._said[m.company, m.via][0]
            start = m.span[0] if m.span[0] is not None else -1
            return (VIAS.index(m.via), not marked, -start, m.company)

        best = min(current, key=rank)
        return [
            Membership(m.contact, m.company, m.via, m.span, m.source, m.role, m is best)
            for m in rows
        ]
