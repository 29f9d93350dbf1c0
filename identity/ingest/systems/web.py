"""Web tracking in the shape of Segment's calls: page, track, identify, group, alias, reveal."""

from __future__ import annotations

from identity.ingest.spec import EventTable, IdentifierSpec

_EVENTS = EventTable(
    name="events",
    files=("events", "web_events", "calls"),
    id="messageId|message_id|event_id|id",
    at="timestamp|originalTimestamp|sentAt",
    event_name="event|name",
    nature="track",
    call="type",
    identifiers=(
        IdentifierSpec("user", "userId|user_id", ""),
        IdentifierSpec("email", "traits.email|context.traits.email|email", ""),
        IdentifierSpec("anonymous", "anonymousId|anonymous_id", ""),
        IdentifierSpec("anonymous", "previousId|previous_id", ""),
        IdentifierSpec(
            "domain", "properties.company_domain|traits.company_domain|company_domain", ""
        ),
        IdentifierSpec("workspace", "groupId|group_id", ""),
    ),
    url="context.page.url|url|page_url",
    referrer="context.page.referrer|referrer",
    columns=(
        ("utm_source", "context.campaign.source|utm_source"),
        ("utm_medium", "context.campaign.medium|utm_medium"),
        ("campaign", "context.campaign.name|utm_campaign"),
        ("content", "context.campaign.content|utm_content"),
        ("country", "context.location.country|country"),
    ),
    properties="properties",
    tracking=True,
)

TABLES = (_EVENTS,)
