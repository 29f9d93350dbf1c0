"""Causes: why each row of the change feed is there (R29).

Every cause names the run; beside it, where they are known, the rule with its version, the source
and the record that says so, or the decision and who took it, or the constraint that refused.
Nothing is read for it: a run knows its causes from what it decided on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson
import polars as pl

from identity.model.evidence import EVIDENCE_RULES
from identity.model.identifiers import Plane
from identity.model.rules import RULES
from identity.resolve.moves import Cause, Ground, Moves, Reasons, decided, reasons_of, said

FOUNDED_BY = {"crm": "R13", "linked": "R42", "domain": "R14", "anonymous": "R15"}
"""The rule that founds a company of a kind."""

CONTACT, UNIT, MAILBOX, MEMBERSHIP, GOLDEN = "R5", "R18", "R12", "R17", "R30"


def version_of(rule: str | None) -> int | None:
    """Give the version of a rule of evidence or of the rules of identity."""
    if rule is None:
        return None
    known = EVIDENCE_RULES.get(rule) or RULES.get(rule)
    return known.version if known is not None else None


@dataclass
class Causes:
    """Answers why, of one run and one plane.

    Args:
        run: the run's number.
        plane: people or companies.
        ground: what the run decided on.
        moves: which identifiers moved.
        founding: by entity that is new, what founded it (`founded`).
    """

    run: int
    plane: Plane
    ground: Ground
    moves: Moves
    founding: Mapping[str, Cause]

    @cached_property
    def _reasons(self) -> Reasons:
        return reasons_of(self.plane, self.moves, self.ground)

    @cached_property
    def _first(self) -> dict[str, Cause]:
        found: dict[str, Cause] = {}
        for (entity, _), cause in self._reasons.parted.items():
            found.setdefault(entity, cause)
        return found

    def give(self, cause: Cause | None) -> dict[str, Any]:
        """Complete a cause: the run, the version of its rule, the rules where they are others."""
        found = cause or {}
        version, rules = version_of(found.get("rule")), self.ground.rules
        said = {**found, "rule_version": version, "rules": rules, "run": self.run}
        return {k: v for k, v in said.items() if v is not None}

    def created(self, entity: str) -> dict[str, Any]:
        """Say what founded an entity."""
        return self.give(self.founding.get(entity))

    def merged(self, entity: str, into: str) -> dict[str, Any]:
        """Say what joined an entity to the one it went into."""
        return self.give(self._reasons.joined.get((into, entity)) or self._unit(entity))

    def _unit(self, entity: str) -> Cause | None:
        reasons = self._reasons
        held = sorted(i for i, owner in reasons.owner.items() if owner == entity)
        return next((c for i in held if (c := self._by_host(i))), None)

    def split(self, entity: str, origin: str) -> dict[str, Any]:
        """Say what parted a new entity from the one it was of."""
        return self.give(self._reasons.parted.get((origin, entity)))

    def retired(self, entity: str) -> dict[str, Any]:
        """Say what left an entity without anything that founds it."""
        return self.give(self._first.get(entity))

    def added(self, entity: str, identifier: str) -> dict[str, Any]:
        """Say what joined an identifier to an entity."""
        group = self._reasons.group(identifier)
        joined = self._reasons.joined.get((entity, group))
        return self.give(joined or self._by_host(identifier))

    def removed(self, identifier: str) -> dict[str, Any]:
        """Say what parted an identifier from its entity."""
        return self.give(self._reasons.parted.get(self._reasons.part(identifier)))

    def _by_host(self, identifier: str) -> Cause | None:
        """Say why a host, or a mailbox of a host, stands for a company without evidence (R12)."""
        if self.plane is Plane.PERSON:
            return None
        if identifier.startswith("email:"):
            return {"rule": MAILBOX, "identifier": identifier}
        units = self.ground.solved.units
        unit = units.of.get(identifier.removeprefix("domain:"))
        if unit is None:
            return None
        for answer in self.ground.solved.decisions.same:
            ends = (answer.left, answer.right)
            if unit in {units.of.get(e.removeprefix("domain:")) for e in ends}:
                return {"rule": "R21", **decided(self.ground, answer.decision)}
        return {"rule": UNIT, "identifier": identifier}

    def valued(
        self, names: list[str], before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Say by which record values are what they are (R30).

        ``before`` and ``after`` are the rows of an entity, with their provenance. Where several
        records won, ``records`` names the one of each value.
        """
        old, new = (orjson.loads(r["provenance"] or "{}") for r in (before, after))
        records = {n: r for n in names if (r := new.get(n) or old.get(n)) is not None}
        if "decision" in records.values():
            return self.give({"rule": "R26", **self._chosen_email(after)})
        if not records:
            record = after.get("primary_crm_id") or before.get("primary_crm_id")
            return self.give({"rule": GOLDEN, "record": record})
        several = {"records": records} if len(set(records.values())) > 1 else {}
        first = next(iter(records.values()))
        return self.give({"rule": GOLDEN, "record": first, **several})

    def _chosen_email(self, after: Mapping[str, Any]) -> Cause:
        chosen = f"email:{after['primary_email']}"
        answers = (a for a in self.ground.solved.decisions.same if a.right == chosen)
        answer = next(answers, None)
        return decided(self.ground, answer.decision) if answer is not None else {}


def founded(
    plane: Plane, entities: pl.DataFrame, of: Mapping[str, str], ground: Ground
) -> dict[str, Cause]:
    """Say what founded entities: the rule, and the record that it rests on.

    The entity's record in the primary CRM; else its oldest live record; else the record or event
    that first said one of its identifiers, for a company known by its domain one of an address.

    Args:
        plane: people or companies.
        entities: label, kind, primary_crm_id, members of those that are new.
        of: label to id.
        ground: what the run decided on.
    """
    if entities.is_empty():
        return {}
    members = entities.select("label", "primary_crm_id", id="members").explode("id")
    records = _oldest_record(members, ground)
    rest = members.join(records.select("label"), on="label", how="anti")
    says = pl.concat([records, _first_said(plane, rest, ground)])
    by_label = {row["label"]: row for row in says.iter_rows(named=True)}
    found = {}
    for label, kind in entities.select("label", "kind").iter_rows():
        row = by_label.get(label, {})
        cause = {"rule": FOUNDED_BY[kind] if plane is Plane.COMPANY else CONTACT}
        found[of[label]] = {**cause, "source": row.get("source"), "record": row.get("record")}
    return found


def _oldest_record(members: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    live = ground.solved.nodes.frame.filter("live").select("id")
    records = ground.facts.records.join(live, on="id", how="semi")
    said = members.join(records.select("id", "source", "created_ms", "at_ms"), on="id")
    ordered = said.with_columns(main=pl.col("id") == pl.col("primary_crm_id")).sort(
        pl.col("main").fill_null(False),
        "created_ms",
        "at_ms",
        "id",
        descending=[True, False, False, False],
        nulls_last=True,
    )
    return ordered.unique("label", keep="first", maintain_order=True).select(
        "label", "source", record="id"
    )


def _first_said(plane: Plane, members: pl.DataFrame, ground: Ground) -> pl.DataFrame:
    named = members.select("label", "id")
    if plane is Plane.COMPANY:
        hosts = ground.facts.email_domains.rename({"domain": "id", "email": "by"})
        named = named.join(hosts, on="id").select("label", id="by")
    evidence = ground.facts.evidence.filter(~pl.col("withdrawn").fill_null(False))
    ways = [
        evidence.select("source", "record", "first_seen_ms", id=end).join(named, on="id")
        for end in ("src", "dst")
    ]
    ordered = pl.concat(ways).sort("first_seen_ms", "record", nulls_last=True)
    return ordered.unique("label", keep="first", maintain_order=True).select(
        "label", "source", "record"
    )


Bans = Mapping[frozenset[str], str]
"""Pairs of clusters, by their labels, to the decision that keeps them apart."""


def bans_of(ground: Ground) -> Bans:
    """Give the decisions that keep clusters apart, as both planes came out."""
    nodes, solved = ground.solved.nodes, ground.solved
    names = nodes.frame["id"]
    found: dict[frozenset[str], str] = {}
    for answer in solved.decisions.different:
        ends = [nodes.code(i) for i in answer.pair]
        for cluster in (solved.people.cluster, solved.companies.cluster):
            labels = [int(cluster[c]) for c in ends if c >= 0]
            if len(labels) == 2 and min(labels) >= 0:
                found.setdefault(frozenset(names[c] for c in labels), answer.decision)
    return found


def refused_by(ground: Ground, bans: Bans, run: int, row: Mapping[str, Any]) -> dict[str, Any]:
    """Say why evidence was refused: its rule, the constraint, and the decision where one bans it.

    ``row`` has src, dst, key, rule, source, constraint, record and reason (JSON: the two clusters).
    """
    cause: Cause = {"constraint": row["constraint"]}
    if row["rule"] in EVIDENCE_RULES:
        cause |= said(ground, row["rule"], row["source"], row["record"])
    else:
        cause |= {"rule": MEMBERSHIP, "source": row["source"]}
    if row["constraint"] == "cannot_link" and "decision" not in cause:
        apart = orjson.loads(row["reason"])
        decision = bans.get(frozenset({apart.get("left", ""), apart.get("right", "")}))
        cause |= decided(ground, decision) if decision is not None else {}
    cause |= {"rule_version": version_of(cause.get("rule")), "run": run}
    return {k: v for k, v in cause.items() if v is not None}
