"""Tables of resolution: memberships, identifiers, redirects, evidence, what waits, what changed."""

from __future__ import annotations

import polars as pl

from identity.export.columns import ids_of
from identity.export.reading import Reader

SPAN = {"from_ms": "valid_from", "until_ms": "valid_until"}


def memberships(reader: Reader) -> pl.DataFrame:
    """Give the table of memberships."""
    return reader.rows("memberships").rename(SPAN)


def identifiers(reader: Reader) -> pl.DataFrame:
    """Give the table of identifiers: one row for each entity one stood for, at least one."""
    stands = pl.concat(
        [
            reader.rows("resolves_to_contacts").select(
                "identifier", "from_ms", "until_ms", contact_id="entity"
            ),
            reader.rows("resolves_to_companies").select(
                "identifier", "from_ms", "until_ms", company_id="entity"
            ),
        ],
        how="diagonal",
    )
    known = reader.rows("identifiers").rename({"id": "identifier"})
    records = reader.rows("records").select(
        "object", "deleted", identifier="id", created_at="created_ms", updated_at="at_ms"
    )
    deals = reader.rows("opportunities").select(
        "deleted", identifier="id", object=pl.lit("opportunity"), created_at="created_ms"
    )
    loaded = pl.concat([records, deals], how="diagonal")
    return (
        known.join(stands, on="identifier", how="left")
        .join(loaded, on="identifier", how="left")
        .with_columns(is_record=pl.col("object").is_not_null())
        .rename(SPAN)
    )


def redirects(reader: Reader) -> pl.DataFrame:
    """Give the table of ids that live no more, and which live ones to use instead."""
    parts = []
    for entity in ("contact", "company"):
        plural = "contacts" if entity == "contact" else "companies"
        ended = reader.rows(f"ended_{plural}")
        heirs = (
            reader.rows(f"held_by_{plural}")
            .join(reader.current(f"resolves_to_{plural}"), on="identifier")
            .select("id", "entity")
        )
        rows = ended.with_columns(
            entity=pl.lit(entity), redirect=_live_end(ended), old_id="id"
        ).join(ids_of(heirs, "id", "entity", "successors"), on="id", how="left")
        parts.append(rows)
    both = pl.concat(parts)
    preferred = pl.coalesce("redirect", pl.col("successors").list.first())
    return both.with_columns(
        redirect=preferred,
        successors=pl.col("successors").fill_null(pl.lit([], pl.List(pl.String))),
    )


def _live_end(ended: pl.DataFrame) -> pl.Series:
    """Follow merges to the id that lives, so that no reader has to: depth one."""
    into = dict(ended.drop_nulls("merged_into").select("id", "merged_into").iter_rows())
    gone = set(ended["id"].to_list())
    found: list[str | None] = []
    for identity in ended["id"].to_list():
        seen, at = {identity}, into.get(identity)
        while at in gone and at not in seen:
            seen.add(at)
            at = into.get(at)
        found.append(None if at in gone else at)
    return pl.Series("redirect", found, dtype=pl.String)


def opportunities(reader: Reader) -> pl.DataFrame:
    """Give the table of opportunities."""
    company_of = reader.current("resolves_to_companies").select(
        dst="identifier", company_id="entity"
    )
    contact_of = reader.current("resolves_to_contacts").select(
        dst="identifier", contact_id="entity"
    )
    placed = (
        reader.rows("opportunity_accounts")
        .join(company_of, on="dst", how="left")
        .sort("dst")
        .group_by("src")
        .agg(account=pl.col("dst").first(), company_id=pl.col("company_id").first())
    )
    roles = reader.rows("opportunity_contacts").join(contact_of, on="dst")
    return (
        reader.rows("opportunities")
        .join(placed, left_on="id", right_on="src", how="left")
        .join(
            ids_of(roles, "src", "contact_id", "contact_ids"),
            left_on="id",
            right_on="src",
            how="left",
        )
        .rename(
            {
                "id": "opportunity",
                "value": "opportunity_id",
                "opportunity_name": "name",
                "opportunity_kind": "kind",
                "created_ms": "created_at",
                "close_date_ms": "close_date",
            }
        )
    )


def evidence(reader: Reader) -> pl.DataFrame:
    """Give the table of evidence."""
    return reader.rows("evidence").rename(
        {**SPAN, "first_seen_ms": "first_seen", "last_seen_ms": "last_seen"}
    )


def refused(reader: Reader) -> pl.DataFrame:
    """Give the table of refused evidence."""
    return reader.rows("refused")


def reviews(reader: Reader) -> pl.DataFrame:
    """Give the table of reviews."""
    return reader.rows("reviews").rename({"id": "review_id"})


def quarantine(reader: Reader) -> pl.DataFrame:
    """Give the table of what was set aside."""
    return reader.rows("quarantine").rename({"id": "quarantine_id"})


def changes(reader: Reader) -> pl.DataFrame:
    """Give the change feed."""
    return reader.rows("changes").rename({"at_ms": "at"})
