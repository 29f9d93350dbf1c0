"""Declaration of the tables of contacts, companies and what products call users and workspaces."""

from __future__ import annotations

from identity.export.columns import Column, TableSpec, flag, instant, integer, json, listed, text

_COUNTS = (
    ("first_event", instant, "time of the first activity"),
    ("most_recent_event", instant, "time of the latest activity"),
    ("number_of_events", integer, "activities, not exposures,"),
    ("first_order", instant, "time of the first order"),
    ("most_recent_order", instant, "time of the latest order"),
    ("number_of_orders", integer, "orders"),
)


def _usage(suffix: str = "", whose: str = "") -> tuple[Column, ...]:
    """Declare the columns of `identity.export.usage.summary`."""
    return tuple(make(f"{name}{suffix}", f"{doc}{whose}") for name, make, doc in _COUNTS)


_SPAN = (
    instant("valid_from", "holds from then on; empty: always did"),
    instant("valid_until", "held until then; empty: still does"),
)

CONTACTS = TableSpec(
    "contacts",
    "People, by e-mail or by a record that has none; one row each that lives now.",
    ("contact_id",),
    (
        text("contact_id", "canonical id"),
        text(
            "user_id",
            "the product user that stands for the person: that of the primary e-mail, else the "
            "latest; empty: none",
        ),
        text("email", "primary e-mail"),
        text(
            "corporate_email",
            "domain of the primary e-mail, at the end of its alias chain; empty where the domain "
            "is no company's",
        ),
        text("user_name", "name of that user, else of the person"),
        text("workspace_id", "the workspace joined last"),
        instant("created_at", "creation of the oldest of the person's records"),
        *_usage(whose=" of the person"),
        text("kind", "crm: known to the primary CRM, else known"),
        text("primary_crm_id", "record in the primary CRM"),
        text("company_id", "company of the primary membership"),
        text("person_name", "full name"),
        text("job_title", "job title as read"),
        text("seniority", "level of the job"),
        text("department", "department"),
        text("owner", "owner in the primary CRM"),
        text("country", "country as read"),
    ),
)

COMPANIES = TableSpec(
    "companies",
    "Companies: accounts of the primary CRM and domains nobody claims yet; one row each.",
    ("company_id",),
    (
        text("company_id", "canonical id"),
        text("name", "name of the company"),
        text("kind", "crm, linked, domain or anonymous"),
        text("primary_crm_id", "account in the primary CRM"),
        text("domain", "web domain"),
        integer("number_of_workspaces", "workspaces that are the company's"),
        integer(
            "number_of_corporate_users",
            "corporate users: contacts with a product user and a primary e-mail at a domain of "
            "the company",
        ),
        integer("number_of_associated_users", "contacts that use one of its workspaces now"),
        *_usage("_corporate", " of its corporate users"),
        *_usage("_associated", " in its workspaces"),
        text("first_user_id", "the corporate user who came first"),
        text("most_active_user_id", "the corporate user with most activities; of equals the first"),
        text("most_orders_user_id", "the corporate user with most orders; of equals the first"),
        integer("number_of_contacts", "contacts that are members now"),
        text("industry", "industry as read"),
        text("size", "number of employees as read"),
        text("country", "country as read"),
        text("company_type", "customer, partner, competitor, prospect, as read"),
        text("owner", "owner in the primary CRM"),
        text("parent_company_id", "company of the parent account"),
    ),
)

MEMBERSHIPS = TableSpec(
    "memberships",
    "Which contact belongs to which company, how that is known, and when.",
    ("contact_id", "company_id", "via", "valid_from"),
    (
        text("contact_id", "the contact"),
        text("company_id", "the company"),
        text("via", "decision, crm, other_crm, domain or workspace"),
        flag("primary", "the contact's primary membership"),
        text("source", "source that says so"),
        text("role", "role"),
        *_SPAN,
    ),
)

IDENTIFIERS = TableSpec(
    "identifiers",
    "Every identifier, and what it stands for: one row per entity it stood for, at least one.",
    ("identifier", "contact_id", "company_id", "valid_from"),
    (
        text("identifier", "kind, scope and value"),
        text("kind", "kind of identifier"),
        text("scope", "system that gave the value"),
        text("value", "the bare value"),
        text("object", "what it is a record of; empty: no record was read"),
        flag("is_record", "its payload was read from a source"),
        flag("deleted", "deleted at the source"),
        text("contact_id", "the contact it stands for"),
        text("company_id", "the company it stands for"),
        *_SPAN,
        text("standing", "blocked, shared_mailbox, generic, ambiguous or shared: stands alone"),
        text("standing_reason", "what gave it that state"),
        text("domain_class", "class of a domain by the lists"),
        text("component", "smallest member of all that evidence joins"),
        instant("created_at", "creation of the record by its source"),
        instant("updated_at", "source time of its newest version"),
    ),
)

REDIRECTS = TableSpec(
    "redirects",
    "Ids that live no more, and which to use instead.",
    ("old_id",),
    (
        text("old_id", "the id that ended"),
        text("entity", "contact or company"),
        text("state", "merged, retired or erased"),
        text("redirect", "the live id to use instead, at the end of all merges; empty: none"),
        listed("successors", "all live ids that hold what it last held"),
        integer("ended_run", "the run that ended it"),
    ),
)

OPPORTUNITIES = TableSpec(
    "opportunities",
    "Opportunities of CRMs.",
    ("opportunity",),
    (
        text("opportunity", "identifier of the record"),
        text("opportunity_id", "id in its CRM"),
        text("source", "name of the source"),
        text("name", "name of the opportunity"),
        text("kind", "kind as read"),
        text("stage", "stage as read"),
        integer("amount_minor", "amount in minor units of its currency"),
        text("currency", "ISO 4217 code"),
        instant("close_date", "day on which it closes or closed"),
        flag("won", "it is won"),
        flag("closed", "it is closed"),
        flag("deleted", "deleted at the source"),
        text("owner", "owner"),
        text("account", "identifier of its account"),
        text("company_id", "company of that account"),
        listed("contact_ids", "contacts that take part"),
        instant("created_at", "creation by its source"),
    ),
)

WORKSPACES = TableSpec(
    "workspaces",
    "Live workspaces of products; one that was merged into another is in that one's row.",
    ("workspace_id", "product"),
    (
        text("workspace_id", "id in the product"),
        text("workspace_name", "name"),
        instant("created_at", "creation by the product"),
        *_usage(whose=" in the workspace"),
        integer("number_of_users", "people who use it now; merged users count once"),
        text("corporate_email", "domain of its company; empty without one"),
        *_usage("_corporate", " in the workspace, of people with a corporate e-mail"),
        integer("number_of_users_corporate", "those of its people with a corporate e-mail"),
        text("company_id", "the company whose it is"),
        text("product", "name of the product's source"),
        text("plan", "plan"),
    ),
)

USER_WORKSPACES = TableSpec(
    "user_workspaces",
    "Which product user uses which workspace, as the product says.",
    ("user_id", "product", "workspace_id", "valid_from"),
    (
        text("user_id", "id in the product"),
        text("workspace_id", "id of the workspace"),
        text("contact_id", "the person"),
        text("company_id", "the company whose workspace it is"),
        text("email", "the user's own e-mail"),
        text("corporate_email", "the person's corporate domain"),
        text("user_name", "the user's name"),
        text("role", "role in the workspace"),
        text("product", "name of the product's source"),
        instant("created_at", "creation of the user"),
        text(
            "successor_user_id",
            "the user it was given up for by a decision; it counts where that one is",
        ),
        *_SPAN,
    ),
)

EVIDENCE = TableSpec(
    "evidence",
    "Every reason why two identifiers are one contact or one company; conducting or not.",
    ("src", "dst", "edge", "key"),
    (
        text("src", "identifier"),
        text("dst", "identifier"),
        text("edge", "SAME_PERSON or SAME_COMPANY"),
        text("key", "tells evidence on one pair apart"),
        text("rule", "id of the rule"),
        integer("rule_version", "version of the rule"),
        text("evidence_class", "decided, authoritative, asserted, observed, inferred, weak"),
        text("method", "deterministic or probabilistic"),
        text("source", "name of the source"),
        text("record", "record or event that says so"),
        integer("observations", "how often it was said"),
        instant("first_seen", "first said, by source time"),
        instant("last_seen", "last said, by source time"),
        *_SPAN,
        flag("withdrawn", "taken back: conducts nothing"),
        integer("run", "the run that learnt it"),
        integer("ended_run", "the run that learnt its end"),
    ),
)

REFUSED = TableSpec(
    "refused",
    "Evidence that was not allowed to merge, and why.",
    ("src", "dst", "key"),
    (
        text("src", "identifier"),
        text("dst", "identifier"),
        text("key", "key of the evidence"),
        text("rule", "rule of the evidence"),
        text("source", "source of the evidence"),
        text("constraint", "the constraint that refused it"),
        json("reason", "the two values it would have joined"),
    ),
)

TABLES = (
    CONTACTS,
    COMPANIES,
    MEMBERSHIPS,
    IDENTIFIERS,
    REDIRECTS,
    OPPORTUNITIES,
    WORKSPACES,
    USER_WORKSPACES,
    EVIDENCE,
    REFUSED,
)
