"""The rules of identity, by number: what each says, what kind it is, where it is implemented.

Rule numbers are stable: code, evidence and documents name them. A change of what a rule means
raises its version; versions are part of the hash that a run notes, so a graph knows by which rules
it was decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RuleKind(StrEnum):
    """What a rule does."""

    MODEL = "model"
    EVIDENCE = "evidence"
    STATE = "state"
    CONSTRAINT = "constraint"
    DERIVED = "derived"
    LEDGER = "ledger"
    ADAPTER = "adapter"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its number and version, what it says, and the functions that hold it."""

    id: str
    kind: RuleKind
    name: str
    doc: str
    where: tuple[str, ...]
    version: int = 1


_K = RuleKind
RULES: dict[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "R1",
            _K.MODEL,
            "two planes",
            "People and companies are resolved apart; only SAME_PERSON and SAME_COMPANY conduct.",
            ("identity.model.identifiers.plane_of",),
        ),
        Rule(
            "R2",
            _K.EVIDENCE,
            "star, not clique",
            "Records connect through the identifiers they assert; an event's strongest identifier "
            "is the centre of its star.",
            ("identity.ingest.apply_events._star",),
        ),
        Rule(
            "R3",
            _K.EVIDENCE,
            "live, ended, withdrawn",
            "Evidence is live, ended (the record says something else now) or withdrawn (deleted, "
            "or replaced within a day: a typo); it is recomputed from all versions read.",
            ("identity.ingest.history.edges",),
        ),
        Rule(
            "R4",
            _K.EVIDENCE,
            "classes",
            "Decided, authoritative, asserted, observed, inferred, weak: stronger evidence first.",
            ("identity.model.evidence.EvidenceClass", "identity.resolve.codes.with_class"),
        ),
        Rule(
            "R5",
            _K.MODEL,
            "a contact is an e-mail",
            "The same normalised address in any source is the same contact.",
            ("identity.model.normalise.email",),
        ),
        Rule(
            "R6",
            _K.EVIDENCE,
            "additional e-mails",
            "Further addresses of the primary CRM are authoritative, those of others asserted.",
            ("identity.model.evidence.EVIDENCE_RULES",),
        ),
        Rule(
            "R7",
            _K.EVIDENCE,
            "lead conversion",
            "A converted lead is its contact, even where the addresses differ.",
            ("identity.ingest.records.read",),
        ),
        Rule(
            "R8",
            _K.CONSTRAINT,
            "contact anchors",
            "Live contacts of the primary CRM are keyed by their personal primary e-mail, else by "
            "their own id; two keys never share a contact, except by a CRM merge or a `same`.",
            ("identity.resolve.person.resolve_people",),
        ),
        Rule(
            "R9",
            _K.CONSTRAINT,
            "limits",
            "Observed evidence may not join what would hold too many addresses, or two user ids "
            "of one product; asserted and stronger evidence is not bound.",
            ("identity.resolve.kruskal.SoftLimit", "identity.resolve.kruskal.SoftUnique"),
        ),
        Rule(
            "R10",
            _K.DERIVED,
            "anonymous ids are leaves",
            "A group of anonymous ids attaches to the one cluster it reaches, else it is shared.",
            ("identity.resolve.leaves.attach",),
        ),
        Rule(
            "R11",
            _K.STATE,
            "blocked values",
            "Values that say nothing of anybody, and addresses of disposable domains.",
            ("identity.resolve.standing.value_standing",),
        ),
        Rule(
            "R12",
            _K.STATE,
            "shared mailboxes",
            "Role mailboxes stand for their domain's company, found no contact, conduct nothing; "
            "automated senders found nothing at all.",
            ("identity.resolve.standing.email_standing",),
        ),
        Rule(
            "R13",
            _K.DERIVED,
            "a company per account",
            "Every live account of the primary CRM is a company, always.",
            ("identity.resolve.founding.companies",),
        ),
        Rule(
            "R14",
            _K.DERIVED,
            "domain companies",
            "A business domain that nobody claims is a company while an address uses it whose "
            "membership is not suppressed.",
            ("identity.resolve.founding.companies",),
        ),
        Rule(
            "R15",
            _K.DERIVED,
            "anonymous companies",
            "A domain known only from look-ups and exposures is a company of kind anonymous.",
            ("identity.resolve.founding.companies",),
        ),
        Rule(
            "R16",
            _K.STATE,
            "unique domains",
            "A domain that two live primary accounts claim, or that is marked shared, is "
            "ambiguous; claims of different hosts do not clash.",
            ("identity.resolve.domains.units", "identity.resolve.standing.find"),
        ),
        Rule(
            "R17",
            _K.DERIVED,
            "memberships",
            "By the primary CRM, other systems, the own domain, the workspace; an association of "
            "the primary CRM suppresses what contradicts it.",
            ("identity.resolve.memberships.of_contact",),
        ),
        Rule(
            "R18",
            _K.MODEL,
            "registrable domains",
            "Hosts are matched by registrable domain, with the list's private section.",
            ("identity.resolve.domains.Classifier",),
        ),
        Rule(
            "R19",
            _K.STATE,
            "lists",
            "Free-mail, disposable, provider, parked, hosted, social, education: versioned lists; "
            "the most specific entry counts.",
            ("identity.resolve.domains.Classifier",),
        ),
        Rule(
            "R20",
            _K.STATE,
            "own domains",
            "The project's own addresses are blocked.",
            ("identity.resolve.standing.email_standing",),
        ),
        Rule(
            "R21",
            _K.DERIVED,
            "domain aliases",
            "Old and new domains are one, transitively; cycles and free-mail are refused.",
            ("identity.resolve.domains.units",),
        ),
        Rule(
            "R22",
            _K.MODEL,
            "parents",
            "Parent and child is a relation, never identity.",
            ("identity.ingest.systems.salesforce.TABLES",),
        ),
        Rule(
            "R23",
            _K.CONSTRAINT,
            "accounts never merge",
            "Two live accounts of the primary CRM are never one company, not even by a decision.",
            ("identity.resolve.company.resolve_companies", "identity.resolve.stage.resolve"),
        ),
        Rule(
            "R24",
            _K.STATE,
            "generic identifiers",
            "What is next to too many anchors says nothing about one of them.",
            ("identity.resolve.standing.find",),
        ),
        Rule(
            "R25",
            _K.CONSTRAINT,
            "the order",
            "The partition is constrained Kruskal over the total order of evidence: a function of "
            "the set.",
            ("identity.resolve.codes.evidence_of", "identity.resolve.plane.solve"),
        ),
        Rule(
            "R26",
            _K.EVIDENCE,
            "decisions",
            "Appended, superseded, never edited; `different` beats everything.",
            ("identity.resolve.decisions.effective",),
        ),
        Rule(
            "R27",
            _K.LEDGER,
            "canonical ids",
            "Opaque, never reused, assigned by the ledger in one order.",
            ("identity.resolve.ids.assign",),
        ),
        Rule(
            "R28",
            _K.LEDGER,
            "the ledger is an input",
            "Rebuilding on the same facts changes no id and emits nothing.",
            ("identity.resolve.ids.assign",),
        ),
        Rule(
            "R29",
            _K.LEDGER,
            "change feed",
            "What changed, gapless, with cause, before and after.",
            ("identity.model.changes.numbered", "identity.resolve.feed.feed"),
        ),
        Rule(
            "R30",
            _K.DERIVED,
            "golden values",
            "Primary CRM, other CRM, product, enrichment, observed; then the latest.",
            ("identity.resolve.golden.of_contacts", "identity.resolve.golden.of_companies"),
        ),
        Rule(
            "R31",
            _K.MODEL,
            "erasure",
            "Of who is erased nothing is left but ended ids and keyed hashes, by which rows about "
            "the person are set aside whenever they are read; what others share stays.",
            (
                "identity.erasing.erase",
                "identity.erase.work.work_of",
                "identity.ingest.suppress.block",
            ),
        ),
        Rule(
            "R32",
            _K.MODEL,
            "nothing is limited silently",
            "What is refused, parked or blocked is a row and a counter.",
            ("identity.resolve.plane.refused", "identity.ingest.stage.apply"),
        ),
        Rule(
            "R33",
            _K.MODEL,
            "rules are versioned",
            "The hash of the rules stands on every run; a plan shows what a change would do.",
            ("identity.resolve.stage.rules_hash", "identity.planning.make"),
        ),
        Rule(
            "R34",
            _K.LEDGER,
            "merge and undo are inverses",
            "Taking a decision back restores state, labels, ids and credit.",
            ("identity.resolve.ids.assign",),
        ),
        Rule(
            "R35",
            _K.DERIVED,
            "journeys hang on identifiers",
            "A split re-attributes history without a rewrite.",
            ("identity.journey.journeys.journeys",),
        ),
        Rule(
            "R36",
            _K.DERIVED,
            "once for each company",
            "An event of a contact in several companies counts fully for each of them.",
            ("identity.journey.journeys.actors",),
        ),
        Rule(
            "R37",
            _K.ADAPTER,
            "scoped CRM ids",
            "Ids carry source and object; Salesforce ids have 18 characters.",
            ("identity.model.identifiers.crm", "identity.model.normalise.salesforce_id"),
        ),
        Rule(
            "R38",
            _K.ADAPTER,
            "Salesforce merges",
            "A deleted row with a master is an alias; what it asserted last counts as its "
            "master's.",
            ("identity.ingest.history.edges",),
        ),
        Rule(
            "R39",
            _K.ADAPTER,
            "HubSpot merges",
            "Merge lists alias their inputs, chains included; a named loser is no anchor.",
            ("identity.ingest.history.standings",),
        ),
        Rule(
            "R40",
            _K.ADAPTER,
            "legal duplicates",
            "One e-mail on two contacts and one domain on two accounts are legal in CRMs.",
            ("identity.resolve.person.resolve_people",),
        ),
        Rule(
            "R41",
            _K.DERIVED,
            "intervals",
            "The first known interval of a record starts before all time, later ones when the "
            "change was seen.",
            ("identity.ingest.history.edges", "identity.resolve.spans.union"),
        ),
        Rule(
            "R42",
            _K.DERIVED,
            "linked companies",
            "A company of a secondary system that no other absorbs is a company of kind linked.",
            ("identity.resolve.founding.companies",),
        ),
        Rule(
            "R44",
            _K.EVIDENCE,
            "phones",
            "A number conducts only where exactly one name has two records on it.",
            ("identity.resolve.person.resolve_people",),
        ),
        Rule(
            "R45",
            _K.DERIVED,
            "recycled addresses and domains",
            "An identifier that changed hands stands for each owner in his time.",
            ("identity.resolve.intervals.of_emails", "identity.resolve.intervals.of_domains"),
        ),
    )
}
