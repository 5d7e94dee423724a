# SPDX-License-Identifier: MIT
"""What the servers do not tell of themselves: labels, links, mandatory fields, pure dates, tables. Data, no behaviour.

Neither server says where a link leads or (SplendidCRM) which fields must be filled: ``required`` is always 0 and every
date a DateTime. Names are the public ones of SugarCRM's family; fields are written in lower case, as both send them in
records. GUESS where nothing else is said: a name that is missing here is a plain field.
"""

from collections.abc import Mapping

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.sentence import sentence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ID, DELETED, MODIFIED = FieldName("id"), FieldName("deleted"), FieldName("date_modified")
ASSIGNED = FieldName("assigned_user_id")
USERS, NOTES, DOCUMENTS = ModuleName("Users"), ModuleName("Notes"), ModuleName("Documents")
ACCOUNTS, CONTACTS, LEADS = ModuleName("Accounts"), ModuleName("Contacts"), ModuleName("Leads")
PARENT_TYPE, PARENT_ID = FieldName("parent_type"), FieldName("parent_id")

KINDS: Mapping[str, tuple[str, str, str]] = {
    "Accounts": (sentence("Account"), sentence("Accounts"), "sales"),
    "Contacts": (sentence("Contact"), sentence("Contacts"), "sales"),
    "Leads": (sentence("Lead"), sentence("Leads"), "sales"),
    "Opportunities": (sentence("Opportunity"), sentence("Opportunities"), "sales"),
    "AOS_Quotes": (sentence("Quote"), sentence("Quotes"), "sales"),
    "Quotes": (sentence("Quote"), sentence("Quotes"), "sales"),
    "Orders": (sentence("Order"), sentence("Orders"), "sales"),
    "Invoices": (sentence("Invoice"), sentence("Invoices"), "sales"),
    "AOS_Invoices": (sentence("Invoice"), sentence("Invoices"), "sales"),
    "AOS_Contracts": (sentence("Contract"), sentence("Contracts"), "sales"),
    "Contracts": (sentence("Contract"), sentence("Contracts"), "sales"),
    "AOS_Products": (sentence("Product"), sentence("Products"), "inventory"),
    "AOS_Product_Categories": (sentence("Product category"), sentence("Product categories"), "inventory"),
    "Products": (sentence("Product"), sentence("Products"), "inventory"),
    "ProductTemplates": (sentence("Catalogue product"), sentence("Product catalogue"), "inventory"),
    "Cases": (sentence("Case"), sentence("Cases"), "support"),
    "Bugs": (sentence("Bug"), sentence("Bugs"), "support"),
    "Releases": (sentence("Release"), sentence("Releases"), "support"),
    "AOK_KnowledgeBase": (sentence("Article"), sentence("Knowledge base"), "support"),
    "Campaigns": (sentence("Campaign"), sentence("Campaigns"), "marketing"),
    "Prospects": (sentence("Target"), sentence("Targets"), "marketing"),
    "ProspectLists": (sentence("Target list"), sentence("Target lists"), "marketing"),
    "EmailTemplates": (sentence("E-mail template"), sentence("E-mail templates"), "marketing"),
    "FP_events": (sentence("Event"), sentence("Events"), "marketing"),
    "FP_Event_Locations": (sentence("Location"), sentence("Locations"), "marketing"),
    "Project": (sentence("Project"), sentence("Projects"), "projects"),
    "ProjectTask": (sentence("Project task"), sentence("Project tasks"), "projects"),
    "Calls": (sentence("Phone call"), sentence("Calls"), "other"),
    "Meetings": (sentence("Meeting"), sentence("Meetings"), "other"),
    "Tasks": (sentence("Task"), sentence("Tasks"), "other"),
    "Notes": (sentence("Note"), sentence("Notes"), "other"),
    "Emails": (sentence("E-mail"), sentence("E-mails"), "other"),
    "Documents": (sentence("Document"), sentence("Documents"), "other"),
    "Users": (sentence("User"), sentence("Users"), "system"),
    "Teams": (sentence("Team"), sentence("Teams"), "system"),
    "Currencies": (sentence("Currency"), sentence("Currencies"), "system"),
}
"""Module -> label, plural, group."""

HELPERS = _words(
    """
    ACLActions ACLRoles AM_ProjectTemplates AM_TaskTemplates AOBH_BusinessHours AOD_Index AOD_IndexEvent
    AOK_Knowledge_Base_Categories AOP_Case_Events AOP_Case_Updates AOR_Charts AOR_Conditions AOR_Fields AOR_Reports
    AOR_Scheduled_Reports AOS_Line_Item_Groups AOS_PDF_Templates AOS_Products_Quotes AOW_Actions AOW_Conditions
    AOW_Processed AOW_WorkFlow Activities ActivityStream Administration Alerts Audit AuditEvents Calendar
    CallMarketing Calls_Reschedule CampaignLog CampaignTrackers ChatChannels ChatDashboard ChatMessages Config
    Dashboard DashboardPanels DetailViewsRelationships DocumentRevisions Dropdown DynamicButtons DynamicLayout EAPM
    EditCustomFields EmailAddresses EmailClient EmailMan EmailMarketing EmailText Employees ExternalOAuthConnection
    ExternalOAuthProvider Facebook Feeds FieldValidators FullTextSearch Groups Help Home Images Import InboundEmail
    Languages MergeRecords Modules NAICSCodes NumberSequences OAuth2Clients OAuth2Tokens OAuthKeys OAuthTokens
    OutboundEmailAccounts OutboundSms Reminders Reminders_Invitees Roles SavedSearch Schedulers SecurityGroups
    Shortcuts SmsMessages Spots SugarFeed SurveyQuestionOptions SurveyQuestionResponses SurveyQuestions
    SurveyResponses Surveys SystemLog SystemSyncLog Tags TemplateSectionLine Terminology Trackers Twilio
    TwitterMessages Undelete UserLogins UserPreferences UserSignatures ZipCodes iFrames jjwg_Address_Cache
    jjwg_Areas jjwg_Maps jjwg_Markers
    """
)
"""Modules that the servers list and nobody browses: settings, pages without a table, parts of others."""

LINES = ModuleName("AOS_Products_Quotes")
LINED = frozenset({"AOS_Quotes", "AOS_Invoices"})
"""SuiteCRM's sales documents, and the module of their lines."""

READ_ONLY_MODULES = frozenset({"Users", "Currencies", "Releases", "Teams", *(HELPERS - {LINES})})
"""set_entry answers "Insufficient Access" for system tables (recorded for Users)."""

_PARENTS = """
    Accounts Contacts Leads Opportunities Cases Bugs Project ProjectTask Prospects
    Tasks AOS_Quotes AOS_Invoices AOS_Contracts Quotes Orders Invoices Contracts
"""
FLEXIBLE_PARENTS: tuple[str, ...] = tuple(_PARENTS.split())
"""Where ``parent_id`` beside ``parent_type`` may point to."""

_PERSON = "Users"
REFERENCES: Mapping[str, str] = {
    "assigned_user_id": _PERSON,
    "created_by": _PERSON,
    "created_by_id": _PERSON,
    "modified_user_id": _PERSON,
    "user_id": _PERSON,
    "account_id": "Accounts",
    "billing_account_id": "Accounts",
    "shipping_account_id": "Accounts",
    "contact_id": "Contacts",
    "billing_contact_id": "Contacts",
    "shipping_contact_id": "Contacts",
    "b2c_contact_id": "Contacts",
    "lead_id": "Leads",
    "opportunity_id": "Opportunities",
    "case_id": "Cases",
    "bug_id": "Bugs",
    "campaign_id": "Campaigns",
    "project_id": "Project",
    "document_id": "Documents",
    "related_doc_id": "Documents",
    "currency_id": "Currencies",
    "team_id": "Teams",
    "quote_id": "Quotes",
}
"""Field -> module, whatever the module it stands in."""

OWN_REFERENCES: Mapping[tuple[str, str], str] = {
    ("Accounts", "parent_id"): "Accounts",
    ("Contacts", "reports_to_id"): "Contacts",
    ("Leads", "reports_to_id"): "Contacts",
    ("Users", "reports_to_id"): "Users",
    ("Project", "parent_id"): "Project",
    ("ProjectTask", "parent_id"): "Project",
}
"""Fields that lead somewhere else depending on where they stand."""

NAMES_OF_LINKS: Mapping[str, tuple[str, ...]] = {
    "created_by": ("created_by_name",),
    "modified_user_id": ("modified_by_name",),
    "reports_to_id": ("report_to_name", "reports_to_name"),
    "assigned_user_id": ("assigned_user_name", "assigned_to_name", "assigned_to"),
}
"""Link -> the fields of the same row that may name its target, where that is not ``x_name`` for ``x_id``."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("Contacts", "Leads", "Prospects"), ("last_name",)),
    "Documents": ("document_name",),
}
"""Mandatory fields of modules whose records are not known by ``name``; all others need their name."""

TITLES: tuple[str, ...] = ("name", "document_name", "last_name", "user_name", "subject", "title", "filename", "id")
PERSON_MODULES = frozenset({"Contacts", "Leads", "Prospects"})

PURE_DATES = _words(
    """
    birthdate date_closed start_date end_date active_date exp_date estimated_start_date estimated_end_date
    date_quote_expected_closed date_quote_closed original_po_date date_order_due date_order_shipped due_date
    date_purchased date_support_expires date_support_starts date_cost_price customer_signed_date company_signed_date
    expiration_notice_date dob
    """
)
"""SplendidCRM keeps them as date-times at the server's midnight."""

PAIRED_TIMES: Mapping[str, str] = {"date_start": "time_start", "date_due": "time_due"}
"""Dates that SplendidCRM takes only together with their time, both in UTC (sugarsoap.md 6)."""

MONEY = _words(
    """
    amount amount_usdollar amount_usd total subtotal tax shipping discount_amount list_price cost_price
    discount_price budget expected_cost actual_cost expected_revenue total_amount total_amt subtotal_amount
    tax_amount
    """
)
EMAILS = _words(
    """
    email1 email2 email_address alternate_email from_addr webtolead_email1 webtolead_email2
    """
)
LONG_TEXTS = _words(
    """
    description description_html body body_html resolution work_log objective content note lead_source_description
    status_description account_description
    """
)

READ_ONLY = _words(
    """
    id date_entered date_modified date_modified_utc created_by created_by_name created_by_id modified_user_id
    modified_by_name deleted team_set_id team_set_name assigned_set_id assigned_set_name case_number bug_number
    account_name picture id_c full_name opportunity_role opportunity_role_id
    """
)
"""Kept by the server, or dangerous: ``deleted`` would delete; ``account_name`` of a contact makes an account."""

SECRET = _words(
    """
    password user_password user_hash portal_password pwd_last_changed system_generated_password authenticate_id
    mail_smtppass mail_password google_token google_refresh_token factor_auth user_preferences
    """
)
"""Never shown, never kept."""

MISLEADING = frozenset({"date_modified_utc"})
"""Left out: SplendidCRM shifts it to UTC twice (sugarsoap.md 5)."""

BLOCKS: Mapping[str, str] = {
    "billing_address_": sentence("Billing address"),
    "shipping_address_": sentence("Shipping address"),
    "primary_address_": sentence("Primary address"),
    "alt_address_": sentence("Other address"),
    "jjwg_maps_": sentence("Map"),
}

TABLES: Mapping[str, str] = {
    "ProjectTask": "project_task",
    "ProspectLists": "prospect_lists",
    "EmailTemplates": "email_templates",
    "EmailMarketing": "email_marketing",
    "CampaignLog": "campaign_log",
    "CampaignTrackers": "campaign_trkrs",
    "DocumentRevisions": "document_revisions",
    "Employees": "users",
    "ProductTemplates": "product_templates",
}
"""SuiteCRM's tables that are not the module's name in lower case; in SplendidCRM the same, and plural projects."""

NOT_COLUMNS = _words(
    """
    email1 email2 email email_addresses email_opt_out invalid_email full_name sync_contact latest_revision
    last_rev_create_date email_and_name1 opportunity_role opportunity_role_id c_accept_status_fields
    """
)
NOT_COLUMNS_OF: Mapping[str, frozenset[str]] = {
    "Contacts": frozenset({"name", "account_id", "account_name", "report_to_name"}),
    "Leads": frozenset({"name"}),
    "Prospects": frozenset({"name"}),
    "Users": frozenset({"name"}),
    "Opportunities": frozenset({"account_id", "account_name"}),
    "Documents": frozenset({"name", "filename", "file_ext", "file_mime_type", "file_url", "revision"}),
}
"""SuiteCRM: fields that no column holds, so that no query and no order may name them (SugarCRM's public vardefs)."""

SEARCHABLE: tuple[str, ...] = ("Contacts", "Leads", "Accounts", "Cases", "Opportunities")
"""What the unified search looks through (sugarsoap.md 4)."""

TYPE_MODULES: Mapping[str, str] = {
    "contact": "Contacts",
    "lead": "Leads",
    "account": "Accounts",
    "case": "Cases",
    "opportunity": "Opportunities",
}
"""``contact_detail.type`` -> module."""
