"""Sessions: activities of one actor that follow each other, and exposures one by one.

The result is a function of the *set* of events: any order of the rows gives the same frames, and a
late event changes only the sessions of its actor that it stands in or next to.

A new session begins after a pause of more than ``gap_ms`` between two consecutive events of an
actor. A change of campaign does not begin one by default, as in Google Analytics 4 and Snowplow;
``new_on_campaign`` does, as in Universal Analytics and Matomo. Midnight never does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from identity.errors import Stop

EVENT_COLUMNS: Final = {
    "id": pl.String,
    "at_ms": pl.Int64,
    "source_seq": pl.Int64,
    "kind": pl.String,
    "session_kind": pl.String,
    "event_name": pl.String,
    "channel": pl.String,
    "source": pl.String,
    "medium": pl.String,
    "campaign": pl.String,
    "content": pl.String,
    "referrer_host": pl.String,
    "landing_host": pl.String,
    "landing_path": pl.String,
    "country": pl.String,
}
"""What `sessionise` reads of an event; all but ``id``, ``at_ms`` and ``kind`` may be missing."""

IDENTIFIER_COLUMNS: Final = {
    "event_id": pl.String,
    "identifier": pl.String,
    "kind": pl.String,
    "relation": pl.String,
}

STRENGTH: Final = (
    "anonymous", "user", "email", "crm:contact", "crm:lead", "phone", "workspace", "crm:account",
    "domain",
)  # fmt: skip
"""Which identifier of an event is its actor, first the strongest; all other kinds come after."""

_ORIGIN: Final = ("channel", "source", "medium", "campaign", "content", "referrer_host")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Sessions with their events and identifiers.

    ``sessions``: ``id``, ``kind`` (activity or exposure), ``actor``, ``at_ms``, ``end_ms``,
    ``n_events``, ``source_seq``, ``event_name`` and the landing fields of the first event, the
    origin (`channel`, source, medium, campaign, content, referrer_host) of the first event that
    does not come directly, else of the first; the first known country.
    ``session_events``: ``session``, ``event``, ``position`` (from 1).
    ``session_identifiers``: ``session``, ``identifier``, ``kind``, ``relation``, each once.
    ``unidentified``: events without any identifier, which belong to no session.
    All frames are sorted by their first columns.
    """

    sessions: pl.DataFrame
    session_events: pl.DataFrame
    session_identifiers: pl.DataFrame
    unidentified: int


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How events become sessions.

    ``gap_ms``: a longer pause begins a new session (exactly that long does not).
    ``new_on_campaign``: so does another source, medium or campaign than the actor's last one, when
    it is not a direct visit. ``direct``: the channel of direct visits. ``event_prefix``: what event
    ids start with; a session's id has ``ses_`` instead.
    """

    gap_ms: int = 30 * 60 * 1000
    new_on_campaign: bool = False
    direct: str = "Direct"
    event_prefix: str = "evt:"


def sessionise(
    events: pl.DataFrame,
    event_identifiers: pl.DataFrame,
    *,
    gap_ms: int | None = None,
    rules: SessionRules | None = None,
) -> Sessions:
    """Group events into sessions.

    The actor of an activity is its anonymous id, else its strongest identifier (`STRENGTH`; of
    several the smallest). Events of ``session_kind`` ``single`` and exposures stand alone and do
    not lengthen anybody's session. Inside a session the order is (``at_ms``, ``source_seq`` with
    nulls last, event id).

    Args:
        events: `EVENT_COLUMNS`, ``id`` unique; ``channel``, ``source`` and ``medium`` as
            `identity.journey.channels.classify` gives them.
        event_identifiers: `IDENTIFIER_COLUMNS`, every identifier of every event; ``relation`` is BY
            or TOWARDS.
        gap_ms: the pause; that of the rules where None.
        rules: how to group.

    Raises:
        Stop: two events have one id.
    """
    how = rules or SessionRules()
    known = _known(events, EVENT_COLUMNS).rename({"id": "event"})
    twice = known.filter(pl.col("event").is_duplicated())["event"].sort()
    if len(twice):
        raise Stop(f"event {twice[0]} stands twice among the events")
    carried = _known(event_identifiers, IDENTIFIER_COLUMNS).unique()
    acting = known.join(_actors(carried), on="event", how="inner")
    numbered = _numbered(acting, how.gap_ms if gap_ms is None else gap_ms, how)
    return Sessions(
        sessions=_summaries(numbered, how.direct),
        session_events=numbered.select("session", "event", "position").sort("session", "position"),
        session_identifiers=carried.rename({"event_id": "event"})
        .join(numbered.select("event", "session"), on="event")
        .select("session", "identifier", "kind", "relation")
        .unique()
        .sort("session", "identifier", "relation"),
        unidentified=known.height - acting.height,
    )


def _known(frame: pl.DataFrame, columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in columns.items()
    )


def _actors(carried: pl.DataFrame) -> pl.DataFrame:
    """Give each event its actor: (event, actor)."""
    crm_object = pl.col("identifier").str.extract(r"^crm:[^:]*:(contact|lead|account):")
    kind = pl.when(pl.col("kind") == "crm").then(pl.lit("crm:") + crm_object).otherwise("kind")
    ranks = {name: rank for rank, name in enumerate(STRENGTH)}
    strength = kind.replace_strict(ranks, default=len(ranks), return_dtype=pl.Int8)
    return (
        carried.select(event="event_id", actor="identifier", strength=strength)
        .sort("event", "strength", "actor")
        .unique("event", keep="first", maintain_order=True)
        .drop("strength")
    )


def _numbered(acting: pl.DataFrame, gap_ms: int, how: SessionRules) -> pl.DataFrame:
    """Sort by actor and total order; add ``begins``, ``session`` (its id) and ``position``.

    After this the events of a session are neighbouring rows.
    """
    alone = pl.col("kind").eq_missing("exposure") | pl.col("session_kind").eq_missing("single")
    rows = acting.with_columns(alone=alone).sort(
        "actor", "alone", "at_ms", "source_seq", "event", nulls_last=True
    )
    new_actor = pl.any_horizontal(
        pl.col("actor", "alone").ne_missing(pl.col("actor", "alone").shift())
    )
    begins = pl.col("alone") | new_actor | (pl.col("at_ms").diff() > gap_ms)
    if how.new_on_campaign:
        said = [pl.col(name).fill_null("") for name in ("source", "medium", "campaign")]
        origin = pl.when(_has_origin(how.direct)).then(pl.concat_str(said, separator="\0"))
        last = origin.forward_fill().shift().over("actor", "alone")
        begins = begins | (origin.is_not_null() & origin.ne_missing(last))
    rows = rows.with_columns(begins=begins.fill_null(True), row=pl.int_range(pl.len()))
    start = pl.when("begins").then("row").forward_fill()
    rows = rows.with_columns(start=start, position=pl.col("row") - start + 1)
    first_event = pl.col("event").gather("start").str.strip_prefix(how.event_prefix)
    return rows.with_columns(session=pl.lit("ses_") + first_event)


def _has_origin(direct: str) -> pl.Expr:
    return pl.col("channel").is_not_null() & (pl.col("channel") != direct)


def _summaries(numbered: pl.DataFrame, direct: str) -> pl.DataFrame:
    first = numbered.filter("begins")
    last = numbered.filter(pl.col("begins").shift(-1, fill_value=True))
    originating = numbered.filter(_has_origin(direct)).unique(
        "start", keep="first", maintain_order=True
    )
    direct_only = first.join(originating, on="start", how="anti")
    origin = pl.concat([originating, direct_only]).select("start", *_ORIGIN)
    country = (
        numbered.filter(pl.col("country").is_not_null())
        .unique("start", keep="first", maintain_order=True)
        .select("start", "country")
    )
    return (
        first.drop(*_ORIGIN, "country")
        .with_columns(end_ms=last["at_ms"], n_events=last["position"])
        .join(origin, on="start")
        .join(country, on="start", how="left")
        .select(
            *("kind", "actor", "at_ms", "end_ms", "n_events", "source_seq", "event_name", *_ORIGIN),
            *("landing_host", "landing_path", "country"),
            id="session",
        )
        .select("id", pl.exclude("id"))
        .sort("id")
    )
