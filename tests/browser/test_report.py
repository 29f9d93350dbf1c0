"""The report in headless Chromium: opened from a file, without a network, with hostile names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from identity.explain.report import write_report
from identity.graph import IdentityGraph, open_store
from tests.support.small_acme import SmallAcme
from tests.unit.report.conftest import make_hostile

playwright = pytest.importorskip(
    "playwright.sync_api", reason="no playwright: `uv sync --all-extras` installs it"
)

pytestmark = pytest.mark.browser

QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
NARROW, WIDE = 360, 1280


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    project = SmallAcme.make(tmp_path_factory.mktemp("report"), repo_root, change=make_hostile)
    store = open_store(project.config)
    try:
        project.run(store)
        return write_report(
            IdentityGraph(project.config, store), project.folder / "reports" / "identity.html"
        )
    finally:
        store.close()


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield browser
        browser.close()


class Opened:
    """A page of the report, and what went wrong on it."""

    def __init__(self, browser: playwright.Browser, report: Path, **context: object) -> None:
        self.context = browser.new_context(offline=True, **context)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(report.as_uri())


@pytest.fixture(params=[WIDE, NARROW])
def opened(
    request: pytest.FixtureRequest, browser: playwright.Browser, report: Path
) -> Iterator[Opened]:
    """The report on a wide and on a narrow screen."""
    opened = Opened(browser, report, viewport={"width": request.param, "height": 800})
    yield opened
    opened.context.close()


def test_it_opens_without_a_complaint_and_without_a_network(opened: Opened, report: Path) -> None:
    opened.page.wait_for_function("window.reportGraph !== undefined")
    assert opened.complaints == []
    assert opened.requests == [report.as_uri()]


def test_the_graph_is_drawn(opened: Opened) -> None:
    page = opened.page
    data = page.evaluate("JSON.parse(document.getElementById('graph-data').textContent)")
    counts = page.evaluate("[reportGraph.nodes().length, reportGraph.edges().length]")
    assert counts == [len(data["dots"]), len(data["lines"])]
    assert min(counts) > 5
    painted = page.evaluate(
        "[...document.querySelectorAll('#graph canvas')].some((canvas) => canvas.getContext('2d')"
        ".getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0))"
    )
    assert painted
    # All of it lies inside of what is seen.
    seen = page.evaluate("reportGraph.extent()")
    drawn = page.evaluate("reportGraph.elements().boundingBox()")
    assert seen["x1"] <= drawn["x1"]
    assert drawn["x2"] <= seen["x2"]
    assert seen["y1"] <= drawn["y1"]
    assert drawn["y2"] <= seen["y2"]


def test_nothing_sticks_out_to_the_side(opened: Opened) -> None:
    page = opened.page
    for summary in page.locator("summary").all():
        summary.click()
    width = page.evaluate("document.documentElement.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_keyboard_leads_through_the_graph(opened: Opened) -> None:
    page = opened.page
    page.locator("#graph").focus()
    details = page.locator("#graph-details")
    shown = []
    for _ in range(3):
        page.keyboard.press("ArrowRight")
        shown.append(details.locator("dd").first.text_content())
    assert len(set(shown)) == 3
    chosen = page.evaluate("reportGraph.elements(':selected').map((x) => x.id())")
    assert chosen == [shown[-1]]
    page.keyboard.press("Escape")
    assert page.evaluate("reportGraph.elements(':selected').length") == 0
    before = page.evaluate("reportGraph.zoom()")
    page.keyboard.press("+")
    assert page.evaluate("reportGraph.zoom()") > before
    page.keyboard.press("0")
    assert page.evaluate("reportGraph.zoom()") == pytest.approx(before)


def test_a_refused_line_says_why(opened: Opened) -> None:
    page = opened.page
    page.evaluate("reportGraph.edges('[kind = \"refused\"]')[0].select()")
    terms = page.locator("#graph-details dt").all_text_contents()
    assert {"Refused", "Constraint", "Rule"} <= set(terms)
    assert opened.complaints == []


def test_a_model_can_be_brought_out(opened: Opened) -> None:
    page = opened.page
    button = page.locator("#credit .legend button").nth(1)
    name = button.get_attribute("data-series")
    bright = page.locator("#credit rect[data-series]:not(.dim)")
    everything = bright.count()
    button.click()
    assert {r.get_attribute("data-series") for r in bright.all()} == {name}
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert bright.count() == everything


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(
    browser: playwright.Browser, report: Path, scheme: str
) -> None:
    """Contrast of every text colour on its background, by the formula of WCAG 2.2, 1.4.3."""
    opened = Opened(browser, report, color_scheme=scheme)
    weakest = opened.page.evaluate(CONTRAST)
    opened.context.close()
    assert weakest["ratio"] >= 4.5, weakest


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_marks_stand_out_from_the_page(
    browser: playwright.Browser, report: Path, scheme: str
) -> None:
    """Colours of marks against the card they are drawn on: at least 3 to 1 (WCAG 2.2, 1.4.11)."""
    opened = Opened(browser, report, color_scheme=scheme)
    weakest = opened.page.evaluate(MARKS)
    opened.context.close()
    assert weakest["ratio"] >= 3, weakest


LUMINANCE = """
const luminance = (colour) => {
  const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
  const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (one, two) => {
  const [light, dark] = [luminance(one), luminance(two)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
};
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/, 0\\)$|transparent/.test(colour)) return colour;
  }
  return getComputedStyle(document.body).backgroundColor;
};
"""
CONTRAST = f"""() => {{
  {LUMINANCE}
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let weakest = {{ ratio: 21 }};
  while (walker.nextNode()) {{
    const node = walker.currentNode.parentElement;
    const unseen = ['SCRIPT', 'STYLE', 'title'].includes(node.tagName);
    if (unseen || !walker.currentNode.data.trim()) continue;
    const drawn = node.tagName === 'text';
    const colour = getComputedStyle(node)[drawn ? 'fill' : 'color'];
    const found = ratio(colour, behind(node));
    if (found < weakest.ratio) weakest = {{ ratio: found, text: walker.currentNode.data, colour }};
  }}
  return weakest;
}}"""
MARKS = f"""() => {{
  {LUMINANCE}
  let weakest = {{ ratio: 21 }};
  for (const mark of document.querySelectorAll('svg rect, svg circle')) {{
    const style = getComputedStyle(mark);
    const hollow = style.fillOpacity === '0';
    const found = ratio(hollow ? style.stroke : style.fill, behind(mark.closest('section')));
    if (found < weakest.ratio) weakest = {{ ratio: found, mark: mark.outerHTML }};
  }}
  return weakest;
}}"""
