"""A product's own database: users, workspaces and the events of users."""

from __future__ import annotations

from identity.ingest.spec import (
    AttributeSpec,
    EventTable,
    IdentifierSpec,
    RecordTable,
    RelationSpec,
)

_USERS = RecordTable(
    name="users",
    files=("users", "user"),
    object="user",
    id="id|user_id",
    identifiers=(
        IdentifierSpec("email", "email", "product.login"),
        IdentifierSpec("phone", "phone", "record.phone"),
    ),
    relations=(RelationSpec("WORKS_AT", "workspace_id", "workspace"),),
    attributes=(
        AttributeSpec("person_name", "name|full_name"),
        AttributeSpec("first_name", "first_name"),
        AttributeSpec("last_name", "last_name"),
        AttributeSpec("job_title", "job_title"),
        AttributeSpec("email_address", "email", "email"),
    ),
    updated_at="updated_at",
    created_at="created_at",
    deleted="deleted|is_deleted",
)

_WORKSPACES = RecordTable(
    name="workspaces",
    files=("workspaces", "workspace"),
    object="workspace",
    id="id|workspace_id",
    identifiers=(
        IdentifierSpec("workspace", "merged_into", "workspace.alias"),
        IdentifierSpec(
            "crm",
            "salesforce_account_id",
            "crm.external_id_company",
            crm_object="account",
            system="salesforce",
        ),
    ),
    attributes=(AttributeSpec("company_name", "name"), AttributeSpec("plan", "plan")),
    updated_at="updated_at",
    created_at="created_at",
    deleted="deleted|is_deleted",
)

_EVENTS = EventTable(
    name="events",
    files=("events", "event"),
    id="event_id|id",
    at="timestamp|at|created_at",
    event_name="event_name|name|event",
    nature="product",
    identifiers=(
        IdentifierSpec("user", "user_id", ""),
        IdentifierSpec("workspace", "workspace_id", ""),
    ),
    properties="properties",
)

TABLES = (_USERS, _WORKSPACES, _EVENTS)
