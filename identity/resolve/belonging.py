"""Belonging: by which record, address or decision a contact's memberships are as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from identity.resolve.moves import Cause, Ground, decided

Membership = Mapping[str, Any]
By = tuple[str, str, str]
"""A contact, a company and the way in which it is known that it is there."""


def grounds(
    contacts: Iterable[str], members: pl.DataFrame, companies: pl.DataFrame, ground: Ground
) -> dict[By, Cause]:
    """Give what may ground the memberships of contacts.

    Args:
        contacts: those whose memberships changed.
        members: identifier, entity: what stands or stood for contacts.
        companies: identifier, entity: the same of companies.
        ground: what the run decided on.
    """
    chosen = pl.Series("entity", sorted(contacts), dtype=pl.String).implode()
    held = members.filter(pl.col("entity").is_in(chosen)).select("identifier", contact="entity")
    firms = companies.select("identifier", company="entity")
    found: dict[By, Cause] = {}
    works = ground.facts.relations.filter(pl.col("edge") == "WORKS_AT")
    rows = works.join(held, left_on="src", right_on="identifier").join(
        firms, left_on="dst", right_on="identifier"
    )
    alive = pl.col("withdrawn").fill_null(False), pl.col("until_ms").is_not_null()
    for row in rows.sort(*alive, "src", "dst").iter_rows(named=True):
        by_crm = "crm" if row["source"] == ground.setting.primary else "other_crm"
        via = "workspace" if row["dst"].startswith("workspace:") else by_crm
        cause = {"record": row["src"], "source": row["source"]}
        found.setdefault((row["contact"], row["company"], via), cause)
    hosts = ground.facts.email_domains.join(held, left_on="email", right_on="identifier").join(
        firms, left_on="domain", right_on="identifier"
    )
    for row in hosts.sort("email").iter_rows(named=True):
        key = (row["contact"], row["company"], "domain")
        found.setdefault(key, {"identifier": row["email"]})
    return found | dict(_decided(held, firms, ground))


def _decided(held: pl.DataFrame, firms: pl.DataFrame, ground: Ground) -> Iterable[tuple[By, Cause]]:
    """Give the assignments of people; those whose effect is new speak before the others."""
    assigned = ground.facts.decisions.filter(pl.col("action") == "assign_company")
    rows = assigned.join(held, left_on="left", right_on="identifier").join(
        firms, left_on="right", right_on="identifier"
    )
    new = pl.col("id").is_in(pl.Series(sorted(ground.turned), dtype=pl.String).implode())
    for row in rows.sort(new, "id").iter_rows(named=True):
        yield (row["contact"], row["company"], "decision"), decided(ground, row["id"])


def choices(members: pl.DataFrame, ground: Ground) -> dict[str, Cause]:
    """Give, by contact, a choice of its primary company whose effect is new."""
    turned = pl.Series(sorted(ground.turned), dtype=pl.String).implode()
    chosen = ground.facts.decisions.filter(
        (pl.col("action") == "choose_primary") & pl.col("id").is_in(turned)
    )
    rows = chosen.join(members, left_on="left", right_on="identifier").sort("id")
    return {e: decided(ground, i) for e, i in rows.select("entity", "id").iter_rows()}


def differing(was: list[dict[str, Any]], now: list[dict[str, Any]]) -> Membership:
    """Give the membership that stands for what changed: one that came, else one that went."""
    came = [m for m in now if m not in was]
    return next(iter(came), None) or next(m for m in was if m not in now)
