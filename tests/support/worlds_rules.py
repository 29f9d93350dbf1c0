"""Random configurations for random worlds: small limits, so that they bind."""

from __future__ import annotations

import random
from typing import Any

from identity.config import Config, SourceConfig

SOURCES = ("salesforce", "hubspot", "app", "web")
OVERRIDES: tuple[dict[str, str], ...] = (
    {},
    {},
    {},
    {"acme.com": "multi_tenant", "acme1.com": "multi_tenant"},
    {"acme.com": "exact", "acme2.com": "exact"},
    {"agency.com": "additive", "agency3.com": "additive"},
    {"rams.la": "shared", "rams1.la": "shared"},
    {"gmail.com": "business"},
    {"acme.com": "additive", "beta.io": "education", "beta1.io": "education"},
)


def random_config(rng: random.Random) -> Config:
    """Give the configuration of a new world."""
    primary = rng.choices(("salesforce", "hubspot", None), (8, 1, 1))[0]
    return Config.model_validate(
        {
            "project": "world",
            "primary_crm": primary,
            "sources": [
                SourceConfig(system="custom", name=s, path=s, object="contact") for s in SOURCES
            ],
            "rules": random_rules(rng),
        }
    )


def random_rules(rng: random.Random) -> dict[str, Any]:
    """Give rules: mostly the usual ones, with limits that a few records reach."""
    small = rng.random() < 0.4
    return {
        "own_domains": ["ourco.com"],
        "domain_match": rng.choices(("registrable", "exact_host"), (9, 1))[0],
        "free_mail": rng.choices(({}, {"add": ["beta.io"]}, {"remove": ["gmail.com"]}), (8, 1, 1))[
            0
        ],
        "domains": rng.choice(OVERRIDES),
        "limits": {
            "email": {"soft": 1, "hard": rng.randint(2, 4) if small else 20},
            "anonymous": {"soft": 1, "hard": rng.randint(1, 3) if small else 500},
        },
        "generic": {
            "email": rng.randint(2, 3) if small else 5,
            "phone": 2 if small else 3,
            "domain": rng.randint(1, 2) if small else 20,
            "anonymous": rng.randint(1, 3) if small else 10,
        },
        "contact_identity": rng.choices(("email", "crm_record"), (9, 1))[0],
        "shared_devices": rng.choices(("anonymous", "last_authenticated"), (9, 1))[0],
        "membership": rng.choices(("intervals", "all"), (9, 1))[0],
    }


def changed(config: Config, rng: random.Random) -> Config:
    """Give a configuration with some of its rules changed, or another primary CRM."""
    fresh = random_rules(rng)
    names = rng.sample(sorted(fresh), rng.randint(1, 2))
    rules = config.rules.model_dump() | {n: fresh[n] for n in names}
    primary = config.primary_crm
    if rng.random() < 0.15:
        primary = rng.choice(("salesforce", "hubspot", None))
    values = {**config.model_dump(), "rules": rules, "primary_crm": primary, "folder": "."}
    return Config.model_validate(values)
