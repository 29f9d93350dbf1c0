"""Histories: whatever order versions are read in, a record makes the same edges."""

from __future__ import annotations

from itertools import permutations

import pytest

from identity.ingest import history
from identity.ingest.records import make_version
from identity.model.facts import Claim, History, Version

DAY = 86_400_000
RECORD = "crm:sf:contact:1"


def version(at: int, *emails: str, **more: object) -> Version:
    rule = str(more.pop("rule", "crm.primary_email"))
    claims = [Claim("SAME_PERSON", rule, f"email:{e}") for e in emails]
    claims += more.pop("claims", [])  # type: ignore[arg-type]
    parts = {
        "at_ms": at,
        "run": 1,
        "claims": tuple(claims),
        "attributes": {"note": str(at)},
        "deleted": False,
        "merged_into": None,
        "created_ms": None,
        **more,
    }
    return make_version(timed=True, **parts)


def record(name: str, *versions: Version) -> History:
    made = History(name, "sf", "contact")
    for one in versions:
        history.add(made, one)
    return made


def stints(*histories: History) -> dict[tuple[str, str], list[tuple]]:
    found: dict[tuple[str, str], list[tuple]] = {}
    for fact in history.edges({h.record: h for h in histories}):
        key = (fact.src.rpartition(":")[2], fact.dst.partition(":")[2])
        found.setdefault(key, []).append((fact.from_ms, fact.until_ms, fact.withdrawn))
    return {k: sorted(v, key=str) for k, v in found.items()}


VERSIONS = [
    version(10 * DAY, "a@x.com"),
    version(20 * DAY, "b@x.com"),
    version(30 * DAY, "a@x.com"),
]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_alternating_values_in_any_order_of_reading(order: tuple[int, ...]) -> None:
    made = record(RECORD, *(VERSIONS[i] for i in order))
    assert stints(made) == {
        ("1", "a@x.com"): [(30 * DAY, None, False), (None, 20 * DAY, False)],
        ("1", "b@x.com"): [(20 * DAY, 30 * DAY, False)],
    }


def test_outcomes_of_reading() -> None:
    made = History(RECORD, "sf", "contact")
    newest, older = version(20, "b@x.com"), version(10, "a@x.com")
    assert history.add(made, newest) == "applied"
    assert history.add(made, newest) == "unchanged"
    assert history.add(made, older) == "superseded"
    assert history.add(made, older) == "unchanged"


def test_a_source_without_times_changes_when_its_content_does() -> None:
    made = History(RECORD, "sf", "contact")

    def read(email: str, run_at: int) -> str:
        claims = (Claim("SAME_PERSON", "crm.primary_email", f"email:{email}"),)
        parts = {"attributes": {}, "deleted": False, "merged_into": None, "created_ms": None}
        made_version = make_version(timed=False, at_ms=run_at, run=1, claims=claims, **parts)
        return history.add(made, made_version)

    outcomes = [read("a@x.com", 1), read("a@x.com", 2), read("b@x.com", 3), read("a@x.com", 4)]
    assert outcomes == ["applied", "unchanged", "applied", "applied"]


def test_a_value_replaced_within_a_day_was_a_typo() -> None:
    first = version(0, "z@x.com")
    quick = record(RECORD, first, version(5 * DAY, "a@x.com"), version(6 * DAY, "b@x.com"))
    slow = record(RECORD, first, version(5 * DAY, "a@x.com"), version(6 * DAY + 1, "b@x.com"))
    assert stints(quick)["1", "a@x.com"] == [(5 * DAY, 6 * DAY, True)]
    assert stints(slow)["1", "a@x.com"] == [(5 * DAY, 6 * DAY + 1, False)]


def test_the_first_value_is_a_typo_only_where_the_creation_is_known() -> None:
    unknown = record(RECORD, version(5 * DAY, "a@x.com"), version(5 * DAY + 1, "b@x.com"))
    known = record(
        RECORD,
        version(5 * DAY, "a@x.com", created_ms=5 * DAY),
        version(5 * DAY + 1, "b@x.com", created_ms=5 * DAY),
    )
    assert stints(unknown)["1", "a@x.com"] == [(None, 5 * DAY + 1, False)]
    assert stints(known)["1", "a@x.com"] == [(None, 5 * DAY + 1, True)]


def test_deleting_withdraws_and_restoring_takes_that_back() -> None:
    deleted = [version(10, "a@x.com"), version(20, "a@x.com", deleted=True)]
    assert stints(record(RECORD, *deleted))["1", "a@x.com"] == [(None, 20, True)]
    restored = record(RECORD, *deleted, version(30, "a@x.com"))
    assert stints(restored)["1", "a@x.com"] == [(None, None, False)]


def test_a_merged_record_s_last_values_count_as_its_master_s() -> None:
    merge = Claim("SAME_PERSON", "crm.merge_person", "crm:sf:contact:2")
    loser = record(
        RECORD,
        version(10, "a@x.com"),
        version(50, "a@x.com", claims=[merge], deleted=True, merged_into="crm:sf:contact:2"),
    )
    master = record("crm:sf:contact:2", version(10, "b@x.com"))
    found = stints(loser, master)
    assert found["1", "a@x.com"] == [(None, 50, False)]
    assert found["2", "a@x.com"] == [(50, None, False)]
    dropped = record(
        "crm:sf:contact:2",
        version(10, "b@x.com"),
        version(60, "a@x.com", "b@x.com"),
        version(70, "b@x.com"),
    )
    assert (50, None, False) not in stints(loser, dropped).get(("2", "a@x.com"), [])


def test_merge_lists_of_records_that_were_merged_later_still_count() -> None:
    def lists(at: int, *losers: str) -> Version:
        claims = [
            Claim("SAME_PERSON", "crm.merge_person", f"crm:sf:contact:{x}", reverse=True)
            for x in losers
        ]
        return version(at, claims=claims)

    group = {
        h.record: h
        for h in (
            record("crm:sf:contact:1", version(1, "a@x.com")),
            record("crm:sf:contact:2", version(1, "b@x.com")),
            record("crm:sf:contact:3", lists(10, "1", "2")),
            record("crm:sf:contact:4", version(1, "c@x.com")),
            record("crm:sf:contact:5", lists(20, "3", "4")),
        )
    }
    winners = {r.rpartition(":")[2]: s.winner for r, s in history.standings(group).items()}
    assert winners == {
        "1": "crm:sf:contact:5",
        "2": "crm:sf:contact:5",
        "3": "crm:sf:contact:5",
        "4": "crm:sf:contact:5",
        "5": None,
    }
    merges = [f for f in history.edges(group) if f.rule == "crm.merge_person"]
    assert {(f.src[-1], f.dst[-1], f.until_ms, f.withdrawn) for f in merges} == {
        ("1", "3", None, False),
        ("2", "3", None, False),
        ("3", "5", None, False),
        ("4", "5", None, False),
    }


def test_histories_survive_packing() -> None:
    made = record(RECORD, *VERSIONS)
    packed = history.dump(made)
    again = history.load(RECORD, "sf", "contact", packed)
    assert again.versions == made.versions
