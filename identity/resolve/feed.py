"""The change feed of a run: all that changed, with its cause, in order and numbered (R29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from identity.model.changes import Change, numbered
from identity.model.identifiers import Plane
from identity.resolve import changes
from identity.resolve.apply import Clock, Named, Writing
from identity.resolve.causes import Causes, founded
from identity.resolve.derive import Derived
from identity.resolve.facts import Facts
from identity.resolve.ids import IdState
from identity.resolve.moves import Ground, moves_of
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved
from identity.resolve.stored import Stored

EDGE = ["src", "dst", "key"]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a run decided on, and with what outcome.

    ``rules`` is the hash of the rules where the last run had others.
    """

    facts: Facts
    solved: Solved
    setting: Setting
    derived: Derived
    stored: Stored
    rules: str | None = None


def feed(decided: Decided, named: Named, writing: Writing, clock: Clock) -> list[dict[str, Any]]:
    """Make the change feed's rows of a run."""
    found = _changes(decided, named, writing, clock)
    return numbered(found, first=clock.changes + 1, run=clock.run, as_of_ms=clock.as_of_ms)


def _changes(decided: Decided, named: Named, writing: Writing, clock: Clock) -> Iterator[Change]:
    stored, derived = decided.stored, decided.derived
    fresh = writing.refused.write.join(stored.refused.select(EDGE), on=EDGE, how="anti")
    ground = _ground(decided, writing, fresh)
    causes = {plane: _causes(plane, decided, named, ground, clock.run) for plane in Plane}
    now = changes.by_contact(named.memberships)
    for plane, why in causes.items():
        before, assignment = stored.entities[plane], named.assignments[plane]
        living = named.entities[plane].filter(pl.col("state") == "live")
        yield from changes.of_ids(before, assignment, living, now, why)
        yield from changes.of_moves(why)
        yield from changes.of_values(before, living, why)
    people = causes[Plane.PERSON]
    was = changes.by_contact(stored.memberships)
    companies = _companies(decided, named, causes[Plane.COMPANY])
    yield from changes.of_memberships(was, now, companies, people)
    yield from changes.of_refused(fresh, ground, clock.run)
    yield from changes.of_decisions(stored.decisions, derived.decisions, ground, clock.run)


def _ground(decided: Decided, writing: Writing, fresh: pl.DataFrame) -> Ground:
    stored, derived = decided.stored, decided.derived
    known = stored.identifiers.select("id", was="standing")
    states = writing.identifiers.write.join(known, on="id", how="left").filter(
        pl.col("standing").is_not_null() & pl.col("standing").ne_missing(pl.col("was"))
    )
    turned = derived.decisions.join(
        stored.decisions.drop_nulls("state"), on=["id", "state"], how="anti"
    )
    return Ground(
        decided.facts,
        decided.solved,
        decided.setting,
        fresh.select(*EDGE, "constraint"),
        derived.refused.select(EDGE),
        writing.evidence.remove,
        dict(states.select("id", "standing").iter_rows()),
        frozenset(turned["id"].to_list()),
        decided.rules,
    )


def _causes(plane: Plane, decided: Decided, named: Named, ground: Ground, run: int) -> Causes:
    before = decided.stored.entities[plane]
    states = dict(before.select("id", "state").iter_rows())
    assignment = named.assignments[plane]
    living = {e.id for e in assignment.entries if e.state is IdState.LIVE}
    born = {i for i in living if states.get(i) != "live"}
    ended = {e.id for e in assignment.entries} - living
    ended = {i for i in ended if states.get(i) == "live"}
    moves = moves_of(decided.stored.resolves_to[plane], named.resolves_to[plane], born, ended)
    labels = pl.Series(
        [label for label, identity in assignment.of.items() if identity in born], dtype=pl.String
    )
    entities = decided.derived.entities.filter(
        (pl.col("plane") == plane.value) & pl.col("label").is_in(labels.implode())
    )
    return Causes(run, plane, ground, moves, founded(plane, entities, assignment.of, ground))


def _companies(decided: Decided, named: Named, causes: Causes) -> pl.DataFrame:
    """Give what stood and stands for companies, also where those lie outside of the scope."""
    facts, solved = decided.facts, decided.solved
    ends = pl.concat([facts.relations["dst"], facts.email_domains["domain"].alias("dst")]).unique()
    codes = solved.nodes.codes(ends)
    table = pl.DataFrame({"identifier": ends, "code": codes}).filter(pl.col("code") >= 0)
    view = solved.view.company[table["code"].to_numpy()]
    table = table.with_columns(at=pl.Series(view, dtype=pl.Int64)).filter(pl.col("at") >= 0)
    ids = pl.DataFrame(
        {"label": decided.derived.memberships["company"], "entity": named.memberships["company"]}
    ).unique()
    outside = table.with_columns(label=solved.nodes.ids(table["at"].to_numpy())).join(
        ids, on="label"
    )
    moves = causes.moves
    return pl.concat([outside.select("identifier", "entity"), moves.after, moves.before]).unique()
