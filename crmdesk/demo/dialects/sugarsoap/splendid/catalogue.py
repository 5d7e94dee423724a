# SPDX-License-Identifier: MIT
"""SplendidCRM's modules, tables and columns.

Accounts, Contacts, Opportunities and Bugs have the columns that were recorded; the others' are of the same make.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

_NET = {"g": "Guid", "b": "Boolean", "d": "DateTime", "i": "Int32", "f": "Double", "m": "Decimal"}
_SOAP = {"g": "Guid", "b": "bool", "d": "DateTime", "i": "Int32", "f": "float", "m": "decimal"}
_SQLITE = {
    "g": "TEXT COLLATE GUID", "b": "INTEGER", "d": "TEXT COLLATE WHEN_", "i": "INTEGER", "f": "REAL", "m": "REAL",
}  # fmt: skip
_USUAL_WIDTH = 150


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        kind: g GUID, b boolean, d date, i integer, f float, m decimal, s text.
        width: Characters that are kept; 0: no limit.
    """

    name: str
    kind: str
    width: int = 0

    @property
    def net_type(self) -> str:
        """The type that lists name: `System.Guid`."""
        return f"System.{_NET.get(self.kind, 'String')}"

    @property
    def soap_type(self) -> str:
        """The type that get_module_fields names: `Guid`, `string`, `bool`."""
        return _SOAP.get(self.kind, "string")

    @property
    def declaration(self) -> str:
        """The column in SQLite's words."""
        return _SQLITE.get(self.kind, "TEXT COLLATE CI")


@dataclass(frozen=True)
class ModuleDef:
    """One module.

    Attributes:
        view: Columns that only the views have: get_module_fields and get_entries know them, lists do not.
        is_system: It may not be written through SOAP.
    """

    name: str
    table: str
    columns: tuple[Column, ...]
    view: tuple[Column, ...] = ()
    is_system: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The table's columns by upper-case name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def with_view(self) -> Mapping[str, Column]:
        """All columns of the views."""
        return {column.name: column for column in (*self.columns, *self.view)}


def _columns(text: str) -> tuple[Column, ...]:
    found = []
    for part in text.split():
        name, _, kind = part.partition(":")
        if kind in _NET:
            found.append(Column(name, kind))
        else:
            found.append(Column(name, "s", 0 if kind == "t" else int(kind or _USUAL_WIDTH)))
    return tuple(found)


_HEAD = "ID:g DELETED:b CREATED_BY:g DATE_ENTERED:d MODIFIED_USER_ID:g DATE_MODIFIED:d DATE_MODIFIED_UTC:d"
_OWNED = f"{_HEAD} ASSIGNED_USER_ID:g TEAM_ID:g"
_TEAMS = "TEAM_SET_ID:g ASSIGNED_SET_ID:g"


def _address(name: str) -> str:
    return f"{name}_ADDRESS_STREET {name}_ADDRESS_CITY:100 {name}_ADDRESS_STATE:100 {name}_ADDRESS_POSTALCODE:20 {name}_ADDRESS_COUNTRY:100"  # fmt: skip


_PERSON = "PHONE_HOME:25 PHONE_MOBILE:25 PHONE_WORK:25 PHONE_OTHER:25 PHONE_FAX:25 EMAIL1:100 EMAIL2:100"
_PAPER = (
    f"SUBTOTAL:m DISCOUNT:m SHIPPING:m TAX:m TOTAL:m BILLING_ACCOUNT_ID:g BILLING_CONTACT_ID:g {_address('BILLING')}"
    f" SHIPPING_ACCOUNT_ID:g SHIPPING_CONTACT_ID:g {_address('SHIPPING')} DESCRIPTION:t {_TEAMS}"
)
_TABLES: dict[str, tuple[str, str]] = {
    "Accounts": ("ACCOUNTS", (
        f"{_OWNED} ACCOUNT_NUMBER:30 NAME ACCOUNT_TYPE:25 PARENT_ID:g INDUSTRY:25 ANNUAL_REVENUE:25 PHONE_FAX:25 {_address('BILLING')} DESCRIPTION:t"
        f" RATING:25 PHONE_OFFICE:25 PHONE_ALTERNATE:25 EMAIL1:100 EMAIL2:100 WEBSITE:255 OWNERSHIP:100 EMPLOYEES:10 SIC_CODE:10 TICKER_SYMBOL:10"
        f" {_address('SHIPPING')} CAMPAIGN_ID:g {_TEAMS} PICTURE:t DO_NOT_CALL:b EMAIL_OPT_OUT:b INVALID_EMAIL:b")),
    "Bugs": ("BUGS", f"{_OWNED} BUG_NUMBER:30 NAME STATUS:25 PRIORITY:25 DESCRIPTION:t RESOLUTION:255 FOUND_IN_RELEASE:255 TYPE:255 FIXED_IN_RELEASE:255 WORK_LOG:t SOURCE:255 PRODUCT_CATEGORY:255 {_TEAMS}"),
    "Calls": ("CALLS", f"{_OWNED} NAME DURATION_HOURS:i DURATION_MINUTES:i DATE_START:d DATE_END:d PARENT_TYPE:25 PARENT_ID:g STATUS:25 DIRECTION:25 REMINDER_TIME:i DESCRIPTION:t {_TEAMS} ALL_DAY_EVENT:b"),
    "Campaigns": ("CAMPAIGNS", f"{_OWNED} CAMPAIGN_NUMBER:30 NAME STATUS:25 CAMPAIGN_TYPE:25 START_DATE:d END_DATE:d BUDGET:m EXPECTED_COST:m ACTUAL_COST:m EXPECTED_REVENUE:m OBJECTIVE:t CONTENT:t {_TEAMS}"),
    "Cases": ("CASES", f"{_OWNED} CASE_NUMBER:30 NAME ACCOUNT_NAME:100 ACCOUNT_ID:g STATUS:25 PRIORITY:25 TYPE:25 DESCRIPTION:t RESOLUTION:t WORK_LOG:t {_TEAMS}"),
    "Contacts": ("CONTACTS", (
        f"{_OWNED} CONTACT_NUMBER:30 SALUTATION:25 FIRST_NAME:100 LAST_NAME:100 LEAD_SOURCE:100 TITLE:50 DEPARTMENT:100 REPORTS_TO_ID:g BIRTHDATE:d DO_NOT_CALL:b"
        f" {_PERSON} ASSISTANT:75 ASSISTANT_PHONE:25 EMAIL_OPT_OUT:b INVALID_EMAIL:b SMS_OPT_IN:25 TWITTER_SCREEN_NAME:20 {_address('PRIMARY')} {_address('ALT')}"
        f" DESCRIPTION:t PORTAL_NAME:255 PORTAL_PASSWORD:32 PORTAL_ACTIVE:b PORTAL_APP:255 CAMPAIGN_ID:g {_TEAMS} PICTURE:t DP_BUSINESS_PURPOSE:t DP_CONSENT_LAST_UPDATED:d")),
    "Currencies": ("CURRENCIES", f"{_HEAD} NAME:36 SYMBOL:36 ISO4217:3 CONVERSION_RATE:f STATUS:25"),
    "DocumentRevisions": ("DOCUMENT_REVISIONS", f"{_HEAD} DOCUMENT_ID:g CHANGE_LOG:255 FILENAME:255 FILE_EXT:25 FILE_MIME_TYPE:100 REVISION:25"),
    "Documents": ("DOCUMENTS", f"{_OWNED} DOCUMENT_NAME:255 ACTIVE_DATE:d EXP_DATE:d CATEGORY_ID:25 SUBCATEGORY_ID:25 STATUS_ID:25 DESCRIPTION:t DOCUMENT_REVISION_ID:g {_TEAMS} PRIMARY_MODULE:25"),
    "Invoices": ("INVOICES", f"{_OWNED} INVOICE_NUM:30 NAME QUOTE_ID:g ORDER_ID:g OPPORTUNITY_ID:g PAYMENT_TERMS:25 INVOICE_STAGE:25 PURCHASE_ORDER_NUM:50 DUE_DATE:d SHIP_DATE:d CURRENCY_ID:g EXCHANGE_RATE:f AMOUNT_DUE:m {_PAPER}"),
    "Leads": ("LEADS", (
        f"{_OWNED} LEAD_NUMBER:30 SALUTATION:25 FIRST_NAME:100 LAST_NAME:100 TITLE:100 REFERED_BY:100 LEAD_SOURCE:100 LEAD_SOURCE_DESCRIPTION:t STATUS:100"
        f" STATUS_DESCRIPTION:t DEPARTMENT:100 REPORTS_TO_ID:g DO_NOT_CALL:b {_PERSON} EMAIL_OPT_OUT:b INVALID_EMAIL:b {_address('PRIMARY')} {_address('ALT')}"
        f" DESCRIPTION:t ACCOUNT_NAME:150 ACCOUNT_DESCRIPTION:t CONTACT_ID:g ACCOUNT_ID:g OPPORTUNITY_ID:g OPPORTUNITY_NAME:255 OPPORTUNITY_AMOUNT:50 CAMPAIGN_ID:g"
        f" {_TEAMS} BIRTHDATE:d ASSISTANT:75 ASSISTANT_PHONE:25 WEBSITE:255")),
    "Meetings": ("MEETINGS", f"{_OWNED} NAME LOCATION:50 DURATION_HOURS:i DURATION_MINUTES:i DATE_START:d DATE_END:d PARENT_TYPE:25 PARENT_ID:g STATUS:25 REMINDER_TIME:i DESCRIPTION:t {_TEAMS} ALL_DAY_EVENT:b"),
    "Notes": ("NOTES", f"{_OWNED} NAME:255 PARENT_TYPE:25 PARENT_ID:g CONTACT_ID:g NOTE_ATTACHMENT_ID:g DESCRIPTION:t {_TEAMS} IS_PRIVATE:b"),
    "Opportunities": ("OPPORTUNITIES", f"{_OWNED} OPPORTUNITY_NUMBER:30 NAME OPPORTUNITY_TYPE:255 LEAD_SOURCE:50 AMOUNT:m AMOUNT_BACKUP:25 AMOUNT_USDOLLAR:m CURRENCY_ID:g DATE_CLOSED:d NEXT_STEP:100 SALES_STAGE:25 PROBABILITY:f DESCRIPTION:t CAMPAIGN_ID:g {_TEAMS} B2C_CONTACT_ID:g"),
    "Orders": ("ORDERS", f"{_OWNED} ORDER_NUM:30 NAME QUOTE_ID:g OPPORTUNITY_ID:g PAYMENT_TERMS:25 ORDER_STAGE:25 PURCHASE_ORDER_NUM:50 DATE_ORDER_DUE:d DATE_ORDER_SHIPPED:d CURRENCY_ID:g EXCHANGE_RATE:f {_PAPER}"),
    "ProductTemplates": ("PRODUCT_TEMPLATES", f"{_HEAD} NAME:100 STATUS:25 QUANTITY:i MFT_PART_NUM:50 VENDOR_PART_NUM:50 COST_PRICE:m LIST_PRICE:m DISCOUNT_PRICE:m TAX_CLASS:25 UNIT:25 MINIMUM_QUANTITY:f DESCRIPTION:t"),
    "Quotes": ("QUOTES", f"{_OWNED} QUOTE_NUM:30 NAME OPPORTUNITY_ID:g QUOTE_TYPE:25 PAYMENT_TERMS:25 QUOTE_STAGE:25 PURCHASE_ORDER_NUM:50 DATE_QUOTE_EXPECTED_CLOSED:d DATE_ORDER_SHIPPED:d CURRENCY_ID:g EXCHANGE_RATE:f {_PAPER}"),
    "Tasks": ("TASKS", f"{_OWNED} NAME STATUS:25 DATE_DUE:d DATE_START:d PARENT_TYPE:25 PARENT_ID:g CONTACT_ID:g PRIORITY:25 DESCRIPTION:t {_TEAMS}"),
    "Users": ("USERS", f"{_HEAD} USER_NAME:60 FIRST_NAME:30 LAST_NAME:30 REPORTS_TO_ID:g IS_ADMIN:b RECEIVE_NOTIFICATIONS:b DESCRIPTION:t TITLE:50 DEPARTMENT:50 PHONE_WORK:50 PHONE_MOBILE:50 EMAIL1:100 EMAIL2:100 STATUS:25 FULL_NAME:100"),
}  # fmt: skip
_VIEWS = {
    "Contacts": "ACCOUNT_ID:g ACCOUNT_NAME ASSIGNED_TO:60",
    "Opportunities": "ACCOUNT_ID:g ACCOUNT_NAME ASSIGNED_TO:60",
}
WITHOUT_TABLE = ("Activities", "Administration", "Calendar", "Dropdown", "Home", "Import")
"""Modules that get_available_modules names and that have no table to list."""

MODULES: Mapping[str, ModuleDef] = {
    name: ModuleDef(name, table, _columns(text), _columns(_VIEWS.get(name, "")), name in ("Users", "Currencies"))
    for name, (table, text) in _TABLES.items()
}
_BY_LOWER = {name.lower(): module for name, module in MODULES.items()}


def find_module(name: str) -> ModuleDef | None:
    """Return the module of that name in any case (sugarsoap.md 9.12); None where there is none."""
    return _BY_LOWER.get(name.lower())


def shown(column: Column, value: object, date_text: str) -> str:
    """Return a kept value as text; `date_text` is what it is if the column holds dates."""
    match column.kind:
        case "d":
            return date_text
        case "b":
            return "True" if value else "False"
        case "m":
            return "" if value is None else f"{value:.2f}"
        case "f":
            return "" if value is None else f"{value:g}"
    return "" if value is None else str(value)
