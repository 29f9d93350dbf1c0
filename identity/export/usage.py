"""How products are used: users, the workspaces they use, and what they did there.

A *user* is a live record of a product. The person behind it is counted once, however many users
merged. Where a person decided that an old e-mail is a new one (``old_email,new_email``), the old
user was given up for the new one: what it did counts where the new one is.
"""

from __future__ import annotations

import polars as pl

from identity.export.actors import actors
from identity.export.reading import Reader, within
from identity.export.successors import ends, in_order

CORPORATE = ("business", "education")
"""Classes of domains that belong to a company (R19)."""


def corporate_emails(reader: Reader) -> pl.DataFrame:
    """Give contact_id, corporate_email and corporate_company of contacts with a company's address.

    The domain is that of the primary e-mail, followed to the end of its alias chain.
    """
    hosts = reader.rows("identifiers").filter(pl.col("domain_class").is_in(CORPORATE))
    base_of = dict(hosts.select("value", pl.coalesce("base", "value")).iter_rows())
    pairs = in_order(reader.rows("decided_pairs"), "domain", reader.as_of_ms)
    final = ends((base_of.get(old, old), base_of.get(new, new)) for old, new in pairs)
    companies = reader.current("resolves_to_companies").select(
        domain="identifier", corporate_company="entity"
    )
    mail = reader.rows("contacts").select(
        contact_id="id", email=pl.concat_str([pl.lit("email:"), pl.col("primary_email")])
    )
    placed = (
        mail.join(reader.rows("email_domains"), on="email")
        .join(hosts.select(domain="id", host="value"), on="domain")
        .join(companies, on="domain", how="left")
        .unique("contact_id", keep="any")
    )
    named = [final.get(base_of[h], base_of[h]) for h in placed["host"].to_list()]
    return placed.select(
        "contact_id", "corporate_company", corporate_email=pl.Series(named, dtype=pl.String)
    )


def users(reader: Reader) -> pl.DataFrame:
    """Give all users: user (identifier), user_id, product, email, user_name, created_ms,
    contact_id, successor (the user it was given up for).
    """
    live = reader.rows("records").filter(
        (pl.col("object") == "user")
        & ~pl.col("deleted").fill_null(False)
        & pl.col("merged_into").is_null()
    )
    people = reader.current("resolves_to_contacts").select(user="identifier", contact_id="entity")
    found = live.select(
        user="id",
        user_id="value",
        product="source",
        email="email_address",
        user_name="person_name",
        created_ms="created_ms",
    ).join(people, on="user")
    final = ends(in_order(reader.rows("decided_pairs"), "email", reader.as_of_ms))
    heirs = found.sort(natural("user_id")).select(
        "contact_id", "product", newest="email", successor="user"
    )
    moved = found.select(
        "user",
        "contact_id",
        "product",
        newest=pl.col("email").replace_strict(final, default=None, return_dtype=pl.String),
    ).join(
        heirs.unique(["contact_id", "product", "newest"], keep="first", maintain_order=True),
        on=["contact_id", "product", "newest"],
    )
    return found.join(moved.select("user", "successor"), on="user", how="left")


def by_standing(users: pl.DataFrame, contacts: pl.DataFrame) -> pl.DataFrame:
    """Order users so that of each contact the one that stands for it comes first.

    That of the primary e-mail, else the latest; a user that was given up for another comes last.

    Args:
        users: as `users` gives them.
        contacts: contact_id, email (the primary one).
    """
    return users.join(contacts.select("contact_id", primary="email"), on="contact_id").sort(
        pl.col("email").eq_missing(pl.col("primary")).not_(),
        pl.col("successor").is_not_null(),
        pl.col("created_ms").neg(),
        *natural("user_id"),
        nulls_last=True,
    )


def natural(name: str) -> list[pl.Expr]:
    """Give the order of ids: by number where they are numbers, then as text."""
    return [pl.col(name).cast(pl.Int64, strict=False), pl.col(name)]


def workspace_ends(reader: Reader) -> dict[str, str]:
    """Give, for workspaces that were merged into others, the one that is left."""
    pairs = reader.rows("workspace_aliases").sort("src", "dst")
    return ends(pairs.select("src", "dst").iter_rows())


def workspaces(reader: Reader) -> pl.DataFrame:
    """Give live workspaces: workspace (identifier), workspace_id, product, name, plan, created_ms,
    company_id.
    """
    gone = list(workspace_ends(reader))
    companies = reader.current("resolves_to_companies").select(
        workspace="identifier", company_id="entity"
    )
    live = reader.rows("records").filter(
        (pl.col("object") == "workspace")
        & ~pl.col("deleted").fill_null(False)
        & ~pl.col("id").is_in(gone)
    )
    return live.select(
        workspace="id",
        workspace_id="value",
        product="source",
        workspace_name="company_name",
        plan="plan",
        created_ms="created_ms",
    ).join(companies, on="workspace", how="left")


def uses(reader: Reader) -> pl.DataFrame:
    """Give who uses which workspace, as records say: user, workspace, role, from_ms, until_ms."""
    final = workspace_ends(reader)
    said = reader.rows("works_at").filter(
        pl.col("src").str.starts_with("user:") & pl.col("dst").str.starts_with("workspace:")
    )
    return said.select(
        "role",
        "from_ms",
        "until_ms",
        user="src",
        workspace=pl.col("dst").replace(final),
    ).unique(["user", "workspace", "from_ms"], keep="any")


def placements(reader: Reader) -> pl.DataFrame:
    """Give where users count: user, contact_id, workspace, created_ms, from_ms, until_ms.

    A user that was given up for another one counts where that one is now, all of its past too.
    """
    everybody = users(reader)
    said = uses(reader).select("user", "workspace", "from_ms", "until_ms")
    own = everybody.filter(pl.col("successor").is_null()).join(said, on="user")
    now = said.filter(within(pl.lit(reader.as_of_ms))).select(
        successor="user", workspace="workspace"
    )
    given_up = everybody.join(now, on="successor").with_columns(
        from_ms=pl.lit(None, pl.Int64), until_ms=pl.lit(None, pl.Int64)
    )
    columns = ["user", "successor", "contact_id", "workspace", "created_ms", "from_ms", "until_ms"]
    return pl.concat([own.select(columns), given_up.select(columns)])


def activities(reader: Reader) -> pl.DataFrame:
    """Give what contacts did: event, at_ms, is_order, contact_id; one row per event and contact."""
    by = reader.rows("event_by")
    found = actors(reader, _done(reader), by).contacts
    return found.select(event="id", contact_id="contact_id").join(
        _done(reader).rename({"id": "event"}), on="event"
    )


def _done(reader: Reader) -> pl.DataFrame:
    events = reader.rows("events").filter(pl.col("kind") == "activity")
    orders = reader.config.journeys.orders
    return events.select("id", "at_ms", is_order=pl.col("event_name").is_in(orders))


def in_workspaces(reader: Reader, done: pl.DataFrame) -> pl.DataFrame:
    """Give what was done in workspaces: event, at_ms, is_order, workspace, contact_id or null.

    An event belongs to the workspace that it names; else to those that its users used at that
    instant; else to those that its contacts used.

    Args:
        reader: the graph.
        done: what contacts did (`activities`).
    """
    events = _done(reader).rename({"id": "event"})
    by = reader.rows("event_by").rename({"id": "event"})
    places = placements(reader)
    named = by.filter(pl.col("kind") == "workspace").select(
        "event", workspace=pl.col("identifier").replace(workspace_ends(reader))
    )
    said = by.filter(pl.col("kind") == "user").select("event", user="identifier")
    rest = said.join(named, on="event", how="anti")
    through_users = _at(events, rest.join(places, on="user"))
    known = pl.concat([named.select("event"), through_users.select("event")]).unique()
    others = done.select("event", "contact_id").join(known, on="event", how="anti")
    through_people = _at(events, others.join(places, on="contact_id"))
    places_of = pl.concat([named, through_users, through_people]).unique()
    return places_of.join(events, on="event").join(
        done.select("event", "contact_id"), on="event", how="left"
    )


def _at(events: pl.DataFrame, placed: pl.DataFrame) -> pl.DataFrame:
    """Keep the places that held when the event happened: event, workspace."""
    return (
        placed.join(events.select("event", "at_ms"), on="event")
        .filter(within(pl.col("at_ms")))
        .select("event", "workspace")
    )


def summary(rows: pl.DataFrame, by: str, suffix: str = "") -> pl.DataFrame:
    """Summarise events: the first, the most recent and how many, and so for orders.

    Args:
        rows: event, at_ms, is_order and the column to summarise by; an event counts once in each.
        by: that column.
        suffix: goes behind the names of the columns.
    """
    once = rows.select(by, "event", "at_ms", "is_order").unique([by, "event"], keep="any")
    ordered = pl.col("at_ms").filter("is_order")
    return once.group_by(by).agg(
        pl.col("at_ms").min().alias(f"first_event{suffix}"),
        pl.col("at_ms").max().alias(f"most_recent_event{suffix}"),
        pl.len().cast(pl.Int64).alias(f"number_of_events{suffix}"),
        ordered.min().alias(f"first_order{suffix}"),
        ordered.max().alias(f"most_recent_order{suffix}"),
        pl.col("is_order").sum().cast(pl.Int64).alias(f"number_of_orders{suffix}"),
    )


def add_summary(rows: pl.DataFrame, facts: pl.DataFrame, by: str) -> pl.DataFrame:
    """Join a summary to rows; who did nothing has counts of 0."""
    counts = [c for c in facts.columns if c.startswith("number_of_")]
    return rows.join(facts, on=by, how="left").with_columns(pl.col(counts).fill_null(0))
