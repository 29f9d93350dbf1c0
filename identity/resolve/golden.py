"""Golden values: of everything that records say of an entity, what stands (R30).

Precedence is an order, not a condition: primary CRM, other CRM, product, enrichment, observed;
inside a class the latest non-empty value, then the smallest record id. What lost stays on its
record; what won carries its provenance.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
import polars as pl

from identity.model.evidence import DOMAIN_CLAIMS, EMAIL_CLAIMS
from identity.model.schema import CONTACT_ATTRIBUTES
from identity.resolve.codes import Ints, Nodes
from identity.resolve.decisions import Decisions
from identity.resolve.domains import Classifier, Units
from identity.resolve.facts import Facts
from identity.resolve.plane import OUTSIDE
from identity.resolve.setting import Setting

PRIMARY, OTHER_CRM, PRODUCT, ENRICHMENT, OBSERVED = range(5)
_CLASS_OF_OBJECT = {
    "contact": OTHER_CRM,
    "lead": OTHER_CRM,
    "account": OTHER_CRM,
    "user": PRODUCT,
    "workspace": PRODUCT,
}
_SENIORITY: tuple[tuple[str, str], ...] = (
    ("c_level", r"\b(?:chief|c[eftmiops]o|cmo|cro|ciso|founder|owner|president|gesch\w*hrer)\b"),
    ("vp", r"\b(?:vp|svp|evp|vice president)\b"),
    ("director", r"\b(?:director|head of|head|leiter\w*)\b"),
    ("manager", r"\b(?:manager|lead|teamlead|supervisor)\b"),
    ("senior", r"\b(?:senior|sr|principal|staff)\b"),
    ("junior", r"\b(?:junior|jr|intern|trainee|assistant|werkstudent\w*)\b"),
)
_SENIORITY_FORMS = tuple((name, re.compile(form, re.IGNORECASE)) for name, form in _SENIORITY)


def seniority_of(job_title: str | None) -> str | None:
    """Read the level of a job off its title: the first of `_SENIORITY` that fits, else staff."""
    if not job_title:
        return None
    for name, form in _SENIORITY_FORMS:
        if form.search(job_title):
            return name
    return "staff"


@dataclass(frozen=True, slots=True)
class Golden:
    """Golden values by label code: one row an entity, ``label`` and the attributes, provenance."""

    frame: pl.DataFrame


def of_contacts(
    nodes: Nodes, facts: Facts, cluster: Ints, decisions: Decisions, setting: Setting
) -> pl.DataFrame:
    """Give the golden values of contacts: ``label``, attributes, ``provenance``."""
    names = [p.name for p in CONTACT_ATTRIBUTES if p.name not in ("primary_email", "seniority")]
    ranked = _ranked(nodes, facts.records, cluster, setting)
    owner = pl.when(pl.col("precedence") == PRIMARY).then("owner")
    values = _elect(ranked.with_columns(owner=owner), names)
    emails = _primary_emails(nodes, facts, cluster, decisions, setting)
    joined = values.join(emails, on="label", how="full", coalesce=True)
    title = joined["job_title"].to_list()
    joined = joined.with_columns(
        seniority=pl.Series([seniority_of(t) for t in title], dtype=pl.String)
    )
    return _packed(joined, [*names, "primary_email"])


def of_companies(
    nodes: Nodes,
    facts: Facts,
    cluster: Ints,
    unit: Units,
    leads: Mapping[str, int],
    setting: Setting,
) -> pl.DataFrame:
    """Give the golden values of companies: ``label``, attributes, ``provenance``.

    ``leads`` maps person records to the company of their address's domain: a domain company's name
    and country come from them (R14).
    """
    names = ["company_name", "industry", "size", "country", "company_type", "owner"]
    accounts = facts.records.filter(pl.col("object").is_in(["account", "workspace"]))
    ranked = _ranked(nodes, accounts, cluster, setting)
    table = pl.DataFrame(
        {"id": list(leads), "label": list(leads.values())},
        schema={"id": pl.String, "label": pl.Int64},
    )
    said = facts.records.join(table, on="id").with_columns(precedence=pl.lit(PRODUCT - 0.5))
    ranked = pl.concat(
        [ranked.with_columns(pl.col("precedence").cast(pl.Float64)), said], how="diagonal_relaxed"
    )
    owner = pl.when(pl.col("precedence") == PRIMARY).then("owner")
    values = _elect(ranked.with_columns(owner=owner), names)
    domains = _domains(nodes, facts, cluster, unit, setting)
    parents = _parents(nodes, facts, cluster)
    joined = values.join(domains, on="label", how="full", coalesce=True).join(
        parents, on="label", how="left"
    )
    return _packed(joined, [*names, "domain"])


def _ranked(nodes: Nodes, records: pl.DataFrame, cluster: Ints, setting: Setting) -> pl.DataFrame:
    """Give live records with their entity and their class of precedence."""
    codes = nodes.codes(records["id"])
    label = cluster[codes] if len(codes) else codes
    full = pl.concat_str(["first_name", "last_name"], separator=" ", ignore_nulls=True)
    live = nodes.frame.filter("live").select("id")
    is_primary = (
        pl.col("source") == setting.primary if setting.primary is not None else pl.lit(False)
    )
    return (
        records.with_columns(label=pl.Series(label, dtype=pl.Int64))
        .filter(pl.col("label") != OUTSIDE)
        .join(live, on="id", how="semi")
        .with_columns(
            precedence=pl.when(is_primary)
            .then(PRIMARY)
            .otherwise(pl.col("object").replace_strict(_CLASS_OF_OBJECT, default=ENRICHMENT)),
            person_name=pl.coalesce("person_name", pl.when(full.str.len_chars() > 0).then(full)),
        )
    )


def _elect(ranked: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Choose each attribute's value; beside it ``<name>__from`` names the record it is from."""
    ordered = ranked.sort(
        ["label", "precedence", "at_ms", "id"],
        descending=[False, False, True, False],
        nulls_last=True,
    )
    picks = []
    for name in names:
        given = pl.col(name).is_not_null()
        picks.append(pl.col(name).filter(given).first().alias(name))
        picks.append(pl.col("id").filter(given).first().alias(f"{name}__from"))
    return ordered.group_by("label", maintain_order=True).agg(picks)


def _packed(values: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Pack where each value is from into one JSON column."""
    rows = values.select([f"{n}__from" for n in names]).iter_rows()
    packed = [
        orjson.dumps({n: r for n, r in zip(names, row, strict=True) if r is not None}).decode()
        for row in rows
    ]
    return values.drop([f"{n}__from" for n in names]).with_columns(
        provenance=pl.Series(packed, dtype=pl.String)
    )


_EMAIL_RANK = {"crm.primary_email": 0, "product.login": 1, "crm.additional_email": 2}


def _primary_emails(
    nodes: Nodes, facts: Facts, cluster: Ints, decisions: Decisions, setting: Setting
) -> pl.DataFrame:
    """Choose the address that stands for each contact.

    The primary CRM's own address, then the new one of an old,new decision (R26), then other CRMs',
    then a login, then additional ones, then whatever was observed; live before ended, a contact's
    before a lead's (E47), latest first.
    """
    said = facts.evidence.filter(
        pl.col("rule").is_in(list(EMAIL_CLAIMS)) & ~pl.col("withdrawn").fill_null(False)
    )
    is_primary = (
        pl.col("source") == setting.primary if setting.primary is not None else pl.lit(False)
    )
    leads = nodes.frame.filter(pl.col("object") == "lead")["id"]
    claims = said.select(
        email="dst",
        source_record="src",
        ended=pl.col("until_ms").is_not_null(),
        rank=pl.col("rule").replace_strict(_EMAIL_RANK, return_dtype=pl.Int64)
        + pl.when(is_primary & (pl.col("rule") == "crm.primary_email")).then(0).otherwise(2),
        lead=pl.col("src").is_in(leads.implode()),
        seen=pl.col("last_seen_ms"),
        owner=pl.Series(_owners(nodes, said["src"], cluster)),
    )
    chosen = sorted(set(decisions.new_of_pairs().values()))
    decided = pl.DataFrame({"email": chosen}, schema={"email": pl.String}).with_columns(
        source_record=pl.lit("decision"),
        ended=pl.lit(False),
        rank=pl.lit(1, pl.Int64),
        lead=pl.lit(False),
        seen=pl.lit(0, pl.Int64),
    )
    members = nodes.frame.filter(pl.col("kind") == "email").select(
        email="id", source_record=pl.lit("observed"), ended=pl.lit(False)
    )
    members = members.with_columns(
        rank=pl.lit(9, pl.Int64), lead=pl.lit(False), seen=pl.lit(0, pl.Int64)
    )
    rows = pl.concat([claims.drop("owner"), decided, members])
    rows = rows.with_columns(label=pl.Series(_owners(nodes, rows["email"], cluster)))
    # an address that a record carries stands for the contact only where both are in it
    inside = claims.with_columns(label=pl.Series(_owners(nodes, claims["email"], cluster)))
    foreign = inside.filter(pl.col("owner") != pl.col("label")).select("email", "source_record")
    rows = rows.join(foreign, on=["email", "source_record"], how="anti").filter(
        pl.col("label") != OUTSIDE
    )
    ordered = rows.sort(
        ["label", "ended", "rank", "lead", "seen", "email", "source_record"],
        descending=[False, False, False, False, True, False, False],
    )
    return ordered.group_by("label", maintain_order=True).agg(
        primary_email=pl.col("email").first().str.slice(6),
        primary_email__from=pl.col("source_record").first(),
    )


def _owners(nodes: Nodes, ids: pl.Series, cluster: Ints) -> Ints:
    codes = nodes.codes(ids)
    return cluster[codes] if len(codes) else codes


def _domains(
    nodes: Nodes, facts: Facts, cluster: Ints, unit: Units, setting: Setting
) -> pl.DataFrame:
    """Choose each company's domain (R21).

    Its earliest live claim, primary CRM first, the web site before further domains; else its
    smallest domain; followed to the end of the alias chain, else the registrable domain.
    """
    claims = facts.evidence.filter(
        pl.col("rule").is_in(list(DOMAIN_CLAIMS))
        & ~pl.col("withdrawn").fill_null(False)
        & pl.col("until_ms").is_null()
    )
    primary = pl.col("source") != setting.primary if setting.primary is not None else pl.lit(True)
    said = claims.select(
        domain="dst",
        domain__from="src",
        rank=primary.cast(pl.Int64) * 2
        + (pl.col("rule") == "account.additional_domain").cast(pl.Int64),
        seen="first_seen_ms",
    )
    members = nodes.frame.filter(pl.col("kind") == "domain").select(
        domain="id", domain__from="id", rank=pl.lit(9, pl.Int64), seen=pl.lit(0, pl.Int64)
    )
    rows = pl.concat([said, members])
    rows = rows.with_columns(label=pl.Series(_owners(nodes, rows["domain"], cluster)))
    order = ["label", "rank", "seen", "domain", "domain__from"]
    rows = rows.filter(pl.col("label") != OUTSIDE).sort(order)
    best = rows.group_by("label", maintain_order=True).agg(
        pl.col("domain").first().str.slice(7), pl.col("domain__from").first()
    )
    final = [_final(host, unit, setting.classifier) for host in best["domain"].to_list()]
    return best.with_columns(domain=pl.Series(final, dtype=pl.String))


def _final(host: str, unit: Units, classifier: Classifier) -> str:
    return unit.final.get(unit.of.get(host, host)) or classifier.classify(host).base


def _parents(nodes: Nodes, facts: Facts, cluster: Ints) -> pl.DataFrame:
    """Give the parent account that a live relation names, the smallest where there are several."""
    rows = facts.relations.filter(
        (pl.col("edge") == "PARENT_OF")
        & ~pl.col("withdrawn").fill_null(False)
        & pl.col("until_ms").is_null()
    )
    table = rows.select(
        parent="src", label=pl.Series(_owners(nodes, rows["dst"], cluster), dtype=pl.Int64)
    )
    return table.filter(pl.col("label") != OUTSIDE).group_by("label").agg(pl.col("parent").min())
