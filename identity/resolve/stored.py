"""What the graph holds of derived state and of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from identity.model.identifiers import Plane, may_be_of
from identity.store.base import Store, side_by_side

PLURAL = {"person": "contacts", "company": "companies"}
ENTITY = {"person": "contact", "company": "company"}


def of_source(rule: pl.Expr) -> pl.Expr:
    """Say which refused rows are their source's matter alone: what is derived of a contact's
    memberships, or of a workspace's users, is known where those are looked at."""
    return rule.str.starts_with("membership.") | (rule == "workspace.domain")


@dataclass(frozen=True, slots=True)
class Stored:
    """The derived rows and the ledger of a scope, as the graph holds them.

    ``entities`` and ``resolves_to`` are by plane; the other frames as in
    `identity.resolve.derive.Derived`, with ids of entities instead of labels.
    """

    identifiers: pl.DataFrame
    entities: dict[str, pl.DataFrame]
    resolves_to: dict[str, pl.DataFrame]
    refused: pl.DataFrame
    memberships: pl.DataFrame
    evidence: pl.DataFrame
    decisions: pl.DataFrame
    reviews: pl.DataFrame


def read_stored(store: Store, scope: Sequence[str] | None = None) -> Stored:
    """Read the derived rows and the ledger of a scope of identifiers, or of the whole graph."""
    if scope is None:
        return Stored(
            identifiers=store.table("resolve/stored_identifiers"),
            entities={p: store.table(f"resolve/stored_{n}") for p, n in PLURAL.items()},
            resolves_to={
                p: store.table(f"resolve/stored_resolves_to_{n}") for p, n in PLURAL.items()
            },
            refused=store.table("resolve/stored_refused"),
            memberships=store.table("resolve/stored_memberships"),
            evidence=store.table("resolve/stored_evidence"),
            decisions=store.table("resolve/stored_decisions"),
            reviews=store.table("resolve/stored_reviews"),
        )
    ids = list(scope)
    people = [i for i in ids if may_be_of(i, Plane.PERSON)]
    places = [i for i in ids if may_be_of(i, Plane.COMPANY)]
    # a shared mailbox only points at a company: it says nothing of who else is in scope
    boxes = [i for i in ids if i.startswith("email:")]
    decisions = store.table("resolve/stored_decisions")
    contacts, companies = side_by_side(
        store,
        ("resolve/contacts_of_identifiers", people),
        ("resolve/companies_of_identifiers", places),
    )
    persons = sorted(set(contacts["id"].to_list()))
    (
        entities_of_people,
        entities_of_places,
        of_people,
        of_places,
        out,
        back,
        identifiers,
        memberships,
        evidence,
        reviews,
    ) = side_by_side(
        store,
        ("resolve/stored_contacts_of", persons),
        ("resolve/stored_companies_of", sorted(set(companies["id"].to_list()))),
        ("resolve/stored_resolves_to_contacts_of", people),
        ("resolve/stored_resolves_to_companies_of", sorted([*places, *boxes])),
        ("resolve/stored_refused_from", ids),
        ("resolve/stored_refused_towards", ids),
        ("resolve/stored_identifiers_of", ids),
        ("resolve/stored_memberships_of", persons),
        ("resolve/stored_evidence_of", _deriving(store, ids, decisions)),
        ("resolve/stored_reviews_of", ids),
    )
    back = back.filter(~of_source(pl.col("rule")))
    return Stored(
        identifiers=identifiers,
        entities={"person": entities_of_people, "company": entities_of_places},
        resolves_to={"person": of_people, "company": of_places},
        refused=pl.concat([out, back]).unique(),
        memberships=memberships,
        evidence=evidence,
        decisions=decisions,
        reviews=reviews,
    )


def _deriving(store: Store, ids: list[str], decisions: pl.DataFrame) -> list[str]:
    """Give the identifiers that derived evidence may go out from: workspaces, and what was ever
    decided on."""
    if decisions.is_empty():
        return [i for i in ids if i.startswith("workspace:")]
    pairs = store.table("resolve/decisions").select("left", "right").unpivot()["value"]
    decided = set(pairs.to_list())
    return [i for i in ids if i in decided or i.startswith("workspace:")]
