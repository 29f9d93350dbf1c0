"""Writes records as a warehouse connector delivers HubSpot's tables."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from identity.generate.book import Book
from identity.generate.ids import crm_ref
from identity.generate.moments import DAY, END, plain_time
from identity.generate.people import Company, Person
from identity.generate.salesforce import Deal

SOURCE = "hubspot"
_PORTAL = "4727653"
_FOREVER = "2050-01-01 00:00:00"
_SYNCED = plain_time(END)
STAGES = (
    "appointmentscheduled",
    "qualifiedtobuy",
    "presentationscheduled",
    "contractsent",
    "closedwon",
    "closedlost",
)


def account_ref(key: str) -> str:
    """Identifier of a HubSpot company record."""
    return crm_ref(SOURCE, "account", key)


def contact_ref(key: str) -> str:
    """Identifier of a HubSpot contact record."""
    return crm_ref(SOURCE, "contact", key)


@dataclass(frozen=True, slots=True)
class Links:
    """The ids of the primary CRM and of the HubSpot company that a contact carries."""

    contact: str = ""
    lead: str = ""
    company: str = ""


class HubSpot:
    """The second CRM. Makers return the new id; keyword fields replace columns."""

    def __init__(self, book: Book, rng: random.Random) -> None:
        self._book = book
        self._rng = rng
        self._last = {"company": 2_182_160_000, "contact": 51_000_000, "deal": 3_954_600_000}
        self.company_of: dict[str, str] = {}

    def _next(self, kind: str) -> str:
        self._last[kind] += self._rng.randint(1, 40)
        return str(self._last[kind])

    def _later(self, at: int) -> str:
        return plain_time(min(END, at + self._rng.randrange(1, 60) * DAY))

    def company(self, company: Company, at: int, *, account: str = "", **fields: str) -> str:
        """A company; ``account`` is the Salesforce account it is synchronised with."""
        key = fields.get("id") or self._next("company")
        row = {
            "id": key,
            "is_deleted": "false",
            "_fivetran_synced": _SYNCED,
            "property_name": company.name,
            "property_domain": company.domain,
            "property_website": f"https://{company.domain}",
            "property_industry": company.industry.upper().replace(" & ", "_").replace(" ", "_"),
            "property_numberofemployees": str(company.size),
            "property_country": company.country.name,
            "property_createdate": plain_time(at),
            "property_hs_lastmodifieddate": self._later(at),
            "property_salesforceaccountid": account,
        }
        self._book.row("company_data", row | fields)
        self._book.tell(account_ref(key), "account", company=company.key)
        self.company_of[company.key] = key
        return key

    def contact(self, person: Person, at: int, links: Links | None = None, /, **fields: str) -> str:
        """A contact with the person's main address."""
        key = fields.get("id") or self._next("contact")
        known = links or Links()
        row = {
            "id": key,
            "_fivetran_deleted": "FALSE",
            "_fivetran_synced": _SYNCED,
            "property_email": person.email,
            "property_firstname": person.first,
            "property_lastname": person.last,
            "property_jobtitle": person.title,
            "property_phone": person.phone if self._rng.random() < 0.4 else "",
            "property_associatedcompanyid": known.company,
            "property_lifecyclestage": "lead" if known.lead else "marketingqualifiedlead",
            "property_createdate": plain_time(at),
            "property_lastmodifieddate": self._later(at),
            "property_salesforcecontactid": known.contact,
            "property_salesforceleadid": known.lead,
        }
        self._book.row("contact_data", row | fields)
        self._book.tell(
            contact_ref(key), "contact", contact=person.contact_key, company=person.company_key
        )
        return key

    def deal(self, company: Company, deal: Deal, contacts: Sequence[str], **fields: str) -> str:
        """A deal of the HubSpot company with its contacts and one row per stage entered."""
        key = self._next("deal")
        created, (stage, changed) = deal.stages[0][1], deal.stages[-1]
        row = {
            "deal_id": key,
            "is_deleted": "false",
            "_fivetran_synced": _SYNCED,
            "deal_pipeline_id": "default",
            "deal_pipeline_stage_id": stage,
            "portal_id": _PORTAL,
            "property_dealname": f"{company.name} - {deal.kind}",
            "property_amount": str(deal.amount),
            "property_deal_currency_code": deal.currency,
            "property_closedate": plain_time(changed + (0 if "closed" in stage else 45 * DAY)),
            "property_createdate": plain_time(created),
            "property_hs_lastmodifieddate": plain_time(changed),
        }
        self._book.row("deal_data", row | fields)
        self._book.row(
            "deal_company_data",
            {
                "company_id": self.company_of[company.key],
                "deal_id": key,
                "type_id": "341",
                "category": "HUBSPOT_DEFINED",
            },
        )
        for contact in contacts:
            self._book.row(
                "deal_contact_data",
                {
                    "contact_id": contact,
                    "deal_id": key,
                    "_fivetran_synced": _SYNCED,
                    "type_id": "3",
                    "category": "HUBSPOT_DEFINED",
                },
            )
        self._stages(key, deal)
        return key

    def _stages(self, key: str, deal: Deal) -> None:
        ends = [plain_time(at) for _, at in deal.stages[1:]] + [_FOREVER]
        for (stage, at), end in zip(deal.stages, ends, strict=True):
            self._book.row(
                "deal_stage_data",
                {
                    "_fivetran_start": plain_time(at),
                    "deal_id": key,
                    "_fivetran_active": str(end == _FOREVER).upper(),
                    "_fivetran_end": end,
                    "_fivetran_synced": _SYNCED,
                    "date_entered": plain_time(at),
                    "source": "CRM_UI",
                    "source_id": f"userId:{9_000_000 + int(key) % 7}",
                    "value": stage,
                },
            )
