"""Small random worlds of people and companies, and what happens in them, from a seed.

A world keeps what its systems hold and gives, step by step, what a project would read of it:
versions of records in any order, events, pairs, decisions. A `Town` holds several worlds under one
configuration and one clock, and remembers everything that was handed out: what the reference of the
resolver is computed from.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from string import ascii_lowercase
from typing import Any

from identity.config import Config
from identity.model.facts import Batch, IncomingEdge, IncomingNode, IncomingRecord, Origin
from identity.model.identifiers import plane_of
from tests.support.resolver_reference_model import Known
from tests.support.worlds_rules import random_config
from tests.support.worlds_things import FILE, HOUR_MS, Thing, options, pools, version_of

START_MS = 1_700_000_000_000
ACTORS = ("mia", "tom", None)
Item = IncomingRecord | IncomingNode | IncomingEdge


@dataclass
class Clock:
    """The time of a town. Some ticks are shorter than the day in which a value is a typo."""

    now_ms: int = START_MS

    def tick(self, rng: random.Random) -> int:
        self.now_ms += rng.choice((1, 2, 20, 30, 100, 1000)) * HOUR_MS
        return self.now_ms


class World:
    """A world under way; everything it does follows from its generator."""

    def __init__(self, rng: random.Random, clock: Clock, place: int, people: int, firms: int):
        self.random, self.clock, self.place = rng, clock, place
        self.people, self.firms = people, firms
        self.pools = pools(rng, place, people)
        self.things: dict[str, Thing] = {}
        self.pending: list[Item] = []
        self.delivered: list[Item] = []
        self.decided: list[IncomingNode] = []
        self.count = 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, items: Iterable[Any]) -> Any:
        return self.random.choice(list(items))

    def tick(self) -> int:
        return self.clock.tick(self.random)

    def number(self) -> str:
        self.count += 1
        return f"{self.random.randint(10, 99)}{ascii_lowercase[self.place]}{self.count}"

    def read(self, acts: int) -> list[Item]:
        """Some things happen; some of what happened is read now, some later, some again."""
        items = [item for _ in range(acts) for item in self.act()]
        held = [i for i in items if isinstance(i, IncomingRecord) and self.chance(0.15)]
        items = [i for i in items if not any(i is h for h in held)]
        if self.pending and self.chance(0.5):
            items += self.pending
            self.pending = []
        self.pending += held
        if self.delivered and self.chance(0.3):
            items.append(self.pick(self.delivered))
        if self.chance(0.7):
            self.random.shuffle(items)
        self.delivered += items
        return items

    def act(self) -> list[Item]:
        acts = (
            (self.new_record, 30),
            (self.change, 25),
            (self.delete_or_restore, 7),
            (self.merge, 8),
            (self.event, 22),
            (self.decide, 9),
            (self.late_version, 4),
            (self.associate, 4),
        )
        return self.random.choices([a for a, _ in acts], [w for _, w in acts])[0]()

    # -- records -----------------------------------------------------------------------------------

    def new_record(self) -> list[Item]:
        kinds = (
            ("salesforce", "contact", 8),
            ("salesforce", "lead", 4),
            ("salesforce", "account", 6),
            ("hubspot", "contact", 4),
            ("hubspot", "account", 3),
            ("app", "user", 5),
            ("app", "workspace", 2),
        )
        source, kind, _ = self.random.choices(kinds, [w for *_, w in kinds])[0]
        prefix = f"{kind}:app" if source == "app" else f"crm:{source}:{kind}"
        at_ms = self.tick()
        created = at_ms if self.chance(0.5) else None
        thing = Thing(f"{prefix}:{kind[0]}{self.number()}", source, kind, created, at_ms)
        alike = sum(t.company == thing.company for t in self.things.values())
        if alike >= (self.firms if thing.company else self.people) + 2:
            return self.change()
        self.things[thing.id] = thing
        for name in thing.names():
            if self.chance(0.6):
                self.set_field(thing, name)
        return [version_of(thing)]

    def of(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = {}
        for thing in self.things.values():
            found.setdefault((thing.source, thing.object), []).append(thing.id)
        return found

    def set_field(self, thing: Thing, name: str) -> None:
        thing.fields[name] = self.pick(options(thing, name, self.pools, self.of()))

    def change(self) -> list[Item]:
        alive = [t for t in self.things.values() if t.live]
        if not alive:
            return []
        thing = self.pick(alive)
        for name in self.random.sample(thing.names(), self.random.randint(1, 2)):
            self.set_field(thing, name)
        thing.at_ms = self.tick() if self.chance(0.95) else thing.at_ms
        return [version_of(thing)]

    def delete_or_restore(self) -> list[Item]:
        if not self.things:
            return []
        thing = self.pick(self.things.values())
        merged_for_good = thing.merged and thing.source != "salesforce"
        if merged_for_good or (not thing.live and not self.chance(0.7)):
            return []
        thing.deleted, thing.merged = thing.live, False
        thing.fields.pop("into", None)
        thing.at_ms = self.tick()
        return [version_of(thing, silent=thing.deleted and self.chance(0.3))]

    def merge(self) -> list[Item]:
        """Salesforce keeps a master and deletes the loser; HubSpot mints a record of both."""
        alive = [t for t in self.things.values() if t.live and t.source != "app"]
        if not alive:
            return []
        loser = self.pick(alive)
        kind = (loser.source, loser.object)
        same = [t for t in alive if (t.source, t.object) == kind and t is not loser]
        if not same:
            return []
        master, at_ms = self.pick(same), self.tick()
        loser.merged = True
        if loser.source == "salesforce":
            loser.fields["into"], loser.at_ms = master.id, at_ms
            return [version_of(loser)]
        master.merged = True
        chain = (*loser.fields.get("from", ()), *master.fields.get("from", ()))
        losers = (loser.id, master.id, *(chain if self.chance(0.7) else ()))
        minted = Thing(f"crm:hubspot:{kind[1]}:m{self.number()}", *kind, None, at_ms)
        minted.fields = {**master.fields, "from": losers}
        self.things[minted.id] = minted
        return [version_of(minted)]

    def late_version(self) -> list[Item]:
        """An older version that nobody had read."""
        if not self.things:
            return []
        thing = self.pick(self.things.values())
        at_ms = thing.at_ms - self.random.choice((1, 30, 400)) * HOUR_MS
        ghost = Thing(thing.id, thing.source, thing.object, thing.created_ms, at_ms)
        ghost.fields = {k: v for k, v in thing.fields.items() if k != "into"}
        for name in self.random.sample(ghost.names(), 2):
            self.set_field(ghost, name)
        return [version_of(ghost)]

    def associate(self) -> list[Item]:
        """A row of the secondary CRM's table of pairs; its key may be given to another pair."""
        contacts = self.of().get(("hubspot", "contact"))
        accounts = self.of().get(("hubspot", "account"))
        if not contacts or not accounts:
            return []
        contact = self.pick(contacts)
        key = f"hubspot|{contact}|{self.random.randint(1, 2)}"
        at_ms = self.clock.now_ms - self.random.choice((0, 0, 1, 50)) * HOUR_MS
        ends = ("WORKS_AT", contact, self.pick(accounts), key, "hubspot", "pairs")
        primary = self.pick((True, False, None))
        return [IncomingEdge(*ends, at_ms, self.chance(0.2), primary, None, Origin(FILE, 1))]

    # -- events and decisions ----------------------------------------------------------------------

    def event(self) -> list[Item]:
        natures = ("page", "identify", "alias", "reveal", "ad", "mail")
        nature = self.random.choices(natures, (3, 8, 2, 2, 1, 2))[0]
        at_ms = self.tick() - self.random.choice((0, 0, 3, 500)) * HOUR_MS
        relation = "TOWARDS" if nature in ("ad", "mail") else "BY"
        number = self.number()
        values = {
            "event_name": nature,
            "kind": "exposure" if relation == "TOWARDS" else "activity",
            "nature": nature,
            "at_ms": at_ms,
            "at": datetime.fromtimestamp(at_ms / 1000, UTC),
            "source": "web",
            "content_hash": f"h{number}",
        }
        links = tuple((relation, i) for i in sorted(self.carried(nature)))
        return [IncomingNode(f"evt:web:{number}", values, links, Origin(FILE, 1))]

    def carried(self, nature: str) -> set[str]:
        """The identifiers of an event."""
        domains = self.pools.domains
        if nature == "alias":
            return set(self.random.sample(self.pools.anonymous, 2))
        if nature == "reveal":
            return {self.pick(domains), *([self.pick(self.pools.anonymous)] * self.chance(0.3))}
        of = self.of()
        users = [*of.get(("app", "user"), []), "user:app:42", f"user:app:stranger{self.place}"]
        accounts = of.get(("salesforce", "account"), domains)
        shares = (
            (self.pools.anonymous, 0.8),
            (self.pools.emails, 0.6),
            (users, 0.3),
            (domains, 0.15),
            (self.pools.emails, 0.1),
            (self.pools.anonymous, 0.1),
            (accounts, 0.05),
            (self.pools.phones, 0.05),
        )
        return {self.pick(pool) for pool, share in shares if self.chance(share)}

    def decide(self) -> list[Item]:
        actions = (
            ("same", 9),
            ("different", 9),
            ("unsure", 1),
            ("mark_shared", 1),
            ("mark_additive", 1),
            ("choose_primary", 2),
            ("assign_company", 2),
            ("pin", 1),
        )
        action = self.random.choices([a for a, _ in actions], [w for _, w in actions])[0]
        left, right = self.pair_for(action)
        return [self.decision(action, left, right)] if left != right else []

    def pair_for(self, action: str) -> tuple[str, str | None]:
        person, company = self.identifiers("person"), self.identifiers("company")
        domains = self.pools.domains
        match action:
            case "mark_shared":
                return self.pick([*self.pools.emails, *domains]), None
            case "mark_additive":
                return self.pick(domains), None
            case "pin":
                return self.pick([*person, *company]), None
            case "choose_primary" | "assign_company":
                return self.pick(person), self.pick(company)
        pool = self.pick((person, person, company, domains))
        return self.pick(pool), self.pick(pool)

    def identifiers(self, plane: str) -> list[str]:
        found = [t.id for t in self.things.values() if plane_of(t.id) == plane]
        if plane == "person":
            return [*found, *found, *self.pools.emails, *self.pools.anonymous[:2]]
        return [*found, *found, *self.pools.domains]

    def decision(self, action: str, left: str, right: str | None) -> IncomingNode:
        """A decision as it comes from a file (without actor and time) or from a person."""
        timeless = self.chance(0.15)
        now = self.clock.now_ms
        values = {
            "action": action,
            "left": left,
            "right": right,
            "actor": None if timeless else self.pick(ACTORS),
            "reason": None,
            "at_ms": None if timeless else now - self.random.choice((0, 0, 5, 900)) * HOUR_MS,
            "expires_ms": now + self.pick((10, 300)) * HOUR_MS if self.chance(0.1) else None,
            "valid_from_ms": now + 40 * HOUR_MS if self.chance(0.07) else None,
            "source": "review",
            "row": None,
            "supersedes": self.pick(self.decided).id if self.decided and self.chance(0.1) else None,
        }
        links = tuple(("ABOUT", i) for i in (left, right) if i is not None)
        made = IncomingNode(f"dec_{self.number()}", values, links, Origin(FILE, 1))
        self.decided.append(made)
        return made


@dataclass
class Town:
    """Several worlds that share a configuration and a clock, and all that is known of them."""

    seed: int
    size: int = 1
    people: int = 8
    firms: int = 5
    clock: Clock = field(default_factory=Clock)
    known: Known = field(default_factory=Known)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.config: Config = random_config(self.random)
        self.worlds = [
            World(random.Random(f"{self.seed}/{n}"), self.clock, n, self.people, self.firms)
            for n in range(self.size)
        ]

    def items(self, most: int = 7) -> list[Item]:
        """Everything that is read of all worlds in one step."""
        found = [i for w in self.worlds for i in w.read(self.random.randint(1, most))]
        if self.random.random() < 0.5:
            self.random.shuffle(found)
        return found

    def hand_out(self, items: list[Item]) -> Batch:
        """Make a batch of items and remember them as known."""
        note(self.known, items)
        self.clock.tick(self.random)
        return batch_of(items)

    def decisions(self) -> list[IncomingNode]:
        return [d for w in self.worlds for d in w.decided if d.id in self.known.decisions]


def withdrawn(decision: IncomingNode) -> IncomingNode:
    """The decision, taken back."""
    values = {**decision.values, "withdrawn": True}
    return IncomingNode(decision.id, values, decision.links, decision.origin)


def batch_of(items: Iterable[Item]) -> Batch:
    batch = Batch()
    for item in items:
        if isinstance(item, IncomingRecord):
            batch.records.append(item)
        elif isinstance(item, IncomingEdge):
            batch.edges.append(item)
        elif item.id.startswith("evt:"):
            batch.events.append(item)
        else:
            batch.decisions.append(item)
        batch.read[FILE] = batch.read.get(FILE, 0) + 1
    return batch


def note(known: Known, items: Iterable[Item]) -> None:
    """Remember items, whatever their order; what was taken back stays so."""
    for item in items:
        if isinstance(item, IncomingRecord):
            known.records[item.record] = (item.source, item.object)
            versions = known.versions.setdefault(item.record, {})
            versions[item.version.at_ms, item.version.digest] = item.version
        elif isinstance(item, IncomingEdge):
            known.pairs.setdefault((item.src, item.key), []).append(item)
        elif item.id.startswith("evt:"):
            known.events[item.id] = item
        else:
            before = known.decisions.get(item.id, {})
            taken_back = bool(before.get("withdrawn") or item.values.get("withdrawn"))
            known.decisions[item.id] = {**item.values, "id": item.id, "withdrawn": taken_back}
