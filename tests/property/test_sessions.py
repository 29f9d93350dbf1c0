"""Sessions against a plain loop, in any row order, and with a late event (P17)."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.journey.sessions import SessionRules, Sessions, sessionise

pytestmark = pytest.mark.small_frames

GAP = 1000
IDENTIFIERS = (
    ("anon:web:a", "anonymous"),
    ("anon:web:b", "anonymous"),
    ("user:app:1", "user"),
    ("email:a@x.com", "email"),
    ("email:b@x.com", "email"),
    ("crm:sf:contact:9", "crm"),
    ("crm:sf:account:7", "crm"),
    ("domain:x.com", "domain"),
)
STRONGEST = ("anonymous", "user", "email", "crm:contact", "crm:account", "domain")

events = st.lists(
    st.fixed_dictionaries(
        {
            "at_ms": st.one_of(st.integers(0, 9000), st.sampled_from([1000, 2000, 3000, 3001])),
            "source_seq": st.one_of(st.none(), st.integers(0, 3)),
            "kind": st.sampled_from(["activity", "activity", "activity", "exposure"]),
            "session_kind": st.sampled_from([None, None, None, "single"]),
            "channel": st.sampled_from(["Direct", "Email", "Paid Search", None]),
            "campaign": st.sampled_from(["spring", "autumn", None]),
            "identifiers": st.sets(st.sampled_from(IDENTIFIERS), max_size=3),
        }
    ),
    max_size=25,
)


def frames(drawn: list[dict[str, object]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    numbered = [{**event, "id": f"evt:t:{n:02}"} for n, event in enumerate(drawn)]
    columns = {
        "id": pl.String,
        "at_ms": pl.Int64,
        "source_seq": pl.Int64,
        "kind": pl.String,
        "session_kind": pl.String,
        "channel": pl.String,
        "campaign": pl.String,
    }
    rows = [tuple(event[name] for name in columns) for event in numbered]
    carried = [
        (event["id"], identifier, kind, "TOWARDS" if event["kind"] == "exposure" else "BY")
        for event in numbered
        for identifier, kind in event["identifiers"]
    ]
    names = dict.fromkeys(("event_id", "identifier", "kind", "relation"), pl.String)
    return (
        pl.DataFrame(rows, schema=columns, orient="row"),
        pl.DataFrame(carried, schema=names, orient="row"),
    )


def actor_of(event: dict[str, object]) -> str | None:
    ranked = sorted(
        (STRONGEST.index(":".join(("crm", i.split(":")[2])) if kind == "crm" else kind), i)
        for i, kind in event["identifiers"]
    )
    return ranked[0][1] if ranked else None


def by_hand(drawn: list[dict[str, object]], new_on_campaign: bool) -> set[tuple[str, ...]]:
    """Group event ids into sessions with a plain loop."""
    numbered = [
        {**event, "id": f"evt:t:{n:02}", "actor": actor_of(event)} for n, event in enumerate(drawn)
    ]
    known = [event for event in numbered if event["actor"] is not None]
    alone = [e for e in known if e["kind"] == "exposure" or e["session_kind"] == "single"]
    sessions = [[event["id"]] for event in alone]
    rest = [event for event in known if event not in alone]
    for actor in {event["actor"] for event in rest}:
        own = [event for event in rest if event["actor"] == actor]
        own.sort(
            key=lambda e: (e["at_ms"], 9 if e["source_seq"] is None else e["source_seq"], e["id"])
        )
        last_at, last_origin = None, None
        for event in own:
            comes = event["channel"] not in (None, "Direct")
            changed = new_on_campaign and comes and event["campaign"] != last_origin
            if comes and last_origin is None and new_on_campaign:
                changed = True
            if last_at is None or event["at_ms"] - last_at > GAP or changed:
                sessions.append([])
            sessions[-1].append(event["id"])
            last_at = event["at_ms"]
            if comes:
                last_origin = event["campaign"] or ""
    return {tuple(session) for session in sessions}


def grouped(result: Sessions) -> set[tuple[str, ...]]:
    table = result.session_events.sort("session", "position")
    return {
        tuple(events)
        for events in table.group_by("session", maintain_order=True).agg("event")["event"]
    }


@given(drawn=events)
@settings(max_examples=250, deadline=None)
def test_as_a_plain_loop_groups_them(drawn: list[dict[str, object]]) -> None:
    result = sessionise(*frames(drawn), gap_ms=GAP)
    assert grouped(result) == by_hand(drawn, new_on_campaign=False)
    assert result.unidentified == sum(1 for event in drawn if not event["identifiers"])


@given(drawn=events)
@settings(max_examples=150, deadline=None)
def test_a_new_campaign_begins_a_session_where_asked(drawn: list[dict[str, object]]) -> None:
    for event in drawn:
        event["campaign"] = event["campaign"] or ""
    rules = SessionRules(gap_ms=GAP, new_on_campaign=True)
    assert grouped(sessionise(*frames(drawn), rules=rules)) == by_hand(drawn, new_on_campaign=True)


@given(drawn=events, seed=st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_row_order_does_not_matter(drawn: list[dict[str, object]], seed: int) -> None:
    some, carried = frames(drawn)
    wanted = sessionise(some, carried, gap_ms=GAP)
    got = sessionise(
        some.sample(fraction=1, shuffle=True, seed=seed),
        carried.sample(fraction=1, shuffle=True, seed=seed),
        gap_ms=GAP,
    )
    assert got.sessions.equals(wanted.sessions)
    assert got.session_events.equals(wanted.session_events)
    assert got.session_identifiers.equals(wanted.session_identifiers)


@given(drawn=events)
@settings(max_examples=150, deadline=None)
def test_sessions_partition_identified_events_and_hold_the_gap(
    drawn: list[dict[str, object]],
) -> None:
    some, carried = frames(drawn)
    result = sessionise(some, carried, gap_ms=GAP)
    assert sorted(result.session_events["event"]) == sorted(set(carried["event_id"]))
    assert result.sessions["id"].is_unique().all()
    assert set(result.sessions["id"]) == set(result.session_events["session"])
    inside = result.session_events.join(some.rename({"id": "event"}), on="event").sort(
        "session", "position"
    )
    pauses = inside["at_ms"].diff().filter(inside["position"] > 1)
    assert ((pauses >= 0) & (pauses <= GAP)).all()
    exposed = result.sessions.filter(pl.col("kind") == "exposure")
    assert (exposed["n_events"] == 1).all()
    spans = result.sessions.filter(pl.col("n_events") > 1)
    assert (spans["end_ms"] >= spans["at_ms"]).all()
    heads = inside.filter(pl.col("position") == 1)
    assert sorted(heads["session"]) == sorted("ses_" + heads["event"].str.strip_prefix("evt:"))


@given(drawn=events.filter(bool), data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_late_event_changes_only_its_neighbours(
    drawn: list[dict[str, object]], data: st.DataObject
) -> None:
    late = data.draw(st.integers(0, len(drawn) - 1))
    some, carried = frames(drawn)
    name = some["id"][late]
    after = sessionise(some, carried, gap_ms=GAP)
    before = sessionise(
        some.filter(pl.col("id") != name), carried.filter(pl.col("event_id") != name), gap_ms=GAP
    )
    gone, come = grouped(before) - grouped(after), grouped(after) - grouped(before)
    assert len(come) == bool(drawn[late]["identifiers"])
    assert all(name in session for session in come)
    assert {e for session in gone for e in session} == {e for s in come for e in s} - {name}
    assert len(gone) <= 2
