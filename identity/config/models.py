"""What may stand in ``identity.yaml``: one model per part, each field typed, defaults included."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

_NAME = r"^[a-z][a-z0-9_-]{0,39}$"

Name = Annotated[str, Field(pattern=_NAME)]
KindName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,29}$")]


BUILTIN_KINDS = ("email", "domain", "phone", "user", "workspace", "anonymous", "crm", "social")
"""The kinds of identifiers that are there without being declared."""


class Model(BaseModel):
    """A part of the configuration: unknown keys are errors, values are not coerced loosely."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class StoreConfig(Model):
    """Where the graph lies."""

    kind: Literal["embedded", "neo4j"] = "embedded"
    path: str = ".identity"
    uri: str = "bolt://localhost:7687"
    user: str = "neo4j"
    password: str | None = None
    database: str = "neo4j"


class IdentifierColumn(Model):
    """A column of a custom table that holds identifiers."""

    kind: str
    column: str
    source: str | None = None
    object: Literal["contact", "lead", "account", "opportunity"] | None = None
    separator: str | None = None
    role: Literal["primary", "additional", "external"] = "primary"


class TimeColumn(Model):
    """A column that holds an instant, with the zone of values that carry none."""

    column: str
    timezone: str | None = None
    format: str | None = None
    unit: Literal["s", "ms", "us"] | None = None


class AssociationColumn(Model):
    """A column of a custom table that names another record."""

    column: str
    object: Literal["contact", "lead", "account", "workspace", "opportunity"]
    source: str | None = None
    role: Literal["works_at", "parent", "for_account", "has_contact"] = "works_at"


class SourceConfig(Model):
    """A source: a preset that knows a system's export, or a custom table with its mapping."""

    system: Literal["salesforce", "hubspot", "product", "web", "ads", "decisions", "custom"]
    path: str
    name: Name | None = None
    tables: dict[str, str] = {}
    columns: dict[str, dict[str, str]] = {}
    optional: bool = False
    timezone: str | None = None
    encoding: str = "utf-8"
    delimiter: str | None = None
    decimal: Literal[".", ","] = "."
    default_region: str | None = None
    currency: str | None = None
    product: str | None = None
    object: (
        Literal[
            "company",
            "contact",
            "lead",
            "user",
            "workspace",
            "opportunity",
            "event",
            "stage",
            "spend",
            "consent",
            "decision",
            "alias",
        ]
        | None
    ) = None
    id: str | None = None
    identifiers: list[IdentifierColumn] = []
    associations: list[AssociationColumn] = []
    attributes: dict[str, str] = {}
    updated_at: TimeColumn | str | None = None
    created_at: TimeColumn | str | None = None
    deleted: str | None = None
    at: TimeColumn | str | None = None
    event_name: str | None = None
    event_kind: Literal["activity", "exposure"] = "activity"

    @property
    def source_name(self) -> str:
        """Give the unique name of the source: its own, else its system's."""
        return self.name or self.system


class FreeMail(Model):
    """The list of free-mail domains: a base and what this project changes in it."""

    base: Literal["builtin", "none"] = "builtin"
    add: list[str] = []
    remove: list[str] = []


class Limit(Model):
    """How many identifiers of a kind one contact may hold before a question arises."""

    soft: int = Field(ge=1)
    hard: int = Field(ge=1)


class Limits(Model):
    """Limits per kind (R9); they bind observed evidence only."""

    email: Limit = Limit(soft=5, hard=20)
    anonymous: Limit = Limit(soft=50, hard=500)


class Generic(Model):
    """From how many anchors on an identifier says nothing about one of them (R24)."""

    email: int = Field(default=5, ge=1)
    phone: int = Field(default=3, ge=1)
    domain: int = Field(default=20, ge=1)
    anonymous: int = Field(default=10, ge=1)


class IdentifierKind(Model):
    """A kind of identifier that the project declares: an id that some body gives to one entity.

    ``class`` is the evidence class of what carries it (R4). Of a ``unique`` kind an entity has one
    value: evidence that would join two different ones is refused, unless a person decided it. More
    than ``generic`` records on one value, and it says nothing about one of them (R24).
    ``limits`` bind observed evidence as those of e-mails do (R9). The ``form`` alphanumeric drops
    case, blanks and punctuation.
    """

    model_config = ConfigDict(populate_by_name=True)

    plane: Literal["person", "company"]
    evidence_class: Literal["authoritative", "asserted", "observed"] = Field(
        default="asserted", alias="class"
    )
    unique: bool = False
    form: Literal["alphanumeric", "exact"] = "alphanumeric"
    generic: int = Field(default=5, ge=1)
    limits: Limit | None = None

    @property
    def rule(self) -> str:
        """Name the evidence rule that proposes its evidence."""
        return f"declared.{self.plane}_{self.evidence_class}"


class RulesConfig(Model):
    """What the resolver's rules take from the project."""

    domain_match: Literal["registrable", "exact_host"] = "registrable"
    own_domains: list[str] = []
    free_mail: FreeMail = FreeMail()
    domains: dict[
        str, Literal["business", "additive", "shared", "multi_tenant", "exact", "education"]
    ] = {}
    limits: Limits = Limits()
    generic: Generic = Generic()
    contact_identity: Literal["email", "crm_record"] = "email"
    shared_devices: Literal["anonymous", "last_authenticated"] = "anonymous"
    membership: Literal["intervals", "all"] = "intervals"


class When(Model):
    """The predicate of a stage: a field becomes a value, or an event has a name."""

    field: str | None = None
    becomes: str | list[str] | None = None
    event: str | None = None
    created: bool | None = None


class StageConfig(Model):
    """A stage of the funnel: whose it is, when it is reached, what it is worth."""

    object: Literal["lead", "contact", "opportunity", "account", "user", "workspace", "event"]
    when: When
    at: str | None = None
    value: str | None = None
    count: Literal["first", "every"] = "first"
    source: str | None = None
    milestone: Literal["LC", "OC", "CW"] | None = None


class JourneysConfig(Model):
    """How sessions and journeys are made."""

    session_gap_minutes: int = Field(default=30, ge=1, le=24 * 60)
    lookback_days: int | None = Field(default=None, ge=1)
    include_stage_session: bool = False
    listed_contacts: bool = False
    own_hosts: list[str] = []
    orders: list[str] = []
    stages: dict[Name, StageConfig] = {}


class CurrencyConfig(Model):
    """The currency of reports and the table of rates to it (columns date, currency, rate)."""

    base: str = Field(default="EUR", pattern=r"^[A-Z]{3}$")
    rates: str | None = None


class AttributionConfig(Model):
    """Which models are computed, and for which stages.

    Markov and Shapley also learn from who did not reach a stage and has been quiet for more than
    ``quiet_days`` before the newest session: such a path is over.
    """

    models: list[str] = [
        "first_touch",
        "last_touch",
        "last_non_direct",
        "linear",
        "u_shaped",
        "w_shaped",
        "time_decay",
    ]
    stages: list[str] = []
    timezone: str = "UTC"
    currency: CurrencyConfig = CurrencyConfig()
    quiet_days: int = Field(default=90, ge=1)


class BrazeConfig(Model):
    """How profiles go out to Braze."""

    batch: int = Field(default=50, ge=1, le=75)
    external_id: Literal["crm_contact_else_lead", "user_id", "canonical"] = "crm_contact_else_lead"
    opportunities: Literal["roles", "open_of_account"] = "roles"


class ExportsConfig(Model):
    """Settings of the exports."""

    braze: BrazeConfig = BrazeConfig()


Band = tuple[float, float]


class HealthConfig(Model):
    """The band that each figure of ``identity health`` is expected in, both ends included.

    Shares are from 0 to 1. ``several_domains``: contacts with addresses of several corporate
    domains, of those with any; ``several_accounts``: companies that hold several live accounts of
    the primary CRM; ``ambiguous_domains``: of all corporate domains; ``parked_activity``:
    activities that wait on an ambiguous domain; ``largest_component``: its identifiers;
    ``largest_diameter``: steps of evidence across a large component; ``ids_changed``: ids that
    merged, split or retired in the run, of all that live; ``refused``: of all evidence;
    ``identified``: activities of a known contact.
    """

    several_domains: Band = (0, 0.05)
    several_accounts: Band = (0, 0)
    ambiguous_domains: Band = (0, 0.05)
    parked_activity: Band = (0, 0.05)
    largest_component: Band = (0, 1_000)
    largest_diameter: Band = (0, 12)
    ids_changed: Band = (0, 0.05)
    refused: Band = (0, 0.1)
    identified: Band = (0.1, 1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in type(self).model_fields:
            low, high = getattr(self, name)
            if low > high:
                raise ValueError(f"the band of {name} ends before it begins: {low} to {high}")
        return self


class IngestConfig(Model):
    """What the door checks."""

    plausible_from: str = "1995-01-01"
    future_days: int = Field(default=2, ge=0)
    threshold: float = Field(default=0.01, ge=0, le=1)
    threshold_rows: int = Field(default=20, ge=0)


class ErasureConfig(Model):
    """How the erased are kept out: by hashes with a key, which must not lie beside the graph.

    The list says them once more, for a graph that is restored from a backup.
    """

    key_file: str = "erasure.key"
    list_file: str = "erasures.jsonl"


class Config(Model):
    """A project's configuration."""

    project: Name
    primary_crm: str | None = None
    store: StoreConfig = StoreConfig()
    sources: list[SourceConfig] = []
    identifier_kinds: dict[KindName, IdentifierKind] = {}
    rules: RulesConfig = RulesConfig()
    journeys: JourneysConfig = JourneysConfig()
    attribution: AttributionConfig = AttributionConfig()
    exports: ExportsConfig = ExportsConfig()
    ingest: IngestConfig = IngestConfig()
    health: HealthConfig = HealthConfig()
    erasure: ErasureConfig = ErasureConfig()
    folder: str = Field(".", exclude=True)

    @field_validator("identifier_kinds")
    @classmethod
    def _new_names(cls, kinds: dict[str, IdentifierKind]) -> dict[str, IdentifierKind]:
        taken = sorted(set(kinds) & set(BUILTIN_KINDS))
        if taken:
            raise ValueError(f"the kind {', '.join(taken)} is there already: give another name")
        return kinds

    @field_validator("sources")
    @classmethod
    def _unique_names(cls, sources: list[SourceConfig]) -> list[SourceConfig]:
        names = [s.source_name for s in sources]
        twice = sorted({n for n in names if names.count(n) > 1})
        if twice:
            raise ValueError(f"two sources are called {', '.join(twice)}: give each a 'name'")
        return sources

    @property
    def root(self) -> Path:
        """The folder that relative paths start from."""
        return Path(self.folder)

    def resolve_path(self, path: str) -> Path:
        """Make a path of the configuration absolute."""
        return (self.root / path).resolve()

    def digest(self, *parts: str) -> str:
        """Hash the named parts of the configuration, or all that a graph's content depends on."""
        chosen = set(parts) or set(type(self).model_fields) - {"store", "folder", "health"}
        text = self.model_dump_json(include=chosen)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
