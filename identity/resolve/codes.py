"""Codes: identifiers as integers in the order of their text, so that arrays can do the work.

A smaller code is a smaller identifier. Every pure function below works on codes; text comes back
only where rows leave the resolver.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.config import IdentifierKind
from identity.model.evidence import EVIDENCE_RULES, WEAKEST_CONDUCTING, EvidenceClass
from identity.model.identifiers import Plane
from identity.resolve.facts import Facts

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

_PERSON_KINDS = ("email", "user", "anonymous", "phone")
_COMPANY_KINDS = ("domain", "workspace")


@dataclass(frozen=True, slots=True)
class Nodes:
    """All identifiers in scope, sorted by id; row number = code.

    ``frame`` has id, code, kind, plane (person, company or null), object, source, record, live,
    active, exposed. ``live`` records stand for themselves: loaded, neither deleted nor merged.
    """

    frame: pl.DataFrame
    _places: dict[str, int] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return self.frame.height

    def mask(self, expression: pl.Expr) -> Bools:
        """Give a mask over codes."""
        return self.frame.select(expression.fill_null(False)).to_series().to_numpy()

    def codes(self, ids: pl.Series) -> Ints:
        """Give the codes of identifiers; -1 for those that are out of scope."""
        table = pl.DataFrame({"id": ids.cast(pl.String)})
        found = table.join(
            self.frame.select("id", "code"), on="id", how="left", maintain_order="left"
        )
        return found["code"].fill_null(-1).cast(pl.Int64).to_numpy()

    def code(self, identifier: str) -> int:
        """Give the code of one identifier, or -1."""
        if not self._places:  # filled when first asked: many ask for none
            self._places.update(zip(self.frame["id"].to_list(), range(len(self)), strict=True))
        return self._places.get(identifier, -1)

    def ids(self, codes: Ints) -> pl.Series:
        """Give the identifiers of codes."""
        return self.frame["id"].gather(pl.Series(codes))


def number(
    facts: Facts,
    extra: pl.Series | None = None,
    declared: Mapping[str, IdentifierKind] | None = None,
) -> Nodes:
    """Number all identifiers that facts name, and some more.

    ``declared`` are the kinds of the project: each says its plane.
    """
    ends = [
        *([extra] if extra is not None else []),
        facts.identifiers["id"],
        facts.evidence["src"],
        facts.evidence["dst"],
        facts.relations["src"],
        facts.relations["dst"],
        facts.email_domains["email"],
        facts.email_domains["domain"],
        facts.decisions["left"],
        facts.decisions["right"],
    ]
    everything = pl.concat([e.rename("id") for e in ends]).drop_nulls().unique().sort()
    frame = pl.DataFrame({"id": everything}).with_row_index("code")
    known = facts.identifiers.unique("id", keep="first", maintain_order=True)
    frame = frame.join(known, on="id", how="left", maintain_order="left")
    prefix = pl.col("id").str.split(":").list
    kind = pl.coalesce(
        "kind",
        pl.when(prefix.first() == "x").then(prefix.get(1, null_on_oob=True)),
        prefix.first().replace_strict({"anon": "anonymous"}, default=prefix.first()),
    )
    crm_object = pl.when(pl.col("id").str.starts_with("crm:")).then(prefix.get(2, null_on_oob=True))
    frame = frame.with_columns(
        code=pl.col("code").cast(pl.Int64),
        kind=kind,
        object=pl.coalesce("object", crm_object),
        record=pl.col("record").fill_null(False),
        deleted=pl.col("deleted").fill_null(False),
        active=pl.col("active").fill_null(False),
        exposed=pl.col("exposed").fill_null(False),
    )
    kinds = {p: [n for n, k in (declared or {}).items() if k.plane == p] for p in Plane}
    person = pl.col("kind").is_in([*_PERSON_KINDS, *kinds[Plane.PERSON]])
    person |= pl.col("object").is_in(["contact", "lead"])
    company = pl.col("kind").is_in([*_COMPANY_KINDS, *kinds[Plane.COMPANY]])
    company |= pl.col("object") == "account"
    frame = frame.with_columns(
        plane=pl.when(person)
        .then(pl.lit(Plane.PERSON.value))
        .when(company)
        .then(pl.lit(Plane.COMPANY.value)),
        live=pl.col("record") & ~pl.col("deleted") & pl.col("merged_into").is_null(),
    )
    return Nodes(frame)


@dataclass(frozen=True, slots=True)
class Edges:
    """Evidence of one plane over codes, strongest first (the total order of R25).

    ``frame`` has position, a, b (codes of src and dst), rule, source, record, key, evidence_class,
    ended, first_seen_ms, last_seen_ms, from_ms, until_ms. Only evidence that conducts is in it.
    """

    frame: pl.DataFrame

    def ends(self) -> tuple[Ints, Ints]:
        """Give both ends as arrays."""
        return self.frame["a"].to_numpy(), self.frame["b"].to_numpy()


def evidence_of(plane: Plane, evidence: pl.DataFrame, nodes: Nodes, primary: str | None) -> Edges:
    """Give the conducting evidence of a plane in the total order of R25.

    Withdrawn evidence conducts nothing, nor does an ended claim of a domain (R3), nor evidence
    weaker than its plane takes (R4).
    """
    edge = "SAME_PERSON" if plane is Plane.PERSON else "SAME_COMPANY"
    rows = evidence.filter((pl.col("edge") == edge) & ~pl.col("withdrawn").fill_null(False))
    rows = with_class(rows, primary).with_columns(
        ended=pl.col("until_ms").is_not_null(),
        first_seen_ms=pl.col("first_seen_ms").fill_null(0),
    )
    claims = pl.col("rule").is_in(["account.domain", "account.additional_domain"])
    rows = rows.filter(
        (pl.col("evidence_class") <= int(WEAKEST_CONDUCTING[plane])) & ~(claims & pl.col("ended"))
    )
    rows = rows.with_columns(
        a=pl.Series(nodes.codes(rows["src"]), dtype=pl.Int64),
        b=pl.Series(nodes.codes(rows["dst"]), dtype=pl.Int64),
    )
    ordered = rows.with_columns(
        low=pl.min_horizontal("a", "b"), high=pl.max_horizontal("a", "b")
    ).sort(
        "evidence_class",
        "ended",
        "priority",
        "first_seen_ms",
        "low",
        "high",
        "rule",
        "source",
        "key",
    )
    return Edges(ordered.with_columns(position=pl.int_range(ordered.height, dtype=pl.Int64)))


def with_class(evidence: pl.DataFrame, primary: str | None) -> pl.DataFrame:
    """Add each row's evidence class (an integer, smaller is stronger) and its rule's priority."""
    rules = pl.DataFrame(
        {
            "rule": list(EVIDENCE_RULES),
            "from_primary": [int(r.primary) for r in EVIDENCE_RULES.values()],
            "from_other": [int(r.other) for r in EVIDENCE_RULES.values()],
            "priority": [r.priority for r in EVIDENCE_RULES.values()],
        }
    )
    is_primary = pl.col("source") == pl.lit(primary) if primary is not None else pl.lit(False)
    joined = evidence.join(rules, on="rule", how="left", maintain_order="left")
    return joined.with_columns(
        evidence_class=pl.when(is_primary)
        .then("from_primary")
        .otherwise("from_other")
        .fill_null(int(EvidenceClass.WEAK))
    ).drop("from_primary", "from_other")
