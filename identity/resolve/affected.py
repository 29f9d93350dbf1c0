"""Affected: who depends on what a part of the graph has turned out to be (the dirty set).

States of identifiers dirty their neighbours; the state, the company and the *id* of the company of
a domain, an account or a workspace dirty who has his place there. What is affected beyond the part
is looked at as well, until nothing outside can change any more.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from identity.resolve.derive import Derived
from identity.resolve.domains import Classifier
from identity.resolve.scope import workspaces_of
from identity.resolve.solve import Solved
from identity.resolve.stored import Stored
from identity.store.base import Store


def affected(
    store: Store,
    solved: Solved,
    derived: Derived,
    stored: Stored,
    *,
    companies: Mapping[str, str],
    part: set[str],
    touched: set[str],
    classifier: Classifier,
) -> set[str]:
    """Give who has to be looked at for what a part has turned out to be.

    Args:
        store: the graph.
        solved: the part, solved.
        derived: its derived rows.
        stored: the derived rows that the graph holds.
        companies: the id of each company by its label, as it is to be.
        part: the identifiers looked at.
        touched: what the run started from.
        classifier: the project's domains.
    """
    states = _changed_states(derived, stored)
    moved = _moved(derived, stored, companies)
    hosts = {i for i in states | moved if i.startswith("domain:")}
    found = _neighbours(solved, states) | _held(stored) | _domains_of_workspaces(derived, stored)
    found |= set(store.table("resolve/emails_on", ids=sorted(hosts))["email"].to_list())
    found |= _workers(store, moved | states)
    found |= _workspaces_at(store, hosts | touched, part, classifier)
    pairs = (*solved.decisions.assigned, *solved.decisions.primary)
    found |= {left for left, right in pairs if right in moved}
    return found


def _changed_states(derived: Derived, stored: Stored) -> set[str]:
    before = stored.identifiers.select("id", was="standing")
    now = derived.identifiers.select("id", "standing").join(before, on="id", how="left")
    differing = now.filter(pl.col("standing").ne_missing(pl.col("was")))
    return set(differing["id"].to_list())


def _moved(derived: Derived, stored: Stored, companies: Mapping[str, str]) -> set[str]:
    """Give identifiers of the company plane that stand for another company, or another id of it."""
    columns = ["identifier", "entity", "from_ms", "until_ms"]
    before = stored.resolves_to["company"].select(columns)
    rows = derived.resolves_to.filter(pl.col("plane") == "company")
    ids = rows["label"].replace_strict(companies, default=None, return_dtype=pl.String)
    now = rows.with_columns(entity=ids).select(columns)
    one = now.join(before, on=columns, how="anti", nulls_equal=True)
    two = before.join(now, on=columns, how="anti", nulls_equal=True)
    return set(one["identifier"].to_list()) | set(two["identifier"].to_list())


def _neighbours(solved: Solved, changed: set[str]) -> set[str]:
    listed = list(changed)
    rows = solved.evidence.filter(pl.col("src").is_in(listed) | pl.col("dst").is_in(listed))
    return set(rows["src"].to_list()) | set(rows["dst"].to_list())


def _held(stored: Stored) -> set[str]:
    """Give what ids in scope last held: who has it now decides what becomes of them (R27)."""
    found: set[str] = set()
    for rows in stored.entities.values():
        found.update(rows["home"].drop_nulls().to_list())
        found.update(rows["held"].explode().drop_nulls().to_list())
    return found


def _workers(store: Store, places: set[str]) -> set[str]:
    ids = sorted(i for i in places if not i.startswith(("domain:", "email:")))
    works = store.table("resolve/relations_towards", ids=ids)
    return set(works.filter(pl.col("edge") == "WORKS_AT")["src"].to_list())


def _domains_of_workspaces(derived: Derived, stored: Stored) -> set[str]:
    """Give the domains that workspaces belong to by their users, or do so no more: news to them."""
    columns = ["src", "dst", "until_ms", "withdrawn", "first_seen_ms"]
    now, before = (
        rows.filter(pl.col("rule") == "workspace.domain").select(columns)
        for rows in (derived.evidence, stored.evidence)
    )
    differing = pl.concat([now, before]).filter(~pl.struct(columns).is_duplicated())
    return set(differing["dst"].to_list())


def _workspaces_at(
    store: Store, around: set[str], part: set[str], classifier: Classifier
) -> set[str]:
    """Give the workspaces of users whose addresses are on domains that changed.

    What hosts of one registrable domain are to each other may have changed with one of them.
    """
    bases = {classifier.classify(i[7:]).base for i in around if i.startswith("domain:")}
    hosts = [
        i for i in part if i.startswith("domain:") and classifier.classify(i[7:]).base in bases
    ]
    emails = store.table("resolve/emails_on", ids=sorted(hosts))["email"].to_list()
    logins = store.table("resolve/evidence_towards", ids=sorted(set(emails)))
    users = logins.filter(pl.col("rule") == "product.login")["src"].to_list()
    return workspaces_of(store, sorted(set(users)))
