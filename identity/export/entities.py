"""Contacts and companies, with what their people do in products."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from identity.export import usage
from identity.export.reading import Reader, within


@dataclass(frozen=True, slots=True)
class Usage:
    """What products' tables are made of, computed once.

    ``users``: `usage.users`; ``places``: `usage.placements`; ``done``: `usage.activities`;
    ``inside``: `usage.in_workspaces`; ``corporate``: `usage.corporate_emails`; ``workspaces``:
    `usage.workspaces`.
    """

    users: pl.DataFrame
    places: pl.DataFrame
    done: pl.DataFrame
    inside: pl.DataFrame
    corporate: pl.DataFrame
    workspaces: pl.DataFrame

    @classmethod
    def of(cls, reader: Reader) -> Usage:
        """Compute the usage of a project's products."""
        done = usage.activities(reader)
        return cls(
            users=usage.users(reader),
            places=usage.placements(reader),
            done=done,
            inside=usage.in_workspaces(reader, done),
            corporate=usage.corporate_emails(reader),
            workspaces=usage.workspaces(reader),
        )

    def current_places(self, as_of_ms: int) -> pl.DataFrame:
        """Give who uses which live workspace now: user, contact_id, workspace, created_ms."""
        held = self.places.filter(within(pl.lit(as_of_ms)) & pl.col("successor").is_null())
        return held.join(self.workspaces.select("workspace"), on="workspace", how="semi")


def contacts(reader: Reader, use: Usage) -> pl.DataFrame:
    """Give the table of contacts."""
    golden = reader.rows("contacts").rename({"id": "contact_id", "primary_email": "email"})
    born = (
        reader.rows("records")
        .select("created_ms", identifier="id")
        .join(reader.rows("resolves_to_contacts"), on="identifier")
        .group_by(contact_id="entity")
        .agg(created_at=pl.col("created_ms").min())
    )
    company = reader.rows("memberships").filter("primary").select("contact_id", "company_id")
    rows = (
        golden.join(_surviving_user(use, golden), on="contact_id", how="left")
        .join(_workspace(reader, use), on="contact_id", how="left")
        .join(use.corporate.select("contact_id", "corporate_email"), on="contact_id", how="left")
        .join(born, on="contact_id", how="left")
        .join(company, on="contact_id", how="left")
        .with_columns(user_name=pl.coalesce("user_name", "person_name"))
    )
    return usage.add_summary(rows, usage.summary(use.done, "contact_id"), "contact_id")


def _surviving_user(use: Usage, golden: pl.DataFrame) -> pl.DataFrame:
    """Choose the user that stands for a contact: that of its primary e-mail, else the latest.

    A user that was given up for another one comes last.
    """
    ranked = usage.by_standing(use.users, golden)
    chosen = ranked.unique("contact_id", keep="first", maintain_order=True)
    return chosen.select("contact_id", "user_id", "user_name")


def _workspace(reader: Reader, use: Usage) -> pl.DataFrame:
    """Choose the workspace that a contact joined last."""
    places = use.current_places(reader.as_of_ms).join(
        use.workspaces.select("workspace", "workspace_id"), on="workspace"
    )
    ranked = places.sort(
        pl.col("from_ms").fill_null(pl.col("created_ms")).neg(),
        *usage.natural("workspace_id"),
        nulls_last=True,
    )
    chosen = ranked.unique("contact_id", keep="first", maintain_order=True)
    return chosen.select("contact_id", "workspace_id")


def companies(reader: Reader, use: Usage) -> pl.DataFrame:
    """Give the table of companies."""
    golden = reader.rows("companies").rename(
        {"id": "company_id", "company_name": "name", "parent": "parent_record"}
    )
    parents = reader.current("resolves_to_companies").select(
        parent_record="identifier", parent_company_id="entity"
    )
    belonging = reader.current("memberships").select("company_id", "contact_id").unique()
    rows = golden.join(parents, on="parent_record", how="left")
    for counted in (
        belonging.group_by("company_id").agg(number_of_contacts=pl.len().cast(pl.Int64)),
        use.workspaces.group_by("company_id").agg(number_of_workspaces=pl.len().cast(pl.Int64)),
        _corporate(use)
        .group_by("company_id")
        .agg(number_of_corporate_users=pl.len().cast(pl.Int64)),
        _associated(reader, use)
        .group_by("company_id")
        .agg(number_of_associated_users=pl.len().cast(pl.Int64)),
        usage.summary(use.done.join(_corporate(use), on="contact_id"), "company_id", "_corporate"),
        usage.summary(
            use.inside.join(use.workspaces.select("workspace", "company_id"), on="workspace"),
            "company_id",
            "_associated",
        ),
    ):
        rows = usage.add_summary(rows, counted, "company_id")
    return rows.join(_power_users(reader, use), on="company_id", how="left")


def _corporate(use: Usage) -> pl.DataFrame:
    """Give the corporate users of companies: company_id, contact_id.

    A corporate user is a contact with a user and with a primary e-mail at a domain of the company.
    """
    held = use.corporate.filter(pl.col("corporate_company").is_not_null())
    return held.join(use.users, on="contact_id", how="semi").select(
        "contact_id", company_id="corporate_company"
    )


def _associated(reader: Reader, use: Usage) -> pl.DataFrame:
    """Give the contacts that use a workspace of a company: company_id, contact_id."""
    places = use.current_places(reader.as_of_ms)
    owned = use.workspaces.select("workspace", "company_id").drop_nulls()
    return places.join(owned, on="workspace").select("company_id", "contact_id").unique()


def _power_users(reader: Reader, use: Usage) -> pl.DataFrame:
    """Give the first, the most active and the most ordering of a company's corporate users.

    Of equals the one who came first, then the one with the smallest id.
    """
    golden = reader.rows("contacts").select(contact_id="id", email="primary_email")
    joined = use.users.group_by("contact_id").agg(pl.col("created_ms").min())
    people = (
        _corporate(use)
        .join(_surviving_user(use, golden), on="contact_id")
        .join(joined, on="contact_id")
    )
    people = usage.add_summary(people, usage.summary(use.done, "contact_id"), "contact_id")
    equal = [pl.col("created_ms"), *usage.natural("user_id")]
    rows = people.select("company_id").unique()
    for name, measure in (
        ("first_user_id", []),
        ("most_active_user_id", [pl.col("number_of_events").neg()]),
        ("most_orders_user_id", [pl.col("number_of_orders").neg()]),
    ):
        ranked = people.sort(*measure, *equal, nulls_last=True)
        first = ranked.unique("company_id", keep="first", maintain_order=True)
        rows = rows.join(first.select("company_id", pl.col("user_id").alias(name)), on="company_id")
    return rows


def workspaces(reader: Reader, use: Usage) -> pl.DataFrame:
    """Give the table of workspaces."""
    domain = reader.rows("companies").select(company_id="id", corporate_email="domain")
    has_corporate = use.corporate.select("contact_id")
    places = use.current_places(reader.as_of_ms).select("workspace", "contact_id").unique()
    corporate = places.join(has_corporate, on="contact_id", how="semi")
    rows = use.workspaces.rename({"created_ms": "created_at"}).join(
        domain, on="company_id", how="left"
    )
    for counted in (
        places.group_by("workspace").agg(number_of_users=pl.len().cast(pl.Int64)),
        corporate.group_by("workspace").agg(number_of_users_corporate=pl.len().cast(pl.Int64)),
        usage.summary(use.inside, "workspace"),
        usage.summary(
            use.inside.join(has_corporate, on="contact_id", how="semi"), "workspace", "_corporate"
        ),
    ):
        rows = usage.add_summary(rows, counted, "workspace")
    return rows


def user_workspaces(reader: Reader, use: Usage) -> pl.DataFrame:
    """Give the table of users and the workspaces that their records name."""
    heirs = use.users.select(successor="user", successor_user_id="user_id")
    live = use.workspaces.select("workspace", "workspace_id", "company_id")
    return (
        usage.uses(reader)
        .join(use.users, on="user")
        .join(live, on="workspace")
        .join(heirs, on="successor", how="left")
        .join(use.corporate.select("contact_id", "corporate_email"), on="contact_id", how="left")
        .rename({"created_ms": "created_at", "from_ms": "valid_from", "until_ms": "valid_until"})
    )
