"""The benchmark's identifiers and edges as integers, with the noise of real evidence.

An identifier is a row number in one numbering over all kinds; ``Block`` is the range of one kind.
Strengths are class and priority of a rule, less a jitter of under 0.01 that breaks ties.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from identity.generate.evidence_shape import Companies, Ints, People

CONVERTED, LEAD_EMAIL, CRM_EMAIL, CRM_MORE = 0.99, 0.98, 0.97, 0.95
CRM_ID, LEAD_ID, SECOND_EMAIL, LOGIN, SECOND_MORE, ALIAS = 0.92, 0.91, 0.90, 0.89, 0.88, 0.87
IDENTIFY, DEVICE = 0.62, 0.60
CRM_DOMAIN, SECOND_DOMAIN, WORKSPACE_DOMAIN = 0.44, 0.42, 0.40
_AGAIN = 0.25
"""Share of edges that a second, weaker source asserts too."""


@dataclass(frozen=True, slots=True)
class Block:
    """Identifiers ``first`` to ``first + len(owner)`` of one kind.

    ``owner``: the person or company each belongs to; -1 for what belongs to none. A role mailbox
    belongs to a company and is nobody.
    """

    kind: str
    first: int
    owner: Ints

    @property
    def ids(self) -> Ints:
        """All identifiers of the block."""
        return np.arange(self.first, self.first + len(self.owner))


@dataclass(slots=True)
class Edges:
    """Growing columns of edges; ``scope`` is the greater company number of an edge's ends."""

    rng: np.random.Generator
    parts: list[tuple[Ints, Ints, npt.NDArray[np.float64], Ints]] = field(default_factory=list)

    def add(self, src: Ints, dst: Ints, *, strength: float, scope: Ints) -> None:
        """Add edges of one rule."""
        jitter = self.rng.random(len(src)) * 0.0099
        self.parts.append((src, dst, strength - jitter, scope))

    def repeat_some(self) -> None:
        """Let a second source assert a part of all edges so far, half as strongly."""
        for src, dst, strength, scope in list(self.parts):
            some = np.flatnonzero(self.rng.random(len(src)) < _AGAIN)
            self.parts.append((src[some], dst[some], strength[some] / 2, scope[some]))

    @property
    def count(self) -> int:
        """How many edges there are."""
        return sum(len(part[0]) for part in self.parts)


@dataclass(slots=True)
class Graph:
    """Blocks by kind, edges, and per person or company the first identifier of each kind.

    ``place`` of a kind maps its owner to the owner's first identifier, -1 where it has none.
    """

    companies: Companies
    people: People
    edges: Edges
    blocks: dict[str, Block] = field(default_factory=dict)
    place: dict[str, Ints] = field(default_factory=dict)
    size: int = 0

    def block(self, kind: str, owner: Ints, owners: int) -> Block:
        """Number the identifiers of a kind; ``owner`` must be sorted."""
        made = Block(kind, self.size, owner)
        self.size += len(owner)
        self.blocks[kind] = made
        held = np.bincount(owner[owner >= 0], minlength=owners)
        self.place[kind] = np.where(held > 0, made.first + np.cumsum(held) - held, -1)
        return made

    def link(self, left: str, right: str, strength: float, *, share: float = 1.0) -> None:
        """Join the first identifiers of two kinds of one owner, where it has both."""
        a, b = self.place[left], self.place[right]
        both = np.flatnonzero((a >= 0) & (b >= 0) & (self.edges.rng.random(len(a)) < share))
        company = both if left in _COMPANY_KINDS else self.people.company[both]
        self.edges.add(a[both], b[both], strength=strength, scope=company)

    def link_more(self, left: str, right: str, strength: float, *, share: float = 1.0) -> None:
        """Join an owner's first identifier of one kind with the second and later of another."""
        block = self.blocks[right]
        later = block.ids != self.place[right][block.owner]
        later &= self.edges.rng.random(len(later)) < share
        owner = block.owner[later]
        start = self.place[left][owner]
        has = start >= 0
        company = owner if left in _COMPANY_KINDS else self.people.company[owner]
        self.edges.add(start[has], block.ids[later][has], strength=strength, scope=company[has])


_COMPANY_KINDS = {"crm_account", "second_account", "workspace", "domain"}
NOBODY = ("role_email", "kiosk", "provider_domain")
"""Kinds that stand for nobody; the last is of the company plane."""


def build_graph(rng: np.random.Generator, companies: Companies, people: People) -> Graph:
    """All identifiers and edges of the given companies and people."""
    graph = Graph(companies, people, Edges(rng))
    _number(graph)
    _company_edges(graph)
    _person_edges(graph)
    graph.edges.repeat_some()
    for noise in (_role_mailboxes, _shared_devices, _kiosks, _providers, _wrong_aliases):
        noise(graph)
    return graph


def _number(graph: Graph) -> None:
    companies, people = graph.companies, graph.people
    everyone, every = np.arange(people.count), np.arange(companies.count)
    crm = np.repeat(everyone, people.in_crm.astype(np.int64) + people.twice + people.astray)
    graph.block("crm_contact", crm, people.count)
    graph.block("second_contact", everyone[people.in_second], people.count)
    graph.block("lead", everyone[people.is_lead], people.count)
    graph.block("user", everyone[people.is_user], people.count)
    graph.block("email", np.repeat(everyone, people.emails), people.count)
    graph.block("device", np.repeat(everyone, people.devices), people.count)
    graph.block("crm_account", every[companies.in_crm], companies.count)
    graph.block("second_account", every[companies.in_second], companies.count)
    graph.block("workspace", every[companies.has_workspace], companies.count)
    graph.block("domain", np.repeat(every, companies.domains), companies.count)


def _company_edges(graph: Graph) -> None:
    graph.link("second_account", "crm_account", CRM_ID, share=0.6)
    graph.link("crm_account", "domain", CRM_DOMAIN)
    graph.link("second_account", "domain", SECOND_DOMAIN)
    graph.link("workspace", "domain", WORKSPACE_DOMAIN)
    graph.link_more("second_account", "domain", SECOND_DOMAIN)
    graph.link_more("domain", "domain", ALIAS, share=0.5)


def _person_edges(graph: Graph) -> None:
    graph.link("crm_contact", "email", CRM_EMAIL)
    graph.link("lead", "email", LEAD_EMAIL)
    graph.link("lead", "crm_contact", CONVERTED, share=0.5)
    graph.link("lead", "second_contact", LEAD_ID, share=0.3)
    graph.link("second_contact", "crm_contact", CRM_ID, share=0.6)
    graph.link("second_contact", "email", SECOND_EMAIL)
    graph.link("user", "email", LOGIN)
    graph.link("user", "email", IDENTIFY, share=0.8)
    graph.link_more("crm_contact", "email", CRM_MORE)
    graph.link_more("second_contact", "email", SECOND_MORE, share=0.7)
    graph.link_more("user", "email", IDENTIFY, share=0.5)
    for centre, share in (("user", 1.0), ("email", 0.85)):
        graph.link(centre, "device", DEVICE, share=share)
        graph.link_more(centre, "device", DEVICE, share=share)
    _second_records(graph)


def _second_records(graph: Graph) -> None:
    """True duplicates in the primary CRM: with the same address, or with one of their own."""
    people, block = graph.people, graph.blocks["crm_contact"]
    first = graph.place["crm_contact"]
    order = block.ids - first[block.owner]
    twice = people.twice[block.owner] & (order == 1)
    owner = block.owner[twice]
    graph.edges.add(
        block.ids[twice],
        graph.place["email"][owner],
        strength=CRM_EMAIL,
        scope=people.company[owner],
    )
    lost = people.astray[block.owner] & (order == 1 + people.twice[block.owner])
    owner = block.owner[lost]
    address = graph.block("astray_email", owner, people.count)
    graph.edges.add(block.ids[lost], address.ids, strength=CRM_EMAIL, scope=people.company[owner])


def _role_mailboxes(graph: Graph) -> None:
    """info@ of one company in twenty is on the records of up to five of its people."""
    rng, companies, people = graph.edges.rng, graph.companies, graph.people
    chosen = np.flatnonzero((rng.random(companies.count) < 0.05) & (companies.people >= 3))
    block = graph.block("role_email", chosen, companies.count)
    first = np.concatenate(([0], np.cumsum(companies.people)))[chosen]
    for number in range(5):
        there = companies.people[chosen] > number
        person = first[there] + number
        second, crm = graph.place["second_contact"][person], graph.place["crm_contact"][person]
        record = np.where(second >= 0, second, crm)
        has = record >= 0
        scope = people.company[person][has]
        graph.edges.add(record[has], block.ids[there][has], strength=SECOND_MORE, scope=scope)


def _shared_devices(graph: Graph) -> None:
    """One device in a hundred also signs in somebody else of the same company."""
    people, block, rng = graph.people, graph.blocks["device"], graph.edges.rng
    some = rng.random(len(block.owner)) < 0.01
    device, owner = block.ids[some], block.owner[some]
    other = np.minimum(owner + 1, people.count - 1)
    near = (people.company[other] == people.company[owner]) & (other != owner)
    email = graph.place["email"][other[near]]
    graph.edges.add(email, device[near], strength=DEVICE, scope=people.company[owner[near]])


def _kiosks(graph: Graph) -> None:
    """Devices that 20 to 150 people of all companies used."""
    people, rng = graph.people, graph.edges.rng
    count = max(1, people.count // 100_000)
    block = graph.block("kiosk", np.full(count, -1), people.count)
    for kiosk in block.ids:
        person = np.unique(rng.integers(0, people.count, int(rng.integers(20, 151))))
        kiosks = np.full(len(person), kiosk)
        graph.edges.add(
            graph.place["email"][person], kiosks, strength=DEVICE, scope=people.company[person]
        )


def _providers(graph: Graph) -> None:
    """Domains of regional providers: one account in fifty of the primary CRM gives one as its own,
    one in 1,250 of the second system."""
    rng, count = graph.edges.rng, graph.companies.count
    block = graph.block("provider_domain", np.full(max(1, count // 100_000), -1), count)
    for kind, strength, share in (
        ("crm_account", CRM_DOMAIN, 0.02),
        ("second_account", SECOND_DOMAIN, 0.0008),
    ):
        account = graph.place[kind]
        chosen = np.flatnonzero((account >= 0) & (rng.random(count) < share))
        provider = block.ids[chosen % len(block.ids)]
        graph.edges.add(account[chosen], provider, strength=strength, scope=chosen)


def _wrong_aliases(graph: Graph) -> None:
    """One person in 2,000 and one company in 400 is declared the alias of somebody else."""
    for kind, scope, every in (
        ("email", graph.people.company, 2000),
        ("domain", np.arange(graph.companies.count), 400),
    ):
        owners = len(scope)
        number = max(1, owners // every)
        one, other = (graph.edges.rng.integers(0, owners, number) for _ in range(2))
        apart = one != other
        place = graph.place[kind]
        far = np.maximum(scope[one], scope[other])
        graph.edges.add(place[one][apart], place[other][apart], strength=ALIAS, scope=far[apart])


def planes(graph: Graph) -> Iterator[tuple[Block, str, bool]]:
    """Each block with its plane and whether its identifiers are records."""
    company = {*_COMPANY_KINDS, "provider_domain"}
    mentioned = {"email", "astray_email", "device", "domain", *NOBODY}
    for kind, block in graph.blocks.items():
        yield block, "company" if kind in company else "person", kind not in mentioned
