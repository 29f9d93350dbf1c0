"""Apply: give ids to what was derived, and write the difference to the graph in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from identity.model.difference import Difference, difference
from identity.model.evidence import EVIDENCE_RULES
from identity.model.schema import COMPANY_ATTRIBUTES, CONTACT_ATTRIBUTES
from identity.resolve.derive import Derived
from identity.resolve.ids import Assignment, Cluster, Entry, IdState, assign, minter
from identity.resolve.stored import ENTITY, Stored
from identity.store.base import Transaction

PREFIX = {"person": "con", "company": "com"}
ATTRIBUTES = {
    "person": [p.name for p in CONTACT_ATTRIBUTES],
    "company": [p.name for p in COMPANY_ATTRIBUTES],
}
_LEDGER = (
    "state",
    "minted_seq",
    "live_since",
    "ended_run",
    "pinned",
    "home",
    "held",
)


@dataclass(frozen=True, slots=True)
class Clock:
    """The run's number and instant, and how far ids and changes were counted before it."""

    run: int
    as_of_ms: int
    minted: int
    changes: int


@dataclass(frozen=True, slots=True)
class Named:
    """Derived rows with ids in place of labels."""

    entities: dict[str, pl.DataFrame]
    resolves_to: dict[str, pl.DataFrame]
    memberships: pl.DataFrame
    assignments: dict[str, Assignment]


def name(derived: Derived, stored: Stored, clock: Clock, known: Mapping[str, str]) -> Named:
    """Give every entity its id.

    Args:
        derived: what was derived.
        stored: the ledger rows and derived rows in scope.
        clock: the run.
        known: ids of companies outside of the scope, by label.
    """
    of: dict[str, dict[str, str]] = {"person": {}, "company": dict(known)}
    assignments, entities = {}, {}
    minted = clock.minted
    for plane in PREFIX:
        rows = derived.entities.filter(pl.col("plane") == plane)
        found = _assign(plane, derived, stored, clock, minted)
        minted = max([minted, *(e.minted_seq for e in found.entries)])
        of[plane].update(found.of)
        assignments[plane] = found
        entities[plane] = _entity_rows(rows, stored.entities[plane], found, plane, derived.pinned)
    return Named(
        entities,
        {p: _resolves_to(derived, of[p], p) for p in PREFIX},
        _memberships(derived, of),
        assignments,
    )


def company_ids(derived: Derived, stored: Stored, clock: Clock) -> dict[str, str]:
    """Give the id that each company is to have by its label; new ones are minted for the look."""
    return _assign("company", derived, stored, clock, clock.minted).of


def _assign(plane: str, derived: Derived, stored: Stored, clock: Clock, minted: int) -> Assignment:
    rows = derived.entities.filter(pl.col("plane") == plane)
    clusters = [
        Cluster(label, frozenset(members), frozenset(anchors or ()))
        for label, members, anchors in rows.select("label", "members", "anchors").iter_rows()
    ]
    return assign(
        _ledger(stored.entities[plane], derived.pinned),
        clusters,
        run=clock.run,
        next_seq=minted + 1,
        mint=minter(PREFIX[plane], clock.as_of_ms),
    )


def _ledger(stored: pl.DataFrame, pinned: frozenset[str]) -> list[Entry]:
    columns = ("id", *_LEDGER, "merged_into")
    return [
        Entry(
            id=row["id"],
            state=IdState(row["state"]),
            minted_seq=row["minted_seq"],
            live_since=row["live_since"],
            home=row["home"],
            held=frozenset(row["held"] or ()),
            ended_run=row["ended_run"],
            pinned=row["home"] in pinned,
            merged_into=row["merged_into"],
        )
        for row in stored.select(columns).unique("id", keep="first").iter_rows(named=True)
    ]


def _entity_rows(
    derived: pl.DataFrame,
    stored: pl.DataFrame,
    found: Assignment,
    plane: str,
    pinned: frozenset[str],
) -> pl.DataFrame:
    """Give the rows of entities as they are to be: the living with values, the ended without."""
    schema = {c: t for c, t in stored.schema.items() if c != "merged_into"}
    names = ["name", "kind", "primary_crm_id", "label", "provenance", *ATTRIBUTES[plane]]
    values = derived.with_columns(
        id=pl.col("label").replace_strict(found.of, return_dtype=pl.String)
        if derived.height
        else pl.lit(None, pl.String)
    ).select("id", *names)
    kept = stored.select("id", *_LEDGER).unique("id", keep="first")
    changed = pl.DataFrame(
        [
            (
                e.id,
                e.state.value,
                e.minted_seq,
                e.live_since,
                e.ended_run,
                e.pinned,
                e.home,
                sorted(e.held),
            )
            for e in found.entries
        ],
        schema={c: schema[c] for c in ("id", *_LEDGER)},
        orient="row",
    )
    ledger = pl.concat([changed, kept.join(changed.select("id"), on="id", how="anti")])
    captions = stored.select("id", caption="name").unique("id", keep="first")
    rows = (
        ledger.join(values, on="id", how="left")
        .join(captions, on="id", how="left")
        .with_columns(name=pl.coalesce("name", "caption"))
        .with_columns(pinned=pl.col("home").is_in(pinned))
    )
    return rows.select([pl.col(c).cast(t) for c, t in schema.items()]).sort("id")


def _resolves_to(derived: Derived, of: Mapping[str, str], plane: str) -> pl.DataFrame:
    rows = derived.resolves_to.filter(pl.col("plane") == plane)
    return _with_ids(rows, "label", of, "entity").select(
        "identifier",
        "entity",
        key=pl.col("from_ms").cast(pl.String).fill_null(""),
        from_ms="from_ms",
        until_ms="until_ms",
    )


def _memberships(derived: Derived, of: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    rows = _with_ids(derived.memberships, "contact", of["person"], "contact")
    rows = _with_ids(rows, "company", of["company"], "company")
    start = pl.col("from_ms").cast(pl.String).fill_null("")
    return rows.select(
        "contact",
        "company",
        key=pl.concat_str([pl.col("via"), start], separator="|"),
        via="via",
        primary="primary",
        source="source",
        role="role",
        from_ms="from_ms",
        until_ms="until_ms",
    )


def _with_ids(rows: pl.DataFrame, column: str, of: Mapping[str, str], named: str) -> pl.DataFrame:
    table = pl.DataFrame(
        {"__label": list(of), "__id": list(of.values())},
        schema={"__label": pl.String, "__id": pl.String},
    )
    joined = rows.join(table, left_on=column, right_on="__label", how="left", maintain_order="left")
    return joined.with_columns(pl.col("__id").alias(named)).drop("__id")


@dataclass(frozen=True, slots=True)
class Writing:
    """All differences between what the graph holds and what was derived, but for reviews."""

    entities: dict[str, Difference]
    resolves_to: dict[str, Difference]
    memberships: Difference
    refused: Difference
    evidence: Difference
    identifiers: Difference
    decisions: Difference

    @property
    def empty(self) -> bool:
        """Say whether nothing differs."""
        parts = (
            *self.entities.values(),
            *self.resolves_to.values(),
            self.memberships,
            self.refused,
            self.evidence,
            self.identifiers,
            self.decisions,
        )
        return all(p.empty for p in parts)


def compare(derived: Derived, named: Named, stored: Stored) -> Writing:
    """Compare everything derived but reviews with what the graph holds."""
    edge = ["src", "dst", "key"]
    wanted_ids = derived.identifiers.select(stored.identifiers.columns)
    evidence = derived.evidence.select(stored.evidence.columns)
    return Writing(
        entities={p: difference(stored.entities[p], named.entities[p], ["id"]) for p in PREFIX},
        resolves_to={
            p: difference(
                stored.resolves_to[p], named.resolves_to[p], ["identifier", "entity", "key"]
            )
            for p in PREFIX
        },
        memberships=difference(
            stored.memberships, named.memberships, ["contact", "company", "key"]
        ),
        refused=difference(stored.refused, derived.refused.select(stored.refused.columns), edge),
        evidence=difference(stored.evidence, evidence, ["edge", *edge]),
        identifiers=difference(stored.identifiers, wanted_ids, ["id"]),
        decisions=difference(stored.decisions, derived.decisions, ["id"]),
    )


def write_nodes(tx: Transaction, writing: Writing, stored: Stored) -> None:
    """Write what differs of entities, identifiers and decisions."""
    for plane, label in ENTITY.items():
        tx.write(f"resolve/{label}", _values(writing.entities[plane].write, stored.entities[plane]))
    tx.write("resolve/identifier", _values(writing.identifiers.write, stored.identifiers))
    tx.write("resolve/decision_state", _rows(writing.decisions.write))


def write_edges(
    tx: Transaction, writing: Writing, named: Named, stored: Stored, clock: Clock
) -> None:
    """Write what differs of edges between nodes that are there: removals before additions."""
    for plane, label in ENTITY.items():
        _write_ledger_edges(tx, named.assignments[plane], stored.entities[plane], label)
    for plane, label in ENTITY.items():
        gone = writing.resolves_to[plane].remove.select("identifier", "entity", "key")
        tx.write(f"resolve/unresolve_{label}", _rows(gone))
    for plane, label in ENTITY.items():
        tx.write(f"resolve/resolves_to_{label}", _rows(writing.resolves_to[plane].write))
    tx.write("resolve/unmember", _rows(writing.memberships.remove["contact", "company", "key"]))
    tx.write("resolve/member_of", _rows(writing.memberships.write))
    tx.write("resolve/unrefuse", _rows(writing.refused.remove["src", "dst", "key"]))
    tx.write("resolve/refused", _rows(writing.refused.write))
    _write_evidence(tx, writing.evidence, clock.run)


def write_reviews(tx: Transaction, reviews: Difference) -> None:
    """Write what differs of the questions that wait for a person."""
    tx.write("resolve/remove_review", _rows(reviews.remove.select("id")))
    tx.write("resolve/review", _rows(reviews.write))
    concerned = reviews.write.select("id", identifier="subjects").explode("identifier")
    tx.write("resolve/review_concerns", _rows(concerned))


def _rows(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dicts()


_PROPERTIES = {"label": "cluster_label"}


def _values(rows: pl.DataFrame, stored: pl.DataFrame) -> list[dict[str, Any]]:
    """Give each node's id and the values that differ from what is stored of it."""
    names = [n for n in rows.columns if n != "id"]
    before = rows.select("id").join(
        stored.select(rows.columns).unique("id"), on="id", how="left", maintain_order="left"
    )
    values: list[dict[str, Any]] = [{} for _ in range(rows.height)]
    for name in names:
        differs = rows[name].ne_missing(before[name])
        chosen = differs.arg_true()
        found = rows[name].gather(chosen).to_list()
        for place, value in zip(chosen.to_list(), found, strict=True):
            values[place][_PROPERTIES.get(name, name)] = value
    return [{"id": i, "values": v} for i, v in zip(rows["id"].to_list(), values, strict=True)]


def _write_ledger_edges(
    tx: Transaction, found: Assignment, stored: pl.DataFrame, label: str
) -> None:
    before = {
        i: (state, into)
        for i, state, into in stored.select("id", "state", "merged_into").iter_rows()
    }
    unmerge: list[dict[str, str]] = []
    merge: list[dict[str, str | None]] = []
    held: list[dict[str, str]] = []
    unheld: list[dict[str, str]] = []
    for entry in found.entries:
        state, into = before.get(entry.id, (None, None))
        if into is not None and into != entry.merged_into:
            unmerge.append({"id": entry.id})
        if entry.merged_into is not None and into != entry.merged_into:
            merge.append({"id": entry.id, "into": entry.merged_into})
        if state == "live" and entry.state is not IdState.LIVE:
            held.extend({"id": entry.id, "identifier": h} for h in sorted(entry.held))
        if state not in (None, "live") and entry.state is IdState.LIVE:
            unheld.append({"id": entry.id})
    tx.write(f"resolve/unmerge_{label}", unmerge)
    tx.write(f"resolve/unheld_{label}", unheld)
    tx.write(f"resolve/merged_into_{label}", merge)
    tx.write(f"resolve/held_{label}", held)
    splits = [{"id": new, "origin": origin} for new, origin in found.split_from]
    tx.write(f"resolve/split_from_{label}", splits)


def _write_evidence(tx: Transaction, differing: Difference, run: int) -> None:
    for edge in ("SAME_PERSON", "SAME_COMPANY"):
        chosen = pl.col("edge") == edge
        gone = differing.remove.filter(chosen)["src", "dst", "key"]
        tx.write(f"ingest/remove_{edge.lower()}", _rows(gone))
        rows = [_evidence_row(r, run) for r in _rows(differing.write.filter(chosen))]
        tx.write(f"ingest/edge_{edge.lower()}", rows)


def _evidence_row(row: dict[str, Any], run: int) -> dict[str, Any]:
    rule = EVIDENCE_RULES[row["rule"]]
    kept = {k: v for k, v in row.items() if k != "edge"}
    return {
        **kept,
        "rule_version": rule.version,
        "evidence_class": rule.other.word,
        "method": rule.method.value,
        "run": run,
        "ended_run": None,
    }
