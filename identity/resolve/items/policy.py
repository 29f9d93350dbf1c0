"""Policy: what answers depend on besides the graph. It is made once and kept."""

from __future__ import annotations

from dataclasses import dataclass

from identity.config import Config
from identity.resolve.domains import Classifier


@dataclass(frozen=True, slots=True)
class Policy:
    """The classes of domains under the project's rules, and its primary CRM."""

    classifier: Classifier
    primary: str | None


def policy_of(config: Config) -> Policy:
    """Make the policy of a project; this reads all lists."""
    return Policy(Classifier(config.rules), config.primary_crm)
