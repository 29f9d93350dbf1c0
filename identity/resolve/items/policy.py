"""Policy: what answers depend on besides the graph. It is made once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from identity.config import Config, IdentifierKind
from identity.model.identifiers import Plane
from identity.resolve.domains import Classifier

PLANES: dict[str, Plane] = {
    "email": Plane.PERSON,
    "phone": Plane.PERSON,
    "user": Plane.PERSON,
    "anonymous": Plane.PERSON,
    "contact": Plane.PERSON,
    "lead": Plane.PERSON,
    "domain": Plane.COMPANY,
    "account": Plane.COMPANY,
    "workspace": Plane.COMPANY,
}
"""The plane of each class of value (a CRM id's class is its object); others are in none."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The classes of domains under the project's rules, its primary CRM, the kinds it declares."""

    classifier: Classifier
    primary: str | None
    kinds: Mapping[str, IdentifierKind] = field(default_factory=dict)

    def plane(self, value_class: str) -> Plane | None:
        """Say in which plane values of a class stand for somebody."""
        declared = self.kinds.get(value_class)
        return Plane(declared.plane) if declared is not None else PLANES.get(value_class)


def policy_of(config: Config) -> Policy:
    """Make the policy of a project; this reads all lists."""
    return Policy(Classifier(config.rules), config.primary_crm, config.identifier_kinds)
