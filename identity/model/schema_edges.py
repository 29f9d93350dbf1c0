"""The relationship types of the graph."""

from __future__ import annotations

from identity.model.schema_types import Edge, Pii, State
from identity.model.schema_types import prop as _p

PERSONAL, PSEUDONYM = Pii.PERSONAL, Pii.PSEUDONYM
_RUN = _p("run", "int", "the run that learnt it", volatile=True)

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

EDGES: tuple[Edge, ...] = (
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
