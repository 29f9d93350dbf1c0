"""The journey stage: sessions, stages, journeys, rebuilt from facts, written as a difference."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import polars as pl

from identity.config import Config
from identity.errors import FileError, Where
from identity.journey import stages as stage_rows
from identity.journey.channel_rules import preset
from identity.journey.channels import Traffic, classify
from identity.journey.journeys import (
    Entities,
    actors,
    journeys,
    owners,
    stage_times,
)
from identity.journey.lost import Lost
from identity.journey.sessions import SessionRules, Sessions, sessionise
from identity.model.changes import Count, numbered, run_id
from identity.model.difference import difference
from identity.model.money import AmountError
from identity.model.rates import Rates
from identity.progress import Progress, silent
from identity.store.base import Store, Transaction

UNATTRIBUTED = "unattributed"
_OF_LOST = ("id", "at_ms", "source_seq", "channel", "paid", "kind")
BY_COMPANY = ("product", "sales", "webinar", "email_click")


@dataclass(frozen=True, slots=True)
class JourneyResult:
    """What the journey stage made.

    ``counts``: rows by kind; ``reached``: stages that are new, by kind; ``unidentified``: events
    that carry no identifier; ``without_rate``: amounts that no rate could convert, by currency and
    date; ``times``: stage, LC, OC, CW; ``lost``: paths of those who did not reach a kind of stage;
    ``changes``: rows of the change feed so far.
    """

    counts: dict[str, int] = field(default_factory=dict)
    reached: dict[str, int] = field(default_factory=dict)
    unidentified: int = 0
    without_rate: pl.DataFrame = field(default_factory=pl.DataFrame)
    times: pl.DataFrame = field(default_factory=pl.DataFrame)
    lost: Lost | None = None
    changed: bool = False
    changes: int = 0


def read_rates(config: Config) -> Rates:
    """Read the project's table of rates; without one only the base currency converts."""
    currency = config.attribution.currency
    if currency.rates is None:
        empty = pl.DataFrame(schema={"date": pl.String, "currency": pl.String, "rate": pl.String})
        return Rates.of(empty, currency.base)
    path = config.resolve_path(currency.rates)
    where = Where(file=str(path), key="attribution.currency.rates")
    if not path.is_file():
        raise FileError("there is no such table of rates", where=where)
    try:
        return Rates.of(pl.read_csv(path, infer_schema=False), currency.base)
    except (AmountError, pl.exceptions.PolarsError) as error:
        raise FileError(
            str(error), where=where, fix="It needs the columns date, currency, rate."
        ) from error


def make_journeys(
    store: Store, config: Config, count: Count, *, progress: Progress = silent
) -> JourneyResult:
    """Make sessions, stages and journeys and write what differs in one transaction.

    Args:
        store: the graph.
        config: the project's stages, rates and rules of sessions.
        count: where the change feed stands; stages that are new are rows of it.
        progress: hears what is done.
    """
    progress.step("making sessions")
    made = _sessions(store, config)
    progress.step("finding stages")
    reached, missing = _stages(store, config)
    progress.step("making journeys")
    entities = Entities(
        store.table("journey/resolved_contacts"),
        store.table("journey/resolved_companies"),
        store.table("journey/memberships"),
    )
    roles = store.table("journey/opportunity_contacts").select("opportunity", "contact")
    owning = owners(
        reached,
        entities,
        store.table("journey/opportunity_accounts"),
        roles,
        listed_contacts=config.journeys.listed_contacts,
    )
    acting = actors(
        made.sessions, made.session_identifiers.select("session", "identifier"), entities
    )
    rows = journeys(
        reached,
        made.sessions,
        acting,
        owning,
        lookback_days=config.journeys.lookback_days,
        include_stage_session=config.journeys.include_stage_session,
    )
    marked = {k: s.milestone for k, s in config.journeys.stages.items() if s.milestone}
    times = stage_times(
        reached, marked, owning, entities, roles=roles, created=store.table("journey/created")
    )
    labelled = _with_milestones(rows, made, reached, times)
    progress.step("writing journeys")
    written = _write(store, config, (made, reached, labelled, missing), times, count)
    lost = Lost(
        stages=reached.select("id", "kind"),
        sessions=_with_paid(made.sessions).select(*_OF_LOST),
        acting=acting,
        owning=owning,
        memberships=entities.memberships.select("contact", "company"),
        quiet_days=config.attribution.quiet_days,
        lookback_days=config.journeys.lookback_days,
    )
    return replace(written, lost=lost)


def _sessions(store: Store, config: Config) -> Sessions:
    events = store.table("journey/events")
    origin = classify(
        events.select(
            source="utm_source",
            medium="utm_medium",
            campaign="campaign",
            referrer_host="referrer_host",
            click_id="click_id",
            kind="kind",
            event_kind=pl.when(pl.col("nature").is_in(BY_COMPANY)).then("nature"),
        ),
        traffic=Traffic.of(config.journeys.own_hosts),
    )
    carried = pl.concat(
        [
            store.table(f"journey/event_identifiers_{way.lower()}").with_columns(
                relation=pl.lit(way),
                kind=pl.when(pl.col("kind") == "crm")
                .then(pl.concat_str([pl.lit("crm:"), pl.col("object")]))
                .otherwise("kind"),
            )
            for way in ("BY", "TOWARDS")
        ]
    )
    return sessionise(
        events.drop("utm_source", "utm_medium").with_columns(origin),
        carried,
        rules=SessionRules(gap_ms=config.journeys.session_gap_minutes * 60_000),
    )


def _stages(store: Store, config: Config) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give the stages with their value in the base currency, and what no rate could convert."""
    named = config.journeys.stages
    base = config.attribution.currency.base
    objects = sorted({s.object for s in named.values()} - {"event"})
    events = sorted({s.when.event for s in named.values() if s.when.event is not None})
    rows = [
        *stage_rows.of_records(store.read("journey/records", objects=objects), named, base),
        *stage_rows.of_events(
            store.read("journey/named_events", names=events) if events else [], named, base
        ),
    ]
    found = stage_rows.frame(rows)
    day = pl.from_epoch("at_ms", time_unit="ms").dt.date()
    converted = read_rates(config).convert(
        found.with_columns(date=day), amount="value_minor", currency="currency", date="date"
    )
    rate_id = pl.when(pl.lit(converted.rate_date).is_not_null()).then(
        pl.concat_str(["currency", pl.lit("@"), pl.lit(converted.rate_date.cast(pl.String))])
    )
    return (
        found.with_columns(
            month=_months(found["at_ms"], config.attribution.timezone),
            value_base=converted.base_minor,
            fx_rate_id=rate_id,
        ),
        converted.missing.filter(pl.col("currency").is_not_null()),
    )


def _months(at_ms: pl.Series, zone: str) -> pl.Series:
    """Give the reporting month of instants in the project's time zone."""
    local = pl.DataFrame({"at": at_ms.cast(pl.Datetime("ms", "UTC"))}).select(
        pl.col("at").dt.convert_time_zone(zone).dt.strftime("%Y-%m")
    )
    return local.to_series().alias("month")


def _with_milestones(
    rows: pl.DataFrame, made: Sessions, reached: pl.DataFrame, times: pl.DataFrame
) -> pl.DataFrame:
    """Add the milestone labels of the journey as such, whatever a model sees of it."""
    at = rows.join(
        made.sessions.select(session="id", at_ms="at_ms"), on="session", maintain_order="left"
    ).join(reached.select(stage="id", stage_at_ms="at_ms"), on="stage", maintain_order="left")
    labelled = at.with_columns(
        milestones=pl.when(pl.col("position") == 1).then(pl.lit(["FT"])).otherwise(pl.lit([]))
    )
    for label in ("LC", "OC", "CW"):
        limit = times.select("stage", limit=label).drop_nulls()
        hit = (
            at.join(limit, on="stage")
            .filter(
                (pl.col("at_ms") <= pl.col("limit")) & (pl.col("limit") <= pl.col("stage_at_ms"))
            )
            .group_by("stage")
            .agg(position=pl.col("position").max(), hit=pl.lit(label).first())
        )
        labelled = (
            labelled.join(hit, on=["stage", "position"], how="left", maintain_order="left")
            .with_columns(
                milestones=pl.when(pl.col("hit").is_not_null())
                .then(pl.concat_list("milestones", "hit"))
                .otherwise("milestones")
            )
            .drop("hit")
        )
    return labelled.select("stage", "session", "position", "from_end", "milestones")


Made = tuple[Sessions, pl.DataFrame, pl.DataFrame, pl.DataFrame]


def _write(
    store: Store, config: Config, made: Made, times: pl.DataFrame, count: Count
) -> JourneyResult:
    sessions, reached, rows, missing = made
    stored_stages = store.table("journey/stored_stages")
    with store.transaction() as tx:
        changed = _write_sessions(tx, store, config, sessions)
        new = difference(stored_stages, reached.select(stored_stages.columns), ["id"])
        tx.write("journey/remove_stage", new.remove.select("id").to_dicts())
        tx.write("journey/stage", new.write.to_dicts())
        stored = store.table("journey/stored_journeys")
        moved = difference(stored, rows.select(stored.columns), ["stage", "session"])
        tx.write("journey/remove_in_journey", moved.remove.select("stage", "session").to_dicts())
        tx.write("journey/in_journey", moved.write.to_dicts())
        costs = _write_spend(tx, store, config)
        fresh = new.write.join(stored_stages.select("id"), on="id", how="anti")
        changes = count.changes + _write_feed(tx, fresh, count)
    return JourneyResult(
        counts={
            "sessions": sessions.sessions.height,
            "stages": reached.height,
            "in_journey": rows.height,
        },
        reached=dict(fresh.group_by("kind").len().sort("kind").iter_rows()),
        unidentified=sessions.unidentified,
        without_rate=missing,
        times=times,
        changed=changed or costs or not (new.empty and moved.empty),
        changes=changes,
    )


def _write_feed(tx: Transaction, fresh: pl.DataFrame, count: Count) -> int:
    """Write stages that are new to the change feed, and how far it is counted now (R29)."""
    rows = numbered(
        stage_rows.reached(fresh, count.run),
        first=count.changes + 1,
        run=count.run,
        as_of_ms=count.as_of_ms,
    )
    tx.write("journey/change", rows)
    if rows:
        counted = {"id": run_id(count.run), "changes": count.changes + len(rows)}
        tx.write("journey/counted", [counted])
    return len(rows)


def _write_sessions(tx: Transaction, store: Store, config: Config, made: Sessions) -> bool:
    stored = store.table("journey/stored_sessions")
    wanted = _session_rows(made, config).select(stored.columns)
    changed = difference(stored, wanted, ["id"])
    tx.write("journey/remove_session", changed.remove.select("id").to_dicts())
    known = changed.write["id"].is_in(stored["id"].implode())
    tx.write("journey/session", changed.write.filter(~known).to_dicts())
    again = changed.write.filter(known).to_dicts()
    tx.write("journey/session_changed", [{"id": r.pop("id"), "values": r} for r in again])
    events = difference(
        store.table("journey/stored_session_events"),
        made.session_events.select("session", "event"),
        ["session", "event"],
    )
    tx.write("journey/remove_session_event", events.remove.to_dicts())
    tx.write("journey/session_event", events.write.to_dicts())
    anything = not (changed.empty and events.empty)
    for way in ("by", "towards"):
        chosen = made.session_identifiers.filter(pl.col("relation") == way.upper())
        links = difference(
            store.table(f"journey/stored_session_{way}"),
            chosen.select("session", "identifier").unique(),
            ["session", "identifier"],
        )
        tx.write(f"journey/remove_session_{way}", links.remove.to_dicts())
        tx.write(f"journey/session_{way}", links.write.to_dicts())
        anything = anything or not links.empty
    return anything


def _with_paid(sessions: pl.DataFrame) -> pl.DataFrame:
    return sessions.with_columns(paid=pl.col("channel").is_in(list(preset().paid)))


def _session_rows(made: Sessions, config: Config) -> pl.DataFrame:
    rows = _with_paid(made.sessions).with_columns(
        name=pl.col("channel"),
        month=_months(made.sessions["at_ms"], config.attribution.timezone),
        events=pl.col("n_events").cast(pl.Int64),
    )
    nobody = pl.DataFrame(
        {"id": [UNATTRIBUTED], "name": [UNATTRIBUTED], "kind": [UNATTRIBUTED], "events": [0]},
        schema_overrides={"events": pl.Int64},
    )
    return pl.concat([rows, nobody], how="diagonal_relaxed")


def _write_spend(tx: Transaction, store: Store, config: Config) -> bool:
    """Bring costs to the base currency; a cost without a rate stays without one."""
    spend = store.table("journey/stored_spend")
    day = pl.col("date").str.to_date("%Y-%m-%d")
    converted = read_rates(config).convert(
        spend.with_columns(date=day), amount="amount_minor", currency="currency", date="date"
    )
    wanted = spend.select(
        "id", month=pl.col("date").str.slice(0, 7), base_minor=converted.base_minor
    )
    changed = difference(spend.select("id", "month", "base_minor"), wanted, ["id"])
    tx.write("journey/spend_base", changed.write.to_dicts())
    return not changed.empty
