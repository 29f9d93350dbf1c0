"""Reading facts out of a graph: all of them, or a part that is closed under what decides it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import polars as pl

from identity.model.identifiers import Plane, may_be_of
from identity.resolve.facts import Facts
from identity.store.base import Store, side_by_side

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
    related = [i for i in ids if _is_related(i)]
    out, ends, leading, users, above, domains = side_by_side(
        store,
        ("resolve/evidence_from", ids),
        ("resolve/ends_towards", ids),
        ("resolve/relations_from", related),
        ("resolve/relations_towards", [i for i in ids if i.startswith("workspace:")]),
        ("resolve/hierarchy_towards", [i for i in ids if _is_account(i)]),
        ("resolve/email_domains_of", [i for i in ids if _is_email(i)]),
    )
    back = store.table("resolve/evidence_towards", ids=_met_from_outside(ends, ids))
    evidence = pl.concat([out, back]).unique(EDGE, maintain_order=True)
    relations = pl.concat([leading, users, above]).unique(EDGE, maintain_order=True)
    around = set(ids)
    for frame in (evidence, relations):
        around.update(frame["src"].to_list(), frame["dst"].to_list())
    around.update(domains["domain"].to_list())
    decisions = store.table("resolve/decisions")
    around.update(_decided_with(decisions, ids))
    listed = sorted(around)
    outer = [i for i in sorted(around - set(ids)) if _is_email(i)]
    identifiers, records, outer_domains = side_by_side(
        store,
        ("resolve/identifiers_of", listed),
        ("resolve/records_of", listed),
        ("resolve/email_domains_of", outer),
    )
    return Facts(
        identifiers=identifiers,
        evidence=evidence,
        relations=relations,
        email_domains=pl.concat([domains, outer_domains]),
        records=records,
        decisions=decisions,
    )


def _met_from_outside(ends: pl.DataFrame, ids: list[str]) -> list[str]:
    """Give those of some identifiers that others say evidence of.

    Nearly all that comes in to a closed part comes from within, and was read as what goes out.
    """
    inside = pl.Series("id", ids, dtype=pl.String).implode()
    met = ends.filter(~pl.col("src").is_in(inside))["dst"]
    return met.unique().sort().to_list()


def with_own(store: Store, facts: Facts, identifiers: Iterable[str]) -> Facts:
    """Add what some identifiers say themselves to facts, and nothing of whom they say it."""
    ids = sorted(identifiers)
    if not ids:
        return facts
    nodes, evidence, relations, records = side_by_side(
        store,
        ("resolve/identifiers_of", ids),
        ("resolve/evidence_from", ids),
        ("resolve/relations_from", [i for i in ids if _is_related(i)]),
        ("resolve/records_of", ids),
    )
    return replace(
        facts,
        identifiers=_joined(facts.identifiers, nodes, ["id"]),
        evidence=_joined(facts.evidence, evidence, EDGE),
        relations=_joined(facts.relations, relations, EDGE),
        records=_joined(facts.records, records, ["id"]),
    )


def _joined(known: pl.DataFrame, further: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return pl.concat([known, further]).unique(key, keep="first")


def _decided_with(decisions: pl.DataFrame, ids: list[str]) -> set[str]:
    """Give the identifiers that people decided on together with some."""
    inside = pl.Series("id", ids, dtype=pl.String).implode()
    rows = decisions.filter(pl.col("left").is_in(inside) | pl.col("right").is_in(inside))
    return set(rows["left"].to_list()) | set(rows["right"].drop_nulls().to_list())


def _is_related(identifier: str) -> bool:
    return identifier.startswith(("crm:", "user:"))


def _is_account(identifier: str) -> bool:
    return identifier.startswith("crm:") and may_be_of(identifier, Plane.COMPANY)


def _is_email(identifier: str) -> bool:
    return identifier.startswith("email:")
