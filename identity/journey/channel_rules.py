"""Channel rules: an ordered table, read from YAML, that says which channel a touch belongs to.

The preset ``ga4_b2b`` comes with the package (``journey/data/ga4_b2b.yaml``, which documents the
form); a project may bring its own file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

import polars as pl
from polars.exceptions import ComputeError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from identity.errors import ConfigError, FixInput, Where
from identity.journey.sources import CATEGORIES, clean_host

PATTERNS: Final = ("source", "medium", "campaign")
KINDS: Final = ("activity", "exposure")


@dataclass(frozen=True, slots=True)
class Conditions:
    """One alternative of a rule: all that is set must hold. Patterns are regular expressions."""

    patterns: tuple[tuple[str, str], ...] = ()
    categories: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    kind: str | None = None

    def expression(self) -> pl.Expr:
        """Give the test over the columns source, medium, campaign, category, event_kind, kind."""
        tests = [
            pl.col(column).str.contains(f"(?i)^(?:{pattern})$") for column, pattern in self.patterns
        ]
        if self.categories:
            tests.append(pl.col("category").is_in(sorted(self.categories)))
        if self.events:
            tests.append(pl.col("event_kind").is_in(sorted(self.events)))
        if self.kind is not None:
            tests.append(pl.col("kind") == self.kind)
        return pl.all_horizontal(test.fill_null(False) for test in tests)


@dataclass(frozen=True, slots=True)
class Rule:
    """A channel and the alternatives that lead to it."""

    channel: str
    alternatives: tuple[Conditions, ...]


@dataclass(frozen=True, slots=True)
class ChannelRules:
    """The ordered rules, and what click ids and interrupting referrers mean.

    ``clicks`` maps the name of a click id to (source, medium), strongest first. ``paid`` names the
    channels that cost money per touch; ``direct`` the channel of a visit without an origin.
    """

    name: str
    rules: tuple[Rule, ...]
    clicks: Mapping[str, tuple[str, str]]
    ignored_referrers: frozenset[str]
    paid: frozenset[str]
    direct: str
    unassigned: str

    @property
    def channels(self) -> tuple[str, ...]:
        """Every channel the rules can give, in the order of the rules."""
        named = (rule.channel for rule in self.rules)
        return tuple(dict.fromkeys((*named, self.unassigned)))

    @property
    def own_events(self) -> frozenset[str]:
        """Kinds of events that say by themselves which channel they belong to."""
        alternatives = (test for rule in self.rules for test in rule.alternatives)
        return frozenset[str]().union(*(test.events for test in alternatives))


@cache
def preset(name: str = "ga4_b2b") -> ChannelRules:
    """Read the rules that come with the package.

    Raises:
        FixInput: there is no preset of that name.
    """
    file = files("identity.journey").joinpath("data", f"{name}.yaml")
    if not re.fullmatch(r"[a-z0-9_]+", name) or not file.is_file():
        raise FixInput(f"there are no channel rules called {name!r}", fix="Known: ga4_b2b.")
    return parse(file.read_text("utf-8"), f"{name}.yaml")


def parse(text: str, file: str) -> ChannelRules:
    """Read channel rules from YAML; ``file`` is named in errors.

    Raises:
        ConfigError: lists every mistake: unknown keys, bad patterns, unknown categories.
    """
    try:
        raw = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        raise ConfigError([FixInput(str(error), where=Where(file=file))]) from error
    problems = list(_problems(raw))
    if problems:
        raise ConfigError([FixInput(problem, where=Where(file=file)) for problem in problems])
    return ChannelRules(
        name=raw["name"],
        rules=tuple(
            Rule(rule["channel"], tuple(_conditions(test) for test in rule["any"]))
            for rule in raw["rules"]
        ),
        clicks={
            name: (origin["source"], origin["medium"])
            for name, origin in (raw.get("click_ids") or {}).items()
        },
        ignored_referrers=frozenset(clean_host(h) for h in raw.get("ignored_referrers") or ()),
        paid=frozenset(raw.get("paid") or ()),
        direct=raw.get("direct", "Direct"),
        unassigned=raw.get("unassigned", "Unassigned"),
    )


def _conditions(test: Mapping[str, Any]) -> Conditions:
    return Conditions(
        patterns=tuple((name, test[name]) for name in PATTERNS if name in test),
        categories=frozenset(test.get("category", ())),
        events=frozenset(test.get("event", ())),
        kind=test.get("kind"),
    )


_KEYS: Final = {
    "name", "unassigned", "direct", "paid", "patterns", "rules", "click_ids", "ignored_referrers",
}  # fmt: skip


def _problems(raw: object) -> Iterator[str]:
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        yield "channel rules need a name and a list of rules"
        return
    yield from (f"unknown key {key!r}" for key in raw if key not in _KEYS)
    if not isinstance(raw.get("name"), str):
        yield "channel rules need a name"
    for number, rule in enumerate(raw["rules"], 1):
        if not isinstance(rule, dict) or set(rule) != {"channel", "any"} or not rule["any"]:
            yield f"rule {number} needs exactly a channel and a list `any`"
            continue
        for test in rule["any"]:
            yield from (f"rule {number}, {rule['channel']}: {p}" for p in _test_problems(test))
    for name, origin in (raw.get("click_ids") or {}).items():
        if not isinstance(origin, dict) or set(origin) != {"source", "medium"}:
            yield f"click id {name!r} needs exactly a source and a medium"


def _test_problems(test: object) -> Iterator[str]:
    if not isinstance(test, dict) or not test:
        yield "an alternative is a set of conditions"
        return
    for key, value in test.items():
        if key in PATTERNS:
            yield from _pattern_problems(key, value)
        elif key == "category":
            yield from (f"unknown category {v!r}" for v in value if v not in CATEGORIES)
        elif key == "kind":
            if value not in KINDS:
                yield f"kind is one of {', '.join(KINDS)}, not {value!r}"
        elif key != "event" or not isinstance(value, list):
            yield f"unknown condition {key!r}"


def _pattern_problems(key: str, value: object) -> Iterator[str]:
    try:
        pl.Series([""]).str.contains(f"(?i)^(?:{value})$")
    except ComputeError:
        yield f"{key} is no regular expression: {value!r}"
