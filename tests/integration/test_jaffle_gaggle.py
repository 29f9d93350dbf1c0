"""The JaffleGaggle project against the original's own output, row by row and column by column.

Without events the original's output is public, and every difference must be one that the example's
README counts and gives a reason for. With events there is no such output: those of this test are
made up (fixed seed), and what they come to is counted by plain loops over the seed files.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from identity.export.tables import export_tables
from identity.graph import IdentityGraph

pytestmark = pytest.mark.shared_data

AS_OF_MS = int(datetime(2026, 6, 30, tzinfo=UTC).timestamp() * 1000)
PERSONAL = {"gmail.com", "outlook.com", "yahoo.com", "icloud.com", "hotmail.com"}
MALFORMED_USER, MALFORMED_DOMAIN = "1204", "nopain,nogain.com"
RENAMED = {
    "contacts": {"gaggle_id": "workspace_id"},
    "workspaces": {"gaggle_id": "workspace_id", "gaggle_name": "workspace_name"},
    "companies": {
        "corporate_email": "domain",
        "number_of_gaggles": "number_of_workspaces",
        "number_of_users_corporate": "number_of_corporate_users",
        "number_of_users_associated": "number_of_associated_users",
    },
}
REFERENCE = {
    "contacts": ("jafflegaggle_contacts.csv", "user_id"),
    "workspaces": ("jafflegaggle_facts.csv", "workspace_id"),
    "companies": ("jafflegaggle_corporate_accounts.csv", "domain"),
}


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


@pytest.fixture(scope="module")
def seeds(shared_data: Path) -> Path:
    folder = shared_data / "jaffle_gaggle"
    if not folder.is_dir():
        pytest.skip(f"no JaffleGaggle files at {folder}")
    return folder


def export(project: Path, data: Path, out: Path) -> dict[str, pl.DataFrame]:
    """Run the project on the data below a folder and read what it exports."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IDENTITY_SHARED_DATA", str(data))
        with IdentityGraph.open(project) as graph:
            graph.run(as_of_ms=AS_OF_MS)
            export_tables(graph, out)
    return {path.stem: pl.read_parquet(path) for path in out.glob("*.parquet")}


@pytest.fixture(scope="module")
def tables(
    repo_root: Path, seeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, pl.DataFrame]:
    """What the example gives as it stands."""
    project = tmp_path_factory.mktemp("jaffle_gaggle")
    shutil.copy(repo_root / "examples" / "jaffle_gaggle" / "identity.yaml", project)
    return export(project, seeds.parent, project / "out")


def by_key(tables: dict[str, pl.DataFrame], table: str, key: str) -> dict[str, dict[str, str]]:
    rows = tables[table].iter_rows(named=True)
    return {row[key]: {name: as_text(v) for name, v in row.items()} for row in rows if row[key]}


def test_as_many_contacts_workspaces_and_companies_as_there_are(
    tables: dict[str, pl.DataFrame],
) -> None:
    assert tables["contacts"].height == 5774
    assert tables["workspaces"].height == 823
    assert tables["companies"].height == 580
    assert tables["workspaces"]["corporate_email"].null_count() == 24
    assert tables["user_workspaces"].height == 5781


def test_one_field_is_set_aside_and_its_user_stays(tables: dict[str, pl.DataFrame]) -> None:
    rows = tables["quarantine"].to_dicts()
    assert [(r["column"], r["scope"], r["row"]) for r in rows] == [("email", "field", 206)]
    user = tables["contacts"].filter(user_id=MALFORMED_USER).to_dicts()
    assert [(u["email"], u["user_name"]) for u in user] == [(None, "Ashley Hammonds")]


@pytest.mark.parametrize(
    ("domain", "workspaces", "corporate", "associated"),
    [("rams.la", 1, 7, 9), ("jets.com", 2, 6, 9), ("thunder.com", 3, 15, 22)],
)
def test_merged_accounts(
    tables: dict[str, pl.DataFrame], domain: str, workspaces: int, corporate: int, associated: int
) -> None:
    row = tables["companies"].filter(domain=domain).row(0, named=True)
    assert row["number_of_workspaces"] == workspaces
    assert row["number_of_corporate_users"] == corporate
    assert row["number_of_associated_users"] == associated


def test_a_merged_person_has_one_row_and_both_users_keep_theirs(
    tables: dict[str, pl.DataFrame],
) -> None:
    person = tables["contacts"].filter(email="constancerohr@outlaws.com").row(0, named=True)
    assert (person["user_id"], person["workspace_id"]) == ("6759", "1155")
    assert as_text(person["created_at"]) == "2021-11-21 06:52:00"
    used = tables["user_workspaces"].filter(contact_id=person["contact_id"])
    assert used.select("user_id", "email", "successor_user_id").rows() == [
        ("5315", "constancerohr@icloud.com", "6759"),
        ("6759", "constancerohr@outlaws.com", None),
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that differs from the original's."""

    table: str
    column: str
    key: str
    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class World:
    """What reasons are checked against: the moved domains, and who is equal to whom."""

    moved: dict[str, str]
    ties: dict[str, dict[str, str]]

    def equals(self, difference: Difference) -> bool:
        """Both are among those of the account with equally many events, or orders."""
        name = difference.column.replace("_user_id", "_ties")
        tied = self.ties.get(difference.key, {}).get(name, "").split(" ")
        return "most" in name and {difference.theirs, difference.ours} <= set(tied)


REASONS: dict[str, Callable[[Difference, World], bool]] = {
    "lower_case": lambda d, _: d.column == "email" and d.theirs.lower() == d.ours,
    "malformed": lambda d, _: (
        MALFORMED_DOMAIN in (d.theirs.partition("@")[2] or d.theirs, d.key)
        or (d.table, d.key, d.theirs, d.ours) == ("workspaces", "1140", "1", "0")
    ),
    "moved_domain": lambda d, w: d.column == "corporate_email" and w.moved.get(d.theirs) == d.ours,
    "surviving_name": lambda d, _: (
        (d.key, d.theirs, d.ours) == ("6780", "Steph P", "Stephanie Pennell")
    ),
    "nothing_is_zero": lambda d, _: (
        d.column.startswith("number_of_") and (d.theirs, d.ours) == ("", "0")
    ),
    "merged_account": lambda d, w: (
        d.column.endswith("_user_id") and d.key in w.moved.values() and not w.equals(d)
    ),
    "equals": lambda d, w: w.equals(d),
}


def differences(tables: dict[str, pl.DataFrame], reference: Path) -> Iterator[Difference]:
    for table, (file, key) in REFERENCE.items():
        names = RENAMED[table]
        theirs = {
            row[key]: row
            for row in (
                {names.get(c, c): v for c, v in row.items()} for row in read(reference / file)
            )
        }
        ours = by_key(tables, table, key)
        for one in theirs.keys() ^ ours.keys():
            yield Difference(table, "(row)", one, str(one in theirs), str(one in ours))
        for one in theirs.keys() & ours.keys():
            for column, value in theirs[one].items():
                if value != ours[one][column]:
                    yield Difference(table, column, one, value, ours[one][column])


def documented(readme: str) -> dict[tuple[str, str, str], int]:
    rows = re.findall(r"^\| (\w+) \| ([\w()]+) \| (\d+) \| (\w+) \|$", readme, re.MULTILINE)
    return {(table, column, reason): int(count) for table, column, count, reason in rows}


def test_every_difference_from_the_original_is_documented(
    tables: dict[str, pl.DataFrame], seeds: Path, repo_root: Path
) -> None:
    reference = seeds / "reference_no_events"
    moved = {r["old_domain"]: r["new_domain"] for r in read(seeds / "merged_company_domain.csv")}
    ties = {r["corporate_email"]: r for r in read(reference / "power_user_ties.csv")}
    world = World(moved, ties)
    found: Counter[tuple[str, str, str]] = Counter()
    for difference in differences(tables, reference):
        reasons = [name for name, fits in REASONS.items() if fits(difference, world)]
        assert reasons, difference
        found[difference.table, difference.column, reasons[0]] += 1
    readme = (repo_root / "examples" / "jaffle_gaggle" / "README.md").read_text(encoding="utf-8")
    assert dict(found) == documented(readme)
    assert set(re.findall(r"^- \*\*(\w+)\*\*", readme, re.MULTILINE)) == set(REASONS)


# With events: made up here, counted by loops.

SEED = 20211201
NAMES = ("viewed", "favorited", "order_placed")


@dataclass(slots=True)
class Facts:
    """First, latest and number of events and of orders, by plain comparison."""

    times: list[datetime]
    orders: list[datetime]

    def columns(self, suffix: str = "") -> dict[str, str]:
        found = {}
        for name, times in (("event", self.times), ("order", self.orders)):
            found[f"first_{name}{suffix}"] = as_text(min(times, default=None))
            found[f"most_recent_{name}{suffix}"] = as_text(max(times, default=None))
            found[f"number_of_{name}s{suffix}"] = str(len(times))
        return found


@dataclass(frozen=True, slots=True)
class Seeds:
    """The seed files as plain rows, the merges, and made-up events (user, name, time)."""

    users: dict[str, dict[str, str]]
    survivor: dict[str, str]
    moved: dict[str, str]
    events: dict[str, list[tuple[str, datetime]]]

    def of(self, users: Iterable[str]) -> Facts:
        mine = [event for user in users for event in self.events.get(user, ())]
        return Facts([at for _, at in mine], [at for name, at in mine if name == NAMES[2]])

    def domain(self, user: str) -> str:
        """The corporate domain of a person, named by the surviving user."""
        host = self.users[user]["email"].partition("@")[2].lower()
        if host in PERSONAL or host == MALFORMED_DOMAIN:
            return ""
        return self.moved.get(host, host)

    def people(self) -> dict[str, list[str]]:
        """Surviving user to all users of the person."""
        found: dict[str, list[str]] = {}
        for user in self.users:
            found.setdefault(self.survivor.get(user, user), []).append(user)
        return found


def made_up(users: Iterable[str]) -> dict[str, list[tuple[str, datetime]]]:
    """Events (name, time) of a third of the users, and of some whose users merged."""
    rng = random.Random(SEED)
    start = datetime(2021, 9, 1, tzinfo=UTC)
    busy = [u for u in users if rng.random() < 0.35 or int(u) in (1018, 1036, 2148, 5315, 6780)]
    return {
        user: [
            (rng.choice(NAMES), start + timedelta(seconds=rng.randrange(90 * 86_400)))
            for _ in range(rng.randrange(1, 9))
        ]
        for user in busy
    }


@pytest.fixture(scope="module")
def with_events(
    repo_root: Path, seeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, pl.DataFrame], Seeds]:
    data = tmp_path_factory.mktemp("data")
    folder = data / "jaffle_gaggle"
    folder.mkdir()
    for name in ("raw_user", "raw_gaggle", "merged_user", "merged_company_domain"):
        shutil.copy(seeds / f"{name}.csv", folder)
    users = {r["id"]: r for r in read(seeds / "raw_user.csv")}
    of_email = {r["email"]: r["id"] for r in users.values()}
    plain = Seeds(
        users,
        {
            of_email[r["old_email"]]: of_email[r["new_email"]]
            for r in read(seeds / "merged_user.csv")
        },
        {r["old_domain"]: r["new_domain"] for r in read(seeds / "merged_company_domain.csv")},
        made_up(users),
    )
    with (folder / "raw_event.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["event_id", "user_id", "event_name", "timestamp"])
        rows = [(u, name, as_text(at)) for u, done in plain.events.items() for name, at in done]
        writer.writerows([number, *row] for number, row in enumerate(rows, 1))
    project = tmp_path_factory.mktemp("jaffle_gaggle_events")
    example = repo_root / "examples" / "jaffle_gaggle" / "identity.yaml"
    text = example.read_text(encoding="utf-8")
    (project / "identity.yaml").write_text(text.replace("# events:", "events:"), encoding="utf-8")
    return export(project, data, project / "out"), plain


def differing(
    expected: dict[str, dict[str, str]], found: dict[str, dict[str, str]]
) -> list[tuple[str, str, str, str]]:
    return [
        (key, column, value, found[key][column])
        for key, row in expected.items()
        for column, value in row.items()
        if found[key][column] != value
    ]


def first(ranked: list[tuple[str, Facts, str]], measure: Callable[[Facts], int]) -> str:
    """The user with most of a measure; of equals the earliest, then the smallest id."""
    return min(ranked, key=lambda r: (-measure(r[1]), r[2], int(r[0])))[0]


def test_what_people_did(with_events: tuple[dict[str, pl.DataFrame], Seeds]) -> None:
    tables, plain = with_events
    expected = {one: plain.of(users).columns() for one, users in plain.people().items()}
    counted = sum(int(row["number_of_events"]) for row in expected.values())
    assert counted == sum(len(done) for done in plain.events.values())
    assert differing(expected, by_key(tables, "contacts", "user_id")) == []


def test_what_was_done_in_workspaces(
    with_events: tuple[dict[str, pl.DataFrame], Seeds],
) -> None:
    tables, plain = with_events
    inside: dict[str, list[str]] = {}
    for one in plain.people():
        inside.setdefault(plain.users[one]["gaggle_id"], []).append(one)
    everybody = plain.people()
    expected = {}
    for workspace, members in inside.items():
        corporate = [one for one in members if plain.domain(one)]
        expected[workspace] = {
            **plain.of(u for one in members for u in everybody[one]).columns(),
            **plain.of(u for one in corporate for u in everybody[one]).columns("_corporate"),
            "number_of_users": str(len(members)),
            "number_of_users_corporate": str(len(corporate)),
        }
    assert differing(expected, by_key(tables, "workspaces", "workspace_id")) == []


def test_what_companies_did_and_their_power_users(
    with_events: tuple[dict[str, pl.DataFrame], Seeds],
) -> None:
    tables, plain = with_events
    people = plain.people()
    born = {one: min(plain.users[u]["created_at"] for u in users) for one, users in people.items()}
    found = by_key(tables, "companies", "domain")
    owned = {
        row["workspace_id"]: row["corporate_email"]
        for row in tables["workspaces"].iter_rows(named=True)
    }
    expected = {}
    for domain in found:
        corporate = [one for one in people if plain.domain(one) == domain]
        ranked = [(one, plain.of(people[one]), born[one]) for one in corporate]
        associated = [o for o in people if owned[plain.users[o]["gaggle_id"]] == domain]
        expected[domain] = {
            **plain.of(u for one in corporate for u in people[one]).columns("_corporate"),
            **plain.of(u for one in associated for u in people[one]).columns("_associated"),
            "first_user_id": first(ranked, lambda _: 0),
            "most_active_user_id": first(ranked, lambda f: len(f.times)),
            "most_orders_user_id": first(ranked, lambda f: len(f.orders)),
        }
    assert differing(expected, found) == []
