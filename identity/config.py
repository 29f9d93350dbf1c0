"""The configuration: one file, ``identity.yaml``, strict and complete.

Every problem is reported at once, with the file, the line, the path of the key and, for an unknown
key, the nearest known one. Relative paths are relative to the file. ``${NAME}`` is replaced from
the environment in the fields that may hold secrets or addresses (`ENVIRONMENT_FIELDS`), nowhere
else.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from identity.errors import ConfigError, FixInput, Where

FILE_NAME = "identity.yaml"
ENVIRONMENT_FIELDS = frozenset({"uri", "user", "password", "database", "path"})
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_NAME = r"^[a-z][a-z0-9_-]{0,39}$"

Name = Annotated[str, Field(pattern=_NAME)]


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
    role: Literal["works_at", "parent", "for_account", "has_contact", "account_link"] = "works_at"


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
    """Which models are computed, and for which stages."""

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
    credit: Literal["graph", "parquet"] = "graph"


class BrazeConfig(Model):
    """How profiles go out to Braze."""

    batch: int = Field(default=50, ge=1, le=75)
    external_id: Literal["crm_contact_else_lead", "user_id", "canonical"] = "crm_contact_else_lead"
    opportunities: Literal["roles", "open_of_account"] = "roles"


class ExportsConfig(Model):
    """Settings of the exports."""

    braze: BrazeConfig = BrazeConfig()


class IngestConfig(Model):
    """What the door checks."""

    plausible_from: str = "1995-01-01"
    future_days: int = Field(default=2, ge=0)
    threshold: float = Field(default=0.01, ge=0, le=1)
    threshold_rows: int = Field(default=20, ge=0)


class Config(Model):
    """A project's configuration."""

    project: Name
    primary_crm: str | None = None
    store: StoreConfig = StoreConfig()
    sources: list[SourceConfig] = []
    rules: RulesConfig = RulesConfig()
    journeys: JourneysConfig = JourneysConfig()
    attribution: AttributionConfig = AttributionConfig()
    exports: ExportsConfig = ExportsConfig()
    ingest: IngestConfig = IngestConfig()
    folder: str = Field(".", exclude=True)

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
        """Hash the named parts of the configuration, or all of it; the store's place left out."""
        chosen = set(parts) or set(type(self).model_fields) - {"store", "folder"}
        text = self.model_dump_json(include=chosen)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def load(path: Path) -> Config:
    """Load a project's configuration.

    Args:
        path: the file, or the folder that holds ``identity.yaml``.

    Raises:
        ConfigError: all problems at once, each with file and line.
    """
    file = path / FILE_NAME if path.is_dir() else path
    if not file.is_file():
        raise ConfigError(
            [
                FixInput(
                    "there is no such file",
                    where=Where(file=str(file)),
                    fix="Run 'identity init DIR', or name the project's folder with --project.",
                )
            ]
        )
    return parse(file.read_text(encoding="utf-8-sig"), file)


def parse(text: str, file: Path) -> Config:
    """Parse the text of a configuration; ``file`` gives paths and messages their place."""
    yaml = YAML(typ="rt")
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        problem = str(error.problem or error).splitlines()[0]
        raise ConfigError([FixInput(problem, where=Where(file=str(file), row=line))]) from error
    if not isinstance(tree, Mapping):
        raise ConfigError([FixInput("is not a mapping of keys", where=Where(file=str(file)))])
    problems: list[FixInput | str] = []
    values = _plain(tree, (), _Place(file, tree), problems)
    try:
        config = Config.model_validate({**values, "folder": str(file.resolve().parent)})
    except ValidationError as error:
        problems.extend(_explain(e, _Place(file, tree)) for e in error.errors())
        raise ConfigError(problems) from error
    problems.extend(_consistent(config, _Place(file, tree)))
    if problems:
        raise ConfigError(problems)
    return config


class _Place:
    """Finds the line of a key in the parsed file."""

    def __init__(self, file: Path, tree: Any) -> None:
        self.file = file
        self.tree = tree

    def where(self, path: Sequence[str | int]) -> Where:
        node, line = self.tree, 1
        for step in path:
            marks = getattr(node, "lc", None)
            if marks is None:
                break
            try:
                line = (marks.item(step) if isinstance(step, int) else marks.key(step))[0] + 1
                node = node[step]
            except (KeyError, IndexError, TypeError, AttributeError):
                break
        dotted = ".".join(str(step) for step in path)
        return Where(file=str(self.file), row=line, key=dotted or None)


def _plain(
    node: Any, path: tuple[str | int, ...], place: _Place, problems: list[FixInput | str]
) -> Any:
    """Copy the tree into plain values, replacing variables where they are allowed."""
    if isinstance(node, Mapping):
        return {str(k): _plain(v, (*path, k), place, problems) for k, v in node.items()}
    if isinstance(node, list):
        return [_plain(v, (*path, i), place, problems) for i, v in enumerate(node)]
    if isinstance(node, str) and "${" in node and path and path[-1] in ENVIRONMENT_FIELDS:
        return _expand(node, path, place, problems)
    return str(node) if isinstance(node, str) else node


def _expand(
    text: str, path: tuple[str | int, ...], place: _Place, problems: list[FixInput | str]
) -> str:
    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match[1], match[2])
        if found is None:
            problems.append(
                FixInput(
                    f"the environment variable {match[1]} is not set",
                    where=place.where(path),
                    fix=f"Set it, or write ${{{match[1]}:-default}}.",
                )
            )
            return ""
        return found

    return _VARIABLE.sub(value, text)


def _explain(error: Any, place: _Place) -> FixInput:
    path = [p for p in error["loc"] if p not in ("TimeColumn", "str")]
    where = place.where(path)
    if error["type"] == "extra_forbidden":
        known = list(_known_keys(path[:-1]))
        near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known keys: {', '.join(sorted(known))}."
        return FixInput(f"unknown key {str(path[-1])!r}.", where=where, fix=hint)
    if error["type"] == "missing":
        return FixInput(f"the key {str(path[-1])!r} is missing", where=where)
    message = error["msg"].removeprefix("Value error, ")
    return FixInput(f"{message} (given: {error.get('input')!r})", where=where)


def _known_keys(path: Sequence[str | int]) -> Iterator[str]:
    model: Any = Config
    for step in path:
        if isinstance(step, int):
            continue
        field = getattr(model, "model_fields", {}).get(step)
        if field is None:
            continue
        model = _model_within(field.annotation) or model
    yield from (k for k in model.model_fields if k != "folder")


def _model_within(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        found = _model_within(part)
        if found is not None:
            return found
    return None


def _consistent(config: Config, place: _Place) -> Iterator[FixInput]:
    names = [s.source_name for s in config.sources]
    if config.primary_crm is not None and config.primary_crm not in names:
        near = difflib.get_close_matches(config.primary_crm, names, n=1, cutoff=0.4)
        hint = f"Did you mean {near[0]!r}?" if near else f"Sources: {', '.join(names) or 'none'}."
        yield FixInput(
            f"the primary CRM {config.primary_crm!r} is not the name of a source.",
            where=place.where(["primary_crm"]),
            fix=hint,
        )
    for i, source in enumerate(config.sources):
        where = place.where(["sources", i])
        if source.system == "custom" and source.object is None:
            yield FixInput("a custom source needs an 'object'", where=where)
        if source.product is not None and source.product not in names:
            yield FixInput(f"'product' names no source: {source.product!r}", where=where)
    for name, stage in config.journeys.stages.items():
        where = place.where(["journeys", "stages", name, "when"])
        given = [stage.when.field, stage.when.event, stage.when.created]
        if sum(g is not None for g in given) != 1:
            yield FixInput("'when' needs one of field, event, created", where=where)
        if stage.when.field is not None and stage.when.becomes is None:
            yield FixInput("'when' with a field needs 'becomes'", where=where)
