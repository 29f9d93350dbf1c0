"""Questions and items: what may wait for a person, and one thing that does.

An item is derived like everything else: a pure function of facts, configuration and ledger. It goes
away by itself when its cause does. Its id is a hash of its question and its subjects; its
*composition* is a hash of the members of all clusters concerned, so that an answer given to what a
reviewer saw is refused when that has changed since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import polars as pl

from identity.model.evidence import Method


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of question.

    ``weight`` is the share of the value of the deals concerned that hangs on the answer; where an
    item has a score of its own, that counts instead.
    """

    name: str
    weight: float
    doc: str
    method: Method = Method.DETERMINISTIC


_GUESS = Method.PROBABILISTIC

QUESTIONS: dict[str, Question] = {
    q.name: q
    for q in (
        Question(
            "ambiguous_domain",
            1.0,
            "Several accounts of the primary CRM claim a domain: whose is it? Its activity waits "
            "on the domain (R16). Merge the accounts, take the domain off one, or mark it shared.",
        ),
        Question(
            "linked_on_ambiguous",
            0.5,
            "A company of another system claims an ambiguous domain, so it stands by itself: which "
            "account is it?",
        ),
        Question(
            "secondary_claimants",
            0.3,
            "Several companies of one secondary system claim a domain and no account of the "
            "primary CRM does; they are one company (R16). Are they?",
        ),
        Question(
            "overlapping_claims",
            0.5,
            "Two accounts claimed a domain at the same time before one gave it up: whose was the "
            "activity of that time (R45)?",
        ),
        Question(
            "parent_child",
            0.2,
            "Accounts claim different hosts of one domain and no hierarchy connects them: are they "
            "parent and child (R22)?",
        ),
        Question(
            "hosted_site",
            0.3,
            "An account's web site lies at a host of many sites, which is no domain of its own "
            "(R19): which domain is the account's?",
        ),
        Question(
            "confusable",
            0.5,
            "A domain or an address is written with letters that look like others: a typing error, "
            "or somebody who pretends?",
        ),
        Question(
            "mixed_workspace",
            0.3,
            "The users of a workspace belong to several companies, so it belongs to none: whose is "
            "it?",
        ),
        Question(
            "duplicate_in_crm",
            0.5,
            "Several live contacts of the primary CRM are one contact (R8): merge them there.",
        ),
        Question(
            "duplicate_leads",
            0.3,
            "Several open leads of one system are one contact: merge them there.",
        ),
        Question(
            "duplicate_secondary",
            0.3,
            "Several live contacts of a secondary CRM are one contact (R40): merge them there.",
        ),
        Question(
            "additional_email_of_two",
            0.5,
            "Two records of different contacts carry an address; it went to the first (R8). Whose "
            "is it?",
        ),
        Question(
            "unverified_merge",
            0.5,
            "A record was deleted without a successor, and a live one carries its address: were "
            "they merged in the CRM (R38)?",
        ),
        Question(
            "shared_device",
            0.2,
            "Anonymous ids were seen with several contacts and belong to none of them (R10): whose "
            "device is it?",
        ),
        Question(
            "generic",
            0.2,
            "An identifier stands at more records than says anything about one of them (R24): is "
            "it shared, or is something wrong in the source?",
        ),
        Question(
            "soft_limit",
            0.5,
            "A contact holds more identifiers of a kind than is usual (R9): is it one person?",
        ),
        Question(
            "unique_conflict",
            0.8,
            "Evidence would have joined two contacts, or two companies, that hold different ids of "
            "a kind that has one each (R9): which side is wrong?",
        ),
        Question(
            "weak_bridge",
            0.5,
            "One piece of evidence alone holds two dense halves of a contact or a company "
            "together: is it right?",
        ),
        Question(
            "decision_conflict",
            1.0,
            "Decisions contradict each other, or new evidence contradicts one (R26): which holds?",
        ),
        Question(
            "blocked_same",
            1.0,
            "A person decided that two accounts of the primary CRM are one company, which only the "
            "CRM can make true (R23): merge them there.",
        ),
        Question(
            "same_mailbox",
            0.5,
            "By the rules of their mail provider, addresses of different contacts are one mailbox "
            "(R5): are they one person?",
            _GUESS,
        ),
        Question(
            "same_phone",
            0.5,
            "Different contacts share a phone number (R44): are they one person?",
            _GUESS,
        ),
        Question(
            "same_person",
            0.5,
            "Different contacts agree in name and other attributes: are they one person, perhaps "
            "in two jobs?",
            _GUESS,
        ),
        Question(
            "same_company",
            0.5,
            "Companies agree in name and place: are they one?",
            _GUESS,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A possible answer: what a person may say, of what, and what speaks for it.

    ``action`` is the action of the decision that says it (same, different, mark_shared …), or
    ``fix_source`` where only the system that gave the data can make it true.
    """

    action: str
    left: str
    right: str | None = None
    name: str = ""
    grounds: Mapping[str, Any] | None = None

    def row(self) -> dict[str, Any]:
        """Give the plain form, empty parts left out."""
        parts = {
            "action": self.action,
            "left": self.left,
            "right": self.right,
            "name": self.name,
            "grounds": dict(self.grounds) if self.grounds else None,
        }
        return {k: v for k, v in parts.items() if v}


@dataclass(frozen=True, slots=True)
class Item:
    """A question that waits for a person; the first of ``subjects`` is the smallest.

    ``block`` is what the subjects of a suggestion have in common; a suggestion is made anew when
    somebody enters or leaves its block. Other questions have none.
    """

    question: str
    subjects: tuple[str, ...]
    name: str
    summary: str
    candidates: tuple[Candidate, ...] = ()
    score: float | None = None
    block: str | None = None


REVIEWS: dict[str, pl.DataType] = {
    "id": pl.String(),
    "name": pl.String(),
    "question": pl.String(),
    "summary": pl.String(),
    "subjects": pl.List(pl.String()),
    "candidates": pl.String(),
    "method": pl.String(),
    "score": pl.Float64(),
    "composition": pl.String(),
    "block": pl.String(),
}
CAPTION = 60


def item(
    question: str,
    subjects: Iterable[str],
    *,
    name: str,
    summary: str,
    candidates: Sequence[Candidate] = (),
    score: float | None = None,
    block: str | None = None,
) -> Item:
    """Make an item: subjects in order, the caption short."""
    ordered = tuple(sorted(set(subjects)))
    caption = name if len(name) <= CAPTION else f"{name[: CAPTION - 1]}…"
    return Item(question, ordered, caption, summary, tuple(candidates), score, block)


def review_id(question: str, subjects: Sequence[str]) -> str:
    """Give the id of an item: a hash of its question and its subjects in order."""
    return f"rev_{_hash([question, *sorted(subjects)])}"


def composition(members: Iterable[str]) -> str:
    """Hash the members of all clusters that an item concerns."""
    return _hash(sorted(set(members)))


def _hash(parts: Sequence[str]) -> str:
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def to_row(found: Item, members: Iterable[str]) -> dict[str, Any]:
    """Give an item's row; ``members`` are those of all clusters that it concerns."""
    return {
        "id": review_id(found.question, found.subjects),
        "name": found.name,
        "question": found.question,
        "summary": found.summary,
        "subjects": list(found.subjects),
        "candidates": orjson.dumps([c.row() for c in found.candidates]).decode(),
        "method": QUESTIONS[found.question].method.value,
        "score": found.score,
        "composition": composition(members),
        "block": found.block,
    }


def to_frame(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Make the frame of rows, in the order of their ids."""
    listed = sorted(rows, key=lambda r: str(r["id"]))
    return pl.DataFrame(
        {name: [row[name] for row in listed] for name in REVIEWS}, schema=dict(REVIEWS)
    )
