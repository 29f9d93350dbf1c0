"""Moves: which identifiers came to an entity and which left one in a run, and by what evidence.

Identifiers that left an entity together are a *part* of it. What joined a part to another entity is
the strongest evidence that crosses its former boundary; what parted it is a decision, evidence that
may no longer merge, or evidence that is gone, between it and the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS
from identity.model.identifiers import Plane
from identity.resolve.codes import evidence_of
from identity.resolve.facts import Facts
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved

Cause = dict[str, Any]
Part = tuple[str, str]
"""An entity, and where a part of it is now: another entity, or the identifier itself."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a run has in memory when it says why something changed.

    ``fresh``: evidence that is newly refused (src, dst, key, constraint); ``refused``: all refused
    evidence (src, dst, key); ``gone``: derived evidence that the graph held and holds no longer;
    ``standing``: identifiers whose state is new, with the state; ``turned``: decisions whose effect
    is new; ``rules``: the hash of the rules where the last run had others.
    """

    facts: Facts
    solved: Solved
    setting: Setting
    fresh: pl.DataFrame
    refused: pl.DataFrame
    gone: pl.DataFrame
    standing: Mapping[str, str]
    turned: frozenset[str]
    rules: str | None = None


@dataclass(frozen=True, slots=True)
class Moves:
    """Where identifiers of one plane stood and where they stand; recycled ones by who holds them.

    ``gained`` and ``lost``: identifier, entity, without what entities that are new gained at birth
    and what ended ones lost by ending; ``born`` and ``ended``: those entities; ``at_birth``: what
    each new one holds.
    """

    before: pl.DataFrame
    after: pl.DataFrame
    gained: pl.DataFrame
    lost: pl.DataFrame
    born: frozenset[str]
    ended: frozenset[str]
    at_birth: dict[str, list[str]] = field(default_factory=dict)


def moves_of(
    stored: pl.DataFrame, derived: pl.DataFrame, born: Iterable[str], ended: Iterable[str]
) -> Moves:
    """Compare what identifiers stood for with what they stand for.

    Args:
        stored: rows of RESOLVES_TO as the graph holds them (identifier, entity, until_ms).
        derived: the same as derived now.
        born: entities that live and did not before.
        ended: entities that lived and do not.
    """
    before, after = _held(stored), _held(derived)
    news, olds = (pl.Series("entity", sorted(x), dtype=pl.String) for x in (born, ended))
    gained = after.join(before, on=["identifier", "entity"], how="anti")
    lost = before.join(after, on=["identifier", "entity"], how="anti")
    fresh = gained.filter(pl.col("entity").is_in(news.implode()))
    grouped = fresh.group_by("entity").agg(pl.col("identifier").sort())
    return Moves(
        before,
        after,
        gained.filter(~pl.col("entity").is_in(news.implode())),
        lost.filter(~pl.col("entity").is_in(olds.implode())),
        frozenset(news.to_list()),
        frozenset(olds.to_list()),
        dict(grouped.iter_rows()),
    )


def _held(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("until_ms").is_null()).select("identifier", "entity").unique()


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why identifiers of a plane moved.

    ``owner`` and ``owner_now``: identifier to the entity it stood and stands for, of all who moved
    and those around them; ``joined``: (entity, former owner or identifier) to what joined the two;
    ``parted``: what parted a `Part`.
    """

    owner: Mapping[str, str]
    owner_now: Mapping[str, str]
    joined: Mapping[tuple[str, str], Cause]
    parted: Mapping[Part, Cause]

    def group(self, identifier: str) -> str:
        """Give whom an identifier belonged to; to itself where to nobody."""
        return self.owner.get(identifier, identifier)

    def part(self, identifier: str) -> Part:
        """Give the part that an identifier left its entity with."""
        return self.owner[identifier], self.owner_now.get(identifier, identifier)


def reasons_of(plane: Plane, moves: Moves, ground: Ground) -> Reasons:
    """Find why identifiers moved; nothing is looked at where none did."""
    owner, owner_now = _around(moves)
    if not owner and not owner_now:
        return Reasons({}, {}, {}, {})
    ids = pl.Series("id", sorted(owner.keys() | owner_now.keys()), dtype=pl.String).implode()
    both = pl.col("src").is_in(ids) & pl.col("dst").is_in(ids)
    evidence = ground.solved.evidence
    if plane is Plane.COMPANY:
        evidence = pl.concat([evidence, ground.solved.companies.derived])
    rows = evidence.filter(both)
    known = Reasons(owner, owner_now, {}, {})
    ordered = evidence_of(plane, rows, ground.solved.nodes, ground.setting.primary).frame
    accepted = ordered.join(ground.refused, on=["src", "dst", "key"], how="anti")
    parted: dict[Part, Cause] = {}
    for part, cause in _partings(plane, rows, ground, known):
        parted.setdefault(part, cause)
    return Reasons(owner, owner_now, _joined(accepted, ground, known), parted)


def _around(moves: Moves) -> tuple[dict[str, str], dict[str, str]]:
    """Give the owners, before and now, of those who moved and of all they are or were with."""
    if moves.gained.is_empty() and moves.lost.is_empty() and not moves.ended:
        return {}, {}
    came = moves.gained["identifier"]
    went = pl.concat(
        [moves.lost["identifier"], _of(moves.before, sorted(moves.ended))["identifier"]]
    )
    moved = pl.concat([came, went]).unique().implode()
    here, there = (m.filter(pl.col("identifier").is_in(moved)) for m in (moves.before, moves.after))
    entities = sorted({*here["entity"], *there["entity"]})
    owner, owner_now = (_of(m, entities) for m in (moves.before, moves.after))
    return dict(owner.iter_rows()), dict(owner_now.iter_rows())


def _of(rows: pl.DataFrame, entities: list[str]) -> pl.DataFrame:
    return rows.filter(pl.col("entity").is_in(pl.Series(entities, dtype=pl.String).implode()))


_SAID = ("rule", "source", "record")


def _joined(accepted: pl.DataFrame, ground: Ground, known: Reasons) -> dict[tuple[str, str], Cause]:
    found: dict[tuple[str, str], Cause] = {}
    for src, dst, rule, source, record in accepted.select("src", "dst", *_SAID).iter_rows():
        entity = known.owner_now.get(src)
        if entity is None or known.owner_now.get(dst) != entity:
            continue
        one, two = known.group(src), known.group(dst)
        if one == two:
            continue
        for group in (one, two):
            if (entity, group) not in found:
                found[entity, group] = said(ground, rule, source, record)
    return found


def said(ground: Ground, rule: str, source: str, record: str | None) -> Cause:
    """Give evidence as a cause: its rule, its source, and the record or the decision behind it."""
    if rule.startswith("decision.") and record is not None:
        return {"rule": rule, **decided(ground, record)}
    return {"rule": rule, "source": source, "record": record}


def decided(ground: Ground, decision: str) -> Cause:
    """Give a decision as a cause, with who decided."""
    rows = ground.facts.decisions.filter(pl.col("id") == decision)
    return {"decision": decision, "actor": rows["actor"][0] if rows.height else None}


def _partings(
    plane: Plane, rows: pl.DataFrame, ground: Ground, known: Reasons
) -> Iterator[tuple[Part, Cause]]:
    """Give what may have parted parts, the likeliest first."""
    decisions = list(_deciding(ground, known))
    for decision, parts in decisions:
        if decision in ground.turned:
            yield from ((part, decided(ground, decision)) for part in parts)
    refused = rows.join(ground.fresh, on=["src", "dst", "key"], how="inner", maintain_order="left")
    for row in refused.select("src", "dst", *_SAID, "constraint").iter_rows(named=True):
        cause = said(ground, row["rule"], row["source"], row["record"])
        for part in _apart(known, row["src"], row["dst"]):
            yield part, {**cause, "constraint": row["constraint"]}
    claims = pl.col("rule").is_in(list(DOMAIN_CLAIMS)) & pl.col("until_ms").is_not_null()
    gone = rows.filter(pl.col("withdrawn").fill_null(False) | claims)
    edge = "SAME_PERSON" if plane is Plane.PERSON else "SAME_COMPANY"
    lost = pl.concat([gone, ground.gone.select(gone.columns)]).filter(pl.col("edge") == edge)
    latest = lost.sort("last_seen_ms", "src", "dst", descending=[True, False, False])
    for src, dst, rule, source, record in latest.select("src", "dst", *_SAID).iter_rows():
        for part in _apart(known, src, dst):
            yield part, said(ground, rule, source, record)
    moved = [i for i in known.owner if known.owner_now.get(i) != known.owner[i]]
    for identifier in sorted(moved):
        if identifier in ground.standing:
            constraint = ground.standing[identifier]
            yield known.part(identifier), {"identifier": identifier, "constraint": constraint}
    ended = pl.col("deleted").fill_null(False) | pl.col("merged_into").is_not_null()
    named = ground.facts.identifiers.filter(ended).select("id", "source")
    for identifier, source in named.sort("id").iter_rows():
        if identifier in known.owner:
            yield known.part(identifier), {"record": identifier, "source": source}
    for decision, parts in decisions:
        yield from ((part, decided(ground, decision)) for part in parts)


def _apart(known: Reasons, one: str, two: str) -> Iterator[Part]:
    """Give the parts that two identifiers are in, where they were together and are not."""
    if one in known.owner and known.owner.get(two) == known.owner[one]:
        here, there = known.part(one), known.part(two)
        if here != there:
            yield from (here, there)


def _deciding(ground: Ground, known: Reasons) -> Iterator[tuple[str, list[Part]]]:
    """Give the decisions that may have parted something: answers on pairs, marks on one."""
    ids = pl.Series("id", list(known.owner), dtype=pl.String).implode()
    rows = ground.facts.decisions.filter(pl.col("left").is_in(ids)).sort("id")
    for decision, left, right in rows.select("id", "left", "right").iter_rows():
        parts = [known.part(left)] if right is None else list(_apart(known, left, right))
        if parts:
            yield decision, parts
