"""The configuration: one file, ``identity.yaml``, strict and complete.

Every problem is reported at once, with the file, the line, the path of the key and, for an unknown
key, the nearest known one. Relative paths are relative to the file. ``${NAME}`` is replaced from
the environment in the fields that may hold secrets or addresses (`ENVIRONMENT_FIELDS`), nowhere
else.
"""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from identity.config.models import BUILTIN_KINDS, Config, SourceConfig
from identity.errors import ConfigError, FixInput, Where

FILE_NAME = "identity.yaml"
ENVIRONMENT_FIELDS = frozenset({"uri", "user", "password", "database", "path"})
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


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
    fields = model.model_fields.items()
    yield from (field.alias or name for name, field in fields if name != "folder")


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
        yield from _known_kinds(config, source, where)
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


def _known_kinds(config: Config, source: SourceConfig, where: Where) -> Iterator[FixInput]:
    known = [*BUILTIN_KINDS, *config.identifier_kinds]
    for column in source.identifiers:
        # the columns of decision files may hold identifiers written in full
        if column.kind not in (*known, "identifier"):
            near = difflib.get_close_matches(column.kind, known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"Kinds: {', '.join(known)}."
            yield FixInput(
                f"the source {source.source_name!r} maps a column to the unknown kind "
                f"{column.kind!r}.",
                where=where,
                fix=f"{hint} Further kinds are declared under 'identifier_kinds'.",
            )
