"""Channels: where a touch came from, as source, medium and channel.

`classify` looks at what the event says in this order: campaign parameters (``utm_…``), a click id
in the landing URL, the referring host, nothing. Own hosts and hosts that only interrupt a visit
(payment, login) count as no referrer. Which channel a source and medium mean is data
(`identity.journey.channel_rules`), and so is what a source is (`identity.journey.sources`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_plus

import polars as pl

from identity.journey.channel_rules import ChannelRules, preset
from identity.journey.sources import Sources, builtin, clean_host, is_below

INPUTS: Final = (
    "source", "medium", "campaign", "referrer_host", "click_id", "landing_url", "kind",
    "event_kind",
)  # fmt: skip
"""Columns that `classify` reads; all are text, all may be missing or null."""

DIRECT: Final = ("(direct)", "(none)")
NOT_SET: Final = "(not set)"
_PARAMETER: Final = r"(?:^|[?&])utm_%s=([^&#]*)"
_MEDIUM_OF_CATEGORY: Final = {"search": "organic", "social": "social"}


@dataclass(frozen=True, slots=True)
class Traffic:
    """What `classify` needs to know of a project.

    ``own_hosts`` are the project's hosts; hosts below them are own as well. ``ignored_referrers``
    are added to those of the rules.
    """

    own_hosts: frozenset[str] = frozenset()
    ignored_referrers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, own_hosts: Iterable[str] = (), ignored_referrers: Iterable[str] = ()) -> Traffic:
        """Make one from hosts as people write them."""
        return cls(
            frozenset(clean_host(host) for host in own_hosts),
            frozenset(clean_host(host) for host in ignored_referrers),
        )


def classify(
    frame: pl.DataFrame,
    *,
    traffic: Traffic | None = None,
    rules: ChannelRules | None = None,
    sources: Sources | None = None,
) -> pl.DataFrame:
    """Give each event its channel, source and medium.

    Args:
        frame: one row per event with any of the columns `INPUTS`. ``click_id`` is the *name* of a
            click id (``gclid``); ``landing_url`` (URL or query) is read for campaign parameters and
            click ids that the columns lack. ``kind`` is activity or exposure; ``event_kind`` what
            the event says of itself (``webinar``, ``sales``, ``product``, ``email_click``).
        traffic: own hosts and further hosts to ignore.
        rules: the ordered rules; the preset ``ga4_b2b`` where None.
        sources: what hosts and names stand for; the built-in lists where None.

    Returns:
        ``channel``, ``source``, ``medium`` in the frame's row order, never null. Source and medium
        are in lower case. A visit from nowhere is ``(direct)`` / ``(none)``; a part that is not
        known is ``(not set)``.
    """
    known = rules or preset()
    given = frame.select(
        pl.col(name).cast(pl.String)
        if name in frame.columns
        else pl.lit(None, pl.String).alias(name)
        for name in INPUTS
    )
    distinct = given.unique(maintain_order=True)
    origin = _origins(_with_url(distinct, known), known, traffic or Traffic(), sources or builtin())
    table = distinct.with_columns(
        origin.select(
            pl.coalesce(_chain(known)).alias("channel"),
            found_source="source",
            found_medium="medium",
        )
    )
    return given.join(table, on=INPUTS, how="left", nulls_equal=True, maintain_order="left").select(
        "channel", source="found_source", medium="found_medium"
    )


def _chain(rules: ChannelRules) -> list[pl.Expr]:
    steps = [
        pl.when(pl.any_horizontal(test.expression() for test in rule.alternatives)).then(
            pl.lit(rule.channel)
        )
        for rule in rules.rules
    ]
    return [*steps, pl.lit(rules.unassigned)]


def _with_url(frame: pl.DataFrame, rules: ChannelRules) -> pl.DataFrame:
    """Fill campaign parameters and the click id from the landing URL where the columns lack them.

    Values that only say that nothing is set become null.
    """
    url = pl.col("landing_url")
    names = ("source", "medium", "campaign")
    clicks = [
        pl.when(url.str.contains(rf"(?:^|[?&]){name}=[^&#]")).then(pl.lit(name))
        for name in rules.clicks
    ]
    return frame.with_columns(
        *(
            pl.coalesce(_set(pl.col(name)), _set(_decoded(url.str.extract(_PARAMETER % name))))
            for name in names
        ),
        pl.coalesce("click_id", *clicks).alias("click_id"),
    )


def _origins(
    frame: pl.DataFrame, rules: ChannelRules, traffic: Traffic, sources: Sources
) -> pl.DataFrame:
    """Give the effective source, medium and category of each row, beside what the rules read."""
    hidden = traffic.ignored_referrers | rules.ignored_referrers | traffic.own_hosts
    clicks = pl.DataFrame(
        {
            "click_id": list(rules.clicks),
            "click_source": [origin[0] for origin in rules.clicks.values()],
            "click_medium": [origin[1] for origin in rules.clicks.values()],
        },
        schema=dict.fromkeys(("click_id", "click_source", "click_medium"), pl.String),
    )
    rows = frame.join(clicks, on="click_id", how="left", maintain_order="left").join(
        _referrers(frame["referrer_host"], hidden, sources),
        on="referrer_host",
        how="left",
        maintain_order="left",
    )
    tagged = pl.any_horizontal(pl.col("source", "medium", "campaign").is_not_null())
    clicked = pl.col("click_source").is_not_null()
    visit = (pl.col("kind").fill_null("activity") == "activity") & ~pl.col("event_kind").is_in(
        sorted(rules.own_events)
    ).fill_null(False)
    nowhere = [pl.when(visit).then(pl.lit(part)).otherwise(pl.lit(NOT_SET)) for part in DIRECT]
    rows = rows.with_columns(
        source=pl.when(tagged)
        .then(pl.coalesce("source", "click_source", "referrer_source", pl.lit(NOT_SET)))
        .otherwise(pl.coalesce("click_source", "referrer_source", nowhere[0])),
        medium=pl.when(tagged)
        .then(pl.coalesce("medium", "click_medium", pl.lit(NOT_SET)))
        .when(clicked)
        .then(pl.col("click_medium"))
        .otherwise(pl.coalesce("referrer_medium", nowhere[1])),
        referred=~tagged & ~clicked,
    ).with_columns(pl.col("source", "medium").str.to_lowercase())
    named = _named(rows["source"], sources)
    return rows.join(named, on="source", how="left", maintain_order="left").with_columns(
        category=pl.when("referred").then("referrer_category").otherwise("named_category")
    )


def _referrers(hosts: pl.Series, hidden: Collection[str], sources: Sources) -> pl.DataFrame:
    rows = []
    for host in hosts.drop_nulls().unique():
        bare = clean_host(host)
        if bare and not is_below(bare, hidden):
            found = sources.of_host(bare)
            category = found.category if found else None
            medium = _MEDIUM_OF_CATEGORY.get(category or "", "referral")
            rows.append((host, found.name if found else bare, medium, category))
    names = ("referrer_host", "referrer_source", "referrer_medium", "referrer_category")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _named(values: pl.Series, sources: Sources) -> pl.DataFrame:
    found = [(value, sources.of_name(value)) for value in values.unique()]
    rows = [(value, source.category) for value, source in found if source is not None]
    names = ("source", "named_category")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _set(text: pl.Expr) -> pl.Expr:
    clean = text.str.strip_chars()
    return pl.when(~clean.is_in(["", NOT_SET])).then(clean)


def _decoded(text: pl.Expr) -> pl.Expr:
    def decode(values: pl.Series) -> pl.Series:
        return pl.Series(
            [None if value is None else unquote_plus(value) for value in values], dtype=pl.String
        )

    return text.map_batches(decode, return_dtype=pl.String)
