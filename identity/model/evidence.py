"""Evidence: why two identifiers belong together, and the order in which reasons count.

The table `EVIDENCE_RULES` is the documentation of every rule that proposes evidence; the order in
which evidence is taken (R25) is an ordering on `strength`, never a chain of conditions.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from identity.model.identifiers import Plane


class EvidenceClass(IntEnum):
    """How a reason is known, strongest first (R4)."""

    DECIDED = 0
    AUTHORITATIVE = 1
    ASSERTED = 2
    OBSERVED = 3
    INFERRED = 4
    WEAK = 5

    @property
    def word(self) -> str:
        """Give the word used in the graph and in answers."""
        return self.name.lower()


WEAKEST_CONDUCTING = {Plane.PERSON: EvidenceClass.OBSERVED, Plane.COMPANY: EvidenceClass.INFERRED}


class Method(StrEnum):
    """Whether a reason is a common identifier or an informed guess."""

    DETERMINISTIC = "deterministic"
    PROBABILISTIC = "probabilistic"


class Edge(StrEnum):
    """The edges that conduct identity, one per plane (R1)."""

    SAME_PERSON = "SAME_PERSON"
    SAME_COMPANY = "SAME_COMPANY"


PLANE_OF_EDGE = {Edge.SAME_PERSON: Plane.PERSON, Edge.SAME_COMPANY: Plane.COMPANY}


@dataclass(frozen=True, slots=True)
class EvidenceRule:
    """A rule that proposes evidence.

    ``primary`` and ``other`` are the evidence classes when the source is the primary CRM and when
    it is not; ``priority`` orders rules inside a class, smaller first (R4).
    """

    id: str
    edge: Edge
    primary: EvidenceClass
    other: EvidenceClass
    priority: int
    doc: str
    version: int = 1
    method: Method = Method.DETERMINISTIC

    def evidence_class(self, *, from_primary: bool) -> EvidenceClass:
        """Give the class of this rule's evidence from the primary CRM, or from another source."""
        return self.primary if from_primary else self.other


_D, _A, _S, _O, _I = (
    EvidenceClass.DECIDED,
    EvidenceClass.AUTHORITATIVE,
    EvidenceClass.ASSERTED,
    EvidenceClass.OBSERVED,
    EvidenceClass.INFERRED,
)
_PERSON, _COMPANY = Edge.SAME_PERSON, Edge.SAME_COMPANY

EVIDENCE_RULES: dict[str, EvidenceRule] = {
    rule.id: rule
    for rule in (
        EvidenceRule(
            "decision.same_person",
            _PERSON,
            _D,
            _D,
            0,
            "A person decided that two identifiers, or two records, are one contact (R26).",
        ),
        EvidenceRule(
            "decision.same_company",
            _COMPANY,
            _D,
            _D,
            0,
            "A person decided that two accounts or workspaces are one company (R26). On two "
            "domains the decision is a domain alias (R21) and contracts their hosts.",
        ),
        EvidenceRule(
            "crm.merge_person",
            _PERSON,
            _A,
            _S,
            1,
            "The CRM merged two person records: the loser is an alias of the winner (R38, R39).",
        ),
        EvidenceRule(
            "crm.merge_company",
            _COMPANY,
            _A,
            _S,
            1,
            "The CRM merged two accounts: the loser is an alias of the winner (R38, R39).",
        ),
        EvidenceRule(
            "crm.conversion",
            _PERSON,
            _A,
            _S,
            2,
            "The CRM converted a lead into a contact; it holds even where e-mails differ (R7).",
        ),
        EvidenceRule(
            "crm.external_id_person",
            _PERSON,
            _S,
            _S,
            3,
            "A record carries the id that another system gave to the same person.",
        ),
        EvidenceRule(
            "crm.external_id_company",
            _COMPANY,
            _S,
            _S,
            3,
            "A record carries the id that another system gave to the same company; an explicit "
            "link of a workspace to an account counts the same.",
        ),
        *(
            EvidenceRule(
                f"declared.{edge.removeprefix('SAME_').lower()}_{strength.word}",
                edge,
                strength,
                strength,
                3,
                f"A record carries an identifier of a kind that the project declares for the "
                f"{PLANE_OF_EDGE[edge].value} plane with the class {strength.word}.",
            )
            for edge in Edge
            for strength in (
                EvidenceClass.AUTHORITATIVE,
                EvidenceClass.ASSERTED,
                EvidenceClass.OBSERVED,
            )
        ),
        EvidenceRule(
            "crm.primary_email",
            _PERSON,
            _A,
            _S,
            4,
            "A CRM record carries this address as its own (R5).",
        ),
        EvidenceRule(
            "product.login",
            _PERSON,
            _S,
            _S,
            4,
            "A user of the product logs in with this address (R5).",
        ),
        EvidenceRule(
            "crm.additional_email",
            _PERSON,
            _A,
            _S,
            5,
            "A record carries a further address of the person (R6); also what a merged record "
            "asserted last, as asserted by its master (R38).",
        ),
        EvidenceRule(
            "workspace.alias",
            _COMPANY,
            _S,
            _S,
            6,
            "A workspace was merged into another one.",
        ),
        EvidenceRule(
            "account.domain",
            _COMPANY,
            _A,
            _S,
            7,
            "An account claims the domain of its web site (R13, R14).",
        ),
        EvidenceRule(
            "account.additional_domain",
            _COMPANY,
            _A,
            _S,
            7,
            "An account claims a further domain.",
        ),
        EvidenceRule(
            "workspace.domain",
            _COMPANY,
            _I,
            _I,
            8,
            "The live business e-mails of a workspace's users form one alias class: the workspace "
            "belongs to that domain. Derived by the resolver, never read.",
        ),
        EvidenceRule(
            "web.identify",
            _PERSON,
            _O,
            _O,
            9,
            "An event carries both identifiers; the strongest one is the centre of its star (R2).",
        ),
        EvidenceRule(
            "web.alias",
            _PERSON,
            _O,
            _O,
            9,
            "An alias call says that two anonymous ids are one visitor, or one user.",
        ),
        EvidenceRule(
            "record.phone",
            _PERSON,
            _S,
            _S,
            10,
            "A record carries this phone number. It conducts only where exactly one name has two "
            "or more records on it, and only to those (R44).",
        ),
    )
}

CONTRACTING = frozenset({"decision.same_person", "crm.merge_person"})
"""Rules that make the keys of two anchors one (R8); no rule does so for accounts (R23)."""

DOMAIN_CLAIMS = frozenset({"account.domain", "account.additional_domain"})
EMAIL_CLAIMS = frozenset({"crm.primary_email", "product.login", "crm.additional_email"})
OWN_EMAIL = frozenset({"crm.primary_email", "product.login"})
DERIVED_RULES = frozenset({"decision.same_person", "decision.same_company", "workspace.domain"})
"""Evidence that the resolver makes itself: no reading of a source adds or removes it."""

MERGES = frozenset({"crm.merge_person", "crm.merge_company"})


@dataclass(frozen=True, slots=True, order=True)
class Strength:
    """Where evidence stands in the total order of R25; the smallest is the strongest."""

    evidence_class: EvidenceClass
    ended: bool
    priority: int
    first_seen_ms: int
    low: str
    high: str
    rule: str
    source: str
