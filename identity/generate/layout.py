"""The tables of the sample: where each lies, its columns, and how its system writes CSV."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One CSV file below the sample's folder.

    ``quoted``: every cell in quotes, as the Salesforce Data Loader writes them.
    ``open_end``: the last line has no newline, as files saved by hand often are.
    """

    path: str
    columns: tuple[str, ...]
    quoted: bool = False
    open_end: bool = False


def _salesforce(name: str, columns: str) -> Table:
    return Table(f"data/salesforce/{name}.csv", tuple(columns.split()), quoted=True)


def _hubspot(name: str, columns: str) -> Table:
    return Table(f"data/hubspot/{name}.csv", tuple(columns.split()))


TABLES: dict[str, Table] = {
    "account": _salesforce(
        "Account",
        "Id IsDeleted MasterRecordId Name Type ParentId Website Industry NumberOfEmployees "
        "BillingCountry OwnerId CreatedDate SystemModstamp",
    ),
    "contact": _salesforce(
        "Contact",
        "Id IsDeleted MasterRecordId AccountId FirstName LastName Name Email Phone Title "
        "Department MailingCountry LeadSource OwnerId CreatedDate SystemModstamp "
        "Additional_Emails__c",
    ),
    "lead": _salesforce(
        "Lead",
        "Id IsDeleted MasterRecordId FirstName LastName Name Company Email Phone Title Country "
        "Website Status LeadSource IsConverted ConvertedDate ConvertedContactId "
        "ConvertedAccountId ConvertedOpportunityId OwnerId CreatedDate SystemModstamp",
    ),
    "lead_history": _salesforce(
        "LeadHistory", "Id IsDeleted LeadId CreatedDate Field OldValue NewValue"
    ),
    "opportunity": _salesforce(
        "Opportunity",
        "Id IsDeleted AccountId Name StageName Amount CurrencyIsoCode CloseDate IsClosed IsWon "
        "Type LeadSource CampaignId OwnerId CreatedDate SystemModstamp",
    ),
    "opportunity_history": _salesforce(
        "OpportunityHistory",
        "Id OpportunityId StageName Amount CloseDate CreatedDate SystemModstamp IsDeleted",
    ),
    "opportunity_contact_role": _salesforce(
        "OpportunityContactRole",
        "Id OpportunityId ContactId Role IsPrimary IsDeleted CreatedDate SystemModstamp",
    ),
    "company_data": _hubspot(
        "company_data",
        "id is_deleted _fivetran_synced property_name property_domain property_website "
        "property_industry property_numberofemployees property_country property_createdate "
        "property_hs_lastmodifieddate property_hs_merged_object_ids "
        "property_hs_additional_domains property_salesforceaccountid",
    ),
    "contact_data": _hubspot(
        "contact_data",
        "id _fivetran_deleted _fivetran_synced property_email property_hs_additional_emails "
        "property_firstname property_lastname property_jobtitle property_phone "
        "property_associatedcompanyid property_lifecyclestage property_hs_merged_object_ids "
        "property_createdate property_lastmodifieddate property_salesforcecontactid "
        "property_salesforceleadid",
    ),
    "deal_data": _hubspot(
        "deal_data",
        "deal_id is_deleted _fivetran_synced deal_pipeline_id deal_pipeline_stage_id owner_id "
        "portal_id property_dealname property_amount property_deal_currency_code "
        "property_closedate property_createdate property_hs_lastmodifieddate",
    ),
    "deal_company_data": _hubspot("deal_company_data", "company_id deal_id type_id category"),
    "deal_contact_data": _hubspot(
        "deal_contact_data", "contact_id deal_id _fivetran_synced type_id category"
    ),
    "deal_stage_data": _hubspot(
        "deal_stage_data",
        "_fivetran_start deal_id _fivetran_active _fivetran_end _fivetran_synced date_entered "
        "source source_id value",
    ),
    "users": Table(
        "data/product/users.csv",
        ("id", "name", "email", "workspace_id", "created_at", "updated_at"),
    ),
    "workspaces": Table(
        "data/product/workspaces.csv", ("id", "name", "created_at", "updated_at", "plan")
    ),
    "product_events": Table(
        "data/product/events.csv",
        ("event_id", "user_id", "event_name", "timestamp", "properties"),
    ),
    "spend": Table(
        "data/ads/spend.csv",
        tuple(
            "date channel source campaign_id campaign amount currency clicks impressions".split()
        ),
    ),
    "merged_user": Table(
        "data/decisions/merged_user.csv", ("old_email", "new_email"), open_end=True
    ),
    "merged_company_domain": Table(
        "data/decisions/merged_company_domain.csv", ("old_domain", "new_domain"), open_end=True
    ),
    "fx": Table("data/fx.csv", ("date", "currency", "rate")),
    "truth": Table("truth/records.csv", ("record_id", "kind", "contact", "company")),
}
"""Every CSV table by the name that ``Book.row`` takes."""
WEB_EVENTS = "data/web/events.jsonl"
EXPOSURES = "data/ads/exposures.parquet"
NOTES = "truth/notes.json"
