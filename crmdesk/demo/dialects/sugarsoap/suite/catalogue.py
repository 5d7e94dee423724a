# SPDX-License-Identifier: MIT
"""SuiteCRM's modules and fields. Accounts and Contacts have what was recorded; the others are of the same make."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from crmdesk.demo.seed import table_industries

_DATE_CHOICES = (
    ("=", "Equals"), ("not_equal", "Not On"), ("greater_than", "After"), ("less_than", "Before"), ("last_7_days", "Last 7 Days"),
    ("next_7_days", "Next 7 Days"), ("last_30_days", "Last 30 Days"), ("next_30_days", "Next 30 Days"), ("last_month", "Last Month"),
    ("this_month", "This Month"), ("next_month", "Next Month"), ("last_year", "Last Year"), ("this_year", "This Year"), ("next_year", "Next Year"),
    ("between", "Is Between"),
)  # fmt: skip
"""What the creation and change dates carry as "options" (recorded): not values, but ways to search."""


def _list(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((value.strip(), value.strip()) for value in text.split(","))


_CHOICES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "account_type": _list(",Analyst,Competitor,Customer,Inactive,Integrator,Investor,Partner,Press,Prospect,Reseller,Other"),
    "industry": _list("," + ",".join(name for name in table_industries() if name) + ",Other"),
    "salutation": _list(",Mr.,Ms.,Mrs.,Miss,Dr.,Prof."),
    "lead_source": _list(",Cold Call,Existing Customer,Self Generated,Employee,Partner,Public Relations,Direct Mail,Conference,Trade Show,Web Site,Word of mouth,Email,Campaign,Other"),
    "lead_status": _list(",New,Assigned,In Process,Converted,Recycled,Dead,Attempted to Contact,Cold,Contacted,Hot,Not Contacted,Qualified,Warm,Junk Lead"),
    "sales_stage": _list("Prospecting,Qualification,Needs Analysis,Value Proposition,Id. Decision Makers,Perception Analysis,Proposal or Price Quote,Negotiation or Review,Closed Won,Closed Lost"),
    "opportunity_type": _list(",Existing Business,New Business"),
    "case_status": _list("Open,In Progress,Wait For Response,Closed"),
    "priority": _list("Low,Normal,Medium,High,Urgent"),
    "activity_status": _list("Planned,Held,Not Held,Not Started,In Progress,Completed,Pending Input,Deferred"),
    "direction": _list("Inbound,Outbound"),
    "parent_type": _list(",Accounts,Contacts,Opportunities,Leads,Cases,Tasks"),
    "doc_status": _list("Active,Draft,FAQ,Expired,Under Review,Pending"),
    "campaign_status": _list(",Planning,Active,Inactive,Complete,Completed,In Queue,Sending"),
    "campaign_type": _list(",Telesales,Mail,Email,Print,Web,Radio,Television,NewsLetter,Trade Show,Webinar"),
    "paper_stage": _list("Created,Draft,Negotiation,Delivered,Reviewed,On Hold,Confirmed,Accepted,Rejected,AutoCreated,Approved,Sent,Paid"),
    "user_status": _list("Active,Inactive"),
    "lawful_basis": _list(",Consent,Contract,Legal Obligation,Protection of Interest,Public Interest,Legitimate Interest,Withdrawn"),
    "lawful_basis_source": _list(",Website,Phone,Given to User,Email,Third Party"),
    "portal_user_type": _list("Single,Account"),
    "product_type": _list("Good,Service"),
    "discount": (("Percentage", "Pct"), ("Amount", "Amt")),
    "vat": tuple((rate, f"{float(rate):g}%") for rate in ("0.0", "5.0", "7.5", "10.0", "17.5", "19.0", "20.0", "24.0")),
}  # fmt: skip
_DATES = ("datetime", "datetimecombo", "date")


@dataclass(frozen=True, slots=True)
class FieldDef:
    """One field.

    Attributes:
        kind: The type's name in SuiteCRM: varchar, phone, relate, datetime.
        choices: (value, label) of an enum; of the two dates of every record, something else.
        default: None where the field has none.
        is_stored: False where it is looked up or kept in another table: no query can name it.
        places: Decimals of a number; the columns of lines have more than two.
    """

    name: str
    kind: str
    label: str
    is_required: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    default: str | None = None
    is_stored: bool = True
    places: int = 2

    @property
    def declaration(self) -> str:
        """The column in SQLite's words."""
        if self.kind in _DATES:
            return "TEXT COLLATE WHEN_"
        if self.kind in ("int", "bool"):
            return "INTEGER"
        return "REAL" if self.kind in ("currency", "float", "decimal") else "TEXT COLLATE CI"

    @property
    def when_new(self) -> str | int | float | None:
        """What a new record keeps before anything is sent."""
        if self.kind == "bool":
            return 0
        return float(self.default) if self.kind == "float" and self.default else self.default

    @property
    def width(self) -> int:
        """Characters that are kept; 0: no limit."""
        return {"text": 0, "name": 150, "phone": 100}.get(self.kind, 255)


@dataclass(frozen=True)
class ModuleDef:
    """One module."""

    name: str
    table: str
    fields: tuple[FieldDef, ...]
    is_system: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, FieldDef]:
        """Fields by name."""
        return {field.name: field for field in self.fields}

    @cached_property
    def listed(self) -> tuple[FieldDef, ...]:
        """The fields in the order of lists, where three names that are looked up come first (recorded)."""
        first = ("assigned_user_name", "modified_by_name", "created_by_name")
        return (*(self.by_name[n] for n in first if n in self.by_name), *(f for f in self.fields if f.name not in first))  # fmt: skip


def _field(text: str) -> FieldDef:
    """Read "name type Label": ! behind the name: not stored; * behind the type: required; #4: decimals; =0: default; @x: choices."""
    name, kind, *words = text.split()
    label = " ".join(words) or name.replace("_", " ").title() + ":"
    kind, _, choices = kind.partition("@")
    kind, _, default = kind.partition("=")
    required = kind.endswith("*")
    kind, _, places = kind.rstrip("*").partition("#")
    bare = name.rstrip("!")
    found = _DATE_CHOICES if bare in ("date_entered", "date_modified") else _CHOICES.get(choices, ())
    is_stored = not name.endswith("!")
    return FieldDef(bare, kind, label, required, found, default or None, is_stored, int(places or 2))


_HEAD = "id id* ID; {name}date_entered datetime Date Created:; date_modified datetime Date Modified:; modified_user_id assigned_user_name Modified By; modified_by_name! assigned_user_name Modified By; created_by assigned_user_name Created By; created_by_name! assigned_user_name Created By; description text Description:; deleted bool=0 Deleted"
_OWNED = f"{_HEAD}; assigned_user_id relate Assigned User:; assigned_user_name! relate Assigned to:"
_NAMED = _OWNED.format(name="name name* Name:; ")
_NAMELESS = _OWNED.format(name="")
_PHONES = "phone_home phone Home:; phone_mobile phone Mobile:; phone_work phone Office Phone:; phone_other phone Other Phone:; phone_fax phone Fax:"
_MAPS = "jjwg_maps_geocode_status_c varchar Geocode Status; jjwg_maps_lng_c float=0.00000000 Longitude; jjwg_maps_address_c varchar Address; jjwg_maps_lat_c float=0.00000000 Latitude"
_SALES = "total_amt currency Line Items:; subtotal_amount currency Subtotal:; discount_amount currency Discount:; tax_amount currency Tax:; shipping_amount currency Shipping:; shipping_tax enum@vat Shipping Tax; shipping_tax_amt currency Shipping Tax:; total_amount currency Grand Total:; currency_id id Currency ID"


def _address(prefix: str, label: str, street: str = "Street") -> str:
    return "; ".join(
        f"{prefix}_address_{part} varchar {label} {words}:"
        for part, words in (("street", street), ("city", "City"), ("state", "State"), ("postalcode", "Postal Code"), ("country", "Country"))
    )  # fmt: skip


_TEXTS: dict[str, tuple[str, str]] = {
    "Accounts": ("accounts", (
        f"{_NAMED}; account_type enum@account_type Type:; industry enum@industry Industry:; annual_revenue varchar Annual Revenue:; phone_fax phone Fax:;"
        f" {_address('billing', 'Billing')}; rating varchar Rating:; phone_office phone Office Phone:; phone_alternate phone Alternate Phone:; website url Website:;"
        f" ownership varchar Ownership:; employees varchar Employees:; ticker_symbol varchar Ticker Symbol:; {_address('shipping', 'Shipping')};"
        f" email1! varchar Email Address:; parent_id id Parent Account ID; sic_code varchar SIC Code:; parent_name! relate Member of:; campaign_id id Campaign ID; campaign_name! relate Campaign:; {_MAPS}")),
    "Contacts": ("contacts", (
        f"{_NAMELESS}; salutation enum@salutation Salutation:; first_name varchar First Name:; last_name varchar* Last Name:; title varchar Job Title:; photo image Photo;"
        f" department varchar Department:; do_not_call bool=0 Do Not Call:; {_PHONES}; email1! varchar Email Address:; email2! varchar Other Email:;"
        " lawful_basis multienum@lawful_basis Lawful Basis; date_reviewed date Lawful Basis Date Reviewed; lawful_basis_source enum@lawful_basis_source Lawful Basis Source;"
        f" {_address('primary', 'Primary Address')}; {_address('alt', 'Alternate Address')}; assistant varchar Assistant:; assistant_phone phone Assistant Phone:;"
        " lead_source enum@lead_source Lead Source:; account_name! relate Account Name:; account_id! relate Account ID:; opportunity_role_fields! relate Account Name:; reports_to_id id Reports to ID:;"
        " report_to_name! relate Reports To:; birthdate date Birthdate:; campaign_id id Campaign ID; campaign_name! relate Campaign:;"
        " c_accept_status_fields! relate Accept Status; m_accept_status_fields! relate Accept Status; e_invite_status_fields! relate LBL_CONT_INVITE_STATUS;"
        " e_accept_status_fields! relate LBL_CONT_ACCEPT_STATUS; joomla_account_id varchar Joomla Account ID; portal_account_disabled bool Account Disabled;"
        f" portal_user_type enum=Single@portal_user_type Portal User Type; {_MAPS}")),
    "Opportunities": ("opportunities", f"{_NAMED}; opportunity_type enum@opportunity_type Type:; account_name! relate* Account Name:; account_id! id Account ID; campaign_id id Campaign ID; lead_source enum@lead_source Lead Source:; amount currency* Opportunity Amount:; amount_usdollar currency Amount:; currency_id id Currency ID; date_closed date* Expected Close Date:; next_step varchar Next Step:; sales_stage enum*@sales_stage Sales Stage:; probability int Probability (%):"),
    "Leads": ("leads", (
        f"{_NAMELESS}; salutation enum@salutation Salutation:; first_name varchar First Name:; last_name varchar* Last Name:; title varchar Title:; department varchar Department:;"
        f" do_not_call bool=0 Do Not Call:; {_PHONES}; email1! varchar Email Address:; {_address('primary', 'Primary Address')}; {_address('alt', 'Alternate Address')};"
        " lead_source enum@lead_source Lead Source:; lead_source_description text Lead Source Description:; status enum@lead_status Status:; status_description text Status Description:;"
        " account_name varchar Account Name:; account_id id Account ID; opportunity_amount varchar Opportunity Amount:; birthdate date Birthdate:; website url Website:")),
    "Cases": ("cases", f"{_NAMED}; case_number int Number:; type enum Type:; status enum@case_status Status:; priority enum@priority Priority:; resolution text Resolution:; account_name! relate* Account Name:; account_id id Account ID"),
    "Calls": ("calls", f"{_NAMED}; duration_hours int Duration Hours:; duration_minutes int Duration Minutes:; date_start datetimecombo* Start Date & Time:; date_end datetimecombo End Date:; parent_type parent_type@parent_type Related to:; parent_id id Parent ID; status enum*@activity_status Status:; direction enum@direction Direction:"),
    "Meetings": ("meetings", f"{_NAMED}; location varchar Location:; duration_hours int Duration Hours:; duration_minutes int Duration Minutes:; date_start datetimecombo* Start Date:; date_end datetimecombo End Date:; parent_type parent_type@parent_type Related to:; parent_id id Parent ID; status enum@activity_status Status:"),
    "Tasks": ("tasks", f"{_NAMED}; status enum*@activity_status Status:; date_due datetimecombo Due Date:; date_start datetimecombo Start Date:; parent_type parent_type@parent_type Related to:; parent_id id Parent ID; contact_id id Contact ID; priority enum@priority Priority:"),
    "Notes": ("notes", f"{_NAMED}; file_mime_type varchar Mime Type; filename file Attachment:; parent_type parent_type@parent_type Related to:; parent_id id Parent ID:; contact_id id Contact ID:"),
    "Documents": ("documents", f"{_NAMELESS}; document_name varchar* Document Name:; active_date date Publish Date:; exp_date date Expiration Date:; category_id varchar Category:; status_id enum@doc_status Status:; document_revision_id id Latest Revision Id"),
    "DocumentRevisions": ("document_revisions", f"{_HEAD.format(name='')}; document_id id Document:; change_log varchar Change Log:; filename file* File:; file_ext varchar File Extension; file_mime_type varchar Mime Type; revision varchar Revision:"),
    "Campaigns": ("campaigns", f"{_NAMED}; status enum@campaign_status Status:; campaign_type enum*@campaign_type Type:; start_date date Start Date:; end_date date* End Date:; budget currency Budget:; objective text Objective:"),
    "AOS_Quotes": ("aos_quotes", f"{_NAMED}; number int Quote Number:; stage enum@paper_stage Quote Stage:; expiration date Valid Until:; term varchar Payment Terms:; billing_account_id id Account ID; billing_contact_id id Contact ID; {_address('billing', 'Billing')}; {_address('shipping', 'Shipping')}; {_SALES}"),
    "AOS_Invoices": ("aos_invoices", f"{_NAMED}; number int Invoice Number:; status enum@paper_stage Status:; due_date date Due Date:; invoice_date date Invoice Date:; billing_account_id id Account ID; billing_contact_id id Contact ID; {_address('billing', 'Billing')}; {_address('shipping', 'Shipping')}; {_SALES}"),
    "AOS_Products": ("aos_products", f"{_NAMED}; maincode varchar Product Code:; part_number varchar Part Number:; category varchar Category:; type enum@product_type Type:; cost currency Cost:; price currency* Price:; currency_id id Currency ID"),
    "AOS_Products_Quotes": ("aos_products_quotes", f"{_NAMED}; number int Line:; part_number varchar Part Number:; item_description text Note:; product_qty decimal#4 Quantity:; product_cost_price currency#6 Cost Price:; product_list_price currency#6 List Price:; product_discount currency#6 Discount:; product_discount_amount currency#6 Discount Amount:; discount enum=Percentage@discount Discount Type; product_unit_price currency#6* Sale Price:; vat_amt currency#6* Tax Amount:; product_total_price currency#6* Total Price:; vat enum=5.0@vat Tax:; group_id id Group ID; parent_type varchar Parent Type; parent_id id Parent ID; product_id id Product ID; currency_id id Currency ID"),
    "Users": ("users", f"{_HEAD.format(name='')}; user_name user_name* User Name:; first_name varchar First Name:; last_name varchar* Last Name:; is_admin bool=0 Is Administrator:; title varchar Title:; department varchar Department:; phone_mobile phone Mobile:; phone_work phone Work:; status enum@user_status Status:; email1! varchar Email Address:"),
}  # fmt: skip

MODULES: Mapping[str, ModuleDef] = {
    name: ModuleDef(name, table, tuple(_field(part.strip()) for part in text.split(";")), name == "Users")
    for name, (table, text) in _TEXTS.items()
}


def shown(field: FieldDef, value: object) -> str:
    """Return a kept value as text: 1/0, database dates, two digits of money."""
    if value is None:
        return ""
    if field.kind == "bool":
        return "1" if value else "0"
    if field.kind == "float":
        return f"{value:.8f}"
    return f"{value:.{field.places}f}" if field.kind in ("currency", "decimal") else str(value)
