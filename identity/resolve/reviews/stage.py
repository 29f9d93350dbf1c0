"""Values of questions: how much money hangs on an answer, once stages are known.

The value of a question is that of the deals of all entities that it concerns, each deal once, times
the share that hangs on the answer: the question's weight, or the item's own score (a doubtful
bridge, a likely suggestion). Deals are what reached a stage with a value; lost ones do not count.
"""

from __future__ import annotations

import polars as pl

from identity.resolve.reviews.model import QUESTIONS
from identity.store.base import Store


def value_reviews(store: Store) -> int:
    """Write the value at risk of every question whose value differs; give how many those are."""
    reviews = store.table("resolve/review_values")
    if reviews.is_empty():
        return 0
    resolved = pl.concat(
        [
            store.table(f"resolve/stored_resolves_to_{plural}")
            for plural in ("contacts", "companies")
        ]
    )
    parties = pl.concat(
        [
            store.table("journey/opportunity_accounts").select("opportunity", party="account"),
            store.table("journey/opportunity_contacts").select("opportunity", party="contact"),
        ]
    )
    wanted = values(reviews, resolved, store.table("resolve/review_deals"), parties)
    rows = wanted.join(reviews.select("id", was="value_minor"), on="id").filter(
        pl.col("value_minor").ne_missing(pl.col("was"))
    )
    store.write("resolve/review_value", rows.select("id", "value_minor").to_dicts())
    return rows.height


def values(
    reviews: pl.DataFrame, resolved: pl.DataFrame, deals: pl.DataFrame, parties: pl.DataFrame
) -> pl.DataFrame:
    """Compute the value at risk of questions: id, value_minor.

    Args:
        reviews: id, question, subjects, score.
        resolved: identifier, entity.
        deals: identifier, value_minor (minor units of the base currency).
        parties: opportunity, party (an account or a contact of it).
    """
    subjects = reviews.select("id", identifier="subjects").explode("identifier")
    held = resolved.select("entity", "identifier").unique()
    around = (
        subjects.join(held, on="identifier")
        .select("id", "entity")
        .unique()
        .join(held, on="entity")
        .select("id", "identifier")
    )
    touched = pl.concat([subjects, around]).unique()
    links = pl.concat(
        [
            deals.select(deal="identifier", identifier="identifier"),
            parties.select(deal="opportunity", identifier="party"),
        ]
    )
    found = (
        touched.join(links, on="identifier")
        .select("id", "deal")
        .unique()
        .join(deals.select("value_minor", deal="identifier"), on="deal")
        .group_by("id")
        .agg(pl.col("value_minor").sum())
    )
    weight = pl.col("question").replace_strict(
        {q.name: q.weight for q in QUESTIONS.values()}, return_dtype=pl.Float64
    )
    percent = (pl.coalesce("score", weight) * 100).round().cast(pl.Int64)
    return (
        reviews.select("id", percent=percent)
        .join(found, on="id", how="left")
        .select("id", value_minor=pl.col("value_minor").fill_null(0) * pl.col("percent") // 100)
        .sort("id")
    )
