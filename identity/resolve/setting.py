"""What the resolver depends on besides facts: rules, lists, the primary CRM, the run's clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from identity.config import Config, IdentifierKind, RulesConfig
from identity.resolve.domains import Classifier


@dataclass(frozen=True, slots=True)
class Setting:
    """The project's rules, ready to use.

    ``as_of_ms`` is the run's clock; nothing reads another. ``kinds`` are the kinds of identifiers
    that the project declares.
    """

    rules: RulesConfig
    classifier: Classifier
    primary: str | None
    as_of_ms: int
    kinds: Mapping[str, IdentifierKind] = field(default_factory=dict)


def setting_of(config: Config, as_of_ms: int) -> Setting:
    """Make the setting of a project at an instant."""
    return Setting(
        config.rules,
        Classifier(config.rules),
        config.primary_crm,
        as_of_ms,
        config.identifier_kinds,
    )
