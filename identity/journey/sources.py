"""Sources of traffic: which hosts and names are search engines, social networks, AI assistants …

The lists are data in ``journey/data``: ``sources_matomo.csv`` is generated from a public-domain
list, ``sources_own.csv`` adds what that one lacks and wins over it.

A row is ``pattern, match, category, name``. ``match`` says how the pattern is meant:
``name`` a value of ``utm_source``; ``exact`` that host, with or without ``www.``; ``below`` that
host and all hosts below it; ``country`` a host where ``{}`` stands for a country (``google.{}``
covers google.fr and google.co.uk, ``{}.bing.com`` covers de.bing.com).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

CATEGORIES: Final = ("ai", "video", "shopping", "review", "social", "search")
"""Strongest first: a host in two lists belongs to the first (chatgpt.com also searches)."""

_LISTS: Final = ("sources_own.csv", "sources_matomo.csv")
_WWW: Final = re.compile(r"^www\d*\.(?=.*\.)")
_COUNTRY_TLD: Final = re.compile(r"(\.(?:com|org|net|co|it|edu))?\.[a-z]{2}$")
_COUNTRY_PREFIX: Final = re.compile(r"^[a-z]{2}\.")


@dataclass(frozen=True, slots=True)
class Source:
    """What a host or a name stands for."""

    category: str
    name: str


@dataclass(frozen=True, slots=True)
class Sources:
    """The lists, ready to look up: (match, pattern) to source."""

    table: dict[tuple[str, str], Source]

    def of_host(self, host: str) -> Source | None:
        """Find a host, the most specific list entry first; None where it is in no list."""
        bare = clean_host(host)
        for match, pattern in _candidates(bare):
            found = self.table.get((match, pattern))
            if found is not None:
                return found
        return None

    def of_name(self, value: str) -> Source | None:
        """Find a ``utm_source``: a known name, else read as a host."""
        text = value.strip().casefold()
        found = self.table.get(("name", text))
        return found or (self.of_host(text) if "." in text else None)


def clean_host(host: str) -> str:
    """Give a host in lower case, without port, trailing dot and ``www.``."""
    bare = host.strip().lower().partition(":")[0].rstrip(".")
    return _WWW.sub("", bare)


def is_below(host: str, hosts: Collection[str]) -> bool:
    """Say whether a clean host is one of some clean hosts or lies below one."""
    return any(parent in hosts for parent in _parents(host))


@cache
def builtin() -> Sources:
    """Read the lists that come with the package."""
    table: dict[tuple[str, str], Source] = {}
    claimed: dict[str, str] = {}
    for name in _LISTS:
        text = files("identity.journey").joinpath("data", name).read_text("utf-8")
        rows = sorted(_rows(text.splitlines()), key=lambda row: CATEGORIES.index(row[2]))
        for pattern, match, category, source in rows:
            if match == "name" or claimed.setdefault(pattern, category) == category:
                table.setdefault((match, pattern), Source(category, source))
    return Sources(table)


def _rows(lines: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        yield row["pattern"], row["match"], row["category"], row["name"]


def _parents(host: str) -> Iterator[str]:
    while host:
        yield host
        host = host.partition(".")[2]


def _candidates(host: str) -> Iterator[tuple[str, str]]:
    yield "exact", host
    for parent in _parents(host):
        yield "below", parent
    yield "country", _COUNTRY_TLD.sub(".{}", host)
    yield "country", _COUNTRY_PREFIX.sub("{}.", host)
