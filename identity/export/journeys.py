"""Tables of what happened and what it led to: events, sessions, stages, journeys, credit, spend."""

from __future__ import annotations

import polars as pl

from identity.export.actors import actors, with_actors
from identity.export.reading import Reader


def events(reader: Reader) -> pl.DataFrame:
    """Give the table of events.

    Sessions are a subset of it: the rows with ``is_session``, each the first event of its session.
    """
    rows = reader.rows("events")
    carried = pl.concat([reader.rows("event_by"), reader.rows("event_towards")])
    held = reader.rows("session_events").rename({"event_id": "id"})
    first = (
        held.join(rows.select("id", "at_ms", "source_seq"), on="id")
        .sort("session_id", "at_ms", "source_seq", "id", nulls_last=True)
        .unique("session_id", keep="first")
    )
    starts = first.select("id", is_session=pl.lit(True))
    named = {
        name: carried.filter(pl.col("kind") == kind)
        .group_by("id")
        .agg(pl.col("identifier").min().str.splitn(":", 3).struct.field("field_2").alias(name))
        for name, kind in (
            ("user_id", "user"),
            ("workspace_id", "workspace"),
            ("anonymous_id", "anonymous"),
        )
    }
    found = with_actors(rows, actors(reader, rows, carried))
    for one in named.values():
        found = found.join(one, on="id", how="left")
    return (
        found.join(held, on="id", how="left")
        .join(starts, on="id", how="left")
        .with_columns(pl.col("is_session").fill_null(False))
        .rename({"id": "event_id", "at_ms": "at"})
    )


def sessions(reader: Reader) -> pl.DataFrame:
    """Give the table of sessions."""
    rows = reader.rows("sessions")
    carried = pl.concat([reader.rows("session_by"), reader.rows("session_towards")])
    return with_actors(rows, actors(reader, rows, carried)).rename(
        {
            "id": "session_id",
            "at_ms": "started_at",
            "end_ms": "ended_at",
            "events": "number_of_events",
        }
    )


def stages(reader: Reader) -> pl.DataFrame:
    """Give the table of stages, each with whose it is.

    A stage of an opportunity is its account's company's; of one without an account, its contacts'.
    """
    rows = reader.rows("stages")
    own = rows.select("id", identifier="of")
    accounts = reader.rows("opportunity_accounts").select(of="src", identifier="dst")
    placed = rows.select("id", "of").join(accounts, on="of").select("id", "identifier")
    roles = reader.rows("opportunity_contacts").select(of="src", identifier="dst")
    people = rows.select("id", "of").join(placed, on="id", how="anti").join(roles, on="of")
    carried = pl.concat([own, placed, people.select("id", "identifier")]).unique()
    kind = pl.col("identifier").str.splitn(":", 2).struct.field("field_0")
    return with_actors(rows, actors(reader, rows, carried.with_columns(kind=kind))).rename(
        {"id": "stage_id", "at_ms": "at", "of": "identifier", "value_base": "value_base_minor"}
    )


def journeys(reader: Reader) -> pl.DataFrame:
    """Give the table of journeys."""
    return reader.rows("journeys")


def credit(reader: Reader) -> pl.DataFrame:
    """Give the table of credit that holds."""
    return reader.rows("credit")


def spend(reader: Reader) -> pl.DataFrame:
    """Give the table of spend."""
    return reader.rows("spend").rename({"id": "spend_id"})
