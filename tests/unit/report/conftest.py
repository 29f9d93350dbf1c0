"""The report of a sample with hostile names, taken apart, and that of an empty graph."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from identity.explain.report import write_report
from identity.graph import IdentityGraph, open_store
from tests.support.small_acme import SmallAcme, read_rows, write_rows

SCRIPT = "</script><script>alert(1)</script>"
TAG = "\"'><img src=x onerror=alert(1)>"
TURNED = "\u202egpj.exe\x07"
VOID = {"meta", "br", "img", "link", "input", "hr"}


@dataclass(slots=True)
class Tag:
    """An element of a page: its attributes, and the text inside of it."""

    name: str
    attributes: dict[str, str | None]
    text: str = ""
    parents: tuple[str, ...] = ()


class Parsed(HTMLParser):
    """A page as a browser's parser sees it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.unbalanced: list[str] = []
        self._open: list[Tag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Tag(tag, dict(attrs), parents=tuple(t.name for t in self._open))
        self.tags.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(Tag(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].name != tag:
            self.unbalanced.append(tag)
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            tag.text += data

    def named(self, name: str, **attributes: str) -> list[Tag]:
        """Give the elements of a name with some attributes."""
        wanted = {k.replace("_", "-"): v for k, v in attributes.items()}
        return [
            tag
            for tag in self.tags
            if tag.name == name and all(tag.attributes.get(k) == v for k, v in wanted.items())
        ]

    def data(self, identity: str) -> Any:
        """Give the data of a script element."""
        (script,) = self.named("script", id=identity)
        return json.loads(script.text)


@dataclass(frozen=True, slots=True)
class Report:
    """A graph, its report as text, and the report taken apart."""

    graph: IdentityGraph
    path: Path
    text: str
    page: Parsed


def taken_apart(graph: IdentityGraph, path: Path) -> Report:
    """Write a report and take it apart."""
    text = write_report(graph, path).read_text(encoding="utf-8")
    page = Parsed()
    page.feed(text)
    page.close()
    return Report(graph, path, text, page)


def make_hostile(folder: Path) -> None:
    """Put markup where people type: names of accounts and contacts, job titles, campaigns."""
    accounts, contacts = (folder / "data/salesforce" / f"{n}.csv" for n in ("Account", "Contact"))
    write_rows(accounts, [{**r, "Name": r["Name"] + SCRIPT + TAG} for r in read_rows(accounts)])
    write_rows(
        contacts,
        [
            {**r, "Name": r["Name"] + TAG, "Title": r["Title"] + SCRIPT + TURNED}
            for r in read_rows(contacts)
        ],
    )
    deals = folder / "data/salesforce/Opportunity.csv"
    write_rows(deals, [{**r, "Name": SCRIPT + r["Name"]} for r in read_rows(deals)])
    web = folder / "data/web/events.jsonl"
    campaign = json.dumps(f"newsletter{SCRIPT}")[1:-1]
    web.write_text(web.read_text(encoding="utf-8").replace("newsletter-", campaign), "utf-8")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Iterator[Report]:
    """The report of a sample with hostile names."""
    project = SmallAcme.make(tmp_path_factory.mktemp("hostile"), repo_root, change=make_hostile)
    config = project.config
    store = open_store(config)
    project.run(store)
    yield taken_apart(IdentityGraph(config, store), project.folder / "reports" / "identity.html")
    store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Report]:
    """The report of a project that was never run and names no stages."""
    (tmp_path / "identity.yaml").write_text("project: nothing\n")
    with IdentityGraph.open(tmp_path) as graph:
        yield taken_apart(graph, tmp_path / "out" / "report.html")
