"""Scope: which part of a graph an incremental run has to look at.

The part is closed under everything that a decision about its members can depend on: whole
components, hosts of one registrable domain, the addresses on a domain that no account claims, the
workspaces of users that changed. It grows until nothing outside can be affected; patching labels
or going one hop are known to give wrong answers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS, OWN_EMAIL
from identity.model.identifiers import Plane, may_be_of
from identity.resolve.domains import Classifier
from identity.resolve.facts import Facts
from identity.resolve.reading import read_part
from identity.resolve.setting import Setting
from identity.resolve.solve import Around
from identity.store.base import Store

_BY_ACCOUNT = ("crm", "linked")


def close(
    store: Store,
    touched: Iterable[str],
    classifier: Classifier,
    decisions: pl.DataFrame,
    *,
    closed: Collection[str] = (),
) -> set[str]:
    """Give the closed part of the graph around identifiers that were touched.

    ``closed`` is a part that was closed around some of them before: it grows, and what is in it is
    not looked at again.
    """
    partners = _alias_partners(decisions)
    dirty = set(touched)
    part = set(closed)
    frontier = dirty - part
    while frontier:
        found = store.table("resolve/components_of", ids=sorted(frontier))["component"]
        components = found.unique().sort().to_list()
        members = store.table("resolve/members", components=components)["id"].to_list()
        fresh = (set(members) | frontier) - part
        part |= fresh
        following = set(_hosts_beside(store, fresh, classifier))
        following |= {p for i in fresh for p in partners.get(i, ())}
        following |= _unclaimed(store, fresh, dirty, classifier)
        users = [i for i in fresh & dirty if i.startswith("user:")]
        following |= workspaces_of(store, users) | _hosts_of_logins(store, users, classifier)
        following |= _own_addresses(store, [i for i in fresh & dirty if i.startswith("crm:")])
        frontier = following - part
    return part


def _alias_partners(decisions: pl.DataFrame) -> dict[str, set[str]]:
    partners: dict[str, set[str]] = {}
    for left, right in decisions.select("left", "right").iter_rows():
        if left and right and left.startswith("domain:") and right.startswith("domain:"):
            partners.setdefault(left, set()).add(right)
            partners.setdefault(right, set()).add(left)
    return partners


def _hosts_beside(store: Store, fresh: set[str], classifier: Classifier) -> list[str]:
    bases = {classifier.classify(i[7:]).base for i in fresh if i.startswith("domain:")}
    hosts: list[str] = store.table("resolve/hosts_on", bases=sorted(bases))["id"].to_list()
    return hosts


def _unclaimed(store: Store, fresh: set[str], dirty: set[str], classifier: Classifier) -> set[str]:
    """Give hosts of addresses, and addresses on hosts, where addresses found the company (R14).

    A domain that an account claims depends on no address; where a claim may have changed (its host
    is dirty) the addresses are looked at.
    """
    emails = [i for i in fresh if i.startswith("email:")]
    hosts = {f"domain:{i.rpartition('@')[2]}" for i in emails}
    hosts |= {i for i in fresh if i.startswith("domain:")}
    founding = sorted(h for h in hosts if classifier.classify(h[7:]).founds)
    view = store.table("resolve/company_view", ids=founding)
    claimed = set(view.filter(pl.col("kind").is_in(list(_BY_ACCOUNT)))["id"].to_list())
    depending = [h for h in founding if h not in claimed or h in dirty]
    on_them = store.table("resolve/emails_on", ids=[h for h in depending if h in fresh])
    return set(depending) | set(on_them["email"].to_list())


def workspaces_of(store: Store, users: list[str]) -> set[str]:
    """Give the workspaces that users are or were in."""
    relations = store.table("resolve/relations_from", ids=sorted(users))
    return {w for w in relations["dst"].to_list() if w.startswith("workspace:")}


def _hosts_of_logins(store: Store, users: list[str], classifier: Classifier) -> set[str]:
    """Give the hosts that users sign in with: their workspaces may belong there from now on."""
    evidence = store.table("resolve/evidence_from", ids=sorted(users))
    logins = evidence.filter(pl.col("rule") == "product.login")["dst"].to_list()
    hosts = {f"domain:{i.rpartition('@')[2]}" for i in logins}
    return {h for h in hosts if classifier.classify(h[7:]).founds}


def _own_addresses(store: Store, records: list[str]) -> set[str]:
    """Give the addresses of CRM records, also those that stand alone: who works elsewhere now may
    have been the reason that a domain is a company, or is none (R14, R17)."""
    evidence = store.table("resolve/evidence_from", ids=sorted(records))
    return set(evidence.filter(pl.col("rule").is_in(list(OWN_EMAIL)))["dst"].to_list())


def read(store: Store, part: set[str], setting: Setting) -> tuple[Facts, Around]:
    """Read the facts of a closed part, and what was derived before of what lies around it."""
    facts = _with_associations(store, _with_logins(store, read_part(store, part), part), part)
    facts = _with_workers(store, facts, setting)
    outside = sorted(set(facts.identifiers["id"].to_list()) - part)
    # A mailbox of a company stands for it as well, but what it stands for follows from its host.
    places = [i for i in outside if may_be_of(i, Plane.COMPANY)]
    view = store.table("resolve/company_view", ids=places)
    known = store.table("resolve/stored_identifiers_of", ids=outside)
    companies = view.filter(pl.col("label").is_not_null())
    return facts, Around(
        known.select("id", "standing", reason="standing_reason"),
        companies.select("id", "label", "kind", "company", "from_ms", "until_ms"),
    )


def _with_associations(store: Store, facts: Facts, part: set[str]) -> Facts:
    """Add who the records outside work for that carry addresses of the part as their own.

    Such an address stands alone, and those records decide whether it founds its domain's company.
    """
    own = facts.evidence.filter(pl.col("rule").is_in(list(OWN_EMAIL)))
    others = sorted(set(own["src"].to_list()) - part)
    works = store.table("resolve/relations_from", ids=others).filter(pl.col("edge") == "WORKS_AT")
    if works.is_empty():
        return facts
    ends = sorted(set(works["dst"].to_list()) - set(facts.identifiers["id"].to_list()))
    relations = pl.concat([facts.relations, works]).unique(
        ["edge", "src", "dst", "key"], keep="first", maintain_order=True
    )
    places = store.table("resolve/identifiers_of", ids=ends)
    return replace(facts, identifiers=pl.concat([facts.identifiers, places]), relations=relations)


def _with_workers(store: Store, facts: Facts, setting: Setting) -> Facts:
    """Add who works for accounts whose domain others may claim, too: that ranks them (R16)."""
    works = store.table("resolve/relations_towards", ids=_contesting(facts, setting))
    if works.is_empty():
        return facts
    ends = sorted(set(works["src"].to_list()) - set(facts.identifiers["id"].to_list()))
    relations = pl.concat([facts.relations, works]).unique(
        ["edge", "src", "dst", "key"], keep="first", maintain_order=True
    )
    people = store.table("resolve/identifiers_of", ids=ends)
    return replace(facts, identifiers=pl.concat([facts.identifiers, people]), relations=relations)


def _contesting(facts: Facts, setting: Setting) -> list[str]:
    """Give the accounts of the primary CRM that claim hosts of a registrable domain that others
    claim hosts of, or that people or rules speak of: those of ambiguous domains are among them."""
    if setting.primary is None:
        return []
    classifier = setting.classifier
    decided = pl.concat([facts.decisions["left"], facts.decisions["right"]]).drop_nulls()
    named = {classifier.classify(i[7:]).base for i in decided.to_list() if i.startswith("domain:")}
    claimants: dict[str, set[str]] = {}
    claims = facts.evidence.filter(
        pl.col("rule").is_in(list(DOMAIN_CLAIMS)) & (pl.col("source") == setting.primary)
    )
    for account, host in claims.select("src", "dst").unique().iter_rows():
        if host.startswith("domain:"):
            base = classifier.classify(host[7:]).base
            claimants.setdefault(base, set()).add(account)
            if classifier.override(host[7:]) is not None:
                named.add(base)
    several = (a for base, a in claimants.items() if len(a) > 1 or base in named)
    return sorted(set().union(*several))


def _with_logins(store: Store, facts: Facts, part: set[str]) -> Facts:
    """Add the logins of the users of workspaces in the part: they decide its domain."""
    users = facts.relations.filter(
        pl.col("dst").str.starts_with("workspace:") & pl.col("src").str.starts_with("user:")
    )
    others = sorted(set(users["src"].to_list()) - part)
    if not others:
        return facts
    logins = store.table("resolve/evidence_from", ids=others).filter(
        pl.col("rule") == "product.login"
    )
    emails = sorted(set(logins["dst"].to_list()) - part)
    known = set(facts.identifiers["id"].to_list())
    hosts = store.table("resolve/email_domains_of", ids=emails)
    ends = {*emails, *hosts["domain"].to_list()} - known
    evidence = pl.concat([facts.evidence, logins]).unique(
        ["edge", "src", "dst", "key"], keep="first", maintain_order=True
    )
    return replace(
        facts,
        identifiers=pl.concat(
            [facts.identifiers, store.table("resolve/identifiers_of", ids=sorted(ends))]
        ),
        evidence=evidence,
        email_domains=pl.concat([facts.email_domains, hosts]).unique(maintain_order=True),
    )
