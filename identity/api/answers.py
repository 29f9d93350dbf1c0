"""Answers: the published shapes, for the OpenAPI document and the JSON Schemas.

Answers are made by the facade as plain data; these models do not make them, they say what they are.
A test holds every real answer to them. Fields are only ever added.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from identity.model.changes import ChangeName

EvidenceClassName = Literal["decided", "authoritative", "asserted", "observed", "inferred", "weak"]
MethodName = Literal["deterministic", "probabilistic"]
Instant = str


class Answer(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": True})


class ContactId(Answer):
    """A contact."""

    id: str = Field(examples=["con_01m87ppdvce00sb0x1krrwqj6r"])


class CompanyOut(Answer):
    """A company of an item: what it is to the item, and how that is known."""

    id: str = Field(examples=["com_01m87ppdvcff9swe1zxqwgeh54"])
    role: Literal["primary", "member", "expected", "matched"]
    via: Literal["decision", "crm", "other_crm", "domain", "workspace"]
    valid_from: Instant | None


class EvidenceOut(Answer):
    """Why an identifier counts: `left` is the request's, `right` what it is joined to."""

    rule: str = Field(examples=["email.exact"])
    left: str = Field(examples=["req.identifiers[0]"])
    right: str = Field(examples=["crm:salesforce:contact:003Tn00000jpA3fIAE"])
    value_class: str = Field(examples=["email"])
    evidence_class: EvidenceClassName
    via: str | None = Field(None, description="The rule of the evidence between both.")
    source: str | None = Field(None, description="The source that says so.")


class BlockOut(Answer):
    """Why an identifier does not count."""

    rule: str = Field(examples=["email.role_address"])
    left: str
    value_class: str
    detail: str


class AlternativeOut(Answer):
    """One of several that an item may be; the strongest first."""

    id: str
    evidence_class: EvidenceClassName
    evidence: list[EvidenceOut]


class ResolveItemOut(Answer):
    """The answer to one item."""

    ref: str
    status: Literal["matched", "ambiguous", "new", "rejected"]
    contact: ContactId | None
    companies: list[CompanyOut]
    method: MethodName | None
    evidence_class: EvidenceClassName | None
    evidence: list[EvidenceOut]
    blocked: list[BlockOut]
    alternatives: list[AlternativeOut] = Field(max_length=5)
    as_of: Instant
    graph_revision: str = Field(examples=["r-12.3450"])


class ResolveOut(Answer):
    """Answers in the order of the items; `ignored`: pointers to what was sent and not used."""

    results: list[ResolveItemOut]
    ignored: list[str]


class EntityOut(Answer):
    """A contact or a company that an identifier stands for."""

    id: str
    name: str | None
    kind: str | None
    from_: Instant | None = Field(None, alias="from")
    until: Instant | None = None


class MembershipOut(EntityOut):
    """A company of a contact."""

    via: str
    primary: bool
    primary_crm_id: str | None = None


class ContactOut(EntityOut):
    """A contact with its companies, the primary one first."""

    companies: list[MembershipOut]


class StandingOut(Answer):
    """Why an identifier stands alone."""

    state: Literal["blocked", "shared_mailbox", "generic", "ambiguous", "shared"]
    reason: str | None


class LookupIdentifierOut(Answer):
    """What an identifier stands for."""

    identifier: str
    kind: str
    contacts: list[ContactOut]
    companies: list[EntityOut]
    standing: StandingOut | None = None


class LookupIdOut(Answer):
    """What became of a canonical id.

    `redirect` is the id to use instead, `successors` all that hold what it last held; `split_off`
    are the ids of parts that left a living one.
    """

    id: str
    entity: Literal["contact", "company"]
    state: Literal["live", "merged", "retired", "erased"]
    name: str | None
    kind: str | None = None
    primary_crm_id: str | None = None
    identifiers: list[str] = []
    companies: list[MembershipOut] = []
    redirect: str | None = None
    successors: list[str] = []
    split_off: list[str] = []
    gone: bool = Field(
        False, description="Nobody holds what it last held; over HTTP that is a 410."
    )


class CauseOut(Answer):
    """Why something changed; the run always, the rest where it is known."""

    run: int
    rule: str | None = Field(None, examples=["crm.primary_email", "R17"])
    rule_version: int | None = None
    source: str | None = None
    record: str | None = Field(None, description="The record or event that says so.")
    records: dict[str, str] | None = Field(None, description="By value, where several say so.")
    identifier: str | None = None
    via: str | None = Field(None, description="The way in which a membership is known.")
    constraint: str | None = Field(None, description="What refused the evidence.")
    decision: str | None = None
    actor: str | None = Field(None, description="Who decided.")
    setting: str | None = Field(None, description="The setting that names the stage.")
    rules: str | None = Field(None, description="The hash of the rules, where they are others now.")
    erasure: str | None = Field(None, description="The erasure that ended the id.")


class ChangeOut(Answer):
    """A row of the change feed."""

    seq: int = Field(description="Its number; there are no gaps.")
    at: Instant = Field(description="The clock of the run.")
    type: ChangeName
    subject: str = Field(
        description="An id; of `refused` an identifier, of `decided` a decision, of "
        "`stage.reached` a stage."
    )
    before: dict[str, Any] | None = Field(description="Null, too, of who was erased since.")
    after: dict[str, Any] | None = Field(description="Null, too, of who was erased since.")
    cause: CauseOut


class ChangesOut(Answer):
    """Rows of the change feed in order; `next_since` is where to go on."""

    data: list[ChangeOut]
    next_since: int
    has_more: bool
    graph_revision: str = Field(examples=["r-12.3450"])


class ProblemFieldOut(Answer):
    """A part of a request that is wrong."""

    pointer: str = Field(description="JSON pointer (RFC 6901) into the request.")
    code: str
    detail: str


class ProblemOut(Answer):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str = Field(examples=["E_FIELDS"])
    errors: list[ProblemFieldOut]
    retryable: bool
    request_id: str


class CheckOut(Answer):
    """One thing that was looked at; `fix` says what to do about it."""

    name: str
    status: Literal["ok", "info", "warn", "fail"]
    message: str
    fix: str = ""


class ReadyOut(Answer):
    """Whether the service can answer."""

    ready: bool
    checks: list[CheckOut]


class HealthOut(Answer):
    """The process lives."""

    status: Literal["ok"]


class VersionOut(Answer):
    """What runs here."""

    name: str
    version: str
    api: str


class ErrorOut(Answer):
    """What an error code means."""

    code: str
    title: str
    status: int
    exit_code: int
    retryable: bool


class StepOut(Answer):
    """One reason on the way from one identifier to the other."""

    left: str
    right: str
    rule: str
    says: str
    evidence_class: EvidenceClassName | None = None
    method: MethodName | None = None
    rule_version: int | None = None
    source: str | None = None
    record: str | None = None
    observations: int | None = None
    first_seen: Instant | None = None
    last_seen: Instant | None = None
    ended: Instant | None = None
    refused: str | None = None
    constraint: str | None = None
    would_join: dict[str, Any] | None = None


class WhyOut(Answer):
    """Why two identifiers are one, or what keeps them apart."""

    left: str
    right: str
    together: bool
    entities: dict[str, list[EntityOut]]
    steps: list[StepOut]
    bridge: int | None
    states: dict[str, str]
    decisions: list[dict[str, Any]]


class IngestCounts(Answer):
    """What became of rows: `read` is the sum of the next four; `fields` were set aside alone."""

    read: int
    applied: int
    unchanged: int
    superseded: int
    quarantined: int
    fields: int


class ResolveCounts(Answer):
    """What resolving changed, by kind of change, and how many identifiers it looked at."""

    looked_at: int
    changes: dict[str, int]


class JourneyCounts(Answer):
    """What journeys are made of; `unidentified` events carry no identifier."""

    sessions: int
    stages: int
    in_journey: int
    unidentified: int
    reached: dict[str, int] = Field(description="Stages by kind.")


class AttributeCounts(Answer):
    """Rows of credit, and the value shared out by each model, in minor units."""

    rows: int
    value_minor: dict[str, int]


class RunOut(Answer):
    """The counts of a run, by stage; a stage that had nothing to do is absent."""

    ingest: IngestCounts | None = None
    resolve: ResolveCounts | None = None
    journeys: JourneyCounts | None = None
    attribute: AttributeCounts | None = None


class DoctorOut(Answer):
    """How a project and this machine fare."""

    project: str | None
    status: Literal["ok", "fail"]
    checks: list[CheckOut]
