"""Derived state as rows that two graphs can be compared by.

Canonical ids are replaced by their cluster's label and columns that tell runs apart are left out:
what is left is a function of facts, configuration and clock alone. Two graphs with equal digests
say the same of everybody, whatever engine holds them and however they came about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import polars as pl

from identity.model.schema import COMPANY_ATTRIBUTES, CONTACT_ATTRIBUTES
from identity.store.base import Store

_CONTACT = ["kind", "primary_crm_id", "name", "provenance", *(p.name for p in CONTACT_ATTRIBUTES)]
_COMPANY = ["kind", "primary_crm_id", "name", "provenance", *(p.name for p in COMPANY_ATTRIBUTES)]

State = dict[str, pl.DataFrame]


def entity_state(store: Store) -> State:
    """Give what the resolver derived, with labels in place of ids, each frame sorted."""
    contacts = store.table("resolve/stored_contacts").filter(pl.col("state") == "live")
    companies = store.table("resolve/stored_companies").filter(pl.col("state") == "live")
    label = {
        "contact": contacts.select(entity="id", label="label"),
        "company": companies.select(entity="id", label="label"),
    }
    memberships = store.table("resolve/stored_memberships")
    return _sorted(
        {
            "contacts": contacts.select("label", *_CONTACT),
            "companies": companies.select("label", *_COMPANY),
            "resolves_to": pl.concat(
                [
                    store.table(f"resolve/stored_resolves_to_{plural}")
                    .join(label[one], on="entity")
                    .select("identifier", "label", "from_ms", "until_ms")
                    for one, plural in (("contact", "contacts"), ("company", "companies"))
                ]
            ),
            "memberships": memberships.join(
                label["contact"].rename({"entity": "contact", "label": "contact_label"}),
                on="contact",
            )
            .join(
                label["company"].rename({"entity": "company", "label": "company_label"}),
                on="company",
            )
            .drop("contact", "company"),
            "refused": store.table("resolve/stored_refused"),
            "identifiers": store.table("resolve/stored_identifiers"),
            "derived_evidence": store.table("resolve/stored_evidence"),
            "decisions": store.table("resolve/stored_decisions"),
        }
    )


def journey_state(store: Store) -> State:
    """Give what the journey and attribute stages derived, each frame sorted."""
    credit = store.table("attribute/stored_credit").filter(pl.col("until_run").is_null())
    return _sorted(
        {
            "sessions": store.table("journey/stored_sessions"),
            "session_events": store.table("journey/stored_session_events"),
            "session_by": store.table("journey/stored_session_by"),
            "session_towards": store.table("journey/stored_session_towards"),
            "stages": store.table("journey/stored_stages"),
            "journeys": store.table("journey/stored_journeys"),
            "credit": credit.drop("key", "run", "until_run"),
        }
    )


def full_state(store: Store) -> State:
    """Give everything that is derived."""
    return {**entity_state(store), **journey_state(store)}


def _sorted(state: State) -> State:
    found = {}
    for name, frame in state.items():
        flat = frame.with_columns(
            pl.col(c).list.join("\x1f") for c, t in frame.schema.items() if isinstance(t, pl.List)
        )
        columns = sorted(flat.columns)
        found[name] = flat.select(columns).sort(columns, nulls_last=False)
    return found


def digest(state: Mapping[str, pl.DataFrame]) -> str:
    """Give one hash of all rows."""
    total = hashlib.sha256()
    for name in sorted(state):
        total.update(name.encode())
        total.update(state[name].write_csv(float_precision=12).encode())
    return total.hexdigest()


def differences(one: State, other: State) -> dict[str, int]:
    """Count the rows that two states do not have in common, by frame."""
    found = {}
    for name in sorted(one.keys() | other.keys()):
        left, right = one[name], other[name]
        columns = left.columns
        only_left = left.join(right, on=columns, how="anti", nulls_equal=True).height
        only_right = right.join(left, on=columns, how="anti", nulls_equal=True).height
        if only_left or only_right:
            found[name] = only_left + only_right
    return found
