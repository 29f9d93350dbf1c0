"""Presets: what the exports of well-known systems look like, one system a file."""

from __future__ import annotations

from identity.ingest.spec import TableSpec
from identity.ingest.systems import ads, decisions, hubspot, product, salesforce, web

PRESETS: dict[str, tuple[TableSpec, ...]] = {
    "salesforce": salesforce.TABLES,
    "hubspot": hubspot.TABLES,
    "product": product.TABLES,
    "web": web.TABLES,
    "ads": ads.TABLES,
    "decisions": decisions.TABLES,
}

UTC_SYSTEMS = frozenset(PRESETS)
"""Systems whose exports write UTC when they write no offset."""
