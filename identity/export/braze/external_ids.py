"""Under which external id a contact is known to Braze, and which of its ids it is not.

Three policies: the primary CRM's contact, else its lead (``crm_contact_else_lead``); the user of
the product (``user_id``); the canonical id (``canonical``). All other ids that a contact has in the
policy's namespace were, or may have been, profiles of their own: they are merged into the one that
stands for it. The map from old to kept is flat, so merges may be applied in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from identity.errors import FixInput
from identity.export import usage
from identity.export.reading import Reader
from identity.export.resolution import redirects
from identity.model import identifiers as ids

PERSON_OBJECTS = ("contact", "lead")
_LIVE = ~pl.col("deleted").fill_null(False) & pl.col("merged_into").is_null()


@dataclass(frozen=True, slots=True)
class ExternalIds:
    """``of``: contact to external id; ``others``: other ids of the namespace to the contact."""

    of: dict[str, str]
    others: dict[str, str]


def crm_people(reader: Reader) -> pl.DataFrame:
    """Give contacts' records in CRMs, best first: contact_id, source, object, value, live.

    Contacts come before leads, live records before others, the record that the golden values name
    first, then the latest created, then the smallest id.
    """
    golden = reader.rows("contacts").select(contact_id="id", named="primary_crm_id")
    held = reader.current("resolves_to_contacts").select(id="identifier", contact_id="entity")
    found = (
        reader.rows("records")
        .filter(pl.col("object").is_in(PERSON_OBJECTS))
        .join(held, on="id")
        .join(golden, on="contact_id")
    )
    return found.select(
        "contact_id",
        "source",
        "object",
        "value",
        "id",
        "created_ms",
        live=_LIVE,
        chosen=pl.col("id").eq_missing(pl.col("named")),
    ).sort(
        pl.col("live").not_(),
        "object",
        pl.col("chosen").not_(),
        pl.col("created_ms").neg(),
        "id",
        nulls_last=True,
    )


def external_ids(reader: Reader) -> ExternalIds:
    """Give the external ids of contacts by the project's policy.

    Raises:
        FixInput: the policy asks for something that the project does not have.
    """
    match reader.config.exports.braze.external_id:
        case "canonical":
            return _canonical(reader)
        case "user_id":
            return _users(reader)
        case _:
            return _crm(reader)


def _canonical(reader: Reader) -> ExternalIds:
    own = reader.rows("contacts")["id"].to_list()
    ended = redirects(reader).filter(
        (pl.col("entity") == "contact") & pl.col("redirect").is_not_null()
    )
    return ExternalIds(
        {one: one for one in own}, dict(ended.select("old_id", "redirect").iter_rows())
    )


def _crm(reader: Reader) -> ExternalIds:
    primary = reader.config.primary_crm
    if primary is None:
        raise FixInput(
            "exports.braze.external_id: crm_contact_else_lead needs a primary CRM",
            fix="Name one (primary_crm), or choose user_id or canonical.",
        )
    return _first(crm_people(reader).filter(pl.col("source") == primary))


def _users(reader: Reader) -> ExternalIds:
    products = [s.source_name for s in reader.config.sources if s.system == "product"]
    everybody = usage.users(reader)
    known = [p for p in products if p in set(everybody["product"])] or sorted(
        set(everybody["product"])
    )
    if not known:
        raise FixInput(
            "exports.braze.external_id: user_id needs a product with users",
            fix="Choose crm_contact_else_lead or canonical.",
        )
    # ids of two products may be equal: one product gives the external ids, the first
    golden = reader.rows("contacts").select(contact_id="id", email="primary_email")
    users = usage.by_standing(everybody.filter(pl.col("product") == known[0]), golden)
    return _first(users.select("contact_id", value="user_id", live=pl.lit(True)))


def _first(ranked: pl.DataFrame) -> ExternalIds:
    """Take the first live id of each contact; ids are spread over contacts, each in one."""
    of: dict[str, str] = {}
    others: dict[str, str] = {}
    for contact, value, live in ranked.select("contact_id", "value", "live").iter_rows():
        if live and contact not in of:
            of[contact] = value
        else:
            others[value] = contact
    return ExternalIds(of, others)


def aliases(reader: Reader) -> pl.DataFrame:
    """Give the CRM ids of contacts as aliases, best first: contact_id, label, name.

    The label is the source's name and the object: ``salesforce_lead_id``.
    """
    people = crm_people(reader).filter("live")
    return people.select(
        "contact_id",
        label=pl.concat_str(["source", pl.lit("_"), "object", pl.lit("_id")]),
        name="value",
    )


def bare(identifier: str | None) -> str | None:
    """Give the id that a CRM knows a record by."""
    return None if identifier is None else ids.parse(identifier).value
