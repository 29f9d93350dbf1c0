"""Memberships of contacts in companies, each with the way it is known and its interval (R17, R41).

Ways, strongest first: a person's decision, an association of the primary CRM (all of them count),
one of another system, the domain of an own business e-mail, the company of a workspace. An explicit
association of the primary CRM suppresses what contradicts it while it holds; that is kept as
refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from identity.model.evidence import OWN_EMAIL
from identity.resolve.claims import Association, Claims, View
from identity.resolve.plane import OUTSIDE
from identity.resolve.setting import Setting
from identity.resolve.spans import ALWAYS, Span, holds, intersect, subtract, union

VIAS = ("decision", "crm", "other_crm", "domain", "workspace")
_STRENGTH = {via: place for place, via in enumerate(VIAS)}


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


def domain_spans(
    email: int, held: Iterable[Span], *, claims: Claims, view: View, setting: Setting
) -> tuple[list[tuple[int, list[Span]]], bool]:
    """Give the companies that an address gives membership in by its domain, with the spans.

    An address counts while records carry it, and always where none does; of that, while it is held
    by who is asked for, and not while a record of the primary CRM that has it as its own belongs
    elsewhere. Also says whether that leaves nothing of a membership.
    """
    host = view.host.get(email, -1)
    if host < 0 or host in view.closed:
        return [], False
    tenures = view.tenures.get(host) or [(int(view.company[host]), ALWAYS)]
    carried = claims.records_of.get(email, [])
    own = intersect([s for *_, s in carried] if carried else [ALWAYS], held)
    found: list[tuple[int, list[Span]]] = []
    suppressed = False
    for company, tenure in tenures:
        if company == OUTSIDE:
            continue
        spans = intersect(own, [tenure])
        if host not in view.additive:
            left = subtract(spans, _suppressing(carried, company, claims, setting))
            suppressed |= bool(spans) and not left
            spans = left
        found.append((company, spans))
    return found, suppressed


def _suppressing(
    carried: list[tuple[int, str, str, Span]], company: int, claims: Claims, setting: Setting
) -> list[Span]:
    """Give the spans in which a record that has the address as its own belongs elsewhere."""
    taken: list[Span] = []
    for record, rule, source, (_, until) in carried:
        if source != setting.primary or rule not in OWN_EMAIL or until is not None:
            continue
        explicit = [a for a in claims.works_at.get(record, ()) if a.source == setting.primary]
        elsewhere = [a.span for a in explicit if a.company != company]
        here = [a.span for a in explicit if a.company == company]
        taken.extend(subtract(elsewhere, here))
    return taken


def of_contact(
    contact: int,
    members: list[int],
    moved: Mapping[int, list[Span]],
    *,
    claims: Claims,
    view: View,
    setting: Setting,
) -> tuple[list[Membership], list[Suppressed]]:
    """Give a contact's memberships and what the primary CRM suppresses.

    Args:
        contact: the code of its label.
        members: codes of its identifiers that do not stand alone.
        moved: addresses that it holds or held for a time only, with those spans (R45).
        claims: addresses, associations, decisions.
        view: companies.
        setting: the rules.
    """
    rows = _Rows(contact, setting)
    suppressed = _explicit(rows, members, claims, setting)
    carried = {m: [ALWAYS] for m in members if m in view.host}
    for email, held in {**carried, **moved}.items():
        found, nothing_left = domain_spans(email, held, claims=claims, view=view, setting=setting)
        if nothing_left:
            suppressed.append(Suppressed(email, view.host[email], "membership.domain"))
        for company, spans in found:
            rows.domain(company, spans)
    chosen = max((claims.chosen[m] for m in members if m in claims.chosen), default=None)
    return rows.finish(chosen[1] if chosen is not None else OUTSIDE), suppressed


def _explicit(
    rows: _Rows, members: list[int], claims: Claims, setting: Setting
) -> list[Suppressed]:
    """Add the associations of records and decisions; give those that are contradicted."""
    explicit = [
        a for m in members for a in claims.works_at.get(m, ()) if a.source == setting.primary
    ]
    for association in explicit:
        rows.add(association, "crm", [association.span])
    suppressed: list[Suppressed] = []
    for member in members:
        for other in claims.works_at.get(member, ()):
            if other.source == setting.primary:
                continue
            # what the primary CRM says at a time contradicts what it does not name at that time
            here = [a.span for a in explicit if a.company == other.company]
            left = subtract([other.span], subtract([a.span for a in explicit], here))
            if union([other.span]) and not left:
                suppressed.append(Suppressed(member, other.to, "membership.other_crm"))
            rows.add(other, "other_crm", left)
        for workspace in claims.workspaces.get(member, ()):
            rows.add(workspace, "workspace", [workspace.span])
        for decided in claims.assigned.get(member, ()):
            rows.add(decided, "decision", [decided.span])
    return suppressed


class _Rows:
    """Collects memberships of one contact and joins their spans."""

    def __init__(self, contact: int, setting: Setting) -> None:
        self._contact = contact
        self._now = setting.as_of_ms
        self._all_time = setting.rules.membership == "all"
        self._spans: dict[tuple[int, str], list[Span]] = {}
        self._said: dict[tuple[int, str], tuple[bool, str, str]] = {}

    def add(self, said: Association, via: str, spans: list[Span]) -> None:
        key = (said.company, via)
        self._spans.setdefault(key, []).extend(spans)
        marked = said.primary and holds(said.span, self._now)
        # of several who say it, the one that marks it primary speaks for all, else the smallest
        told = (not marked, said.source, said.role or "")
        self._said[key] = min(told, self._said.get(key, told))

    def domain(self, company: int, spans: list[Span]) -> None:
        key = (company, "domain")
        self._spans.setdefault(key, []).extend(spans)
        self._said.setdefault(key, (True, "resolver", ""))

    def finish(self, chosen: int) -> list[Membership]:
        """Give the rows, the primary one marked; ``chosen`` is the company a person chose."""
        found: list[Membership] = []
        for (company, via), spans in sorted(self._spans.items()):
            _, source, role = self._said[company, via]
            found.extend(
                Membership(self._contact, company, via, span, source, role or None)
                for span in union(spans)
            )
        best = self._best(found, chosen)
        rows = [replace(m, primary=True) if m is best else m for m in found] if best else found
        return _for_all_time(rows) if self._all_time else rows

    def _best(self, rows: list[Membership], chosen: int) -> Membership | None:
        """Find the one membership that stands for the contact, among those that hold now."""
        current = [m for m in rows if holds(m.span, self._now)]
        preferred = [m for m in current if m.company == chosen] or current

        def rank(m: Membership) -> tuple[int, bool, int, int]:
            unmarked = self._said[m.company, m.via][0]
            start = m.span[0] if m.span[0] is not None else -1
            return (_STRENGTH[m.via], unmarked, -start, m.company)

        return min(preferred, key=rank, default=None)


def _for_all_time(rows: list[Membership]) -> list[Membership]:
    """Count every company for all time: the setting ``membership: all`` (R41)."""
    found: dict[tuple[int, str], Membership] = {}
    for row in sorted(rows, key=lambda m: m.primary):
        found[row.company, row.via] = replace(row, span=ALWAYS)
    return list(found.values())
