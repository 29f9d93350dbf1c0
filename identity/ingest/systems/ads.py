"""Ad platforms: spend by day and campaign, and exposures of accounts."""

from __future__ import annotations

from identity.ingest.spec import EventTable, IdentifierSpec, SpendTable

_SPEND = SpendTable(
    name="spend",
    files=("spend", "ad_spend", "cost"),
    date="date|date_day|day",
    amount="amount|cost|spend",
    currency="currency|currency_code",
    columns=(
        ("channel", "channel"),
        ("source", "source|platform"),
        ("campaign", "campaign|campaign_name"),
        ("campaign_id", "campaign_id"),
        ("clicks", "clicks"),
        ("impressions", "impressions"),
    ),
)

_EXPOSURES = EventTable(
    name="exposures",
    files=("exposures", "impressions"),
    id="event_id|id",
    at="timestamp|date|at",
    event_name=None,
    nature="ad",
    kind="exposure",
    identifiers=(
        IdentifierSpec("domain", "account_domain|company_domain|domain", ""),
        IdentifierSpec("email", "email", ""),
    ),
    columns=(
        ("utm_source", "source|platform"),
        ("utm_medium", "medium"),
        ("campaign", "campaign|campaign_name"),
        ("content", "creative|ad"),
    ),
    properties="properties",
)

TABLES = (_SPEND, _EXPOSURES)
