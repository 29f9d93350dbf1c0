"""Suggestions of a part of a graph are those of the whole, on random worlds of alike people.

Pools of few names, dates, houses, numbers and firms make everybody meet everybody. The seeds are
fixed and named in each test's id; every step is resolved in parts.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from identity.resolve.reading import read_all
from identity.resolve.setting import setting_of
from identity.resolve.whole import derive
from tests.support.small_world import SmallWorld, at, partial_only

pytestmark = pytest.mark.small_frames

FIRST = ("Robert", "Bob", "Rob", "Ann", "Anna", "Smith", None)
LAST = ("Smith", "Smyth", "Lee", "Smith Jr", "Lee-Ng", None)
BORN = ("12/11/1978", "1978-11-12", "12/11/1979", "nonsense", None, None)
HOUSES = ("12 Main Street, Springfield", "12 Main St", "99 Harbour Road", None, None)
PHONES = ("+493012345", "+493054321", None, None)
EMAILS = ("bob@gmail.com", "b.ob+x@gmail.com", "ann@acme.com", "ann+news@acme.com", "ann@beta.io")
COUNTRIES = ("France", "Germany", None)
FIRMS = ("Acme GmbH", "ACME Inc.", "Acme Widgets", "Akme Widgets", "Global Services Ltd", None)
DOMAINS = ("acme.com", "acme.de", "beta.io", None, None)


class Story:
    """What happens in a world; everything follows from the seed."""

    def __init__(self, seed: int, world: SmallWorld) -> None:
        self.random = random.Random(seed)
        self.world = world
        self.day = 0.0

    def pick(self, options: tuple[str | None, ...]) -> str | None:
        return self.random.choice(options)

    def step(self, size: int) -> None:
        for _ in range(size):
            self.day += self.random.choice((0.1, 2, 40))
            self.random.choice((self.person, self.person, self.person, self.firm, self.decide))()

    def person(self) -> None:
        kind = self.random.choice(("contact", "contact", "lead"))
        source = "salesforce" if kind == "lead" else self.random.choice(("salesforce", "hubspot"))
        number = self.random.randint(1, 9)
        firms = [None, "crm:salesforce:account:1", "crm:salesforce:account:2"]
        self.world.person(
            str(number),
            self.pick((*EMAILS, None, None)),
            phone=self.pick(PHONES),
            kind=kind,
            source=source,
            account=self.random.choice(firms) if source == "salesforce" else None,
            day=self.day,
            deleted=self.random.random() < 0.08,
            first_name=self.pick(FIRST),
            last_name=self.pick(LAST),
            birth_date=self.pick(BORN),
            address=self.pick(HOUSES),
            country=self.pick(COUNTRIES),
            company_name=self.pick(FIRMS),
        )

    def firm(self) -> None:
        self.world.account(
            str(self.random.randint(1, 6)),
            self.pick(DOMAINS),
            source=self.random.choice(("salesforce", "hubspot")),
            name=self.pick(FIRMS),
            parent=self.random.choice((None, None, "crm:salesforce:account:1")),
            day=self.day,
            deleted=self.random.random() < 0.08,
            country=self.pick(COUNTRIES),
            address=self.pick(HOUSES),
            phone_number=self.pick(PHONES),
        )

    def decide(self) -> None:
        records = [r.record for r in self.world.batch.records]
        people = [r for r in records if ":contact:" in r or ":lead:" in r]
        pool = self.random.choice((people, [r for r in records if ":account:" in r]))
        if len(set(pool)) > 1:
            pair = self.random.sample(sorted(set(pool)), 2)
            action = self.random.choice(("same", "different", "unsure"))
            self.world.decide(action, *pair, day=self.day)


@pytest.mark.parametrize("seed", range(12))
def test_parts_give_what_the_whole_gives(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    partial_only(monkeypatch)
    primary = ("salesforce", "hubspot", None)[seed % 3]
    world = SmallWorld(tmp_path / "store", primary=primary)
    story = Story(seed, world)
    for number in range(5):
        story.step(12 if number == 0 else 3)
        world.step(day=story.day)
        setting = setting_of(world.config, at(story.day))
        wanted = derive(read_all(world.store), setting).reviews.sort("id")
        found = world.store.table("resolve/stored_reviews").sort("id")
        assert found.to_dicts() == wanted.to_dicts(), f"seed {seed}, step {number}"
    world.close()


def test_the_worlds_have_suggestions_of_every_kind(tmp_path: Path) -> None:
    """Without them the test above would say nothing."""
    asked = set()
    for seed in range(6):
        world = SmallWorld(tmp_path / str(seed))
        story = Story(seed, world)
        story.step(20)
        asked |= {r["question"] for r in world.step(day=story.day)}
        world.close()
    assert {"same_mailbox", "same_phone", "same_person", "same_company"} <= asked
