"""Declaration of the tables of events, journeys and credit, and of what waits and what changed."""

from __future__ import annotations

from identity.export.columns import (
    TableSpec,
    flag,
    instant,
    integer,
    json,
    listed,
    number,
    text,
)

_WHO = (
    text("contact_id", "the contact, of the strongest identifier where several are named"),
    listed("contact_ids", "all contacts"),
    listed("company_ids", "all companies, those of the contacts at that instant included"),
)

REVIEWS = TableSpec(
    "reviews",
    "Questions that wait for a person.",
    ("review_id",),
    (
        text("review_id", "id"),
        text("question", "what is asked"),
        text("summary", "the question in words"),
        listed("subjects", "identifiers it is about"),
        json("candidates", "possible answers with their grounds"),
        text("method", "deterministic or probabilistic"),
        number("score", "certainty of a suggestion"),
        integer("value_minor", "value at risk, minor units of the base currency"),
        text("composition", "hash that refuses a stale answer"),
    ),
)

EVENTS = TableSpec(
    "events",
    "Everything done by or towards somebody. Sessions are the rows with `is_session`.",
    ("at", "source_seq", "event_id"),
    (
        text("event_id", "id"),
        text("session_id", "the session it belongs to; empty: it carries no identifier"),
        flag("is_session", "it begins its session and stands for it"),
        instant("at", "when"),
        text("event_name", "name"),
        text("kind", "activity or exposure"),
        text("nature", "page, identify, group, alias, reveal, product, sales, ad"),
        text("source", "name of the source"),
        integer("source_seq", "order given by the source"),
        *_WHO,
        text("user_id", "product user it carries"),
        text("workspace_id", "workspace it carries"),
        text("anonymous_id", "anonymous id it carries"),
        text("utm_source", "campaign source as read"),
        text("utm_medium", "campaign medium as read"),
        text("campaign", "campaign as read"),
        text("content", "campaign content as read"),
        text("referrer_host", "host of the referrer"),
        text("click_id", "name of the click id in the landing URL"),
        text("landing_host", "host of the page"),
        text("landing_path", "path of the page"),
        text("country", "country as read"),
        integer("value_minor", "value in minor units of its currency"),
        text("currency", "ISO 4217 code"),
        json("properties", "all else the source gave"),
    ),
)

SESSIONS = TableSpec(
    "sessions",
    "Activities of one actor that follow each other, or one exposure. The row `unattributed` holds "
    "the credit that no session earned.",
    ("session_id",),
    (
        text("session_id", "ses_ and the id of its first event"),
        text("kind", "activity, exposure or unattributed"),
        instant("started_at", "time of the first event"),
        instant("ended_at", "time of the last event"),
        text("month", "reporting month of the start"),
        integer("number_of_events", "events"),
        *_WHO,
        text("channel", "channel"),
        text("source", "source of the traffic"),
        text("medium", "medium of the traffic"),
        text("campaign", "campaign"),
        text("content", "content of the campaign"),
        text("country", "country"),
        text("landing_host", "host of the first page"),
        text("landing_path", "path of the first page"),
    ),
)

STAGES = TableSpec(
    "stages",
    "Milestones of the funnel that somebody reached.",
    ("stage_id",),
    (
        text("stage_id", "id"),
        text("kind", "name of the stage in the configuration"),
        instant("at", "when it was reached"),
        text("month", "reporting month"),
        text("identifier", "the record or identifier that reached it"),
        *_WHO,
        integer("value_minor", "value in minor units of its currency"),
        text("currency", "ISO 4217 code of the value"),
        integer("value_base_minor", "value in minor units of the base currency"),
        text("fx_rate_id", "rate that was used: currency@day"),
    ),
)

JOURNEYS = TableSpec(
    "journeys",
    "The sessions before each stage, in order.",
    ("stage_id", "position"),
    (
        text("stage_id", "the stage"),
        text("session_id", "the session"),
        integer("position", "from the first, starting at 1"),
        integer("from_end", "from the last, starting at 1"),
        listed("milestones", "FT first touch, LC lead created, OC opportunity created, CW won"),
    ),
)

CREDIT = TableSpec(
    "credit",
    "Credit of sessions for stages, by model. Per stage and model weights add up to 1 and values "
    "to the stage's value, to the minor unit, but for models that count influence.",
    ("model", "stage_id", "session_id"),
    (
        text("model", "attribution model"),
        text("stage_id", "the stage"),
        text("session_id", "the session; `unattributed` where none earned it"),
        number("weight", "share of the stage"),
        integer("value_minor", "share of the value, minor units of the base currency"),
        text("reason", "why this session got it"),
        integer("run", "the run since when it is so"),
    ),
)

SPEND = TableSpec(
    "spend",
    "Cost that no contact or company carries.",
    ("spend_id",),
    (
        text("spend_id", "id"),
        text("date", "day, ISO 8601"),
        text("month", "reporting month"),
        text("channel", "channel"),
        text("source", "source of the traffic"),
        text("campaign", "campaign"),
        text("campaign_id", "id of the campaign"),
        integer("amount_minor", "cost in minor units of its currency"),
        text("currency", "ISO 4217 code"),
        integer("base_minor", "cost in minor units of the base currency"),
        integer("clicks", "clicks"),
        integer("impressions", "impressions"),
    ),
)

QUARANTINE = TableSpec(
    "quarantine",
    "Rows and fields of sources that were set aside, and why.",
    ("quarantine_id",),
    (
        text("quarantine_id", "id"),
        text("code", "what is wrong"),
        text("message", "what is wrong, in words"),
        text("fix", "what to do"),
        text("source", "name of the source"),
        text("file", "file"),
        integer("row", "row, the header being row 1"),
        text("column", "column"),
        text("scope", "row or field"),
        text("masked", "the value, masked"),
        integer("run", "the run that learnt it"),
    ),
)

CHANGES = TableSpec(
    "changes",
    "The change feed, gapless.",
    ("seq",),
    (
        integer("seq", "order"),
        text("change", "created, merged, split, …"),
        text("subject", "the entity"),
        json("before", "what was"),
        json("after", "what is"),
        json("cause", "rule, run, record, decision, actor"),
        instant("at", "clock of the run"),
        integer("run", "the run"),
    ),
)

TABLES = (
    REVIEWS,
    EVENTS,
    SESSIONS,
    STAGES,
    JOURNEYS,
    CREDIT,
    SPEND,
    QUARANTINE,
    CHANGES,
)
