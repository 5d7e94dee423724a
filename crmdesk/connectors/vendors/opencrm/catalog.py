# SPDX-License-Identifier: MIT
"""PURE: what is known of modules and fields before a record was seen. There is no describe.

Sources: the guide of 16 June 2022 for the modules; the vendor's field reference (its beginning) and a public client's
models for the fields of company, contact, lead, opportunity, product, ticket and activity. GUESS: the fields of the other
modules, which follow the open-source CRM that this one descends from; they are only used where a record shows them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from crmdesk.connectors.vendors.opencrm.operations import LISTED, PLAIN, SALES
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import FieldType, Module, Operation
from crmdesk.domain.sentence import sentence

USERS = ModuleName("user")
OWNER = FieldName("assigned_user_id")
OWNER_READ = "smownerid"
"""The owner's other name: the field reference lists it for reading; writes want ``assigned_user_id`` (guide)."""
MODIFIED = FieldName("modifiedtime")
NUMBER = FieldName("crmid")
LINES = "products"

_WRITABLE = frozenset({Operation.READ, Operation.CREATE, Operation.UPDATE})  # no method deletes


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One module.

    Attributes:
        tells: ``record_module`` in answers.
        titles: fields that name a record, the likeliest first.
        required: what a new record needs; the server checks nothing (guide, "Data Validity").
        named: fields that documents name, whether or not a record shows them.
    """

    label: str
    plural: str
    group: str
    tells: str
    titles: tuple[str, ...]
    required: tuple[str, ...]
    named: tuple[str, ...] = ()


def _kind(
    label: str, plural: str, group: str, tells: str, titles: str, named: str = "", required: str | None = None
) -> Kind:
    tops = tuple(titles.split())
    needs = tops[:1] if required is None else tuple(required.split())
    return Kind(
        label=label, plural=plural, group=group, tells=tells, titles=tops, required=needs, named=tuple(named.split())
    )


_SUBJECT = "subject description assigned_user_id"
KINDS: Mapping[str, Kind] = {
    "company": _kind(
        sentence("Company"),
        sentence("Companies"),
        "sales",
        "Accounts",
        "accountname",
        "accountname account_type industry rating employees annualrevenue companynumber parentid email1 email2 phone"
        " otherphone fax website street bill_street_2 city state code country ship_street ship_city ship_state ship_code"
        " ship_country vatnumber vatexempt def_currency pricebook paymenttype credit_limit majoraccount sage_ref"
        " description assigned_user_id",
    ),
    "contact": _kind(
        sentence("Contact"),
        sentence("Contacts"),
        "sales",
        "Contacts",
        "lastname firstname",
        "firstname lastname accountid title department contacttype leadsource email email2 phone mobile homephone fax"
        " mailingstreet mailingstreet2 mailingcity mailingstate mailingzip mailingcountry reportsto birthday"
        " do_not_email tps fps description assigned_user_id",
    ),
    "lead": _kind(
        sentence("Lead"),
        sentence("Leads"),
        "marketing",
        "Leads",
        "lastname firstname company",
        "firstname lastname company email phone mobile designation leadsource leadstatus leadtype industry rating"
        " annualrevenue noofemployees lane lane2 city state code country website dob description assigned_user_id",
    ),
    "opportunity": _kind(
        sentence("Opportunity"),
        sentence("Opportunities"),
        "sales",
        "Potentials",
        "potentialname",
        "potentialname potentialtype sales_stage amount probability closingdate leadsource nextstep accountid contactid"
        " campaignid def_currency description assigned_user_id",
    ),
    "product": _kind(
        sentence("Product"),
        sentence("Products"),
        "inventory",
        "Products",
        "productname productcode",
        "productname productcode productcategory product_status discontinued unit_price buy_price vendor_id qtyinstock"
        " taxclass def_currency description assigned_user_id",
    ),
    "quote": _kind(sentence("Quote"), sentence("Quotes"), "sales", "Quotes", "subject quote_no", _SUBJECT),
    "salesorder": _kind(
        sentence("Sales order"), sentence("Sales orders"), "sales", "SalesOrder", "subject salesorder_no", _SUBJECT
    ),
    "invoice": _kind(sentence("Invoice"), sentence("Invoices"), "sales", "Invoice", "subject invoice_no", _SUBJECT),
    "purchaseorder": _kind(
        sentence("Purchase order"),
        sentence("Purchase orders"),
        "inventory",
        "PurchaseOrder",
        "subject purchaseorder_no",
        _SUBJECT,
    ),
    "ticket": _kind(
        sentence("Ticket"),
        sentence("Tickets"),
        "support",
        "HelpDesk",
        "title ticket_title subject",
        "title status priority severity category support_queue contactid parent_id solution closedon description"
        " assigned_user_id",
    ),
    "contract": _kind(
        sentence("Contract"),
        sentence("Contracts"),
        "support",
        "Contracts",
        "contractname contract_name subject name title",
        required="",
    ),
    "asset": _kind(
        sentence("Asset"),
        sentence("Assets"),
        "inventory",
        "Assets",
        "assetname asset_name name serialnumber",
        required="",
    ),
    "project": _kind(
        sentence("Project"), sentence("Projects"), "projects", "Project", "projectname project_name name", required=""
    ),
    "activity": _kind(
        sentence("Activity"),
        sentence("Activities"),
        "projects",
        "Activities",
        "subject",
        "subject taskstatus taskpriority date_start due_date duration_hours parent_id contact_id accountid category"
        " description assigned_user_id",
    ),
    USERS: _kind(
        sentence("User"),
        sentence("Users"),
        "system",
        "Users",
        "user_name full_name name username",
        "user_name first_name last_name",
    ),
}
ORDER = (
    "company", "contact", "lead", "opportunity", "activity", "quote", "salesorder", "invoice", "purchaseorder", "product",
    "asset", "contract", "ticket", "project",
)  # fmt: skip


@lru_cache(maxsize=1)
def modules() -> tuple[Module, ...]:
    """The 14 modules with methods of their own, and the users, who are listed only."""
    named = [ModuleName(name) for name in ORDER]
    return (*(module_of(name) for name in named), module_of(USERS))


def module_of(name: ModuleName) -> Module:
    """One module; ``name`` is a key of ``KINDS``."""
    kind = KINDS[name]
    return Module(
        name=name,
        label=kind.label,
        label_plural=kind.plural,
        operations=_WRITABLE if name in LISTED else frozenset({Operation.READ}),
        is_sales_document=name in SALES,
        group=kind.group,
    )


_COMPANY, _CONTACT, _PRODUCT = (ModuleName(name) for name in ("company", "contact", "product"))
REFERENCES: Mapping[str, tuple[ModuleName, ...]] = {
    "accountid": (_COMPANY,),
    "account_id": (_COMPANY,),
    "parentid": (_COMPANY,),
    "supplierid": (_COMPANY,),
    "vendor_id": (_COMPANY,),
    "contactid": (_CONTACT,),
    "contact_id": (_CONTACT,),
    "reportsto": (_CONTACT,),
    "parent_id": (),
    "campaignid": (),
    "potentialid": (ModuleName("opportunity"),),
    "productid": (_PRODUCT,),
    "quoteid": (ModuleName("quote"),),
    "salesorderid": (ModuleName("salesorder"),),
    OWNER: (USERS,),
}
"""Fields that hold a record's number; no modules = the server does not tell which."""

NAMES_BESIDE: Mapping[str, tuple[str, ...]] = {
    "accountid": ("accountname", "account_name"),
    "account_id": ("accountname", "account_name"),
    "contactid": ("contactname", "contact_name"),
    "contact_id": ("contactname", "contact_name"),
    "vendor_id": ("vendorname", "vendor_name"),
    "productid": ("productname", "product_name"),
    "potentialid": ("potentialname",),
    OWNER: ("assigned_user_name", "user_name", "smownername"),
}
"""Where an answer may tell the name of what a reference points to."""

_TYPES: Mapping[str, FieldType] = {
    name: kind
    for kind, names in {
        FieldType.MONEY: "amount annualrevenue credit_limit unit_price buy_price total subtotal taxtotal contract_value",
        FieldType.PERCENT: "probability",
        FieldType.DECIMAL: "qtyinstock duration_hours hours",
        FieldType.BOOLEAN: "discontinued vatexempt do_not_email tps fps majoraccount",
        FieldType.DATE: "closingdate birthday dob date_start due_date duedate validtill invoicedate start_date end_date"
        " startdate targetenddate datesold dateinservice",
        FieldType.DATETIME: "createdtime modifiedtime closedon",
        FieldType.EMAIL: "email email1 email2",
        FieldType.PHONE: "phone otherphone mobile homephone fax",
        FieldType.URL: "website",
        FieldType.LONG_TEXT: "description solution terms_conditions",
    }.items()
    for name in names.split()
}
_COMPUTED = frozenset(
    ("crmid", "id", "createdtime", "modifiedtime", "total", "subtotal", "taxtotal", "companynumber", "quote_no",
     "salesorder_no", "invoice_no", "purchaseorder_no")
)  # fmt: skip
_LABELS: Mapping[str, str] = {
    "annualrevenue": sentence("Annual revenue"),
    "assetname": sentence("Asset name"),
    "assetstatus": sentence("Status"),
    "contractname": sentence("Contract name"),
    "creditlimit": sentence("Credit limit"),
    "duedate": sentence("Due date"),
    "invoice_no": sentence("Invoice number"),
    "invoicedate": sentence("Invoice date"),
    "invoicestatus": sentence("Status"),
    "postatus": sentence("Status"),
    "projectstatus": sentence("Status"),
    "purchaseorder_no": sentence("Order number"),
    "quote_no": sentence("Quote number"),
    "quotestage": sentence("Quote stage"),
    "salesorder_no": sentence("Order number"),
    "serialnumber": sentence("Serial number"),
    "sostatus": sentence("Status"),
    "startdate": sentence("Start date"),
    "subtotal": sentence("Net total"),
    "targetenddate": sentence("Target end date"),
    "taxtotal": sentence("Tax total"),
    "terms_conditions": sentence("Terms and conditions"),
    "accountid": sentence("Company"),
    "account_id": sentence("Company"),
    "accountname": sentence("Company name"),
    "account_type": sentence("Type"),
    OWNER: sentence("Assigned to"),
    "bill_street_2": sentence("Street 2"),
    "closedon": sentence("Closed on"),
    "closingdate": sentence("Closing date"),
    "code": sentence("Postcode"),
    "companynumber": sentence("Company number"),
    "contactid": sentence("Contact"),
    "contact_id": sentence("Contact"),
    "contacttype": sentence("Contact type"),
    "createdtime": sentence("Created"),
    NUMBER: sentence("Record number"),
    "date_start": sentence("Start date"),
    "def_currency": sentence("Currency"),
    "designation": sentence("Job title"),
    "dob": sentence("Date of birth"),
    "email1": sentence("E-mail"),
    "email": sentence("E-mail"),
    "email2": sentence("E-mail 2"),
    "firstname": sentence("First name"),
    "fps": sentence("No fax (FPS)"),
    "homephone": sentence("Home phone"),
    "lane": sentence("Street"),
    "lane2": sentence("Street 2"),
    "lastname": sentence("Last name"),
    "leadsource": sentence("Lead source"),
    "leadstatus": sentence("Lead status"),
    "leadtype": sentence("Lead type"),
    "majoraccount": sentence("Major account"),
    MODIFIED: sentence("Changed"),
    "nextstep": sentence("Next step"),
    "noofemployees": sentence("Employees"),
    "otherphone": sentence("Other phone"),
    "parentid": sentence("Parent company"),
    "parent_id": sentence("Belongs to"),
    "paymenttype": sentence("Payment type"),
    "potentialname": sentence("Opportunity name"),
    "potentialtype": sentence("Type"),
    "potentialid": sentence("Opportunity"),
    "pricebook": sentence("Price book"),
    "productcategory": sentence("Category"),
    "productcode": sentence("Product code"),
    "productid": sentence("Product"),
    "productname": sentence("Product name"),
    "projectname": sentence("Project name"),
    "qtyinstock": sentence("In stock"),
    "quoteid": sentence("Quote"),
    "reportsto": sentence("Reports to"),
    "salesorderid": sentence("Sales order"),
    "state": sentence("County"),
    "taskpriority": sentence("Priority"),
    "taskstatus": sentence("Status"),
    "taxclass": sentence("Tax class"),
    "tps": sentence("No phone (TPS)"),
    "validtill": sentence("Valid until"),
    "vatexempt": sentence("VAT exempt"),
    "vatnumber": sentence("VAT number"),
    "vendor_id": sentence("Supplier"),
}
_CUSTOM = re.compile(r"cf_(\d+)")
_PARTS = re.compile(r"mailing|other|ship|reg|bill")


TELLTALE: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "company": (("accountname",), ("email1",), ("vatnumber",)),
    "contact": (("email",), ("lastname", "firstname")),
    "lead": (("email",), ("lastname", "firstname", "company")),
    "opportunity": (("potentialname", "accountid"),),
    "product": (("productcode",), ("productname",)),
    "asset": (("serialnumber",),),
}
"""Module -> fields that together make two records look like one: "Duplication checks will not take place" (guide)."""


def type_of(name: str) -> FieldType | None:
    """The type documents give a field of that name, None where they are silent."""
    return FieldType.REFERENCE if name in REFERENCES else _TYPES.get(name)


PEOPLE = frozenset({"contact", "lead"})


def title_of(module: str, values: Mapping[FieldName, object]) -> str:
    """What a record is called, "" where the values do not tell."""
    kind = KINDS.get(module)
    names = ("firstname", "lastname") if module in PEOPLE else kind.titles if kind else ()
    texts = [str(values[FieldName(name)]).strip() for name in names if values.get(FieldName(name))]
    return " ".join(texts) if module in PEOPLE else next(iter(texts), "")


def is_computed(name: str) -> bool:
    """Whether the server keeps the field by itself."""
    return name in _COMPUTED


@lru_cache(maxsize=4096)
def label_of(name: str) -> str:
    """What to call a field: ``mailingcity`` is "Mailing city", ``cf_12`` "Custom field 12"."""
    known = _LABELS.get(name)
    if known is not None:
        return known
    custom = _CUSTOM.fullmatch(name)
    if custom is not None:
        return sentence("Custom field {custom}", custom=custom[1])
    front = _PARTS.match(name)
    if front is not None and "_" not in name and len(name) > front.end() + 2:
        name = f"{front[0]}_{name[front.end() :]}"
    words = " ".join(name.replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else name


def is_sales(module: str) -> bool:
    """Whether a module's records have product lines."""
    return module in SALES


def has_get(module: str) -> bool:
    """Whether a method reads one record of the module."""
    return module in PLAIN or module in SALES
