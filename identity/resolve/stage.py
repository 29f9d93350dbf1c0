"""The resolve stage: read facts, derive, give ids, write the difference in one transaction.

A run looks at the part of the graph that was touched since the last one, closed under what it can
affect; a change of the rules, or a large part, looks at everything. Both give the same graph.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import polars as pl

from identity.config import Config
from identity.errors import Stop
from identity.model.changes import run_id
from identity.model.difference import Difference, difference
from identity.model.evidence import EVIDENCE_RULES
from identity.model.rules import RULES
from identity.progress import Progress, silent
from identity.resolve import scope
from identity.resolve.affected import affected
from identity.resolve.apply import (
    Clock,
    company_ids,
    compare,
    name,
    write_edges,
    write_nodes,
    write_reviews,
)
from identity.resolve.decisions import effective
from identity.resolve.derive import Derived, restrict, write_out
from identity.resolve.feed import Decided, feed
from identity.resolve.reading import read_all
from identity.resolve.reviews.find import reached, within
from identity.resolve.setting import Setting, setting_of
from identity.resolve.solve import solve
from identity.resolve.stored import read_stored
from identity.resolve.suggest.reading import Part, of_part
from identity.resolve.whole import solve_and_derive
from identity.store.base import Store

WHOLE_FROM = 0.3
"""From this share of touched identifiers on, everything is looked at: reading parts costs more."""

MANY = 1_000
"""Below this many identifiers a part is never worth it."""


@dataclass(slots=True)
class ResolveResult:
    """What a run of the resolver did.

    ``counts``: rows of the change feed by kind; ``looked_at``: identifiers in scope; ``whole``:
    whether that was the whole graph; ``touched``: identifiers and entities whose derived rows
    changed; ``minted`` and ``changes``: the counters afterwards.
    """

    counts: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0
    whole: bool = False
    changed: bool = False
    minted: int = 0
    changes: int = 0


def rules_hash(config: Config) -> str:
    """Hash all that derived state depends on besides facts and the ledger (R33)."""
    versions = [f"{r.id}@{r.version}" for r in EVIDENCE_RULES.values()]
    versions += [f"{r.id}@{r.version}" for r in RULES.values()]
    setting = setting_of(config, 0)
    text = "|".join(
        [
            config.digest("rules", "primary_crm", "identifier_kinds"),
            setting.classifier.version,
            *versions,
        ]
    )
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Last:
    """The state of the last run: its rules, its clock and its counters."""

    rules_hash: str | None = None
    as_of_ms: int = 0
    minted: int = 0
    changes: int = 0


def resolve(
    store: Store,
    config: Config,
    last: Last,
    *,
    run: int,
    as_of_ms: int,
    whole: bool = False,
    progress: Progress = silent,
) -> ResolveResult:
    """Resolve what was touched, or everything, and write the difference.

    Raises:
        Stop: an invariant is broken (two live accounts of the primary CRM in one company); nothing
            was written.
    """
    setting = setting_of(config, as_of_ms)
    touched = set(store.table("resolve/dirty")["id"].to_list())
    touched |= _turned(store, as_of_ms)
    rules = rules_hash(config)
    whole = whole or last.rules_hash != rules or _is_large(store, touched)
    if not touched and not whole:
        return ResolveResult(minted=last.minted, changes=last.changes)
    clock = Clock(run, as_of_ms, last.minted, last.changes)
    progress.step("deciding")
    found = _whole(store, setting) if whole else _part(store, setting, touched, clock)
    check_invariants(found.decided.derived)
    if last.rules_hash not in (None, rules):
        found = replace(found, decided=replace(found.decided, rules=rules))
    progress.step("writing the difference")
    return _write(store, found, clock, touched, rules=rules)


def _write(
    store: Store, found: Found, clock: Clock, touched: set[str], *, rules: str
) -> ResolveResult:
    """Write the difference, the feed and the counters in one transaction: all, or nothing.

    The feed and the reviews are made while the store writes.
    """
    decided, stored = found.decided, found.decided.stored
    named = name(decided.derived, stored, clock, found.known)
    writing = compare(decided.derived, named, stored)
    entries = (e for a in named.assignments.values() for e in a.entries)
    minted = max([clock.minted, *(e.minted_seq for e in entries)])
    with store.transaction() as tx:
        # nodes that stand alone first: after many edges the embedded engine takes ten times as long
        write_nodes(tx, writing, stored)
        rows = feed(decided, named, writing, clock)
        tx.write("resolve/change", rows)
        write_edges(tx, writing, named, stored, clock)
        tx.write("resolve/clean", [{"id": i} for i in sorted(touched)])
        reviews = found.reviews()
        write_reviews(tx, reviews)
        changes = clock.changes + len(rows)
        counted = {
            "id": run_id(clock.run),
            "minted": minted,
            "changes": changes,
            "rules_hash": rules,
        }
        tx.write("resolve/counted", [counted])
    return ResolveResult(
        counts=Counter(row["change"] for row in rows),
        looked_at=found.size,
        whole=found.whole,
        changed=not (writing.empty and reviews.empty),
        minted=minted,
        changes=changes,
    )


def _turned(store: Store, as_of_ms: int) -> set[str]:
    """Give the identifiers of decisions that hold now and did not before, or the other way round.

    Time passes over decisions (they expire, or come into force), and one replaces another.
    """
    decisions = store.table("resolve/decisions")
    if decisions.is_empty():
        return set()
    now = effective(decisions, as_of_ms).states
    stored = dict(store.table("resolve/stored_decisions").select("id", "state").iter_rows())
    turned = {i for i, state in now.items() if _base_state(stored.get(i)) != state}
    rows = decisions.filter(pl.col("id").is_in(list(turned)))
    return set(rows["left"].to_list()) | set(rows["right"].drop_nulls().to_list())


def _base_state(state: str | None) -> str | None:
    """Give the state that decisions alone give: what blocks one is found by solving."""
    return "applied" if state is not None and state.startswith("blocked") else state


def _is_large(store: Store, touched: set[str]) -> bool:
    count = int(store.table("resolve/count")["identifiers"][0])
    return count < MANY or len(touched) > WHOLE_FROM * count


@dataclass(frozen=True, slots=True)
class Found:
    """What a run has found out: all but the reviews, which it makes when asked.

    ``size``: identifiers that it looked at; ``known``: ids of companies outside of those, by label;
    ``whole``: whether that is the whole graph.
    """

    decided: Decided
    reviews: Callable[[], Difference]
    size: int
    known: dict[str, str]
    whole: bool


def _whole(store: Store, setting: Setting) -> Found:
    facts = read_all(store)
    solved, derived = solve_and_derive(facts, setting)
    stored = read_stored(store)
    reviews = partial(difference, stored.reviews, derived.reviews, ["id"])
    decided = Decided(facts, solved, setting, derived, stored)
    return Found(decided, reviews, facts.identifiers.height, {}, whole=True)


def _part(store: Store, setting: Setting, touched: set[str], clock: Clock) -> Found:
    """Solve the closed part around what was touched, growing it while others are affected."""
    decisions = store.table("resolve/decisions")
    dirty = set(touched)
    part = scope.close(store, dirty, setting.classifier, decisions)
    while True:
        facts, around = scope.read(store, part, setting)
        solved = solve(facts, setting, around)
        written = write_out(facts, solved, setting)
        derived = restrict(written, part, decisions)
        stored = read_stored(store, sorted(part))
        known = dict(around.companies.select("label", "company").unique().iter_rows())
        beyond = affected(
            store,
            solved,
            derived,
            stored,
            companies=known | company_ids(derived, stored, clock),
            part=part,
            touched=touched,
            classifier=setting.classifier,
        )
        beyond |= reached(part, facts, solved, written.reviews, stored.reviews)
        beyond -= part
        if not beyond:
            looked = Part(facts, solved, derived, stored, part, touched)
            reviews = partial(_reviews_of_part, store, looked, setting)
            decided = Decided(facts, solved, setting, derived, stored)
            return Found(decided, reviews, len(part), known, whole=False)
        dirty |= beyond
        part = scope.close(store, dirty, setting.classifier, decisions, closed=part)


def _reviews_of_part(store: Store, part: Part, setting: Setting) -> Difference:
    """Give what differs of the reviews of a part, suggestions among them."""
    known = within(part.stored.reviews.filter(pl.col("block").is_null()), part.scope)
    suggested, before = of_part(store, part, setting)
    now = pl.concat([part.derived.reviews, suggested])
    return difference(pl.concat([known, before]), now, ["id"])


def check_invariants(derived: Derived) -> None:
    """Refuse a result that breaks what may never be broken (R23)."""
    companies = derived.entities.filter(pl.col("plane") == "company")
    several = companies.filter(pl.col("anchors").list.len() > 1)
    if several.height:
        label, anchors = several.select("label", "anchors").row(0)
        raise Stop(f"the company of {label} would hold several live accounts: {_list(anchors)}")


def _list(items: Iterable[Any]) -> str:
    return ", ".join(map(str, items))
