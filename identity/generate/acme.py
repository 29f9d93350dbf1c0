"""The sample project: a made-up vendor's two CRMs, product, web site and ads, with the truth.

``data/`` is what the systems export; ``truth/`` is what only tests read. The vendor is Acme
(``acme-app.com``); all companies and people are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from identity.errors import FixInput
from identity.generate import others
from identity.generate.cases import plant_all
from identity.generate.funnel import crm_company
from identity.generate.sample import Sample
from identity.generate.summary import Summary
from identity.generate.writers import write_book

_VISITORS = 2600
_EXPOSURES = 2500
_ORDINARY: tuple[tuple[int, Callable[[Sample], None]], ...] = (
    (240, crm_company),
    (24, others.linked_company),
    (62, others.domain_company),
    (60, others.private_person),
    (5, others.private_workspace),
    (12, others.unknown_network),
)
"""How many of each to make at scale 1; the planted cases come on top."""


def generate_acme(out: Path, *, seed: int = 7, scale: float = 1.0) -> Summary:
    """Write the sample project's data and truth below ``out``.

    ``scale`` 1 gives about 400 companies, 3,000 people and 60,000 events between 2025-01-01 and
    2026-06-30. Equal ``seed`` and ``scale`` give byte-identical files. Raises ``FixInput`` where
    ``scale`` is not positive. ``counts`` of the summary are rows by table, and true companies and
    contacts.
    """
    if scale <= 0:
        raise FixInput(f"scale must be greater than 0, not {scale}.")
    sample = Sample(seed, scale)
    for number, make in _ORDINARY:
        for _ in range(sample.count(number)):
            make(sample)
    sample.rng.shuffle(sample.bystanders)
    plant_all(sample)
    _strangers(sample)
    sample.web.tell_devices()
    others.note_free_mail(sample)
    counts = write_book(sample.book, out)
    truth = sample.book.truth.values()
    counts["true_companies"] = len({row.company for row in truth} - {""})
    counts["true_contacts"] = len({row.contact for row in truth} - {""})
    return Summary(out, seed, counts)


def _strangers(sample: Sample) -> None:
    """What is known of companies alone: anonymous visits and exposures; and what ads cost."""
    domains = sorted(
        row["property_domain"]
        for row in sample.book.rows["company_data"]
        if row["property_domain"] and row["is_deleted"] == "false"
    )
    for _ in range(sample.count(_VISITORS)):
        known = sample.rng.random() < 0.4
        others.visitor(sample, sample.rng.choice(domains) if known else "")
    sample.ads.expose(sorted(set(domains)), sample.count(_EXPOSURES))
    sample.ads.spend()
    sample.ads.rates()
