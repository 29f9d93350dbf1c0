"""Writes what advertising cost, whom it was shown to, and the exchange rates."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import UTC, datetime

from identity.generate.book import Book
from identity.generate.campaigns import CAMPAIGNS, LINKEDIN
from identity.generate.moments import DAY, END, HOUR, START, day

_RATES = {"USD": 0.915, "GBP": 1.178}
_COST_PER_CLICK = {"google": 3.1, "linkedin": 8.4, "facebook": 1.6}


class Ads:
    """The advertising platforms."""

    def __init__(self, book: Book, rng: random.Random) -> None:
        self._book = book
        self._rng = rng
        self._exposures = 0

    def spend(self) -> None:
        """One row per campaign and day it runs; weekends cost half."""
        for number in range((END - START) // DAY + 1):
            at = START + number * DAY
            weekend = datetime.fromtimestamp(at, UTC).weekday() >= 5
            for campaign in CAMPAIGNS:
                if not campaign.runs(at):
                    continue
                cost = campaign.daily * self._rng.uniform(0.7, 1.2) * (0.5 if weekend else 1)
                clicks = round(cost / _COST_PER_CLICK[campaign.source])
                self._book.row(
                    "spend",
                    {
                        "date": day(at),
                        "channel": campaign.channel,
                        "source": campaign.source,
                        "campaign_id": campaign.id,
                        "campaign": campaign.name,
                        "amount": f"{cost:.2f}",
                        "currency": campaign.currency,
                        "clicks": str(clicks),
                        "impressions": str(clicks * self._rng.randint(40, 160)),
                    },
                )

    def rates(self) -> None:
        """EUR for one unit of each other currency, day by day from before the period's start."""
        for number in range(-31, (END - START) // DAY + 1):
            for currency, base in _RATES.items():
                swing = 0.02 * math.sin(number / 45) + self._rng.uniform(-0.002, 0.002)
                self._book.row(
                    "fx",
                    {
                        "date": day(START + number * DAY),
                        "currency": currency,
                        "rate": f"{base * (1 + swing):.4f}",
                    },
                )

    def expose(self, domains: Sequence[str], number: int) -> None:
        """About ``number`` days on which LinkedIn served a campaign to the people of a domain."""
        for _ in range(number if domains else 0):
            at = START + self._rng.randrange((END - START) // DAY) * DAY
            running = [campaign for campaign in LINKEDIN if campaign.runs(at)]
            self._exposures += 1
            self._book.exposures.append(
                {
                    "event_id": f"lie_{self._exposures:07d}",
                    "timestamp": datetime.fromtimestamp(at + self._rng.randrange(24) * HOUR, UTC),
                    "account_domain": self._rng.choice(domains),
                    "campaign": self._rng.choice(running).name,
                    "impressions": self._rng.randint(1, 60),
                }
            )
