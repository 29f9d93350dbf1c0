"""Sessions: whose they are, what they show, and Snowplow's own sessions of real web events."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from identity.errors import Stop
from identity.journey.sessions import SessionRules, sessionise

MINUTE = 60_000
HALF_HOUR = 30 * MINUTE


def carried(rows: list[tuple[str, str, str]], relation: str = "BY") -> pl.DataFrame:
    names = ("event_id", "identifier", "kind", "relation")
    return pl.DataFrame(
        [(*row, relation) for row in rows], schema=dict.fromkeys(names, pl.String), orient="row"
    )


def visits(**columns: list[object]) -> pl.DataFrame:
    some = {"kind": ["activity"] * len(columns["id"])} | columns
    return pl.DataFrame(some)


def test_a_pause_of_exactly_the_gap_goes_on() -> None:
    some = visits(id=["evt:a", "evt:b", "evt:c"], at_ms=[0, HALF_HOUR, 2 * HALF_HOUR + 1])
    who = carried([(e, "anon:web:1", "anonymous") for e in some["id"]])
    result = sessionise(some, who, gap_ms=HALF_HOUR)
    assert result.session_events.rows() == [
        ("ses_a", "evt:a", 1),
        ("ses_a", "evt:b", 2),
        ("ses_c", "evt:c", 1),
    ]
    assert result.sessions.select("id", "at_ms", "end_ms", "n_events").rows() == [
        ("ses_a", 0, HALF_HOUR, 2),
        ("ses_c", 2 * HALF_HOUR + 1, 2 * HALF_HOUR + 1, 1),
    ]


@pytest.mark.parametrize(
    ("identifiers", "actor"),
    [
        ([("domain:x.com", "domain"), ("crm:sf:account:1", "crm")], "crm:sf:account:1"),
        ([("crm:sf:account:1", "crm"), ("workspace:app:4", "workspace")], "workspace:app:4"),
        ([("workspace:app:4", "workspace"), ("crm:sf:lead:2", "crm")], "crm:sf:lead:2"),
        ([("crm:sf:contact:2", "crm"), ("email:b@x.com", "email")], "email:b@x.com"),
        ([("email:b@x.com", "email"), ("email:a@x.com", "email")], "email:a@x.com"),
        ([("email:a@x.com", "email"), ("user:app:9", "user")], "user:app:9"),
        ([("user:app:9", "user"), ("anon:web:z", "anonymous")], "anon:web:z"),
    ],
)
def test_the_actor_is_the_anonymous_id_else_the_strongest(
    identifiers: list[tuple[str, str]], actor: str
) -> None:
    some = visits(id=["evt:a"], at_ms=[5])
    who = carried([("evt:a", identifier, kind) for identifier, kind in identifiers])
    result = sessionise(some, who)
    assert result.sessions["actor"].to_list() == [actor]
    assert sorted(result.session_identifiers["identifier"]) == sorted(i for i, _ in identifiers)


def test_a_login_in_the_middle_does_not_split_a_visit() -> None:
    some = visits(id=["evt:a", "evt:b", "evt:c"], at_ms=[0, MINUTE, 2 * MINUTE])
    who = carried(
        [(e, "anon:web:1", "anonymous") for e in some["id"]] + [("evt:b", "user:app:7", "user")]
    )
    result = sessionise(some, who)
    assert result.sessions["n_events"].to_list() == [3]
    assert result.session_identifiers.select("identifier", "kind", "relation").rows() == [
        ("anon:web:1", "anonymous", "BY"),
        ("user:app:7", "user", "BY"),
    ]


def test_exposures_and_single_events_stand_alone_and_keep_no_visit_open() -> None:
    some = visits(
        id=["evt:a", "evt:ad", "evt:call", "evt:b"],
        at_ms=[0, 20 * MINUTE, 25 * MINUTE, 40 * MINUTE],
        kind=["activity", "exposure", "activity", "activity"],
        session_kind=[None, None, "single", None],
    )
    result = sessionise(some, carried([(e, "email:a@x.com", "email") for e in some["id"]]))
    assert result.sessions.select("id", "kind", "n_events").rows() == [
        ("ses_a", "activity", 1),
        ("ses_ad", "exposure", 1),
        ("ses_b", "activity", 1),
        ("ses_call", "activity", 1),
    ]


def test_events_of_nobody_are_counted() -> None:
    some = visits(id=["evt:a", "evt:b"], at_ms=[0, 1])
    result = sessionise(some, carried([("evt:a", "anon:web:1", "anonymous")]))
    assert (result.unidentified, result.session_events["event"].to_list()) == (1, ["evt:a"])


def test_ties_go_by_the_order_of_the_source_then_by_id() -> None:
    some = visits(
        id=["evt:d", "evt:c", "evt:b", "evt:a"], at_ms=[7] * 4, source_seq=[None, 2, 1, None]
    )
    result = sessionise(some, carried([(e, "anon:web:1", "anonymous") for e in some["id"]]))
    assert result.session_events["event"].to_list() == ["evt:b", "evt:c", "evt:a", "evt:d"]
    assert result.sessions["id"].to_list() == ["ses_b"]


def test_origin_is_that_of_the_first_touch_that_is_not_direct_landing_that_of_the_first() -> None:
    some = visits(
        id=["evt:a", "evt:b", "evt:c"],
        at_ms=[0, 1, 2],
        channel=["Direct", "Paid Search", "Email"],
        source=["(direct)", "google", "news"],
        campaign=[None, "brand", "june"],
        landing_path=["/", "/pricing", "/blog"],
        country=[None, "DE", "FR"],
    )
    who = carried([(e, "anon:web:1", "anonymous") for e in some["id"]])
    row = sessionise(some, who).sessions.row(0, named=True)
    assert (row["channel"], row["source"], row["campaign"]) == ("Paid Search", "google", "brand")
    assert (row["landing_path"], row["country"]) == ("/", "DE")
    direct = sessionise(some.head(1), who).sessions.row(0, named=True)
    assert (direct["channel"], direct["source"]) == ("Direct", "(direct)")


def test_another_campaign_begins_a_session_only_where_asked() -> None:
    some = visits(
        id=["evt:a", "evt:b", "evt:c", "evt:d"],
        at_ms=[0, 1, 2, 3],
        channel=["Email", "Direct", "Email", "Paid Search"],
        source=["news", "(direct)", "news", "google"],
        campaign=["june", None, "june", "brand"],
    )
    who = carried([(e, "anon:web:1", "anonymous") for e in some["id"]])
    assert sessionise(some, who).sessions["n_events"].to_list() == [4]
    asked = sessionise(some, who, rules=SessionRules(new_on_campaign=True))
    assert asked.sessions.select("id", "n_events").rows() == [("ses_a", 3), ("ses_d", 1)]


def test_an_event_id_that_stands_twice_stops() -> None:
    with pytest.raises(Stop, match="evt:a"):
        sessionise(visits(id=["evt:a", "evt:a"], at_ms=[0, 1]), carried([]))


def read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def instant(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="ms").dt.epoch("ms")


@pytest.mark.shared_data
def test_the_gap_rule_finds_the_sessions_that_snowplow_found(shared_data: Path) -> None:
    """Compare by visitor, start, end and number of events with the tracker's own session ids.

    Not comparable, and left out by scenario: cookies that outlive the gap ("long session",
    "Unexpired session"), a visitor id that changes within a session ("Rotating domain_userid"), two
    sessions of one visitor at one instant ("Multiple first/last sessions"). Snowplow moves the
    start of a session of stray page pings back by the ping's five seconds; there the end is held.
    """
    folder = shared_data / "snowplow_web"
    events = read(folder / "snowplow_web_events.csv").sort("collector_tstamp")
    events = events.unique("event_id", keep="first", maintain_order=True)
    expected = read(folder / "snowplow_web_sessions_expected.csv").filter(
        ~pl.col("user_id").str.contains("long session|Unexpired|Rotating|Multiple")
    )
    who = pl.concat(
        events.drop_nulls(column).select(
            event_id="event_id", identifier=column, kind=pl.lit(kind), relation=pl.lit("BY")
        )
        for column, kind in (("domain_userid", "anonymous"), ("user_id", "user"))
    )
    result = sessionise(
        events.select(id="event_id", at_ms=instant("derived_tstamp"), kind=pl.lit("activity")), who
    )
    found = set(result.sessions.select("end_ms", "n_events", "actor").rows())
    starts = set(result.sessions["at_ms"])
    actor = pl.coalesce("domain_userid", "user_id")
    wanted = expected.select(
        instant("end_tstamp"),
        pl.col("total_events").cast(pl.Int64),
        actor,
        instant("start_tstamp"),
    ).rows()
    assert len(wanted) == 11
    for end, count, who_acted, start in wanted:
        assert (end, count, who_acted) in found
        assert start in starts or start + 5000 in starts
