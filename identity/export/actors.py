"""Whose events and sessions are: identifiers stand for entities by instant (R35)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from identity.export.columns import ids_of
from identity.export.reading import Reader, within
from identity.model.identifiers import STRENGTH_IN_EVENT


@dataclass(frozen=True, slots=True)
class Actors:
    """``contacts``: id, at_ms, contact_id, strength (0 the strongest); ``companies``: id,
    company_id. Each pair once.
    """

    contacts: pl.DataFrame
    companies: pl.DataFrame


def actors(reader: Reader, items: pl.DataFrame, carried: pl.DataFrame) -> Actors:
    """Find the contacts and companies of events or sessions.

    Companies are those of the contacts at that instant, and those that the item names itself; a
    domain that an address lookup or an ad platform names does not count beside a contact (E41).

    Args:
        reader: the graph.
        items: id, at_ms.
        carried: id, identifier, kind.
    """
    rank = pl.col("kind").replace_strict(
        {kind: n for n, kind in enumerate(STRENGTH_IN_EVENT)},
        default=len(STRENGTH_IN_EVENT),
        return_dtype=pl.Int64,
    )
    at = carried.join(items.select("id", "at_ms"), on="id").with_columns(strength=rank)
    contacts = (
        at.join(reader.rows("resolves_to_contacts"), on="identifier")
        .filter(within(pl.col("at_ms")))
        .group_by("id", "at_ms", contact_id="entity")
        .agg(pl.col("strength").min())
    )
    named = at.join(reader.rows("resolves_to_companies"), on="identifier").filter(
        within(pl.col("at_ms"))
    )
    looked_up = named.filter(pl.col("kind") == "domain").join(contacts, on="id", how="anti")
    direct = pl.concat([named.filter(pl.col("kind") != "domain"), looked_up])
    through = contacts.join(reader.rows("memberships"), on="contact_id").filter(
        within(pl.col("at_ms"))
    )
    companies = pl.concat(
        [through.select("id", "company_id"), direct.select("id", company_id="entity")]
    ).unique()
    return Actors(contacts, companies)


def with_actors(rows: pl.DataFrame, found: Actors) -> pl.DataFrame:
    """Add ``contact_id`` (of the strongest identifier), ``contact_ids`` and ``company_ids``."""
    strongest = found.contacts.sort("id", "strength", "contact_id").unique("id", keep="first")
    return (
        rows.join(strongest.select("id", "contact_id"), on="id", how="left")
        .join(ids_of(found.contacts, "id", "contact_id", "contact_ids"), on="id", how="left")
        .join(ids_of(found.companies, "id", "company_id", "company_ids"), on="id", how="left")
    )
