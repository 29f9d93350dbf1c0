"""The vendor's advertising: campaigns, where visits come from, what a link carries."""

from __future__ import annotations

import random
from dataclasses import dataclass

from identity.generate.moments import DAY, END, START


@dataclass(frozen=True, slots=True)
class Campaign:
    """A paid campaign. ``first``, ``last``: days since the period's start; ``daily``: its budget
    a day in whole units of ``currency``."""

    id: str
    name: str
    channel: str
    source: str
    medium: str
    currency: str
    daily: int
    first: int
    last: int

    def runs(self, at: int) -> bool:
        """Whether the campaign is on at an instant."""
        return START + self.first * DAY <= at < START + (self.last + 1) * DAY


_LENGTH = (END - START) // DAY
GOOGLE = (
    Campaign("20917745012", "brand-search", "Paid Search", "google", "cpc", "EUR", 60, 0, _LENGTH),
    Campaign(
        "20917745388", "order-automation", "Paid Search", "google", "cpc", "EUR", 140, 0, _LENGTH
    ),
    Campaign(
        "21330098154", "competitor-terms", "Paid Search", "google", "cpc", "EUR", 70, 120, 400
    ),
)
LINKEDIN = (
    Campaign(
        "301447216", "abm-manufacturing", "Paid Social", "linkedin", "cpc", "USD", 180, 0, 270
    ),
    Campaign(
        "318820477",
        "abm-finance-leaders",
        "Paid Social",
        "linkedin",
        "cpc",
        "USD",
        150,
        200,
        _LENGTH,
    ),
    Campaign(
        "322059310", "guide-download", "Paid Social", "linkedin", "cpc", "USD", 90, 60, _LENGTH
    ),
)
META = (
    Campaign(
        "120208811734", "retargeting", "Paid Social", "facebook", "paid_social", "EUR", 35, 30, 500
    ),
    Campaign(
        "120214409021",
        "uk-awareness",
        "Paid Social",
        "facebook",
        "paid_social",
        "GBP",
        25,
        240,
        420,
    ),
)
CAMPAIGNS = GOOGLE + LINKEDIN + META
CLICK_IDS = {"google": "gclid", "linkedin": "li_fat_id", "facebook": "fbclid"}
"""The query parameter that each paid source appends to the landing page."""


@dataclass(frozen=True, slots=True)
class Touch:
    """How a visit came about: the campaign tags of its link and the page that led to it."""

    source: str = ""
    medium: str = ""
    campaign: str = ""
    content: str = ""
    term: str = ""
    referrer: str = ""

    @property
    def tags(self) -> dict[str, str]:
        """The tags that are set, by the names web trackers use."""
        named = {
            "source": self.source,
            "medium": self.medium,
            "name": self.campaign,
            "content": self.content,
            "term": self.term,
        }
        return {name: value for name, value in named.items() if value}


DIRECT = Touch()
_FREE: dict[str, Touch] = {
    "direct": DIRECT,
    "google": Touch(referrer="https://www.google.com/"),
    "bing": Touch(referrer="https://www.bing.com/"),
    "linkedin": Touch(referrer="https://www.linkedin.com/"),
    "review": Touch(referrer="https://www.g2.com/products/acme/reviews"),
    "referral": Touch(referrer="https://blog.ledgermoor-weekly.com/tools-for-operations"),
    "partner": Touch(
        source="partner-portal",
        medium="referral",
        campaign="integrations",
        referrer="https://marketplace.stackbourne-cloud.com/apps/acme",
    ),
    "assistant": Touch(source="chatgpt.com", referrer="https://chatgpt.com/"),
}
_COLD = {
    "google": 26, "google_ads": 20, "linkedin_ads": 15, "meta_ads": 5, "linkedin": 7, "direct": 12,
    "bing": 3, "review": 3, "referral": 4, "partner": 2, "assistant": 3,
}  # fmt: skip
_WARM = {
    "newsletter": 24, "direct": 26, "google": 16, "google_ads": 10, "linkedin_ads": 8,
    "meta_ads": 5, "linkedin": 4, "review": 4, "referral": 2, "assistant": 1,
}  # fmt: skip
_ADS = {"google_ads": GOOGLE, "linkedin_ads": LINKEDIN, "meta_ads": META}
_TERMS = ("order automation", "order software", "acme app", "supplier orders")
_CONTENTS = ("video-a", "carousel-b", "text-c")
_PAID_FROM = {"google": "https://www.google.com/", "linkedin": "https://www.linkedin.com/"}


def _newsletter(rng: random.Random, at: int) -> Touch:
    month = (at - START) // (30 * DAY) + 1
    content = rng.choice(("header", "story", "footer"))
    return Touch("newsletter", "email", f"newsletter-{month:02d}", content)


def draw_touch(rng: random.Random, at: int, *, warm: bool) -> Touch:
    """Where a visit at an instant comes from; ``warm``: the visitor already knows the vendor.

    A paid touch always belongs to a campaign that runs then, so spend and visits agree.
    """
    table = _WARM if warm else _COLD
    chosen = rng.choices(tuple(table), tuple(table.values()))[0]
    if chosen == "newsletter":
        return _newsletter(rng, at)
    if chosen not in _ADS:
        return _FREE[chosen]
    running = [campaign for campaign in _ADS[chosen] if campaign.runs(at)]
    if not running:
        return DIRECT
    ad = rng.choice(running)
    search = ad.source == "google"
    return Touch(
        source=ad.source,
        medium=ad.medium,
        campaign=ad.name,
        content="" if search else rng.choice(_CONTENTS),
        term=rng.choice(_TERMS) if search else "",
        referrer=_PAID_FROM.get(ad.source, "https://l.facebook.com/"),
    )
