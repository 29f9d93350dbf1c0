"""The awkward cases of real data, each planted on purpose and filed in ``truth/notes.json``.

A case is a function that writes one instance and returns the ids it touched; its name is the
case's name in the notes, its docstring says what the truth is. ``times`` is the number of
instances at scale 1; at least one is always planted, and exactly one where it is ``ONCE``.
"""

from __future__ import annotations

from identity.generate.cases import companies, crm, people, product, web
from identity.generate.sample import Sample


def plant_all(sample: Sample) -> None:
    """Plant every case and file its ids."""
    for module in (companies, people, crm, product, web):
        for times, case in module.CASES:
            for _ in range(sample.count(times)):
                sample.book.note(case.__name__, *case(sample))
