"""Salesforce: accounts, contacts, leads, opportunities with their histories and contact roles.

Names are those of the API (Data Export, Data Loader); a connector's snake case fits as well. Merged
records are seen only where the export includes deleted rows (``queryAll``): R38.
"""

from __future__ import annotations

from identity.ingest.spec import (
    AssociationTable,
    AttributeSpec,
    Conversion,
    FieldHistoryTable,
    IdentifierSpec,
    RecordTable,
    RelationSpec,
)
from identity.model.normalise import salesforce_id

_UPDATED = "SystemModstamp|LastModifiedDate|_fivetran_synced"

_ACCOUNT = RecordTable(
    name="account",
    files=("Account", "accounts", "sf_account_data"),
    object="account",
    id="Id",
    key_form=salesforce_id,
    identifiers=(
        IdentifierSpec("domain", "Website", "account.domain"),
        IdentifierSpec(
            "domain",
            "Additional_Domains__c",
            "account.additional_domain",
            separator=";",
        ),
    ),
    relations=(RelationSpec("PARENT_OF", "ParentId", "account", reverse=True),),
    attributes=(
        AttributeSpec("company_name", "Name"),
        AttributeSpec("website", "Website", "host"),
        AttributeSpec("industry", "Industry"),
        AttributeSpec("size", "NumberOfEmployees"),
        AttributeSpec("country", "BillingCountry|BillingCountryCode"),
        AttributeSpec("company_type", "Type"),
        AttributeSpec("owner", "OwnerId"),
    ),
    updated_at=_UPDATED,
    created_at="CreatedDate",
    deleted="IsDeleted",
    merged_into="MasterRecordId",
)

_PERSON_ATTRIBUTES = (
    AttributeSpec("first_name", "FirstName"),
    AttributeSpec("last_name", "LastName"),
    AttributeSpec("person_name", "Name"),
    AttributeSpec("job_title", "Title"),
    AttributeSpec("owner", "OwnerId"),
    AttributeSpec("lead_source", "LeadSource"),
    AttributeSpec("phone_number", "Phone|MobilePhone"),
    AttributeSpec("email_address", "Email", "email"),
)

_CONTACT = RecordTable(
    name="contact",
    files=("Contact", "contacts", "sf_contact_data"),
    object="contact",
    id="Id",
    key_form=salesforce_id,
    identifiers=(
        IdentifierSpec("email", "Email", "crm.primary_email"),
        IdentifierSpec(
            "email", "Additional_Emails__c|Secondary_Email__c", "crm.additional_email", ";"
        ),
        IdentifierSpec("phone", "Phone", "record.phone"),
        IdentifierSpec("phone", "MobilePhone", "record.phone"),
    ),
    relations=(RelationSpec("WORKS_AT", "AccountId", "account", primary=True),),
    attributes=(
        *_PERSON_ATTRIBUTES,
        AttributeSpec("department", "Department"),
        AttributeSpec("country", "MailingCountry|MailingCountryCode"),
    ),
    updated_at=_UPDATED,
    created_at="CreatedDate",
    deleted="IsDeleted",
    merged_into="MasterRecordId",
)

_LEAD = RecordTable(
    name="lead",
    files=("Lead", "leads", "sf_lead_data"),
    object="lead",
    id="Id",
    key_form=salesforce_id,
    identifiers=(
        IdentifierSpec("email", "Email", "crm.primary_email"),
        IdentifierSpec("email", "Secondary_Email__c", "crm.additional_email", ";"),
        IdentifierSpec("phone", "Phone", "record.phone"),
        IdentifierSpec("phone", "MobilePhone", "record.phone"),
    ),
    attributes=(
        *_PERSON_ATTRIBUTES,
        AttributeSpec("company_name", "Company"),
        AttributeSpec("website", "Website", "host"),
        AttributeSpec("country", "Country|CountryCode"),
        AttributeSpec("industry", "Industry"),
        AttributeSpec("size", "NumberOfEmployees"),
        AttributeSpec("status", "Status"),
        AttributeSpec("converted_ms", "ConvertedDate", "time"),
    ),
    conversion=Conversion("ConvertedContactId", "ConvertedAccountId", "ConvertedDate"),
    updated_at=_UPDATED,
    created_at="CreatedDate",
    deleted="IsDeleted",
    merged_into="MasterRecordId",
)

_OPPORTUNITY = RecordTable(
    name="opportunity",
    files=("Opportunity", "opportunities", "sf_opportunity_data"),
    object="opportunity",
    id="Id",
    key_form=salesforce_id,
    relations=(RelationSpec("FOR_ACCOUNT", "AccountId", "account"),),
    attributes=(
        AttributeSpec("opportunity_name", "Name"),
        AttributeSpec("stage", "StageName"),
        AttributeSpec("amount_minor", "Amount", "amount"),
        AttributeSpec("currency", "CurrencyIsoCode"),
        AttributeSpec("close_date_ms", "CloseDate", "time"),
        AttributeSpec("won", "IsWon", "bool"),
        AttributeSpec("closed", "IsClosed", "bool"),
        AttributeSpec("opportunity_kind", "Type"),
        AttributeSpec("lead_source", "LeadSource"),
        AttributeSpec("campaign", "CampaignId"),
        AttributeSpec("owner", "OwnerId"),
    ),
    updated_at=_UPDATED,
    created_at="CreatedDate",
    deleted="IsDeleted",
)

_OPPORTUNITY_HISTORY = FieldHistoryTable(
    name="opportunity_history",
    files=("OpportunityHistory", "opportunity_history"),
    object="opportunity",
    record="OpportunityId",
    key_form=salesforce_id,
    attribute="stage",
    value="StageName",
    at="CreatedDate",
    extras=(
        AttributeSpec("amount_minor", "Amount", "amount"),
        AttributeSpec("close_date_ms", "CloseDate", "time"),
    ),
)

_LEAD_HISTORY = FieldHistoryTable(
    name="lead_history",
    files=("LeadHistory", "lead_history"),
    object="lead",
    record="LeadId",
    key_form=salesforce_id,
    attribute="status",
    attribute_column="Field",
    value="NewValue",
    at="CreatedDate",
)

_ROLES = AssociationTable(
    name="opportunity_contact_role",
    files=("OpportunityContactRole", "opportunity_contact_roles", "opportunity_contact_role"),
    edge="HAS_CONTACT",
    src="OpportunityId",
    src_object="opportunity",
    dst="ContactId",
    dst_object="contact",
    id="Id",
    at="SystemModstamp|LastModifiedDate|CreatedDate",
    role="Role",
    primary="IsPrimary",
    deleted="IsDeleted",
    key_form=salesforce_id,
)

_WORKS_AT = AssociationTable(
    name="account_contact_relation",
    files=("AccountContactRelation", "account_contact_relations"),
    edge="WORKS_AT",
    src="ContactId",
    src_object="contact",
    dst="AccountId",
    dst_object="account",
    id="Id",
    at="SystemModstamp|LastModifiedDate|CreatedDate",
    role="Roles",
    primary="IsDirect",
    deleted="IsDeleted",
    key_form=salesforce_id,
)

TABLES = (
    _ACCOUNT,
    _CONTACT,
    _LEAD,
    _OPPORTUNITY,
    _OPPORTUNITY_HISTORY,
    _LEAD_HISTORY,
    _ROLES,
    _WORKS_AT,
)
