"""Journeys: what came before each stage.

The journey of a contact's stage is the sessions of that contact; of a company's stage, and of an
opportunity's, the sessions of its contacts while they were members, and what the company did by
itself. Sessions hang on identifiers and identifiers on entities by instant, so a merge or a split
re-attributes history without rewriting one fact (R35).

This is the bulk form; the read-time walk of ``cypher/analyst/stage_journey`` is its oracle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

DAY_MS = 86_400_000
JOURNEY_COLUMNS = ("stage", "session", "position", "from_end")


@dataclass(frozen=True, slots=True)
class Entities:
    """What identifiers stand for, by instant, and who belongs to which company.

    ``contacts``, ``companies``: identifier, entity, from_ms, until_ms; ``memberships``: contact,
    company, from_ms, until_ms.
    """

    contacts: pl.DataFrame
    companies: pl.DataFrame
    memberships: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Actors:
    """Whose a session is: ``contacts`` (session, at_ms, contact), ``companies`` (…, company)."""

    contacts: pl.DataFrame
    companies: pl.DataFrame


def _within(column: str = "at_ms") -> pl.Expr:
    at = pl.col(column)
    return (pl.col("from_ms").is_null() | (pl.col("from_ms") <= at)) & (
        pl.col("until_ms").is_null() | (at < pl.col("until_ms"))
    )


def actors(sessions: pl.DataFrame, identifiers: pl.DataFrame, entities: Entities) -> Actors:
    """Find the contacts and companies of sessions.

    A session of a known contact is no activity of the company that an address lookup or an ad
    platform names for it (E41); an account or a workspace that it names counts beside the contact.

    Args:
        sessions: id, at_ms.
        identifiers: session, identifier.
        entities: what identifiers stand for.
    """
    at = identifiers.join(sessions.select(session="id", at_ms="at_ms"), on="session")
    contacts = (
        at.join(entities.contacts, on="identifier")
        .filter(_within())
        .select("session", "at_ms", contact="entity")
        .unique()
    )
    direct = at.join(entities.companies, on="identifier").filter(_within())
    known = contacts.select("session").unique()
    revealed = pl.col("identifier").str.starts_with("domain:")
    alone = direct.filter(revealed).join(known, on="session", how="anti")
    named = direct.filter(~revealed)
    through = (
        contacts.join(entities.memberships, on="contact")
        .filter(_within())
        .select("session", "at_ms", "company")
    )
    own = pl.concat([alone, named]).select("session", "at_ms", company="entity")
    return Actors(contacts, pl.concat([through, own]).unique())


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose a stage is: ``contacts`` (stage, contact) and ``companies`` (stage, company)."""

    contacts: pl.DataFrame
    companies: pl.DataFrame


def owners(
    stages: pl.DataFrame,
    entities: Entities,
    accounts: pl.DataFrame,
    roles: pl.DataFrame,
    *,
    listed_contacts: bool = False,
) -> Owners:
    """Find whose each stage is.

    An opportunity's stage is its account's company's; where it has no account, or with
    ``listed_contacts``, it is that of the contacts of its roles.

    Args:
        stages: id, at_ms, of.
        entities: what identifiers stand for.
        accounts: opportunity, account.
        roles: opportunity, contact (identifiers).
        listed_contacts: narrow opportunities to the contacts of their roles.
    """
    own = stages.select("id", "at_ms", identifier="of")
    placed = own.join(accounts, left_on="identifier", right_on="opportunity").select(
        "id", "at_ms", identifier="account"
    )
    persons = own.join(roles, left_on="identifier", right_on="opportunity").select(
        "id", "at_ms", identifier="contact"
    )
    if listed_contacts:
        placed = placed.clear()
    companies = _resolved(pl.concat([own, placed]), entities.companies, "company")
    without = persons.join(companies, left_on="id", right_on="stage", how="anti")
    contacts = _resolved(pl.concat([own, without]), entities.contacts, "contact")
    return Owners(contacts, companies)


def _resolved(stages: pl.DataFrame, entities: pl.DataFrame, name: str) -> pl.DataFrame:
    joined = stages.join(entities, on="identifier").filter(_within())
    return joined.select(pl.col("id").alias("stage"), pl.col("entity").alias(name)).unique()


def journeys(
    stages: pl.DataFrame,
    sessions: pl.DataFrame,
    acting: Actors,
    owning: Owners,
    *,
    lookback_days: int | None = None,
    include_stage_session: bool = False,
) -> pl.DataFrame:
    """Give the sessions before each stage, in their total order (start, source_seq, id).

    Args:
        stages: id, at_ms.
        sessions: id, at_ms, source_seq.
        acting: whose sessions are.
        owning: whose stages are.
        lookback_days: how far back is kept; None for everything.
        include_stage_session: whether a session that begins at the very instant counts.

    Returns:
        stage, session, position (from 1), from_end (from 1).
    """
    pairs = pl.concat(
        [
            owning.contacts.join(acting.contacts, on="contact").select("stage", "session"),
            owning.companies.join(acting.companies, on="company").select("stage", "session"),
        ]
    ).unique()
    at = pairs.join(stages.select(stage="id", stage_at_ms="at_ms"), on="stage").join(
        sessions.select(session="id", at_ms="at_ms", source_seq="source_seq"), on="session"
    )
    before = pl.col("at_ms") < pl.col("stage_at_ms")
    if include_stage_session:
        before = pl.col("at_ms") <= pl.col("stage_at_ms")
    kept = at.filter(before)
    if lookback_days is not None:
        kept = kept.filter(pl.col("stage_at_ms") - pl.col("at_ms") <= lookback_days * DAY_MS)
    ordered = kept.sort("stage", "at_ms", "source_seq", "session", nulls_last=True)
    numbered = ordered.with_columns(
        position=pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("stage")
    )
    return numbered.with_columns(
        from_end=pl.len().over("stage").cast(pl.Int64) - pl.col("position") + 1
    ).select(*JOURNEY_COLUMNS)


def stage_times(
    stages: pl.DataFrame,
    marked: Mapping[str, str],
    owning: Owners,
    entities: Entities,
    *,
    roles: pl.DataFrame,
    created: pl.DataFrame,
) -> pl.DataFrame:
    """Give the milestone times of each stage: LC, OC, CW.

    LC is the creation of the oldest contact on the deal (of its roles, else of the stage's own
    contact, else of the company's contacts); OC and CW are the stages that the configuration marks,
    of the same opportunity.

    Args:
        stages: id, kind, at_ms, of.
        marked: stage kind to milestone.
        owning: whose stages are.
        entities: what identifiers stand for.
        roles: opportunity, contact.
        created: id, created_ms of person records.
    """
    born = (
        created.join(entities.contacts, left_on="id", right_on="identifier")
        .group_by(contact="entity")
        .agg(born=pl.col("created_ms").min())
    )
    on_deal = (
        stages.select(stage="id", opportunity="of")
        .join(roles, on="opportunity")
        .join(entities.contacts, left_on="contact", right_on="identifier")
        .select("stage", contact="entity", tier=pl.lit(0))
    )
    own = owning.contacts.select("stage", "contact", tier=pl.lit(1))
    members = owning.companies.join(entities.memberships, on="company").select(
        "stage", "contact", tier=pl.lit(2)
    )
    oldest = (
        pl.concat([on_deal, own, members])
        .join(born, on="contact")
        .filter(pl.col("tier") == pl.col("tier").min().over("stage"))
        .group_by("stage")
        .agg(LC=pl.col("born").min())
    )
    times = stages.select(stage="id", of="of").join(oldest, on="stage", how="left")
    for milestone in ("OC", "CW"):
        kinds = [k for k, m in marked.items() if m == milestone]
        reached = (
            stages.filter(pl.col("kind").is_in(kinds))
            .group_by("of")
            .agg(pl.col("at_ms").min().alias(milestone))
        )
        times = times.join(reached, on="of", how="left")
    return times.select("stage", "LC", "OC", "CW")
