"""HubSpot: companies, contacts with additional e-mails and merge fields, deals.

Names are those of the API's properties; a connector's ``property_`` prefix and the names of the
portal's own export fit as well. Merges mint a new id; ``hs_merged_object_ids`` is chain-complete,
and ``calculated_merged_vids`` is not trusted: R39.
"""

from __future__ import annotations

from identity.ingest.spec import (
    AssociationTable,
    AttributeSpec,
    FieldHistoryTable,
    IdentifierSpec,
    RecordTable,
    RelationSpec,
)

_DELETED = "is_deleted|_fivetran_deleted|archived"

_COMPANY = RecordTable(
    name="company",
    files=("company_data", "companies", "company"),
    object="account",
    id="id|hs_object_id|Record ID",
    identifiers=(
        IdentifierSpec("domain", "domain|Company Domain Name", "account.domain"),
        IdentifierSpec("domain", "website|Website URL", "account.domain"),
        IdentifierSpec(
            "domain", "hs_additional_domains", "account.additional_domain", separator=";"
        ),
        IdentifierSpec(
            "crm",
            "salesforceaccountid|Salesforce Account ID",
            "crm.external_id_company",
            crm_object="account",
            system="salesforce",
        ),
    ),
    relations=(RelationSpec("PARENT_OF", "hs_parent_company_id", "account", reverse=True),),
    attributes=(
        AttributeSpec("company_name", "name|Company name"),
        AttributeSpec("website", "domain|website|Website URL", "host"),
        AttributeSpec("industry", "industry"),
        AttributeSpec("size", "numberofemployees|Number of Employees"),
        AttributeSpec("country", "country|Country/Region"),
        AttributeSpec("company_type", "type"),
        AttributeSpec("owner", "hubspot_owner_id"),
    ),
    updated_at="hs_lastmodifieddate|lastmodifieddate|_fivetran_synced",
    created_at="createdate|Create Date",
    deleted=_DELETED,
    merged_from="hs_merged_object_ids",
)

_CONTACT = RecordTable(
    name="contact",
    files=("contact_data", "contacts", "contact"),
    object="contact",
    id="id|hs_object_id|vid|Record ID",
    identifiers=(
        IdentifierSpec("email", "email", "crm.primary_email"),
        IdentifierSpec("email", "hs_additional_emails", "crm.additional_email", ";"),
        IdentifierSpec("phone", "phone|Phone Number", "record.phone"),
        IdentifierSpec("phone", "mobilephone", "record.phone"),
        IdentifierSpec(
            "crm",
            "salesforcecontactid|Salesforce Contact ID",
            "crm.external_id_person",
            crm_object="contact",
            system="salesforce",
        ),
        IdentifierSpec(
            "crm",
            "salesforceleadid|Salesforce Lead ID",
            "crm.external_id_person",
            crm_object="lead",
            system="salesforce",
        ),
    ),
    relations=(
        RelationSpec(
            "WORKS_AT", "associatedcompanyid|Primary Associated Company ID", "account", primary=True
        ),
    ),
    attributes=(
        AttributeSpec("first_name", "firstname|First Name"),
        AttributeSpec("last_name", "lastname|Last Name"),
        AttributeSpec("job_title", "jobtitle|Job Title"),
        AttributeSpec("country", "country|Country/Region"),
        AttributeSpec("status", "lifecyclestage|Lifecycle Stage"),
        AttributeSpec("company_name", "company|Company Name"),
        AttributeSpec("phone_number", "phone|mobilephone|Phone Number"),
        AttributeSpec("email_address", "email", "email"),
        AttributeSpec("owner", "hubspot_owner_id"),
    ),
    updated_at="lastmodifieddate|hs_lastmodifieddate|_fivetran_synced",
    created_at="createdate|created_at|Create Date",
    deleted=_DELETED,
    merged_from="hs_merged_object_ids",
)

_DEAL = RecordTable(
    name="deal",
    files=("deal_data", "deals", "deal"),
    object="opportunity",
    id="deal_id|id|hs_object_id|Record ID",
    attributes=(
        AttributeSpec("opportunity_name", "dealname|Deal Name"),
        AttributeSpec("stage", "deal_pipeline_stage_id|dealstage|Deal Stage"),
        AttributeSpec("amount_minor", "amount", "amount"),
        AttributeSpec("currency", "deal_currency_code"),
        AttributeSpec("close_date_ms", "closedate|Close Date", "time"),
        AttributeSpec("owner", "owner_id|hubspot_owner_id"),
    ),
    updated_at="hs_lastmodifieddate|lastmodifieddate|_fivetran_synced",
    created_at="createdate|Create Date",
    deleted=_DELETED,
)

_DEAL_STAGE = FieldHistoryTable(
    name="deal_stage",
    files=("deal_stage_data", "deal_stages", "deal_stage"),
    object="opportunity",
    record="deal_id",
    attribute="stage",
    value="value",
    at="date_entered",
)

_DEAL_COMPANY = AssociationTable(
    name="deal_company",
    files=("deal_company_data", "deal_companies", "deal_company"),
    edge="FOR_ACCOUNT",
    src="deal_id",
    src_object="opportunity",
    dst="company_id",
    dst_object="account",
    at="_fivetran_synced",
)

_DEAL_CONTACT = AssociationTable(
    name="deal_contact",
    files=("deal_contact_data", "deal_contacts", "deal_contact"),
    edge="HAS_CONTACT",
    src="deal_id",
    src_object="opportunity",
    dst="contact_id",
    dst_object="contact",
    at="_fivetran_synced",
)

_CONTACT_COMPANY = AssociationTable(
    name="contact_company",
    files=("contact_company_data", "contact_companies", "contact_company"),
    edge="WORKS_AT",
    src="contact_id",
    src_object="contact",
    dst="company_id",
    dst_object="account",
    at="_fivetran_synced",
)

TABLES = (
    _COMPANY,
    _CONTACT,
    _DEAL,
    _DEAL_STAGE,
    _DEAL_COMPANY,
    _DEAL_CONTACT,
    _CONTACT_COMPANY,
)
