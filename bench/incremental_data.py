"""A project of any size as files, and what arrives later: two CRMs and a product, no events.

Companies, people, their identifiers and their shared mailboxes are those of the generator of
evidence (`identity.generate`); here they become the tables that the systems' exports have. A part
is held back and arrives later: people that are new at companies that are known, records that gain
an address, companies that are new with their people.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from identity.generate import words
from identity.generate.evidence_graph import Graph, build_graph
from identity.generate.evidence_names import names
from identity.generate.evidence_shape import draw_companies, draw_people

EDGES_PER_COMPANY = 22.6
"""Evidence edges that the records of one company make, on average."""

CREATED, UPDATED, LATER = "2025-01-10T09:00:00Z", "2025-03-01T09:00:00Z", "2025-06-01T09:00:00Z"
SHARES = {"people": 0.7, "changed": 0.2, "companies": 0.1}
"""Of what arrives later: records of new people at known companies, records that gain an address,
records of new companies and their people."""

PROJECT = """project: incremental
primary_crm: salesforce
store: {kind: embedded, path: .identity}
sources:
  - {system: salesforce, path: data/salesforce}
  - {system: hubspot, path: data/hubspot}
  - {system: product, path: data/product}
"""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class World:
    """The generated graph, the name of every identifier, and the address book of all people.

    ``late_people`` and ``late_companies`` arrive later; ``gaining`` people have one address first.
    """

    graph: Graph
    name: pl.Series
    late_people: Flags
    late_companies: Flags
    gaining: Flags

    def ids(self, kind: str) -> pl.DataFrame:
        """Give owner and bare id of the identifiers of a kind."""
        block = self.graph.blocks[kind]
        text = self.name.gather(block.ids).str.split(":").list.last()
        return pl.DataFrame({"owner": block.owner, "id": text})

    def first(self, kind: str, named: str) -> pl.DataFrame:
        """Give the first identifier of a kind of each owner."""
        return self.ids(kind).unique("owner", keep="first").rename({"id": named})


@dataclass(frozen=True, slots=True)
class Shape:
    """How much there is: evidence edges about, first loads, deliveries and records of each."""

    edges: int
    new: int
    first: int = 1
    deliveries: int = 1


def write_project(folder: Path, shape: Shape, *, seed: int = 7) -> dict[str, int]:
    """Write a project whose records make about ``edges`` edges of evidence, and what comes later.

    ``folder/first-N`` has the tables of the Nth part of the first load (whole companies),
    ``folder/later-N`` those of the Nth delivery of ``new`` records. Gives the number of records
    of each kind of news, over all deliveries.
    """
    new = shape.new * shape.deliveries
    rng = np.random.default_rng(seed)
    companies = draw_companies(rng, max(20, round(shape.edges / EDGES_PER_COMPANY)))
    graph = build_graph(rng, companies, draw_people(rng, companies))
    world = _world(rng, graph, names(rng, graph), new)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "identity.yaml").write_text(PROJECT)
    counts = {"people": 0, "changed": 0, "companies": 0}
    for path, rows in _tables(world):
        gaining = pl.col("gaining") & ~pl.col("late")
        for part in range(shape.first):
            mine = pl.col("company") % shape.first == part
            _write(folder / f"first-{part}" / path, rows.filter(~pl.col("late") & mine))
        for part in range(shape.deliveries):
            mine = pl.col("company") % shape.deliveries == part
            later = rows.filter((pl.col("late") | gaining) & mine)
            _write(folder / f"later-{part}" / path, _with_all(later))
        counts["changed"] += rows.filter(gaining).height
        for name in ("people", "companies"):
            counts[name] += rows.filter(pl.col("late") & (pl.col("news") == name)).height
    return counts


def _world(rng: np.random.Generator, graph: Graph, name: pl.Series, new: int) -> World:
    """Hold back whole companies, then people, then addresses, until there are enough records."""
    people, companies = graph.people, graph.companies
    records = people.in_crm.astype(int) + people.twice + people.astray
    records += people.in_second.astype(int) + people.is_lead + people.is_user
    own = companies.in_crm.astype(int) + companies.in_second + companies.has_workspace
    whole = own + np.bincount(people.company, weights=records, minlength=companies.count)
    late_companies = _until(rng, whole, new * SHARES["companies"])
    known = ~late_companies[people.company]
    late_people = _until(rng, np.where(known, records, 0), new * SHARES["people"])
    several = known & ~late_people & (people.emails > 1) & (people.in_crm | people.in_second)
    gaining = _until(rng, several.astype(int), new * SHARES["changed"])
    return World(graph, name, late_people, late_companies, gaining)


def _until(rng: np.random.Generator, weight: npt.NDArray[np.int_], total: float) -> Flags:
    """Choose at random until the chosen weigh enough; what weighs nothing is never chosen."""
    order = rng.permutation(np.flatnonzero(weight))
    chosen = order[np.cumsum(weight[order]) <= total]
    flags = np.zeros(len(weight), np.bool_)
    flags[chosen] = True
    return flags


def _tables(world: World) -> list[tuple[str, pl.DataFrame]]:
    person, company = _people(world), _companies(world)
    everyone = _with_mailboxes(world, person)
    accounts = _records(world, "crm_account", company).select(
        *_NEWS,
        Id="id",
        Name="company_name",
        Website="domain",
        Industry="industry",
        BillingCountry="country",
    )
    firms = _records(world, "second_account", company).select(
        *_NEWS,
        "id",
        "domain",
        name="company_name",
        country="country",
        hs_additional_domains="domains",
        salesforceaccountid=pl.when(pl.col("owner") % 5 < 3).then("account"),
    )
    spaces = _records(world, "workspace", company).select(*_NEWS, "id", name="company_name")
    return [
        ("salesforce/Account.parquet", accounts),
        ("salesforce/Contact.parquet", _contacts(world, everyone)),
        ("salesforce/Lead.parquet", _leads(world, everyone)),
        ("hubspot/companies.parquet", firms),
        ("hubspot/contacts.parquet", _second_contacts(world, everyone)),
        ("product/users.parquet", _users(world, everyone)),
        ("product/workspaces.parquet", spaces),
    ]


_NEWS = ("late", "gaining", "news", "company")


def _companies(world: World) -> pl.DataFrame:
    count = world.graph.companies.count
    number = np.arange(count)
    head, tail = number * 7919 % len(words.ROOT_HEADS), number % len(words.ROOT_TAILS)
    trade = number * 31 % len(words.TRADES)
    root = pl.Series(words.ROOT_HEADS).gather(head) + pl.Series(words.ROOT_TAILS).gather(tail)
    kind = pl.Series([t[0] for t in words.TRADES]).gather(trade)
    frame = pl.DataFrame(
        {
            "owner": number,
            "late": world.late_companies,
            "company_name": root + " " + kind + " " + pl.Series(number // 3600).cast(pl.String),
            "industry": pl.Series([t[1] for t in words.TRADES]).gather(trade),
            "country": pl.Series(["Germany", "France", "Spain", "Poland"]).gather(number % 4),
        }
    ).with_columns(gaining=False, news=pl.lit("companies"), company=pl.col("owner"))
    domains = world.ids("domain")
    further = domains.group_by("owner", maintain_order=True).agg(all="id")
    further = further.select("owner", domains=pl.col("all").list.slice(1).list.join(";"))
    for more in (world.first("domain", "domain"), further, world.first("crm_account", "account")):
        frame = frame.join(more, on="owner", how="left")
    workspace = world.first("workspace", "workspace")
    second = world.first("second_account", "second_account")
    return frame.join(workspace, on="owner", how="left").join(second, on="owner", how="left")


def _people(world: World) -> pl.DataFrame:
    people = world.graph.people
    number = np.arange(people.count)
    # Each is drawn by itself: steps through two lists whose lengths share a factor meet few pairs,
    # and then everybody has a namesake, and nearly everything waits for a person.
    rng = np.random.default_rng(people.count)
    first_names = pl.Series(words.FIRST_NAMES)
    last_names = pl.Series([f"{a}{b}" for a in words.LAST_NAMES for b in words.ROOT_TAILS])
    late = world.late_people | world.late_companies[people.company]
    frame = pl.DataFrame(
        {
            "owner": number,
            "company": people.company,
            "late": late,
            "gaining": world.gaining,
            "first_name": first_names.gather(rng.integers(len(first_names), size=people.count)),
            "last_name": last_names.gather(rng.integers(len(last_names), size=people.count)),
            "phone": pl.Series(number + 10_000_000).cast(pl.String),
        }
    ).with_columns(
        news=pl.when(pl.Series(world.late_companies[people.company]))
        .then(pl.lit("companies"))
        .otherwise(pl.lit("people")),
        phone=pl.when(pl.col("owner") % 10 < 3).then(pl.lit("+4930") + pl.col("phone")),
    )
    book = world.ids("email").group_by("owner", maintain_order=True).agg(all="id")
    book = book.select(
        "owner", email=pl.col("all").list.first(), more=pl.col("all").list.slice(1).list.join(";")
    )
    return frame.join(book, on="owner", how="left", maintain_order="left")


def _with_mailboxes(world: World, people: pl.DataFrame) -> pl.DataFrame:
    """Give the first five people of some companies their company's role mailbox, and all people
    the ids of their company's records."""
    mailbox = world.first("role_email", "mailbox").rename({"owner": "company"})
    company = _companies(world).select(
        "account", "workspace", "second_account", "company_name", company="owner"
    )
    both = people.join(mailbox, on="company", how="left", maintain_order="left")
    place = pl.int_range(pl.len()).over("company")
    both = both.with_columns(mailbox=pl.when(place < 5).then("mailbox"))
    return both.join(company, on="company", how="left", maintain_order="left")


def _records(world: World, kind: str, owners: pl.DataFrame) -> pl.DataFrame:
    return world.ids(kind).join(owners, on="owner", how="left", maintain_order="left")


def _contacts(world: World, people: pl.DataFrame) -> pl.DataFrame:
    rows = _records(world, "crm_contact", people)
    order = pl.int_range(pl.len()).over("owner")
    twice = pl.Series(world.graph.people.twice).gather(rows["owner"]).cast(pl.Int64)
    astray = world.ids("astray_email").rename({"id": "astray"})
    rows = rows.join(astray, on="owner", how="left", maintain_order="left").with_columns(
        order=order
    )
    lost = (pl.col("order") == 1 + twice) & pl.col("astray").is_not_null()
    return rows.select(
        *_NEWS,
        Id="id",
        Email=pl.when(lost).then("astray").otherwise("email"),
        Additional_Emails__c=pl.when(pl.col("order") == 0).then("more"),
        FirstName="first_name",
        LastName="last_name",
        Phone="phone",
        AccountId="account",
    ).with_columns(gaining=pl.col("gaining") & pl.col("Additional_Emails__c").is_not_null())


def _leads(world: World, people: pl.DataFrame) -> pl.DataFrame:
    contact = world.first("crm_contact", "contact")
    rows = _records(world, "lead", people).join(
        contact, on="owner", how="left", maintain_order="left"
    )
    return rows.select(
        *_NEWS,
        Id="id",
        Email="email",
        FirstName="first_name",
        LastName="last_name",
        Company="company_name",
        ConvertedContactId=pl.when(pl.col("owner") % 2 == 0).then("contact"),
    ).with_columns(gaining=False)


def _second_contacts(world: World, people: pl.DataFrame) -> pl.DataFrame:
    contact = world.first("crm_contact", "contact")
    rows = _records(world, "second_contact", people).join(
        contact, on="owner", how="left", maintain_order="left"
    )
    # a person gains an address once: where there is a contact in the first CRM, there
    gaining = pl.col("gaining") & pl.col("contact").is_null()
    private = pl.when(pl.col("contact").is_null()).then("more")
    return rows.select(
        "late",
        "news",
        "company",
        gaining.alias("gaining"),
        "id",
        "email",
        firstname="first_name",
        lastname="last_name",
        associatedcompanyid="second_account",
        hs_additional_emails=pl.concat_str(private, "mailbox", separator=";", ignore_nulls=True),
        salesforcecontactid=pl.when(pl.col("owner") % 5 < 3).then("contact"),
    )


def _users(world: World, people: pl.DataFrame) -> pl.DataFrame:
    return (
        _records(world, "user", people)
        .select(*_NEWS, "id", "email", "first_name", "last_name", workspace_id="workspace")
        .with_columns(gaining=False)
    )


_TIMES = {
    "salesforce": ("CreatedDate", "SystemModstamp"),
    "hubspot": ("createdate", "hs_lastmodifieddate"),
    "product": ("created_at", "updated_at"),
}
_MORE = ("Additional_Emails__c", "hs_additional_emails")


def _with_all(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(gaining=False, late=True)


def _write(path: Path, rows: pl.DataFrame) -> None:
    """Write a table; a record that is to gain an address has none besides its primary one yet."""
    created, updated = _TIMES[path.parent.name]
    for column in set(_MORE) & set(rows.columns):
        rows = rows.with_columns(pl.when(~pl.col("gaining")).then(column).alias(column))
    rows = rows.with_columns(
        pl.lit(CREATED).alias(created),
        pl.when("late").then(pl.lit(LATER)).otherwise(pl.lit(UPDATED)).alias(updated),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.drop(_NEWS).write_parquet(path)
