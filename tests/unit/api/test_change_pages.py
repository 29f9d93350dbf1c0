"""GET /v1/changes: pages of the feed, and what is no page."""

from __future__ import annotations

from typing import Any

import pytest

from identity.graph import IdentityGraph
from tests.unit.api.conftest import Client


def test_pages_make_the_whole_feed(client: Client, acme_graph: IdentityGraph) -> None:
    rows: list[dict[str, Any]] = []
    since, more, pages = 0, True, 0
    while more:
        answer = client.get("/v1/changes", params={"since": since, "limit": 70}).json()
        rows += answer["data"]
        since, more, pages = answer["next_since"], answer["has_more"], pages + 1
        assert answer["graph_revision"] == str(acme_graph.revision())
    assert [r["seq"] for r in rows] == list(range(1, acme_graph.revision().changes + 1))
    assert pages == -(-len(rows) // 70)
    end = client.get("/v1/changes", params={"since": since}).json()
    assert (end["data"], end["next_since"], end["has_more"]) == ([], since, False)


def test_a_page_of_one_type(client: Client) -> None:
    whole = client.get("/v1/changes", params={"limit": 1000, "type": "refused"}).json()["data"]
    assert {r["type"] for r in whole} == {"refused"}
    half = client.get("/v1/changes", params={"limit": 2, "type": "refused"}).json()
    assert half["data"] == whole[:2]
    rest = client.get(
        "/v1/changes",
        params={"limit": 1000, "type": "refused", "since": half["next_since"]},
    ).json()
    assert [*half["data"], *rest["data"]] == whole


@pytest.mark.parametrize(
    "query",
    ["since=-1", "since=x", "since=1.5", "since=%D9%A3", f"since={10**30}", "limit=0", "limit=1001",
     "type=renamed", "cursor=1", "since=1&since=2", "limit="],
)  # fmt: skip
def test_what_is_no_page(client: Client, query: str) -> None:
    answer = client.get(f"/v1/changes?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
