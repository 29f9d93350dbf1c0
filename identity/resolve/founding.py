"""What founds an entity: which clusters are contacts and companies, and of which kind.

A cluster founds a contact iff it holds a live person record, or an e-mail in no state that has an
assertion or an activity; a company iff it holds a live account (kinds crm, linked), or a business
domain that a non-automated address uses (domain), or that was seen by itself (anonymous).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from identity.model.evidence import EMAIL_CLAIMS
from identity.resolve.codes import Bools, Ints, Nodes
from identity.resolve.plane import OUTSIDE
from identity.resolve.standing import Standing, is_automated

KINDS = ("crm", "linked", "domain", "anonymous")
NO_KIND = -1


@dataclass(frozen=True, slots=True)
class Use:
    """Which addresses are in use: said by somebody, or carried by an activity or a mail."""

    mask: Bools


def addresses_in_use(nodes: Nodes, evidence: pl.DataFrame) -> Use:
    """Find the addresses that have an assertion, live or ended, or an activity.

    Decisions alone do not count.
    """
    said = evidence.filter(
        ~pl.col("withdrawn").fill_null(False) & ~pl.col("rule").str.starts_with("decision.")
    )
    mask = nodes.mask((pl.col("kind") == "email") & (pl.col("active") | pl.col("exposed")))
    email = nodes.mask(pl.col("kind") == "email")
    for end in ("src", "dst"):
        codes = nodes.codes(said[end])
        mask = mask.copy()
        mask[codes[codes >= 0]] = True
    return Use(mask & email)


def contacts(
    nodes: Nodes, cluster: Ints, use: Use, standing: Standing, evidence: pl.DataFrame
) -> Bools:
    """Say which clusters found a contact, by the code of their label."""
    founds = np.zeros(len(nodes), bool)
    alone = standing.alone(len(nodes))
    records = nodes.mask(pl.col("live") & (pl.col("plane") == "person"))
    records &= ~_only_own(nodes, standing, evidence)
    holders = ((use.mask & ~alone) | records) & (cluster != OUTSIDE)
    founds[cluster[holders]] = True
    return founds


def _only_own(nodes: Nodes, standing: Standing, evidence: pl.DataFrame) -> Bools:
    """Find records that carry an address of the project's own domains and no other one (R20)."""
    mask = np.zeros(len(nodes), bool)
    own = standing.frame.filter(pl.col("reason") == "own_domain")["code"]
    if own.is_empty():
        return mask
    carried = evidence.filter(
        pl.col("rule").is_in(list(EMAIL_CLAIMS))
        & ~pl.col("withdrawn").fill_null(False)
        & pl.col("until_ms").is_null()
    )
    rows = pl.DataFrame(
        {"record": nodes.codes(carried["src"]), "email": nodes.codes(carried["dst"])}
    ).with_columns(own=pl.col("email").is_in(own.implode()))
    only = rows.group_by("record").agg(pl.col("own").all()).filter("own")["record"].to_numpy()
    mask[only[only >= 0]] = True
    return mask


def companies(nodes: Nodes, cluster: Ints, anchors: Ints, using: dict[int, list[int]]) -> Ints:
    """Give the kind of each company by the code of its label, `NO_KIND` where there is none.

    Args:
        nodes: all identifiers.
        cluster: code to the code of its label.
        anchors: codes of live primary accounts.
        using: label to the addresses in use whose membership by domain is not suppressed.
    """
    kinds = np.full(len(nodes), NO_KIND)
    seen = nodes.mask((pl.col("kind") == "domain") & (pl.col("active") | pl.col("exposed")))
    seen &= cluster != OUTSIDE
    kinds[cluster[seen]] = KINDS.index("anonymous")
    names = nodes.frame["id"]
    for label, emails in using.items():
        if any(not is_automated(names[e][6:]) for e in emails):
            kinds[label] = KINDS.index("domain")
    linked = nodes.mask(pl.col("live") & (pl.col("object") == "account")) & (cluster != OUTSIDE)
    kinds[cluster[linked]] = KINDS.index("linked")
    kinds[cluster[anchors]] = KINDS.index("crm")
    return kinds
