"""How the use of products is counted: users that merge, move, are given up; whose events are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

WORKSPACES = [
    {"id": "w1", "name": "One", "created_at": "2026-01-01 08:00:00"},
    {"id": "w2", "name": "Two", "created_at": "2026-01-02 08:00:00"},
]


def user(identity: str, email: str, workspace: str, day: int = 1, **more: str) -> dict[str, str]:
    return {
        "id": identity,
        "name": f"User {identity}",
        "email": email,
        "workspace_id": workspace,
        "created_at": f"2026-01-{day:02d} 09:00:00",
        **more,
    }


def event(number: int, who: str, day: int, name: str = "viewed", **more: str) -> dict[str, Any]:
    return {
        "event_id": number,
        "user_id": who,
        "event_name": name,
        "timestamp": f"2026-02-{day:02d} 12:00:00",
        **more,
    }


def row(table: pl.DataFrame, **where: str) -> dict[str, Any]:
    return table.filter(**where).row(0, named=True)


def at(day: int) -> datetime:
    return datetime(2026, 2, day, 12, tzinfo=UTC)


def test_events_and_orders_of_people_workspaces_and_companies(product: Callable[..., Any]) -> None:
    tables = product(
        [
            user("9", "ann@acme.com", "w1", 3),
            user("10", "bob@acme.com", "w1", 3),
            user("11", "eve@gmail.com", "w1", 1),
        ],
        WORKSPACES,
        [
            event(1, "9", 1),
            event(2, "9", 5, "ordered"),
            event(3, "10", 2),
            event(4, "10", 3),
            event(5, "11", 9, "ordered"),
        ],
    ).tables()
    ann = row(tables["contacts"], user_id="9")
    assert (ann["first_event"], ann["most_recent_event"], ann["number_of_events"]) == (
        at(1),
        at(5),
        2,
    )
    assert (ann["first_order"], ann["most_recent_order"], ann["number_of_orders"]) == (
        at(5),
        at(5),
        1,
    )
    one = row(tables["workspaces"], workspace_id="w1")
    assert (one["number_of_events"], one["number_of_events_corporate"]) == (5, 4)
    assert (one["most_recent_order"], one["most_recent_order_corporate"]) == (at(9), at(5))
    assert (one["number_of_users"], one["number_of_users_corporate"]) == (3, 2)
    two = row(tables["workspaces"], workspace_id="w2")
    assert (two["number_of_events"], two["number_of_users"], two["first_event"]) == (0, 0, None)
    acme = row(tables["companies"], domain="acme.com")
    assert (acme["number_of_corporate_users"], acme["number_of_associated_users"]) == (2, 3)
    assert (acme["number_of_orders_corporate"], acme["number_of_orders_associated"]) == (1, 2)
    # Ann and Bob came in the same second and did equally much: 9 is smaller than 10
    assert acme["first_user_id"] == acme["most_active_user_id"] == "9"


def test_a_user_given_up_for_another_counts_where_that_one_is(product: Callable[..., Any]) -> None:
    tables = product(
        [user("1", "ann@gmail.com", "w1", 1), user("2", "ann@acme.com", "w2", 5)],
        WORKSPACES,
        [event(1, "1", 1), event(2, "2", 2)],
        merged=[("ann@gmail.com", "ann@acme.com")],
    ).tables()
    ann = row(tables["contacts"])
    assert (ann["user_id"], ann["workspace_id"], ann["number_of_events"]) == ("2", "w2", 2)
    assert ann["created_at"] == datetime(2026, 1, 1, 9, tzinfo=UTC)
    one, two = (row(tables["workspaces"], workspace_id=w) for w in ("w1", "w2"))
    assert (one["number_of_users"], one["number_of_events"]) == (0, 0)
    assert (two["number_of_users"], two["number_of_events"]) == (1, 2)
    used = tables["user_workspaces"].select("user_id", "workspace_id", "successor_user_id")
    assert used.rows() == [("1", "w1", "2"), ("2", "w2", None)]


def test_a_user_who_moves_takes_only_later_events_along(product: Callable[..., Any]) -> None:
    small = product(
        [user("1", "ann@acme.com", "w1", updated_at="2026-01-05 09:00:00")],
        WORKSPACES,
        [event(1, "1", 1), event(2, "1", 20)],
    )
    small.run()
    small.file(
        "product/users.csv", [user("1", "ann@acme.com", "w2", updated_at="2026-02-10 09:00:00")]
    )
    tables = small.tables()
    one, two = (row(tables["workspaces"], workspace_id=w) for w in ("w1", "w2"))
    assert (one["number_of_users"], one["most_recent_event"]) == (0, at(1))
    assert (two["number_of_users"], two["first_event"]) == (1, at(20))
    assert row(tables["contacts"])["workspace_id"] == "w2"


def test_an_event_belongs_to_the_workspace_that_it_names(product: Callable[..., Any]) -> None:
    tables = product(
        [user("1", "ann@acme.com", "w1")],
        WORKSPACES,
        [event(1, "1", 1, workspace_id="w2"), event(2, "1", 2, workspace_id="")],
    ).tables()
    one, two = (row(tables["workspaces"], workspace_id=w) for w in ("w1", "w2"))
    assert (one["number_of_events"], two["number_of_events"]) == (1, 1)
    assert row(tables["contacts"])["number_of_events"] == 2


def test_what_a_merged_workspace_did_is_in_the_row_of_the_one_left(
    product: Callable[..., Any],
) -> None:
    workspaces = [{**WORKSPACES[0], "merged_into": "w2"}, {**WORKSPACES[1], "merged_into": ""}]
    tables = product(
        [user("1", "ann@acme.com", "w1"), user("2", "bob@acme.com", "w2")],
        workspaces,
        [event(1, "1", 1), event(2, "2", 2)],
    ).tables()
    assert tables["workspaces"]["workspace_id"].to_list() == ["w2"]
    two = row(tables["workspaces"])
    assert (two["number_of_users"], two["number_of_events"]) == (2, 2)


def test_users_that_are_deleted_are_no_users(product: Callable[..., Any]) -> None:
    tables = product(
        [user("1", "ann@acme.com", "w1", deleted="true"), user("2", "bob@acme.com", "w1")],
        WORKSPACES,
    ).tables()
    assert row(tables["workspaces"], workspace_id="w1")["number_of_users"] == 1
    assert tables["user_workspaces"]["user_id"].to_list() == ["2"]


def test_a_workspace_of_two_companies_is_nobodys(product: Callable[..., Any]) -> None:
    tables = product(
        [user("1", "ann@acme.com", "w1"), user("2", "bob@bolt.io", "w1")], WORKSPACES
    ).tables()
    one = row(tables["workspaces"], workspace_id="w1")
    assert (one["company_id"], one["corporate_email"]) == (None, None)
    assert one["number_of_users_corporate"] == 2
    for domain in ("acme.com", "bolt.io"):
        company = row(tables["companies"], domain=domain)
        assert company["number_of_corporate_users"] == 1
        assert company["number_of_associated_users"] == 0


CRM = """
project: small
primary_crm: crm
sources:
  - {system: product, path: product, timezone: UTC}
  - name: crm
    system: custom
    path: crm.csv
    object: contact
    id: id
    identifiers:
      - {kind: email, column: email}
      - {kind: email, column: more, role: additional}
    attributes: {name: name}
    created_at: {column: created_at, timezone: UTC}
"""


@pytest.fixture
def one_person_two_users(small: Any) -> dict[str, pl.DataFrame]:
    """A person whom the CRM knows by two e-mails has a user in each of two workspaces."""
    small.configure(CRM)
    small.file(
        "product/users.csv", [user("1", "a@acme.com", "w1", 1), user("2", "a@x.io", "w2", 5)]
    )
    small.file("product/workspaces.csv", WORKSPACES)
    small.file("product/events.csv", [event(1, "1", 1), event(2, "2", 2)])
    contact = {
        "id": "c1",
        "name": "Ann A",
        "email": "a@acme.com",
        "more": "a@x.io",
        "created_at": "2025-12-24 00:00:00",
    }
    small.file("crm.csv", [contact])
    found: dict[str, pl.DataFrame] = small.tables()
    return found


def test_without_a_decision_a_person_counts_in_each_workspace_once(
    one_person_two_users: dict[str, pl.DataFrame],
) -> None:
    tables = one_person_two_users
    assert tables["workspaces"]["number_of_users"].to_list() == [1, 1]
    assert tables["workspaces"]["number_of_events"].to_list() == [1, 1]
    ann = row(tables["contacts"])
    assert (ann["number_of_events"], ann["workspace_id"]) == (2, "w2")


def test_the_user_of_the_primary_email_stands_for_the_person(
    one_person_two_users: dict[str, pl.DataFrame],
) -> None:
    ann = row(one_person_two_users["contacts"])
    assert (ann["email"], ann["user_id"], ann["user_name"]) == ("a@acme.com", "1", "User 1")
    assert (ann["person_name"], ann["created_at"]) == ("Ann A", datetime(2025, 12, 24, tzinfo=UTC))
