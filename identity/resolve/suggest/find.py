"""Find: the suggestions of a whole graph, or of the blocks and companies that changed in a part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from identity.model.identifiers import Plane
from identity.resolve.decisions import Decisions
from identity.resolve.derive import Derived
from identity.resolve.facts import Facts
from identity.resolve.setting import Setting
from identity.resolve.solve import Solved
from identity.resolve.suggest.companies import ROWS, UNIQUE, suggest_companies
from identity.resolve.suggest.items import Entities, to_reviews
from identity.resolve.suggest.people import suggest_people
from identity.resolve.suggest.profiles import Judging, Profiles, profiles_of

ENTITY = {"label": pl.String(), "name": pl.String(), "members": pl.List(pl.String())}
"""What is needed of an entity: its label, its name, its members that are not anonymous."""

COMPANY = {
    **ENTITY,
    "company_name": pl.String(),
    "country": pl.String(),
    "domain": pl.String(),
    "parent": pl.String(),
}
PLACED = {"id": pl.String(), **{c: ROWS[c] for c in ROWS if c != "domain"}}
"""Records of companies with the label of their company."""


def people_of(derived: Derived) -> pl.DataFrame:
    """Give the contacts that were derived (`ENTITY`)."""
    return derived.entities.filter(pl.col("plane") == Plane.PERSON.value).select(list(ENTITY))


def companies_of(derived: Derived) -> pl.DataFrame:
    """Give the companies that were derived (`COMPANY`)."""
    return derived.entities.filter(pl.col("plane") == Plane.COMPANY.value).select(list(COMPANY))


def placed_records(derived: Derived, facts: Facts) -> pl.DataFrame:
    """Give the live records of companies with the label of their company (`PLACED`)."""
    resolved = derived.resolves_to.filter(
        (pl.col("plane") == Plane.COMPANY.value) & pl.col("until_ms").is_null()
    ).select("label", id="identifier")
    live = facts.identifiers.filter(
        pl.col("record") & ~pl.col("deleted").fill_null(False) & pl.col("merged_into").is_null()
    )
    return (
        facts.records.filter(pl.col("object").is_in(["account", "workspace"]))
        .join(live.select("id"), on="id", how="semi")
        .join(resolved, on="id")
        .select(list(PLACED))
    )


def judging_of(members: pl.DataFrame, alone: Iterable[str], setting: Setting) -> Judging:
    """Give what profiles depend on besides facts."""
    emails = members.filter(pl.col("id").str.starts_with("email:"))["id"]
    hosts = emails.str.splitn("@", 2).struct.field("field_1").unique().to_list()
    closed = [h for h in hosts if not setting.classifier.classify(h).founds]
    unique = [n for n, k in setting.kinds.items() if k.unique]
    return Judging(list(alone), closed, unique)


def members_of(entities: pl.DataFrame) -> pl.DataFrame:
    """Give label and identifier of every member of entities."""
    return entities.select("label", id="members").explode("id").drop_nulls()


def answered_pairs(decisions: Decisions, members: pl.DataFrame) -> pl.DataFrame:
    """Give the pairs of labels that people have said something about: a, b, a < b."""
    answers = (*decisions.same, *decisions.different, *decisions.unsure)
    pairs = pl.DataFrame(
        [a.pair for a in answers], schema={"one": pl.String, "two": pl.String}, orient="row"
    )
    both = pairs.join(members.rename({"id": "one", "label": "la"}), on="one").join(
        members.rename({"id": "two", "label": "lb"}), on="two"
    )
    low, high = pl.min_horizontal("la", "lb"), pl.max_horizontal("la", "lb")
    return both.select(a=low, b=high).filter(pl.col("a") != pl.col("b")).unique()


def people_reviews(
    contacts: pl.DataFrame,
    profiles: Profiles,
    decisions: Decisions,
    wanted: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Give the questions among contacts, of all blocks or the wanted ones."""
    answered = answered_pairs(decisions, members_of(contacts))
    suggested = suggest_people(profiles, answered, wanted).frame
    return to_reviews(suggested, Entities.of(contacts))


@dataclass(frozen=True, slots=True)
class Companies:
    """All companies: `COMPANY`, their records (`PLACED`), values of unique kinds (`UNIQUE`)."""

    frame: pl.DataFrame
    records: pl.DataFrame
    unique: pl.DataFrame


def company_reviews(companies: Companies, decisions: Decisions) -> pl.DataFrame:
    """Give the questions among companies."""
    members = members_of(companies.frame)
    golden = companies.frame.select(
        "label", "company_name", "country", "domain", address=pl.lit(None, pl.String)
    ).with_columns(phone_number=pl.lit(None, pl.String))
    records = companies.records.select(
        "label", "company_name", "country", domain=pl.lit(None, pl.String), address="address"
    ).with_columns(phone_number=companies.records["phone_number"])
    rows = pl.concat([golden.select(list(ROWS)), records.select(list(ROWS))])
    parents = companies.frame.select("label", id="parent").drop_nulls()
    related = parents.join(members, on="id", suffix="_b").select(
        a=pl.min_horizontal("label", "label_b"), b=pl.max_horizontal("label", "label_b")
    )
    excluded = pl.concat([answered_pairs(decisions, members), related]).unique()
    pairs = suggest_companies(rows, excluded, companies.unique)
    told = pairs.with_columns(kind=pl.lit("company"), key=pl.lit(""))
    return to_reviews(told, Entities.of(companies.frame))


def unique_of(facts: Facts, members: pl.DataFrame, setting: Setting) -> pl.DataFrame:
    """Give the values of unique kinds that companies carry (`UNIQUE`)."""
    kinds = [n for n, k in setting.kinds.items() if k.unique and k.plane == Plane.COMPANY.value]
    rows = facts.evidence.filter(
        pl.col("rule").str.starts_with("declared.company")
        & ~pl.col("withdrawn").fill_null(False)
        & pl.col("until_ms").is_null()
    ).join(members, left_on="src", right_on="id")
    kind = pl.col("dst").str.splitn(":", 3).struct.field("field_1")
    found = rows.select("label", kind=kind, value="dst").unique()
    return found.filter(pl.col("kind").is_in(kinds)).cast(UNIQUE)  # type: ignore[arg-type]


def suggestions(facts: Facts, solved: Solved, derived: Derived, setting: Setting) -> pl.DataFrame:
    """Give all suggestions of a whole graph."""
    contacts, companies = people_of(derived), companies_of(derived)
    members = members_of(contacts)
    alone = solved.nodes.ids(solved.standing.frame["code"].to_numpy()).to_list()
    profiles = profiles_of(members, facts, judging_of(members, alone, setting))
    held = Companies(
        companies,
        placed_records(derived, facts),
        unique_of(facts, members_of(companies), setting),
    )
    return pl.concat(
        [
            people_reviews(contacts, profiles, solved.decisions),
            company_reviews(held, solved.decisions),
        ]
    )
