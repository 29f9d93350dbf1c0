"""The graph's schema, declared once.

From this table come: the constraints and indexes of ``cypher/schema``, the layout of the logical
backup, the headers of a bulk import, the reference page, the linter's schema and the Browser style.

Every label, edge and property is one of three states, and the invariant of the whole system rests
on them: **derived is a pure function of facts, configuration, the id ledger and ``as_of_ms``**.

* ``fact``: appended, closed, withdrawn or erased; never overwritten by a stage;
* ``derived``: written only by its stage; may be dropped and rebuilt to the same digest;
* ``log``: appended, never rebuilt, outside the digest.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from identity.model.identifiers import KINDS


class State(StrEnum):
    """Which promise holds for a label, an edge or a property."""

    FACT = "fact"
    DERIVED = "derived"
    LOG = "log"


class Pii(StrEnum):
    """How personal a property is: it decides masking, erasure and export."""

    NONE = "none"
    PSEUDONYM = "pseudonym"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a node or an edge.

    ``kind`` is one of string, int, float, bool, datetime, list<string>. ``volatile`` properties are
    left out of digests and comparisons (run numbers, written-at times). ``state`` overrides the
    owner's.
    """

    name: str
    kind: str
    doc: str
    pii: Pii = Pii.NONE
    volatile: bool = False
    state: State | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A node label. Primary labels own the uniqueness constraint on ``id``."""

    name: str
    state: State
    doc: str
    properties: tuple[Property, ...] = ()
    extends: str | None = None

    @property
    def primary(self) -> bool:
        """Say whether this label owns its nodes, rather than being added to another's."""
        return self.extends is None


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship type with its ends; ``key`` names the properties that tell parallels apart."""

    name: str
    start: tuple[str, ...]
    end: tuple[str, ...]
    state: State
    doc: str
    key: tuple[str, ...] = ()
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """All labels and edges, by name, and the properties to index."""

    labels: dict[str, Label]
    edges: dict[str, Edge]
    indexes: tuple[tuple[str, str], ...] = field(default=())

    def primary_labels(self) -> list[str]:
        """Name the labels that own a uniqueness constraint on ``id``."""
        return [label.name for label in self.labels.values() if label.primary]

    def node_properties(self, label: str) -> dict[str, Property]:
        """Give all properties that nodes of a primary label may carry, added labels included."""
        owner = self.labels[label]
        found = {p.name: p for p in owner.properties}
        for other in self.labels.values():
            if other.extends == label:
                found.update({p.name: p for p in other.properties})
        return found


def _p(
    name: str,
    kind: str,
    doc: str,
    *,
    pii: Pii = Pii.NONE,
    volatile: bool = False,
    state: State | None = None,
) -> Property:
    return Property(name, kind, doc, pii, volatile, state)


PERSONAL, PSEUDONYM = Pii.PERSONAL, Pii.PSEUDONYM

CONTACT_ATTRIBUTES: tuple[Property, ...] = (
    _p("person_name", "string", "full name", pii=PERSONAL),
    _p("primary_email", "string", "the address that stands for the person", pii=PERSONAL),
    _p("job_title", "string", "job title as read", pii=PERSONAL),
    _p("seniority", "string", "level of the job", pii=PSEUDONYM),
    _p("department", "string", "department", pii=PSEUDONYM),
    _p("owner", "string", "owner in the primary CRM"),
    _p("country", "string", "country as read"),
)
COMPANY_ATTRIBUTES: tuple[Property, ...] = (
    _p("company_name", "string", "name of the company"),
    _p("domain", "string", "its web domain"),
    _p("industry", "string", "industry as read"),
    _p("size", "string", "number of employees as read"),
    _p("country", "string", "country as read"),
    _p("company_type", "string", "customer, partner, competitor, prospect, as read"),
    _p("owner", "string", "owner in the primary CRM"),
    _p("parent", "string", "identifier of the parent account"),
)
RECORD_ATTRIBUTES: tuple[Property, ...] = (
    *(p for p in CONTACT_ATTRIBUTES if p.name != "primary_email"),
    *(p for p in COMPANY_ATTRIBUTES if p.name not in {"country", "owner", "domain", "parent"}),
    _p("first_name", "string", "given name", pii=PERSONAL),
    _p("last_name", "string", "family name", pii=PERSONAL),
    _p("email_address", "string", "primary address as normalised", pii=PERSONAL),
    _p("phone_number", "string", "phone number as normalised", pii=PERSONAL),
    _p("address", "string", "postal address as read", pii=PERSONAL),
    _p("birth_date", "string", "date of birth as read", pii=PERSONAL),
    _p("website", "string", "host of the web site as read"),
    _p("status", "string", "status of a lead, lifecycle stage of a contact"),
    _p("lead_source", "string", "where the CRM says the record came from"),
    _p("stage", "string", "stage of an opportunity"),
    _p("amount_minor", "int", "amount in minor units of its currency"),
    _p("currency", "string", "ISO 4217 code of the amount"),
    _p("close_date_ms", "int", "day on which the opportunity closes or closed"),
    _p("won", "bool", "whether the opportunity is won"),
    _p("closed", "bool", "whether the opportunity is closed"),
    _p("opportunity_name", "string", "name of the opportunity"),
    _p("opportunity_kind", "string", "kind of the opportunity as read"),
    _p("converted_ms", "int", "when the lead was converted"),
    _p("plan", "string", "plan of a workspace"),
    _p("campaign", "string", "campaign as read"),
)

_NAME = _p("name", "string", "short caption", pii=PSEUDONYM)
_RUN = _p("run", "int", "the run that learnt it", volatile=True)

_LABELS: tuple[Label, ...] = (
    Label(
        "Identifier",
        State.FACT,
        "A typed, scoped, normalised value that stands for somebody or some company.",
        (
            _p("id", "string", "kind, scope and value", pii=PERSONAL),
            _NAME,
            _p("kind", "string", "kind of identifier"),
            _p("scope", "string", "system that gave the value"),
            _p("value", "string", "the bare value", pii=PERSONAL),
            _p("active", "bool", "an activity carries it (a domain: without a person's)"),
            _p("exposed", "bool", "an exposure carries it"),
            _p("run", "int", "the run that learnt it", volatile=True),
            _p(
                "component",
                "string",
                "smallest member of all that evidence joins",
                state=State.DERIVED,
                pii=PSEUDONYM,
            ),
            _p(
                "standing",
                "string",
                "blocked, shared_mailbox, generic, ambiguous or shared: stands alone",
                state=State.DERIVED,
            ),
            _p("standing_reason", "string", "what gave it that state", state=State.DERIVED),
            _p("domain_class", "string", "class of a domain by the lists", state=State.DERIVED),
            _p("list_version", "string", "version of those lists", state=State.DERIVED),
            _p("base", "string", "what a host is matched by", state=State.DERIVED),
        ),
    ),
    *(
        Label(kind.label, State.FACT, f"An identifier of kind {kind.name}.", extends="Identifier")
        for kind in KINDS.values()
    ),
    Label("Opportunity", State.FACT, "An opportunity of a CRM; in no plane.", extends="Identifier"),
    Label(
        "Record",
        State.FACT,
        "An identifier whose payload was loaded from a source.",
        (
            _p("source", "string", "name of the source"),
            _p("object", "string", "contact, lead, account, opportunity, user, workspace"),
            _p("at_ms", "int", "source time of the newest version read"),
            _p("created_ms", "int", "creation time by the source"),
            _p("deleted", "bool", "deleted at the source"),
            _p("merged_into", "string", "record it was merged into", pii=PSEUDONYM),
            _p("history", "string", "all versions read, as JSON", pii=PERSONAL),
            _p("field_history", "string", "dated values of fields, as JSON"),
            _RUN,
            *RECORD_ATTRIBUTES,
        ),
        extends="Identifier",
    ),
    Label("Dirty", State.LOG, "Touched since it was last resolved.", extends="Identifier"),
    Label(
        "Contact",
        State.LOG,
        "A person. The node is the id ledger's row; what it says of the person is derived.",
        (
            _p("id", "string", "opaque, sortable, never reused"),
            _p("name", "string", "short caption", pii=PERSONAL, state=State.DERIVED),
            _p("state", "string", "live, merged, retired or erased"),
            _p("minted_seq", "int", "order in which ids were minted", volatile=True),
            _p("live_since", "int", "run since when it is live without a break", volatile=True),
            _p("ended_run", "int", "run that retired it", volatile=True),
            _p("pinned", "bool", "a person asked that this id stays with its home"),
            _p("home", "string", "identifier that the id belongs to", pii=PERSONAL),
            _p("held", "list<string>", "identifiers it last held", pii=PERSONAL),
            _p("kind", "string", "crm or known", state=State.DERIVED),
            _p("primary_crm_id", "string", "its record in the primary CRM", state=State.DERIVED),
            _p("label", "string", "its cluster's label", state=State.DERIVED, pii=PERSONAL),
            _p("provenance", "string", "where each value is from, JSON", state=State.DERIVED),
            *(
                _p(a.name, a.kind, a.doc, pii=a.pii, state=State.DERIVED)
                for a in CONTACT_ATTRIBUTES
            ),
        ),
    ),
    Label(
        "Company",
        State.LOG,
        "A company. The node is the id ledger's row; what it says of the company is derived.",
        (
            _p("id", "string", "opaque, sortable, never reused"),
            _p("name", "string", "short caption", state=State.DERIVED),
            _p("state", "string", "live, merged, retired or erased"),
            _p("minted_seq", "int", "order in which ids were minted", volatile=True),
            _p("live_since", "int", "run since when it is live without a break", volatile=True),
            _p("ended_run", "int", "run that retired it", volatile=True),
            _p("pinned", "bool", "a person asked that this id stays with its home"),
            _p("home", "string", "identifier that the id belongs to"),
            _p("held", "list<string>", "identifiers it last held"),
            _p("kind", "string", "crm, linked, domain or anonymous", state=State.DERIVED),
            _p("primary_crm_id", "string", "its account in the primary CRM", state=State.DERIVED),
            _p("label", "string", "its cluster's label", state=State.DERIVED),
            _p("provenance", "string", "where each value is from, JSON", state=State.DERIVED),
            *(_p(a.name, a.kind, a.doc, state=State.DERIVED) for a in COMPANY_ATTRIBUTES),
        ),
    ),
    Label(
        "Event",
        State.FACT,
        "Something done by or towards somebody.",
        (
            _p("id", "string", "evt:<source>:<id>"),
            _NAME,
            _p("event_name", "string", "name of the event"),
            _p("kind", "string", "activity or exposure"),
            _p("nature", "string", "page, identify, group, alias, reveal, product, sales, ad"),
            _p("at", "datetime", "when, UTC"),
            _p("at_ms", "int", "when, in milliseconds"),
            _p("source", "string", "name of the source"),
            _p("source_seq", "int", "order given by the source"),
            _p("content_hash", "string", "tells a repeated event from a changed one"),
            _p("utm_source", "string", "campaign source as read"),
            _p("utm_medium", "string", "campaign medium as read"),
            _p("campaign", "string", "campaign as read"),
            _p("content", "string", "campaign content as read"),
            _p("referrer_host", "string", "host of the referrer"),
            _p("click_id", "string", "name of the click id in the landing URL"),
            _p("landing_host", "string", "host of the page"),
            _p("landing_path", "string", "path of the page"),
            _p("country", "string", "country as read"),
            _p("value_minor", "int", "value in minor units"),
            _p("currency", "string", "ISO 4217 code of the value"),
            _p("properties", "string", "all else the source gave, JSON", pii=PSEUDONYM),
            _RUN,
        ),
    ),
    Label(
        "Spend",
        State.FACT,
        "Cost that no contact or company carries.",
        (
            _p("id", "string", "spend:<source>:<key>"),
            _NAME,
            _p("date", "string", "day, ISO 8601"),
            _p("month", "string", "reporting month", state=State.DERIVED),
            _p("amount_minor", "int", "cost in minor units"),
            _p("currency", "string", "ISO 4217 code"),
            _p("base_minor", "int", "cost in the base currency", state=State.DERIVED),
            _p("channel", "string", "channel"),
            _p("source", "string", "source of the traffic"),
            _p("campaign", "string", "campaign"),
            _p("campaign_id", "string", "id of the campaign"),
            _p("clicks", "int", "clicks"),
            _p("impressions", "int", "impressions"),
            _p("content_hash", "string", "tells a repeated row from a changed one"),
            _RUN,
        ),
    ),
    Label(
        "Consent",
        State.FACT,
        "Consent of an identifier to a purpose.",
        (
            _p("id", "string", "consent:<source>:<key>"),
            _NAME,
            _p("purpose", "string", "what for"),
            _p("channel", "string", "by which channel"),
            _p("consent", "string", "granted or denied"),
            _p("at_ms", "int", "when"),
            _p("source", "string", "name of the source"),
            _RUN,
        ),
    ),
    Label(
        "Decision",
        State.FACT,
        "What a person decided about identifiers.",
        (
            _p("id", "string", "hash of action, pair, source, actor and time"),
            _NAME,
            _p("action", "string", "same, different, unsure, mark_shared, …"),
            _p("left", "string", "the first identifier", pii=PERSONAL),
            _p("right", "string", "the second identifier", pii=PERSONAL),
            _p("actor", "string", "who decided"),
            _p("reason", "string", "why"),
            _p("at_ms", "int", "when; null for rows of files"),
            _p("expires_ms", "int", "until when"),
            _p("valid_from_ms", "int", "from when on it is true"),
            _p("source", "string", "file or door it came by"),
            _p("row", "int", "row of the file"),
            _p("supersedes", "string", "decision it replaces"),
            _p("withdrawn", "bool", "taken back"),
            _p("state", "string", "applied, blocked, superseded, …", state=State.DERIVED),
            _RUN,
        ),
    ),
    Label(
        "Quarantine",
        State.FACT,
        "A row or a field that could not be used, and why.",
        (
            _p("id", "string", "qua:<hash of file, row, column and code>"),
            _NAME,
            _p("code", "string", "what is wrong"),
            _p("message", "string", "what is wrong, in words"),
            _p("fix", "string", "what to do"),
            _p("source", "string", "name of the source"),
            _p("file", "string", "file"),
            _p("row", "int", "row, the header being row 1"),
            _p("column", "string", "column"),
            _p("scope", "string", "row or field"),
            _p("masked", "string", "the value, masked"),
            _RUN,
        ),
    ),
    Label(
        "Run",
        State.LOG,
        "One run of the pipeline.",
        (
            _p("id", "string", "run_<seq>"),
            _NAME,
            _p("seq", "int", "order of runs"),
            _p("as_of_ms", "int", "the run's clock"),
            _p("config_hash", "string", "hash of the configuration"),
            _p("rules_hash", "string", "hash of the rules that the resolver depends on"),
            _p("stages", "list<string>", "stages it finished"),
            _p("minted", "int", "ids minted so far"),
            _p("changes", "int", "rows of the change feed so far"),
            _p("counts", "string", "its counts, JSON"),
        ),
    ),
    Label(
        "Change",
        State.LOG,
        "One row of the change feed.",
        (
            _p("id", "string", "chg_<seq>"),
            _NAME,
            _p("seq", "int", "gapless order"),
            _p("change", "string", "created, merged, split, …"),
            _p("subject", "string", "the entity"),
            _p("before", "string", "JSON", pii=PERSONAL),
            _p("after", "string", "JSON", pii=PERSONAL),
            _p("cause", "string", "rule, run, record, decision, actor; JSON", pii=PSEUDONYM),
            _p("at_ms", "int", "the run's clock"),
            _RUN,
        ),
    ),
    Label(
        "SchemaMigration",
        State.LOG,
        "A migration that was applied.",
        (
            _p("id", "string", "number and name"),
            _NAME,
            _p("checksum", "string", "SHA-256 of its text"),
        ),
    ),
    Label(
        "Review",
        State.DERIVED,
        "A question that waits for a person.",
        (
            _p("id", "string", "rev_<hash of question and subjects>"),
            _NAME,
            _p("question", "string", "what is asked"),
            _p("summary", "string", "the question in words", pii=PERSONAL),
            _p("subjects", "list<string>", "identifiers it is about", pii=PERSONAL),
            _p("candidates", "string", "possible answers with their grounds, JSON", pii=PERSONAL),
            _p("method", "string", "deterministic or probabilistic"),
            _p("score", "float", "certainty of a suggestion"),
            _p("value_minor", "int", "value at risk in the base currency"),
            _p("composition", "string", "hash that refuses a stale answer"),
        ),
    ),
    Label(
        "Session",
        State.DERIVED,
        "Activities of one actor that follow each other, or one exposure.",
        (
            _p("id", "string", "ses_ and the first event's id"),
            _NAME,
            _p("at_ms", "int", "start"),
            _p("end_ms", "int", "end"),
            _p("month", "string", "reporting month of the start"),
            _p("kind", "string", "activity, exposure or unattributed"),
            _p("events", "int", "number of events"),
            _p("channel", "string", "channel"),
            _p("source", "string", "source of the traffic"),
            _p("medium", "string", "medium of the traffic"),
            _p("campaign", "string", "campaign"),
            _p("content", "string", "content of the campaign"),
            _p("country", "string", "country"),
            _p("landing_host", "string", "host of the first page"),
            _p("landing_path", "string", "path of the first page"),
            _p("source_seq", "int", "order given by the source"),
        ),
    ),
    Label(
        "Stage",
        State.DERIVED,
        "A milestone of the funnel that somebody reached.",
        (
            _p("id", "string", "stg_<kind>:<identifier>:<n>"),
            _NAME,
            _p("kind", "string", "name of the stage in the configuration"),
            _p("at_ms", "int", "when it was reached"),
            _p("month", "string", "reporting month"),
            _p("value_minor", "int", "value in minor units"),
            _p("currency", "string", "ISO 4217 code of the value"),
            _p("value_base", "int", "value in minor units of the base currency"),
            _p("fx_rate_id", "string", "rate that was used"),
        ),
    ),
)

_SPAN = (
    _p("from_ms", "int", "holds from; null: always"),
    _p("until_ms", "int", "holds until; null: still"),
)
_EVIDENCE = (
    _p("key", "string", "rule, source and start of the stint"),
    _p("rule", "string", "id of the rule"),
    _p("rule_version", "int", "version of the rule"),
    _p("evidence_class", "string", "decided, authoritative, asserted, observed, inferred, weak"),
    _p("method", "string", "deterministic or probabilistic"),
    _p("source", "string", "name of the source"),
    _p("record", "string", "record or event that says so", pii=PSEUDONYM),
    _p("observations", "int", "how often it was said"),
    _p("first_seen_ms", "int", "first said, by source time"),
    _p("last_seen_ms", "int", "last said, by source time"),
    *_SPAN,
    _p("withdrawn", "bool", "taken back: conducts nothing"),
    _RUN,
    _p("ended_run", "int", "the run that learnt its end", volatile=True),
)
_RELATION = (
    _p("key", "string", "source, role and start"),
    _p("source", "string", "name of the source"),
    _p("record", "string", "record that says so", pii=PSEUDONYM),
    _p("first_seen_ms", "int", "first said, by source time"),
    *_SPAN,
    _p("withdrawn", "bool", "taken back"),
    _RUN,
    _p("ended_run", "int", "the run that learnt its end", volatile=True),
)
_I, _E = ("Identifier",), ("Contact", "Company")

_EDGES: tuple[Edge, ...] = (
    Edge("SAME_PERSON", _I, _I, State.FACT, "Evidence of one contact.", ("key",), _EVIDENCE),
    Edge("SAME_COMPANY", _I, _I, State.FACT, "Evidence of one company.", ("key",), _EVIDENCE),
    Edge("HAS_DOMAIN", _I, _I, State.FACT, "The host of an e-mail, as read; never identity."),
    Edge(
        "WORKS_AT",
        _I,
        _I,
        State.FACT,
        "Explicit association of a person's record with an account or a workspace.",
        ("key",),
        (*_RELATION, _p("primary", "bool", "marked primary"), _p("role", "string", "role")),
    ),
    Edge("FOR_ACCOUNT", _I, _I, State.FACT, "Whose opportunity it is.", ("key",), _RELATION),
    Edge(
        "HAS_CONTACT",
        _I,
        _I,
        State.FACT,
        "Who takes part in an opportunity.",
        ("key",),
        (*_RELATION, _p("primary", "bool", "marked primary"), _p("role", "string", "role")),
    ),
    Edge("PARENT_OF", _I, _I, State.FACT, "Hierarchy; never identity.", ("key",), _RELATION),
    Edge("BY", ("Event", "Session"), _I, State.FACT, "An identifier that acted."),
    Edge("TOWARDS", ("Event", "Session"), _I, State.FACT, "An identifier that was addressed."),
    Edge("OF", ("Stage", "Consent"), _I, State.FACT, "Who reached or gave it."),
    Edge("ABOUT", ("Decision",), _I, State.FACT, "What was decided on."),
    Edge("HELD", _E, _I, State.LOG, "What an ended id last held."),
    Edge("MERGED_INTO", _E, _E, State.LOG, "Where a retired id went."),
    Edge("SPLIT_FROM", _E, _E, State.LOG, "Which id a new one was split off."),
    Edge(
        "RESOLVES_TO",
        _I,
        _E,
        State.DERIVED,
        "The one entity an identifier stands for, per plane and instant.",
        ("key",),
        (_p("key", "string", "start of the interval"), *_SPAN),
    ),
    Edge(
        "REFUSED",
        _I,
        _I,
        State.DERIVED,
        "Evidence that was not allowed to merge, and why.",
        ("key",),
        (
            _p("key", "string", "key of the evidence"),
            _p("rule", "string", "rule of the evidence"),
            _p("source", "string", "source of the evidence"),
            _p("constraint", "string", "the constraint that refused it"),
            _p("reason", "string", "the two values it would have joined, JSON", pii=PERSONAL),
        ),
    ),
    Edge(
        "MEMBER_OF",
        ("Contact",),
        ("Company",),
        State.DERIVED,
        "Membership of a contact in a company.",
        ("key",),
        (
            _p("key", "string", "via and start"),
            _p("via", "string", "crm, other_crm, domain, workspace or decision"),
            _p("primary", "bool", "the contact's primary company"),
            _p("source", "string", "source that says so"),
            _p("role", "string", "role"),
            *_SPAN,
        ),
    ),
    Edge("CONCERNS", ("Review",), _I, State.DERIVED, "What a review is about."),
    Edge("HAS_EVENT", ("Session",), ("Event",), State.DERIVED, "Events of a session."),
    Edge(
        "IN_JOURNEY",
        ("Session",),
        ("Stage",),
        State.DERIVED,
        "A session that came before a stage.",
        (),
        (
            _p("position", "int", "from the first, starting at 1"),
            _p("from_end", "int", "from the last, starting at 1"),
            _p("milestones", "list<string>", "labels: FT, LC, OC, CW"),
        ),
    ),
    Edge(
        "CREDITED",
        ("Session",),
        ("Stage",),
        State.DERIVED,
        "Credit of a session for a stage.",
        ("key",),
        (
            _p("key", "string", "model and run", volatile=True),
            _p("model", "string", "attribution model"),
            _p("run", "int", "run since when it is so", volatile=True),
            _p("until_run", "int", "run that replaced it; null: it holds", volatile=True),
            _p("weight", "float", "share of the stage"),
            _p("value_minor", "int", "share of the value, base currency"),
            _p("reason", "string", "why this session got it"),
        ),
    ),
)

SCHEMA = Schema(
    labels={label.name: label for label in _LABELS},
    edges={edge.name: edge for edge in _EDGES},
    indexes=(
        ("Identifier", "component"),
        ("Identifier", "base"),
        ("Session", "at_ms"),
        ("Stage", "kind"),
        ("Spend", "date"),
        ("Change", "seq"),
        ("Run", "seq"),
        ("Event", "at_ms"),
    ),
)
