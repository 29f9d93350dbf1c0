"""Writes records as a Salesforce export holds them: the latest state, deleted rows included."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from identity.generate.book import Book
from identity.generate.ids import SalesforceIds, crm_ref
from identity.generate.moments import DAY, END, HOUR, between, day, salesforce_time
from identity.generate.people import Company, Person
from identity.generate.words import LEAD_SOURCES

SOURCE = "salesforce"


@dataclass(frozen=True, slots=True)
class Conversion:
    """What a converted lead points at, and when; ids may be empty as in the CRM itself."""

    at: int
    contact: str
    account: str
    opportunity: str = ""


@dataclass(frozen=True, slots=True)
class Deal:
    """An opportunity's course: stages with the instant each was entered, amount, currency."""

    stages: tuple[tuple[str, int], ...]
    amount: int
    currency: str
    kind: str = "New Business"
    source: str = ""

    @property
    def closed_at(self) -> int:
        """When it was won or lost; 0 while it is open."""
        stage, at = self.stages[-1]
        return at if stage.startswith("Closed") else 0


def account_ref(key: str) -> str:
    """Identifier of an account record."""
    return crm_ref(SOURCE, "account", key)


def contact_ref(key: str) -> str:
    """Identifier of a contact record."""
    return crm_ref(SOURCE, "contact", key)


def lead_ref(key: str) -> str:
    """Identifier of a lead record."""
    return crm_ref(SOURCE, "lead", key)


def opportunity_ref(key: str) -> str:
    """Identifier of an opportunity record."""
    return crm_ref(SOURCE, "opportunity", key)


class Salesforce:
    """The primary CRM. Every maker returns the new record's 18-character id.

    Keyword fields are columns of the export and replace what the maker would write. The last
    record made of each person and company is found by their key.
    """

    def __init__(self, book: Book, rng: random.Random) -> None:
        self._book = book
        self._rng = rng
        self._ids = SalesforceIds()
        self._owners = [self._ids.mint("owner") for _ in range(8)]
        self._campaigns = {source: self._ids.mint("campaign") for source in LEAD_SOURCES}
        self.account_of: dict[str, str] = {}
        self.contact_of: dict[str, str] = {}
        self.lead_of: dict[str, str] = {}

    def _stamps(self, at: int, changed: int = 0) -> dict[str, str]:
        later = max(at, min(END, changed or at + self._rng.randrange(1, 60) * DAY))
        return {
            "IsDeleted": "false",
            "CreatedDate": salesforce_time(at),
            "SystemModstamp": salesforce_time(later),
        }

    def account(self, company: Company, at: int, **fields: str) -> str:
        """An account; its website is the company's domain unless ``Website`` says otherwise."""
        key = self._ids.mint("account")
        row = {
            "Id": key,
            "Name": company.legal_name if self._rng.random() < 0.6 else company.name,
            "Type": "Prospect",
            "Website": self._website(company.domain),
            "Industry": company.industry,
            "NumberOfEmployees": str(company.size),
            "BillingCountry": company.country.name,
            "OwnerId": self._rng.choice(self._owners),
            **self._stamps(at),
        }
        self._book.row("account", row | fields)
        self._book.tell(account_ref(key), "account", company=company.key)
        self.account_of[company.key] = key
        return key

    def _website(self, domain: str) -> str:
        forms = (domain, f"www.{domain}", f"https://www.{domain}", f"https://{domain}/")
        return self._rng.choices(forms, (4, 3, 3, 2))[0]

    def contact(self, person: Person, account: str, at: int, **fields: str) -> str:
        """A contact of ``account``, the person's company's account where empty."""
        key = self._ids.mint("contact")
        own = self.account_of.get(person.company.key, "") if person.company else ""
        row = {
            "Id": key,
            "AccountId": account or own,
            "FirstName": person.first,
            "LastName": person.last,
            "Name": person.name,
            "Email": person.email,
            "Phone": person.phone,
            "Title": person.title,
            "Department": person.department,
            "MailingCountry": person.country.name,
            "LeadSource": "List Import",
            "OwnerId": self._rng.choice(self._owners),
            **self._stamps(at),
        }
        self._book.row("contact", row | fields)
        self._book.tell(
            contact_ref(key), "contact", contact=person.contact_key, company=person.company_key
        )
        self.contact_of[person.key] = key
        return key

    def lead(
        self,
        person: Person,
        steps: Sequence[tuple[str, int]],
        conversion: Conversion | None = None,
        /,
        **fields: str,
    ) -> str:
        """A lead that went through ``steps`` (status, instant), the first being its creation."""
        key = self._ids.mint("lead")
        created, last = steps[0][1], steps[-1][1]
        row = {
            "Id": key,
            "FirstName": person.first,
            "LastName": person.last,
            "Name": person.name,
            "Company": person.company.name if person.company else "n/a",
            "Email": person.email,
            "Phone": person.phone,
            "Title": person.title,
            "Country": person.country.name,
            "Status": steps[-1][0],
            "LeadSource": "Web",
            "IsConverted": "false",
            "OwnerId": self._rng.choice(self._owners),
            **self._stamps(created, last + HOUR),
        }
        if conversion:
            row |= {
                "IsConverted": "true",
                "ConvertedDate": day(conversion.at),
                "ConvertedContactId": conversion.contact,
                "ConvertedAccountId": conversion.account,
                "ConvertedOpportunityId": conversion.opportunity,
            }
        self._book.row("lead", row | fields)
        self._book.tell(
            lead_ref(key), "lead", contact=person.contact_key, company=person.company_key
        )
        self._history(key, steps)
        self.lead_of[person.key] = key
        return key

    def _history(self, lead: str, steps: Sequence[tuple[str, int]]) -> None:
        for (old, _), (new, at) in pairwise(steps):
            self._book.row(
                "lead_history",
                {
                    "Id": self._ids.mint("lead_history"),
                    "IsDeleted": "false",
                    "LeadId": lead,
                    "CreatedDate": salesforce_time(at),
                    "Field": "Status",
                    "OldValue": old,
                    "NewValue": new,
                },
            )

    def opportunity(self, company: Company, account: str, deal: Deal, **fields: str) -> str:
        """An opportunity with one history row for each stage it entered."""
        key = self._ids.mint("opportunity")
        stage, changed = deal.stages[-1]
        created = deal.stages[0][1]
        due = day(deal.closed_at or between(self._rng, changed + 20 * DAY, changed + 90 * DAY))
        row = {
            "Id": key,
            "AccountId": account,
            "Name": f"{company.name} - {deal.kind}",
            "StageName": stage,
            "Amount": f"{deal.amount}.0",
            "CurrencyIsoCode": deal.currency,
            "CloseDate": due,
            "IsClosed": str(bool(deal.closed_at)).lower(),
            "IsWon": str(stage == "Closed Won").lower(),
            "Type": deal.kind,
            "LeadSource": deal.source,
            "CampaignId": self._campaigns.get(deal.source, ""),
            "OwnerId": self._rng.choice(self._owners),
            **self._stamps(created, changed),
        }
        self._book.row("opportunity", row | fields)
        for name, at in deal.stages:
            self._book.row(
                "opportunity_history",
                {
                    "Id": self._ids.mint("history"),
                    "OpportunityId": key,
                    "StageName": name,
                    "Amount": f"{deal.amount}.0",
                    "CloseDate": due,
                    "CreatedDate": salesforce_time(at),
                    "SystemModstamp": salesforce_time(at),
                    "IsDeleted": "false",
                },
            )
        return key

    def role(self, opportunity: str, contact: str, *, role: str, at: int) -> None:
        """Name a contact on an opportunity; the decision maker is the primary one."""
        self._book.row(
            "opportunity_contact_role",
            {
                "Id": self._ids.mint("role"),
                "OpportunityId": opportunity,
                "ContactId": contact,
                "Role": role,
                "IsPrimary": str(role == "Decision Maker").lower(),
                **self._stamps(at, at),
            },
        )
