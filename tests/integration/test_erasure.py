"""Erasing a person (R31, E75, P12): nothing is left, nothing comes back, nobody else is touched.

The graph that somebody was erased from is compared with one of the same files without the rows
about the person: told apart here by hand, by a mark on each row, not by the program.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from identity import erasure_list
from identity.config import erasure_key
from identity.erasing_again import REASON
from identity.errors import ErasureKeyMissing, FixInput, NotFound
from identity.explain.lookup import of_id
from identity.explain.state import State, differences, full_state
from identity.export.tables import export_tables
from identity.model.suppression import Key
from identity.planning import PlanStale
from identity.store.base import Store
from identity.store.embedded import EmbeddedStore
from identity.store.migrate import migrate
from identity.store.neo4j import Neo4jStore
from tests.support.cases import Step
from tests.support.cases_names import to_identifier
from tests.support.cases_project import Placed, Project, ms
from tests.support.feed_mirror import Mirror, mirror_of
from tests.support.residue import forms, in_files, in_graph

pytestmark = pytest.mark.small_frames

Row = dict[str, Any]
CLOCK = "2026-01-01"
JANE = "jane@janeroe.de"
PRIVATE = "jane.roe@gmail.com"
CONFIG = {
    "journeys": {
        "stages": {"mql": {"object": "lead", "when": {"field": "status", "becomes": "MQL"}}}
    },
    "attribution": {"models": ["first_touch", "linear"], "stages": ["mql"]},
}
ABOUT_HER: list[Placed] = [
    (
        "records",
        {
            "source": "salesforce",
            "object": "contact",
            "id": "C1",
            "name": "Jane Roe",
            "email": JANE,
            "additional_emails": [PRIVATE],
            "account": "A1",
            "phone": "+49 30 1234567",
        },
    ),
    ("records", {"source": "salesforce", "object": "lead", "id": "L1", "email": JANE,
                 "status": "MQL", "name": "Jane Roe"}),
    ("records", {"source": "app", "object": "user", "id": "u-jane-1", "name": "Jane",
                 "email": PRIVATE, "workspace": "w-acme"}),
    ("records", {"source": "app", "object": "user", "id": "u-jane-2", "name": "Jane",
                 "email": JANE, "workspace": "w-lone"}),
    ("events", {"source": "web", "id": "j1", "at": "2025-02-01T09:00Z", "call": "identify",
                "anonymous": "device-of-jane-1", "email": JANE}),
    ("events", {"source": "web", "id": "j2", "at": "2025-02-01T10:00Z", "call": "page",
                "anonymous": "device-of-jane-1"}),
    ("events", {"source": "web", "id": "j3", "at": "2025-02-02T09:00Z", "call": "identify",
                "anonymous": "device-of-two", "user": "u-jane-1"}),
    ("events", {"source": "web", "id": "j4", "at": "2025-02-02T10:00Z", "call": "page",
                "user": "u-jane-1", "domain": "acme.com"}),
    ("events", {"source": "web", "id": "j5", "at": "2025-02-03T10:00Z", "call": "identify",
                "user": "u-jane-1", "email": "bob@acme.com"}),
    ("events", {"source": "app", "id": "j6", "at": "2025-02-03T10:00Z", "name": "login",
                "user": "u-jane-2"}),
    ("decisions", {"id": "dec_jane", "action": "different", "left": f"email:{PRIVATE}",
                   "right": "email:bob@acme.com", "by": "mia", "at": "2025-03-01",
                   "reason": "asked both"}),
]  # fmt: skip
OTHERS: list[Placed] = [
    ("records", {"source": "salesforce", "object": "account", "id": "A1", "name": "Acme",
                 "website": "acme.com"}),
    ("records", {"source": "salesforce", "object": "lead", "id": "L2", "name": "Bob Baker",
                 "email": "bob@acme.com", "status": "MQL", "at": "2025-06-01"}),
    ("records", {"source": "app", "object": "user", "id": "u-bob-1", "name": "Bob",
                 "email": "bob@acme.com", "workspace": "w-acme"}),
    ("records", {"source": "app", "object": "workspace", "id": "w-acme", "name": "Acme"}),
    ("events", {"source": "web", "id": "b1", "at": "2025-02-04T09:00Z", "call": "identify",
                "anonymous": "device-of-two", "user": "u-bob-1"}),
    ("events", {"source": "web", "id": "b2", "at": "2025-02-04T10:00Z", "call": "page",
                "anonymous": "device-of-two"}),
    ("decisions", {"id": "dec_bob", "action": "same", "left": "email:bob@acme.com",
                   "right": "email:bob@baker-home.de", "by": "mia", "at": "2025-03-01"}),
]  # fmt: skip
NAMING_HER: list[tuple[Placed, Placed]] = [
    (
        ("records", {"source": "salesforce", "object": "contact", "id": "C2", "name": "Bob Baker",
                     "email": "bob@acme.com", "additional_emails": [PRIVATE], "account": "A1"}),
        ("records", {"source": "salesforce", "object": "contact", "id": "C2", "name": "Bob Baker",
                     "email": "bob@acme.com", "account": "A1"}),
    ),
    (
        ("events", {"source": "web", "id": "b3", "at": "2025-02-05T09:00Z", "call": "identify",
                    "user": "u-bob-1", "email": JANE, "anonymous": "device-of-bob"}),
        ("events", {"source": "web", "id": "b3", "at": "2025-02-05T09:00Z", "call": "identify",
                    "user": "u-bob-1", "anonymous": "device-of-bob"}),
    ),
    (
        ("decisions", {"id": "dec_note", "action": "unsure", "left": "email:bob@acme.com",
                       "right": "email:rob@acme.com", "by": "mia", "at": "2025-03-01",
                       "reason": f"ask {JANE} about it"}),
        ("decisions", {"id": "dec_note", "action": "unsure", "left": "email:bob@acme.com",
                       "right": "email:rob@acme.com", "by": "mia", "at": "2025-03-01",
                       "reason": "erased"}),
    ),
]  # fmt: skip
"""Rows of others that name her, as they are and as they are without her."""

HERS = [
    f"email:{JANE}",
    f"email:{PRIVATE}",
    to_identifier("salesforce:contact:C1"),
    to_identifier("salesforce:lead:L1"),
    "user:app:u-jane-1",
    "user:app:u-jane-2",
    "anon:web:device-of-jane-1",
    "phone:+49301234567",
    "domain:janeroe.de",
]
WITH_HER = [*ABOUT_HER, *OTHERS, *(one for one, _ in NAMING_HER)]
WITHOUT_HER = [*OTHERS, *(other for _, other in NAMING_HER)]


def project(folder: Path, store: Store, rows: Sequence[Placed]) -> Project:
    """Make a project of rows, and run it."""
    step = Step("", tuple(rows), CONFIG, {})
    made = Project.make(folder, store, [step])
    made.configure(step)
    made.load(rows, clock=CLOCK)
    return made


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Iterator[EmbeddedStore]]:
    """Empty embedded stores."""
    opened: list[EmbeddedStore] = []

    def more() -> Iterator[EmbeddedStore]:
        while True:
            opened.append(EmbeddedStore(tmp_path / f"store{len(opened)}"))
            migrate(opened[-1])
            yield opened[-1]

    yield more()
    for store in opened:
        store.close()


@pytest.fixture(params=["embedded", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store(
    request: pytest.FixtureRequest, stores: Iterator[EmbeddedStore]
) -> Iterator[EmbeddedStore | Neo4jStore]:
    """An empty store of each kind."""
    if request.param == "embedded":
        yield next(stores)
        return
    url = request.getfixturevalue("neo4j_url")
    found = Neo4jStore(url, user="neo4j", password=None, database="neo4j")
    migrate(found)
    yield found
    found.close()


def erase(made: Project, person: str = JANE, **more: Any) -> Any:
    return made.graph.erase(person, actor="mia", as_of_ms=ms(CLOCK), **more)


def again(made: Project) -> Any:
    """Read all files again."""
    return made.graph.run(as_of_ms=ms(CLOCK))


def test_what_is_left_is_the_graph_without_her(
    tmp_path: Path, store: Store, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", store, WITH_HER)
    contacts = {r["id"] for r in store.read("resolve/stored_contacts")}
    plan = made.graph.plan_erasure(PRIVATE, as_of_ms=ms(CLOCK))
    receipt = erase(made, reason=f"{JANE} asked for it", plan_hash=plan.hash)
    wanted = full_state(project(tmp_path / "without", next(stores), WITHOUT_HER).store)

    assert differences(full_state(store), wanted) == {}
    assert in_graph(store, forms(HERS)) == []
    assert not [f for f in forms(HERS) if f in orjson.dumps(receipt.counts)]
    assert set(receipt.entities) & contacts
    # read again as a whole, and from the files with a new graph: she stays away
    state = again(made)
    assert differences(full_state(store), wanted) == {}
    assert in_graph(store, forms(HERS)) == []
    totals = {n: state.ingested.total(n) for n in ("read", "applied", "unchanged", "quarantined")}
    assert totals["quarantined"] == len(ABOUT_HER) - 1
    assert totals["read"] == totals["unchanged"] + totals["quarantined"]


def test_a_new_graph_of_the_same_files_says_the_same(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    erase(made)
    fresh = next(stores)
    rows = made.store.read("ingest/suppressions")
    fresh.write("erase/suppression", [{**r, "name": "", "kind": ""} for r in rows])
    other = Project(made.folder, fresh, made.systems)
    other.config = made.config
    other._decide([row for part, row in WITH_HER if part == "decisions"])
    again(other)
    assert differences(full_state(fresh), full_state(made.store)) == {}
    assert in_graph(fresh, forms(HERS)) == []


def test_no_file_of_the_store_keeps_a_byte_of_her(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    store = next(stores)
    made = project(tmp_path / "with", store, WITH_HER)
    folder = Path(store.location).parent
    store.forget()
    assert in_files(folder, forms(HERS)), "nothing would be found"
    erase(made)
    assert in_files(folder, forms(HERS)) == []
    again(made)
    store.close()
    assert in_files(folder, forms(HERS)) == []


@pytest.mark.parametrize("place", ["made_anew", "stage.write", "pipeline.run"])
def test_an_erasure_that_was_cut_off_is_taken_up(
    place: str, tmp_path: Path, stores: Iterator[EmbeddedStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)

    def cut_off(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(f"identity.erasing.{place}", cut_off)
        with pytest.raises(KeyboardInterrupt):
            erase(made)
    again(made)
    if place != "pipeline.run":
        erase(made)
    wanted = full_state(project(tmp_path / "without", next(stores), WITHOUT_HER).store)
    assert differences(full_state(made.store), wanted) == {}
    assert in_graph(made.store, forms(HERS)) == []


def test_ids_end_and_the_feed_has_no_gap(tmp_path: Path, stores: Iterator[EmbeddedStore]) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    contact = made.graph.lookup("email", JANE)["contacts"][0]["id"]
    before = made.store.read("explain/changes_after", seq=0)
    receipt = erase(made)

    found = of_id(made.store, contact)
    assert (found["state"], found["gone"], found["successors"]) == ("erased", True, [])
    rows = made.store.read("explain/changes_after", seq=0)
    assert [r["seq"] for r in rows] == list(range(1, len(rows) + 1))
    assert [r["change"] for r in rows[: len(before)]] == [r["change"] for r in before]
    hers = [r for r in rows if r["subject"] == contact]
    assert [r["change"] for r in hers] == ["created", "erased"]
    assert hers[0]["after"] == ""
    assert orjson.loads(hers[1]["cause"]) == {"erasure": receipt.id, "run": receipt.run}
    # whoever reads the feed can read it still
    assert len(made.graph.changes(since=0, limit=1_000).rows) == len(rows)


def test_a_copy_that_follows_the_feed_hears_of_it(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    copy = Mirror()
    copy.apply(made.store.read("explain/changes_after", seq=0))
    erase(made)
    copy.apply(made.store.read("explain/changes_after", seq=copy.seq))
    wanted = mirror_of(made.store)
    assert copy.entities == wanted.entities
    assert copy.ended == wanted.ended
    assert made.graph.verify().sound


def test_a_plan_says_what_goes_and_is_refused_once_the_graph_has_moved(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    before = full_state(made.store)
    plan = made.graph.plan_erasure(JANE, as_of_ms=ms(CLOCK))
    assert differences(full_state(made.store), before) == {}
    assert not erasure_key.file_of(made.config).exists()
    assert set(HERS) <= {*plan.identifiers, *plan.alone}
    assert {"domain:acme.com", "workspace:app:w-acme", "anon:web:device-of-two"} <= set(plan.stays)
    assert (plan.counts["events"], plan.counts["events that lose them"]) == (6, 1)
    assert plan.effects is not None
    assert plan.effects.counts["contact erased"] == 1
    assert json.dumps(plan.as_dict())

    made.graph.decide("unsure", "bob@acme.com", "rob@acme.com", as_of_ms=ms(CLOCK))
    with pytest.raises(PlanStale):
        erase(made, plan_hash=plan.hash)
    assert made.store.read("erase/erasures") == []
    fresh = made.graph.plan_erasure(JANE, as_of_ms=ms(CLOCK))
    assert erase(made, plan_hash=fresh.hash).entities == plan.entities


def test_who_cannot_be_erased(tmp_path: Path, stores: Iterator[EmbeddedStore]) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    for unknown in ("nobody@acme.com", "con_01jcr2c6k7e9s8w7m5n3p1q0zz"):
        with pytest.raises(NotFound):
            erase(made, unknown)
    with pytest.raises(FixInput, match="names no person"):
        erase(made, "acme.com")
    with pytest.raises(FixInput, match="not one person's"):
        erase(made, "anon:web:device-of-two")
    receipt = erase(made)
    with pytest.raises(NotFound, match=f"erased already .{receipt.id}"):
        erase(made)
    with pytest.raises(FixInput, match="is erased"):
        erase(made, next(e for e in receipt.entities if e.startswith("con_")))


def restored(made: Project, store: Store, backup: Path) -> Project:
    """Restore a backup of a project into an empty store, where its files and its list are."""
    other = Project(made.folder, store, made.systems)
    other.config = made.config
    other.graph.restore(backup)
    return other


def test_a_backup_does_not_bring_her_back(
    tmp_path: Path, store: Store, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    made.graph.backup(tmp_path / "with.backup")
    erase(made)
    other = restored(made, store, tmp_path / "with.backup")
    assert differences(full_state(store), full_state(made.store)) == {}
    assert in_graph(store, forms(HERS)) == []
    assert [e["reason"] for e in other.graph.erasures()] == [REASON]
    again(other)
    assert differences(full_state(store), full_state(made.store)) == {}
    assert in_graph(store, forms(HERS)) == []
    assert other.graph.verify().sound


def test_a_backup_from_before_she_came_keeps_her_out(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), OTHERS)
    made.graph.backup(tmp_path / "without.backup")
    made.load([*ABOUT_HER, *(one for one, _ in NAMING_HER)], clock=CLOCK)
    erase(made)
    other = restored(made, next(stores), tmp_path / "without.backup")
    assert len(other.graph.erasures()) == 1
    again(other)
    assert in_graph(other.store, forms(HERS)) == []
    # once more: whom the graph keeps out already is erased no further
    other.graph.backup(tmp_path / "later.backup")
    third = restored(made, next(stores), tmp_path / "later.backup")
    assert len(third.graph.erasures()) == 1


def test_a_backup_brings_back_whose_erasure_was_lifted(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    before = full_state(made.store)
    made.graph.backup(tmp_path / "with.backup")
    erase(made)
    made.graph.lift_erasure(PRIVATE, actor="mia", as_of_ms=ms(CLOCK))
    other = restored(made, next(stores), tmp_path / "with.backup")
    assert differences(full_state(other.store), before) == {}


def test_nothing_is_restored_without_the_key_of_the_list(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    made.graph.backup(tmp_path / "with.backup")
    erase(made)
    key = erasure_key.file_of(made.config)
    key.rename(tmp_path / "elsewhere.key")
    store = next(stores)
    with pytest.raises(ErasureKeyMissing, match="missing"):
        restored(made, store, tmp_path / "with.backup")
    assert store.read("store/held")[0]["nodes"] == 0
    (tmp_path / "elsewhere.key").rename(key)
    listed = made.folder / "erasures.jsonl"
    assert not [f for f in forms(HERS) if f in listed.read_bytes()]
    with listed.open("ab") as file:
        file.write(b'{"id": "half')
    with pytest.raises(FixInput, match=r"erasures\.jsonl:\d+.*not a line of the list"):
        restored(made, store, tmp_path / "with.backup")
    assert store.read("store/held")[0]["nodes"] == 0


def test_who_is_not_clear_in_a_restored_graph_is_told(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    made.graph.backup(tmp_path / "with.backup")
    key = Key(erasure_key.make(made.config))
    row = {"key_id": key.id, "erasure": "ers_000001", "from_ms": None, "until_ms": None}
    rows = [{**row, "id": key.digest(i)} for i in ("domain:acme.com", f"email:{JANE}")]
    erasure_list.add(erasure_list.place(made.config), rows)
    store = next(stores)
    with pytest.raises(FixInput, match=r"still there: domain:acme\.com \(.*names no person"):
        restored(made, store, tmp_path / "with.backup")
    assert in_graph(store, [JANE.encode()]) == []


def test_she_may_come_back_when_the_erasure_is_lifted(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    before = full_state(made.store)
    receipt = erase(made)
    with pytest.raises(NotFound):
        made.graph.lift_erasure("bob@acme.com", actor="mia", as_of_ms=ms(CLOCK))
    lifted = made.graph.lift_erasure(PRIVATE, actor="mia", as_of_ms=ms(CLOCK))
    assert lifted["erasures"] == [receipt.id]
    made._decide([row for part, row in WITH_HER if part == "decisions"])
    again(made)
    now = full_state(made.store)
    # what was said of her in others' rows has been forgotten, and is known already when read again
    assert _labels(now) == _labels(before)
    assert made.store.read("export/quarantine") == []
    assert made.graph.erasures()[0]["lifted_by"] == "mia"


def _labels(state: State) -> list[str]:
    return sorted(state["contacts"]["label"].to_list())


def test_the_key(
    tmp_path: Path, stores: Iterator[EmbeddedStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    erase(made)
    path = erasure_key.file_of(made.config)
    assert path.stat().st_mode & 0o777 == 0o600
    key = path.read_text()
    path.write_text("another key, of more than 32 characters")
    with pytest.raises(ErasureKeyMissing, match="another key"):
        again(made)
    path.chmod(0o644)
    with pytest.raises(ErasureKeyMissing, match="others can read"):
        again(made)
    path.unlink()
    with pytest.raises(ErasureKeyMissing, match="missing"):
        again(made)
    with pytest.raises(ErasureKeyMissing):
        erase(made, "bob@acme.com")
    assert made.graph.lookup("email", "bob@acme.com")["contacts"]
    monkeypatch.setenv(erasure_key.VARIABLE, key)
    again(made)
    assert in_graph(made.store, forms(HERS)) == []


def test_rows_about_her_are_not_bad_rows(tmp_path: Path, stores: Iterator[EmbeddedStore]) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    erase(made)
    ingest = made.config.ingest.model_copy(update={"threshold": 0.0, "threshold_rows": 0})
    made.config = made.config.model_copy(update={"ingest": ingest})
    again(made)
    rows = made.store.read("export/quarantine")
    assert {r["code"] for r in rows} == {"E_ERASED"}
    assert {r["masked"] for r in rows} == {""}
    assert all(r["row"] is not None for r in rows)


def test_a_new_record_with_her_address_is_hers(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    erase(made)
    before = full_state(made.store)
    login = {"source": "app", "id": "n1", "at": "2025-09-01", "name": "login", "user": "u-new-9"}
    record = {"source": "app", "object": "user", "id": "u-new-9", "email": JANE}
    made.load([("records", record), ("events", login)], clock=CLOCK)
    assert differences(full_state(made.store), before) == {}
    assert made.store.read("erase/identifiers", ids=["user:app:u-new-9"]) == []


def test_files_that_still_name_her_are_told(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    made = project(tmp_path / "with", next(stores), WITH_HER)
    plans = made.folder / ".identity" / "plan.json"
    plans.parent.mkdir()
    plans.write_text(JANE)
    export_tables(made.graph, made.folder / "tables", format="parquet")
    made.graph.backup(made.folder / "all.backup")
    found = {f.path: f.kind for f in erase(made).files}
    assert found["tables/contacts.parquet"] == found["all.backup"] == "written"
    assert found["salesforce/Contact_1.csv"] == "source"
    assert not plans.exists()


def test_an_address_that_somebody_else_has_now_stays_with_him(
    tmp_path: Path, stores: Iterator[EmbeddedStore]
) -> None:
    contact = {"source": "salesforce", "object": "contact"}
    visit = {"source": "web", "call": "page", "email": "j.smith@acme.com"}
    hers: list[Placed] = [
        ("records", {**contact, "id": "C1", "email": "j.smith@acme.com", "at": "2024-01-01"}),
        ("records", {**contact, "id": "C1", "email": "jane@acme.com", "at": "2025-03-01"}),
        ("events", {**visit, "id": "v1", "at": "2024-06-01T09:00Z"}),
    ]
    his: list[Placed] = [
        ("records", {**contact, "id": "C2", "email": "j.smith@acme.com", "at": "2025-05-01"}),
        ("events", {**visit, "id": "v2", "at": "2025-06-01T09:00Z"}),
    ]
    made = project(tmp_path / "with", next(stores), [*hers, *his])
    with pytest.raises(FixInput, match="several persons"):
        erase(made, "j.smith@acme.com")
    plan = made.graph.plan_erasure("jane@acme.com", as_of_ms=ms(CLOCK))
    assert "email:j.smith@acme.com" in plan.stays
    erase(made, "jane@acme.com", plan_hash=plan.hash)
    wanted = full_state(project(tmp_path / "without", next(stores), his).store)
    assert differences(full_state(made.store), wanted) == {}
    # her visit is kept out by its time, his is not
    state = again(made)
    assert differences(full_state(made.store), wanted) == {}
    assert state.ingested.total("quarantined") == len(hers)
