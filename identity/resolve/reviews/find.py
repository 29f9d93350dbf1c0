"""Find: all questions of a solution, as rows.

A pure function of facts and their solution. Of a part of a graph only those questions are right
whose smallest subject lies in the part, once the part is closed under what questions reach.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS
from identity.resolve.facts import Facts
from identity.resolve.reviews import decided, domains, people, shape, workspaces
from identity.resolve.reviews.model import to_frame, to_row
from identity.resolve.reviews.sight import Sight
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved

PARTS = (domains, workspaces, people, decided, shape)


def find_reviews(facts: Facts, solved: Solved, setting: Setting) -> pl.DataFrame:
    """Give the questions that evidence and decisions leave to a person (`REVIEWS`)."""
    sight = Sight(facts, solved, setting)
    rows: dict[str, dict[str, object]] = {}
    for part in PARTS:
        for found in part.questions(sight):
            if sight.put_off(found):
                continue
            row = to_row(found, sight.concerned(found.subjects))
            rows.setdefault(row["id"], row)
    return to_frame(rows.values())


def within(reviews: pl.DataFrame, scope: Collection[str]) -> pl.DataFrame:
    """Keep the questions that belong to a scope: those whose smallest subject is in it."""
    inside = pl.Series("id", sorted(scope), dtype=pl.String)
    return reviews.filter(pl.col("subjects").list.first().is_in(inside.implode()))


def reached(part: Collection[str], facts: Facts, solved: Solved, *known: pl.DataFrame) -> set[str]:
    """Give the identifiers that the questions of a part depend on.

    All subjects of questions, found now or known before, that have one in the part (suggestions
    depend on their blocks instead); and the ambiguous domains that accounts of the part claim,
    because what a question says of a domain depends on its claimants.
    """
    inside = pl.Series("id", sorted(part), dtype=pl.String)
    listed = [k.filter(pl.col("block").is_null()).select("id", "subjects") for k in known]
    subjects = pl.concat(listed).unique("id")
    spread = subjects.explode("subjects")
    touching = spread.filter(pl.col("subjects").is_in(inside.implode())).select("id").unique()
    found = set(spread.join(touching, on="id", how="semi")["subjects"].to_list())
    ambiguous = solved.standing.frame.filter(pl.col("standing") == "ambiguous")["code"]
    hosts = solved.nodes.ids(ambiguous.to_numpy())
    claims = facts.evidence.filter(
        pl.col("rule").is_in(list(DOMAIN_CLAIMS))
        & pl.col("src").is_in(inside.implode())
        & pl.col("dst").is_in(hosts.implode())
    )
    return found | set(claims["dst"].to_list())
