"""User profiles: attributes of contacts, the accounts they are linked to, merges and aliases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl

from identity.export.braze.catalogs import ACCOUNTS, Catalogs, Rejected
from identity.export.braze.external_ids import ExternalIds, aliases
from identity.export.braze.ledger import Ledger
from identity.export.braze.limits import EVENT_NAME, clean, moment
from identity.export.reading import Reader
from identity.export.resolution import redirects

GRANTED = frozenset({"granted", "opted_in", "opt_in", "subscribed", "true", "yes", "1"})
"""Words by which a source says yes; whatever else it says is no."""

Object = dict[str, Any]


@dataclass(slots=True)
class Outgoing:
    """What goes out, in the order of upload, and what does not.

    ``new_profiles`` is the number of profiles that Braze does not know before.
    """

    aliases: list[Object] = field(default_factory=list)
    merges: list[Object] = field(default_factory=list)
    attributes: list[Object] = field(default_factory=list)
    events: list[Object] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    new_profiles: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    """What an export works with: ``of`` maps the contacts that go out to their external ids."""

    reader: Reader
    of: dict[str, str]
    items: Catalogs
    ledger: Ledger
    out: Outgoing


def outgoing(reader: Reader, known: ExternalIds, *, items: Catalogs, ledger: Ledger) -> Outgoing:
    """Find what differs from what went out, and note it in the ledger."""
    out = Outgoing(rejected=list(items.rejected))
    job = _Job(reader, _unambiguous(reader, known, out), items, ledger, out)
    moved = dict(redirects(reader).select("old_id", "redirect").drop_nulls().iter_rows())
    before = [(moved.get(c, c), old) for c, old in sorted(ledger.external_ids.items())]
    for contact, external_id in job.of.items():
        ledger.appears(contact, external_id)
    _merges(job, before, known)
    _aliases(job)
    _attributes(job)
    _events(job)
    return out


def _unambiguous(reader: Reader, known: ExternalIds, out: Outgoing) -> dict[str, str]:
    """Give the contacts that go out; one without an external id, or with another's, does not."""
    taken: set[str] = set()
    of: dict[str, str] = {}
    for contact in reader.rows("contacts")["id"].sort().to_list():
        external_id = known.of.get(contact)
        if external_id is None:
            out.rejected.append(Rejected("profile", contact, "no-external-id"))
        elif external_id in taken:
            out.rejected.append(Rejected("profile", contact, "duplicate-external-id"))
        else:
            taken.add(external_id)
            of[contact] = external_id
    return of


def _merges(job: _Job, before: list[tuple[str, str]], known: ExternalIds) -> None:
    """Merge ids that stand for nobody any more into those that do.

    They are the other ids of a contact, and those under which it, or one that was merged into it,
    went out before. The kept id is always one that stands for a contact, and such an id is never
    merged away: no chains, no circles.
    """
    kept = set(job.of.values())
    pairs = {old: job.of[contact] for old, contact in known.others.items() if contact in job.of}
    pairs.update({old: job.of[contact] for contact, old in before if contact in job.of})
    for old, new in sorted(pairs.items()):
        if old not in kept and job.ledger.merge(old, new):
            job.out.merges.append(
                {
                    "identifier_to_merge": {"external_id": old},
                    "identifier_to_keep": {"external_id": new},
                }
            )


def _aliases(job: _Job) -> None:
    """Give each profile its ids in CRMs; Braze keeps one name per label."""
    given: set[tuple[str, str]] = set()
    for contact, label, name in aliases(job.reader).iter_rows():
        external_id = job.of.get(contact)
        if external_id is None:
            continue
        if (contact, label) in given:
            job.out.rejected.append(Rejected("alias", f"{label}:{name}", "label-taken"))
            continue
        given.add((contact, label))
        if job.ledger.alias(external_id, label, name):
            job.out.aliases.append(
                {"external_id": external_id, "alias_name": name, "alias_label": label}
            )
    job.out.aliases.sort(key=lambda a: (a["external_id"], a["alias_label"]))


def _attributes(job: _Job) -> None:
    """Write the profiles that changed. Every attribute is named: null clears one."""
    primary = job.reader.rows("memberships").filter("primary")
    company_of = dict(primary.select("contact_id", "company_id").iter_rows())
    names = _names(job.reader)
    subscribed = _subscriptions(job.reader)
    for row in job.reader.rows("contacts").sort("id").iter_rows(named=True):
        external_id = job.of.get(row["id"])
        if external_id is None:
            continue
        account = job.items.account_of.get(company_of.get(row["id"], ""))
        first, last = names.get(row["id"], (None, None))
        attributes = {
            "email": row["primary_email"],
            "first_name": clean(first),
            "last_name": clean(last),
            "jobTitle": clean(row["job_title"]),
            "seniority": clean(row["seniority"]),
            "department": clean(row["department"]),
            "contactCountry": clean(row["country"]),
            **_firmographics(job, row["id"], account),
        }
        if row["id"] in subscribed:
            attributes["email_subscribe"] = subscribed[row["id"]]
        known = external_id in job.ledger.profiles
        if job.ledger.profile(external_id, attributes):
            job.out.attributes.append({"external_id": external_id, **attributes})
            job.out.new_profiles += not known
    job.out.attributes.sort(key=lambda a: str(a["external_id"]))


def _firmographics(job: _Job, contact: str, account: str | None) -> Object:
    """Give what a profile says of its account, and the opportunities that it names."""
    item = job.items.items[ACCOUNTS][account] if account is not None else {}
    if job.reader.config.exports.braze.opportunities == "open_of_account":
        deals = job.items.open_of.get(account or "", [])
    else:
        deals = job.items.roles.get(contact, [])
    return {
        "accountId": account,
        "accountName": item.get("AccountName"),
        "accountType": item.get("Type"),
        "industry": item.get("Industry"),
        "companySize": item.get("Size"),
        "companyCountry": item.get("Country"),
        "opportunityIds": sorted(set(deals)),
    }


def _names(reader: Reader) -> dict[str, tuple[str | None, str | None]]:
    """Give first and last names, of the record that the golden name is from."""
    named = reader.rows("contacts").select("id", "provenance").drop_nulls()
    source = {i: orjson.loads(p).get("person_name") for i, p in named.iter_rows()}
    records = reader.rows("records").select("id", "first_name", "last_name")
    parts = {i: (first, last) for i, first, last in records.iter_rows()}
    return {contact: parts[record] for contact, record in source.items() if record in parts}


def _subscriptions(reader: Reader) -> dict[str, str]:
    """Give what contacts last said to e-mail, over all purposes: one no is a no."""
    held = reader.current("resolves_to_contacts").select("identifier", contact_id="entity")
    channel = pl.col("channel").str.to_lowercase()
    said = (
        reader.rows("consents")
        .filter(channel.is_null() | (channel == "email"))
        .join(held, on="identifier")
        .sort("at_ms", "id", descending=True)
        .unique(["contact_id", "purpose"], keep="first", maintain_order=True)
        .with_columns(yes=pl.col("consent").str.to_lowercase().is_in(GRANTED).fill_null(False))
    )
    answers = said.group_by("contact_id").agg(pl.col("yes").all())
    return {c: "opted_in" if yes else "unsubscribed" for c, yes in answers.iter_rows()}


def _events(job: _Job) -> None:
    """Tell of links between users and accounts that were not told of before."""
    for contact, company, at_ms in _links(job.reader):
        external_id, account = job.of.get(contact), job.items.account_of.get(company)
        if external_id is None or account is None or not job.ledger.link(external_id, account):
            continue
        job.out.events.append(
            {
                "external_id": external_id,
                "name": EVENT_NAME,
                "time": moment(at_ms),
                "properties": {"account_id": account},
            }
        )
    job.out.events.sort(key=lambda e: (e["time"], e["external_id"], e["properties"]["account_id"]))


def _links(reader: Reader) -> Iterator[tuple[str, str, int]]:
    """Give the memberships that hold, each with the time since when.

    A membership that always was began when the oldest record of the contact did, as far as anybody
    knows; without any, at the run's instant.
    """
    born = (
        reader.rows("records")
        .join(
            reader.rows("resolves_to_contacts").select(id="identifier", contact_id="entity"),
            on="id",
        )
        .group_by("contact_id")
        .agg(pl.col("created_ms").min())
    )
    now = pl.lit(reader.as_of_ms)
    first = (
        reader.current("memberships")
        .join(born, on="contact_id", how="left")
        .group_by("contact_id", "company_id")
        .agg(at_ms=pl.coalesce("from_ms", "created_ms", now).min())
        .sort("contact_id", "company_id")
    )
    yield from first.select("contact_id", "company_id", "at_ms").iter_rows()
