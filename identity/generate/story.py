"""When things happen to a buyer: from the first visit to the deal's end."""

from __future__ import annotations

import random
from dataclasses import dataclass

from identity.generate.moments import DAY, END, HOUR, START, at_work
from identity.generate.people import Company
from identity.generate.salesforce import Deal

DEAL_STAGES = ("Qualification", "Needs Analysis", "Proposal", "Negotiation")


@dataclass(frozen=True, slots=True)
class Story:
    """Instants of one lead's way, each after the one before; ``steps`` are its statuses."""

    first_visit: int
    lead_at: int
    mql_at: int
    sql_at: int
    converted_at: int

    @property
    def steps(self) -> tuple[tuple[str, int], ...]:
        """The way of a lead that is converted."""
        return (
            ("Open", self.lead_at),
            ("MQL", self.mql_at),
            ("SQL", self.sql_at),
            ("Converted", self.converted_at),
        )


def draw_story(rng: random.Random) -> Story:
    """A lead's way that ends in a conversion within the period."""
    while True:
        first = at_work(rng, START + rng.randrange((END - START) // DAY) * DAY)
        lead = at_work(rng, first + rng.randint(14, 70) * DAY)
        mql = lead + rng.randint(1, 6 * 24) * HOUR
        sql = mql + rng.randint(2, 14) * DAY
        converted = sql + rng.randint(1, 10) * DAY
        if converted < END:
            return Story(first, lead, mql, sql, converted)


def amount(rng: random.Random) -> int:
    """A deal's value in whole units of its currency: 5,000 to 250,000, most of it small."""
    return min(250_000, max(5_000, round(rng.lognormvariate(10.1, 0.9) / 500) * 500))


def draw_deal(
    rng: random.Random, company: Company, opened: int, *, win: float = 0.55, kind: str = ""
) -> Deal:
    """A deal opened at an instant; it stays open where its last stage lies after the period."""
    at, stages = opened, []
    ending = "Closed Won" if rng.random() < win else "Closed Lost"
    leaves_early = rng.randint(1, 3) if ending == "Closed Lost" else len(DEAL_STAGES)
    for stage in (*DEAL_STAGES[:leaves_early], ending):
        if at > END:
            break
        stages.append((stage, at))
        at = at_work(rng, at + rng.randint(7, 34) * DAY)
    return Deal(
        tuple(stages), amount(rng), company.country.currency, kind or "New Business", source="Web"
    )


def group_size(rng: random.Random, staff: int) -> int:
    """How many people of a company take part in buying: 1 to 8."""
    return min(staff, rng.choices(range(1, 9), (14, 20, 20, 16, 12, 9, 5, 4))[0])


def staff_size(rng: random.Random) -> int:
    """How many people of a company the vendor knows: 1 to 60 on a power law, about 8 on average."""
    return min(60, int(3.05 * rng.paretovariate(1.35)))
