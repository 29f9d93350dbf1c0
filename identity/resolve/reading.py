"""Reading facts out of a graph: all of them, or a part that is closed under what decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from identity.model.identifiers import Plane, may_be_of
from identity.resolve.facts import Facts
from identity.store.base import Store

EDGE = ["edge", "src", "dst", "key"]
"""What tells one edge from all others."""


def read_all(store: Store) -> Facts:
    """Read all facts that the resolver decides on."""
    return Facts(
        identifiers=store.table("resolve/identifiers"),
        evidence=store.table("resolve/evidence"),
        relations=store.table("resolve/relations"),
        email_domains=store.table("resolve/email_domains"),
        records=store.table("resolve/records"),
        decisions=store.table("resolve/decisions"),
    )


def read_part(store: Store, scope: Iterable[str]) -> Facts:
    """Read the facts of some identifiers and of everybody their edges lead to.

    The facts of the identifiers asked for are complete but for who works for accounts: that is the
    matter of the contacts alone, and an account may have thousands. Neighbours come with what they
    are, not with all that leads to them.
    """
    ids = sorted(scope)
    evidence = _evidence(store, ids)
    relations = _relations(store, ids)
    domains = store.table("resolve/email_domains_of", ids=[i for i in ids if _is_email(i)])
    around = set(ids)
    for frame in (evidence, relations):
        around.update(frame["src"].to_list(), frame["dst"].to_list())
    around.update(domains["domain"].to_list())
    decisions = store.table("resolve/decisions")
    around.update(_decided_with(decisions, ids))
    listed = sorted(around)
    outer = [i for i in sorted(around - set(ids)) if _is_email(i)]
    return Facts(
        identifiers=store.table("resolve/identifiers_of", ids=listed),
        evidence=evidence,
        relations=relations,
        email_domains=pl.concat([domains, store.table("resolve/email_domains_of", ids=outer)]),
        records=store.table("resolve/records_of", ids=listed),
        decisions=decisions,
    )


def with_own(store: Store, facts: Facts, identifiers: Iterable[str]) -> Facts:
    """Add what some identifiers say themselves to facts, and nothing of whom they say it."""
    ids = sorted(identifiers)
    if not ids:
        return facts
    related = [i for i in ids if _is_related(i)]

    def joined(known: pl.DataFrame, query: str, key: list[str], asked: list[str]) -> pl.DataFrame:
        return pl.concat([known, store.table(query, ids=asked)]).unique(key, keep="first")

    return replace(
        facts,
        identifiers=joined(facts.identifiers, "resolve/identifiers_of", ["id"], ids),
        evidence=joined(facts.evidence, "resolve/evidence_from", EDGE, ids),
        relations=joined(facts.relations, "resolve/relations_from", EDGE, related),
        records=joined(facts.records, "resolve/records_of", ["id"], ids),
    )


def _decided_with(decisions: pl.DataFrame, ids: list[str]) -> set[str]:
    """Give the identifiers that people decided on together with some."""
    inside = pl.Series("id", ids, dtype=pl.String).implode()
    rows = decisions.filter(pl.col("left").is_in(inside) | pl.col("right").is_in(inside))
    return set(rows["left"].to_list()) | set(rows["right"].drop_nulls().to_list())


def _evidence(store: Store, ids: list[str]) -> pl.DataFrame:
    out = store.table("resolve/evidence_from", ids=ids)
    back = store.table("resolve/evidence_towards", ids=ids)
    return pl.concat([out, back]).unique(EDGE, maintain_order=True)


def _relations(store: Store, ids: list[str]) -> pl.DataFrame:
    parts = [
        store.table("resolve/relations_from", ids=[i for i in ids if _is_related(i)]),
        store.table(
            "resolve/relations_towards", ids=[i for i in ids if i.startswith("workspace:")]
        ),
        store.table("resolve/hierarchy_towards", ids=[i for i in ids if _is_account(i)]),
    ]
    return pl.concat(parts).unique(EDGE, maintain_order=True)


def _is_related(identifier: str) -> bool:
    return identifier.startswith(("crm:", "user:"))


def _is_account(identifier: str) -> bool:
    return identifier.startswith("crm:") and may_be_of(identifier, Plane.COMPANY)


def _is_email(identifier: str) -> bool:
    return identifier.startswith("email:")
