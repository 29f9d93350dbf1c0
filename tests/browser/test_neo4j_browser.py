"""The Neo4j Browser itself, in headless Chromium: style and guide come up, a block draws."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest

from tools.browser_content import GUIDE, STYLE, serving
from tools.neo4j_server import Neo4jServer

playwright = pytest.importorskip(
    "playwright.sync_api", reason="no playwright: `uv sync --all-extras` installs it"
)

pytestmark = [pytest.mark.neo4j, pytest.mark.browser]

# Without these Chromium asks its maker's hosts at every start, which a test should not.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SLOW_MS = 60_000


@pytest.fixture(scope="module")
def browser_url(
    neo4j_server: Neo4jServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The Browser page of a server that holds the small graph and knows style and guide."""
    with (
        serving() as url,
        Neo4jServer.start(
            tmp_path_factory.mktemp("browser"),
            heap_mb=256,
            style_url=f"{url}/{STYLE}",
            guide_url=f"{url}/{GUIDE}",
        ) as server,
    ):
        with neo4j.GraphDatabase.driver(server.bolt_uri) as driver:
            text = (Path(__file__).parent / "small_graph.cypher").read_text()
            driver.execute_query(text, database_="neo4j")
        yield server.browser_url


@pytest.fixture
def page(browser_url: str, chromium: str) -> Iterator[playwright.Page]:
    """A fresh Browser that has connected and played its guide."""
    playwright.expect.set_options(timeout=SLOW_MS)
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=list(QUIET))
        page = browser.new_page(viewport={"width": 1500, "height": 1000})
        page.set_default_timeout(SLOW_MS)
        page.goto(browser_url)
        page.get_by_test_id("carousel").wait_for()
        yield page
        browser.close()


def test_style_and_guide_come_up_and_a_block_draws(
    page: playwright.Page,
    style: dict[tuple[str, str], dict[str, str]],
    guide_queries: list[str],
) -> None:
    guide = page.get_by_test_id("frame").filter(has=page.get_by_test_id("carousel"))
    first = guide.locator("pre.runnable").first
    first.wait_for()
    assert first.text_content().strip().endswith(guide_queries[0].splitlines()[-1])

    first.click()
    page.get_by_test_id("editor-Run").click()
    result = page.get_by_test_id("frame").first
    result.locator("g.node").first.wait_for()
    # A company, its two contacts and their six identifiers, as the style paints them.
    expected = {"Company": 1, "Contact": 2, "Email": 2, "UserId": 1, "AnonymousId": 1, "CrmId": 2}
    for label, count in expected.items():
        colour = style["node", label]["color"]
        circles = result.locator(f'g.node circle[fill="{colour}"]')
        playwright.expect(circles).to_have_count(count)
    lines = result.locator(f'path[fill="{style["relationship", "MEMBER_OF"]["color"]}"]')
    playwright.expect(lines.first).to_be_attached()


def test_refused_evidence_is_drawn_in_its_colour(
    page: playwright.Page,
    style: dict[tuple[str, str], dict[str, str]],
    favourites: dict[str, str],
) -> None:
    page.get_by_test_id("activeEditor").click()
    page.keyboard.insert_text(favourites["3_refused.cypher"])
    page.get_by_test_id("editor-Run").click()
    result = page.get_by_test_id("frame").first
    colour = style["relationship", "REFUSED"]["color"]
    playwright.expect(result.locator(f'path[fill="{colour}"]')).to_have_count(2)
