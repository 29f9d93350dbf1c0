"""What an erasure would do, and what it did, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

WHY_IT_STAYS = {
    "shared_mailbox": "a mailbox of several people",
    "shared": "a device of several people",
    "generic": "carried by too many to be one person's",
    "blocked": "a value that says nothing",
    "ambiguous": "claimed by several accounts",
    None: "others have it too, or it is a company's",
}
SHOWN = 20


def plan_lines(plan: Mapping[str, Any]) -> Iterator[str]:
    """Render a plan; what the resolver and the money would do follows after it."""
    yield f"{plan['name']}  {plan['contact'] or 'no contact'}"
    yield ""
    yield "goes, and is kept out:"
    yield from (f"  {i}" for i in plan["identifiers"])
    if plan["alone"]:
        yield "goes along (nothing else speaks of it):"
        yield from (f"  {i}" for i in plan["alone"])
    stays = list(plan["stays"].items())
    if stays:
        yield "stays:"
        yield from (f"  {i}  ({WHY_IT_STAYS[s]})" for i, s in stays[:SHOWN])
        if len(stays) > SHOWN:
            yield f"  … and {len(stays) - SHOWN:,} more"
    yield ""
    yield from count_lines(plan["counts"])


def count_lines(counts: Mapping[str, int]) -> Iterator[str]:
    """Render counts, those of nothing left out."""
    yield from (f"  {count:>8,}  {name}" for name, count in counts.items() if count)


def receipt_lines(receipt: Mapping[str, Any]) -> Iterator[str]:
    """Render a receipt."""
    yield f"{receipt['id']}  erased at {receipt['at']} by {receipt['actor'] or 'nobody named'}"
    yield f"ids that ended: {', '.join(receipt['entities']) or 'none'}"
    yield from count_lines(receipt["counts"])
    for kind, words in (
        ("written", "files written out of the graph that still name the person: remove them"),
        ("source", "sources that still have rows about the person; those rows are kept out"),
    ):
        listed = [f["path"] for f in receipt["files"] if f["kind"] == kind]
        if listed:
            yield ""
            yield f"{words}:"
            yield from (f"  {path}" for path in listed)
