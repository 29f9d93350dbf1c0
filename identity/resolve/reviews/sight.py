"""Sight: a solution as reviews look at it, with what is asked of it again and again kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS
from identity.model.identifiers import Plane
from identity.resolve.codes import Ints
from identity.resolve.facts import Facts
from identity.resolve.plane import OUTSIDE
from identity.resolve.reviews.model import Item
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved


@dataclass
class Sight:
    """Facts, their solution and the rules, as the questions look at them."""

    facts: Facts
    solved: Solved
    setting: Setting
    _members: dict[Plane, dict[int, list[int]]] = field(default_factory=dict)

    def code(self, identifier: str) -> int:
        """Give the code of an identifier, or -1."""
        return self.solved.nodes.code(identifier)

    def id(self, code: int) -> str:
        """Give the identifier of a code."""
        return str(self.solved.nodes.frame["id"][code])

    def ids(self, codes: Iterable[int]) -> list[str]:
        """Give the identifiers of codes, in the order of their text."""
        return [self.id(c) for c in sorted(set(codes))]

    def cluster(self, plane: Plane) -> Ints:
        """Give the clusters of a plane."""
        solved = self.solved
        return solved.people.cluster if plane is Plane.PERSON else solved.companies.cluster

    def members(self, plane: Plane, label: int) -> list[int]:
        """Give the members of a cluster that are not anonymous, by the code of its label."""
        if plane not in self._members:
            self._members[plane] = self._grouped(plane)
        return self._members[plane].get(label, [])

    def _grouped(self, plane: Plane) -> dict[int, list[int]]:
        cluster = self.cluster(plane)
        leaf = self.solved.nodes.mask(pl.col("kind") == "anonymous")
        codes = np.flatnonzero((cluster != OUTSIDE) & ~leaf)
        order = codes[np.argsort(cluster[codes], kind="stable")]
        labels, starts = np.unique(cluster[order], return_index=True)
        parts = np.split(order, starts[1:])
        return {int(x): p.tolist() for x, p in zip(labels, parts, strict=True)}

    def concerned(self, identifiers: Iterable[str]) -> set[str]:
        """Give all members of the clusters that identifiers are in, and themselves."""
        found: set[str] = set()
        for identifier in identifiers:
            found.add(identifier)
            code = self.code(identifier)
            if code < 0:
                continue
            for plane in Plane:
                label = int(self.cluster(plane)[code])
                if label != OUTSIDE:
                    found.update(self.ids(self.members(plane, label)))
        return found

    @cached_property
    def captions(self) -> pl.Series:
        """Give each code's caption: the name on its record, else its bare value."""
        full = pl.concat_str(["first_name", "last_name"], separator=" ", ignore_nulls=True)
        named = self.facts.records.select(
            "id",
            caption=pl.when(pl.col("object").is_in(["account", "workspace"]))
            .then("company_name")
            .otherwise(pl.coalesce("person_name", pl.when(full.str.len_chars() > 0).then(full))),
        ).unique("id", keep="first")
        joined = self.solved.nodes.frame.select("id").join(
            named, on="id", how="left", maintain_order="left"
        )
        value = pl.col("id").str.split(":").list.last()
        return joined.select(caption=pl.coalesce("caption", value))["caption"]

    def caption(self, code: int) -> str:
        """Give the caption of a code."""
        return str(self.captions[code])

    @cached_property
    def live(self) -> pl.DataFrame:
        """Give the live records: code, id, object, source."""
        return self.solved.nodes.frame.filter("live").select("code", "id", "object", "source")

    @cached_property
    def live_evidence(self) -> pl.DataFrame:
        """Give the evidence that holds: neither withdrawn nor ended."""
        return _holding(self.facts.evidence)

    @cached_property
    def live_relations(self) -> pl.DataFrame:
        """Give the relations that hold."""
        return _holding(self.facts.relations)

    @cached_property
    def claims(self) -> pl.DataFrame:
        """Give the live claims of live accounts on domains: src, dst, source, unit."""
        held = self.live_evidence.filter(
            pl.col("rule").is_in(list(DOMAIN_CLAIMS)) & pl.col("dst").str.starts_with("domain:")
        ).join(self.live.select(src="id"), on="src", how="semi")
        of = self.solved.units.of
        units = pl.DataFrame(
            {"host": list(of), "unit": list(of.values())},
            schema={"host": pl.String, "unit": pl.String},
        )
        return (
            held.select("src", "dst", "source", host=pl.col("dst").str.slice(7))
            .join(units, on="host", how="left")
            .with_columns(unit=pl.coalesce("unit", "host"))
            .drop("host")
        )

    def answered(self, left: str, right: str) -> bool:
        """Say whether people said something about a pair that holds, be it that they are unsure."""
        return (min(left, right), max(left, right)) in self._answers

    def put_off(self, item: Item) -> bool:
        """Say whether people are unsure of everything that an item asks: it waits no more (R26)."""
        ends = [(c.left, c.right) for c in item.candidates if c.right is not None]
        return bool(ends) and all((min(p), max(p)) in self._unsure for p in ends)

    @cached_property
    def _unsure(self) -> frozenset[tuple[str, str]]:
        return frozenset(a.pair for a in self.solved.decisions.unsure)

    @cached_property
    def _answers(self) -> frozenset[tuple[str, str]]:
        decisions = self.solved.decisions
        given = (*decisions.same, *decisions.different, *decisions.unsure)
        return frozenset(a.pair for a in given)


def _holding(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(~pl.col("withdrawn").fill_null(False) & pl.col("until_ms").is_null())
