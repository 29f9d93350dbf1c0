"""The benchmark's companies and people as counts and flags, drawn in columns.

Nothing here knows identifiers: a company and a person are row numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

LARGEST = 200
"""Contacts of the largest company."""
_TAIL = 1.45
"""Exponent of the power law of company sizes."""


@dataclass(frozen=True, slots=True)
class Companies:
    """One entry per company: contacts it has, domains (1 to 3), and where it is known."""

    people: Ints
    domains: Ints
    in_crm: Flags
    in_second: Flags
    has_workspace: Flags

    @property
    def count(self) -> int:
        """How many companies there are."""
        return len(self.people)


@dataclass(frozen=True, slots=True)
class People:
    """One entry per person, in the order of their companies.

    ``emails`` (1 to 4) and ``devices`` (0 to 3) count identifiers. ``twice``: a second record of
    the primary CRM with the same address; ``astray``: one with an address nothing else carries.
    """

    company: Ints
    in_crm: Flags
    in_second: Flags
    is_lead: Flags
    is_user: Flags
    emails: Ints
    devices: Ints
    twice: Flags
    astray: Flags

    @property
    def count(self) -> int:
        """How many people there are."""
        return len(self.company)


def draw_companies(rng: np.random.Generator, count: int) -> Companies:
    """Companies with 1 to 200 contacts on a power law, 6 on average."""
    sizes = np.floor(2.4 * (1 + rng.pareto(_TAIL, count))).astype(np.int64)
    return Companies(
        people=np.minimum(sizes, LARGEST),
        domains=rng.choice([1, 2, 3], count, p=[0.8, 0.15, 0.05]),
        in_crm=rng.random(count) < 0.8,
        in_second=rng.random(count) < 0.65,
        has_workspace=rng.random(count) < 0.3,
    )


def draw_people(rng: np.random.Generator, companies: Companies) -> People:
    """The contacts of all companies; each has a record in at least one system."""
    company = np.repeat(np.arange(companies.count), companies.people)
    count = len(company)
    in_crm = companies.in_crm[company] & (rng.random(count) < 0.85)
    in_second = rng.random(count) < 0.7
    is_lead = rng.random(count) < 0.4
    is_user = rng.random(count) < 0.35
    in_second |= ~(in_crm | is_lead | is_user)
    return People(
        company=company,
        in_crm=in_crm,
        in_second=in_second,
        is_lead=is_lead,
        is_user=is_user,
        emails=rng.choice([1, 2, 3, 4], count, p=[0.72, 0.2, 0.06, 0.02]),
        devices=rng.choice([0, 1, 2, 3], count, p=[0.45, 0.35, 0.15, 0.05]),
        twice=in_crm & (rng.random(count) < 0.02),
        astray=in_crm & (rng.random(count) < 0.002),
    )
