# SPDX-License-Identifier: MIT
"""The modules of the pretended OpenCRM: their names on the wire, their fields, what a basic list shows.

Sources: the vendor's guide of 16 June 2022 for the module names; its field reference and a public Python client for
most field names (Company to Activity). The fields of assets, contracts, projects and sales records are not public:
they follow the older open-source CRM that OpenCRM descends from.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LINE_CURRENCIES = 5
CUSTOM_COLUMNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleDef:
    """One module.

    Attributes:
        name: As in get_<name>.
        label: As in record_module.
        table: Its database table, a prefix that query_string allows beside crmentity.
        basic: Fields of the basic list.
        rest: Fields that only the full list and the single record show.
        dates: Fields with a date without time.
        keywords: Fields that the keyword search looks into.
    """

    name: str
    label: str
    table: str
    basic: tuple[str, ...]
    rest: tuple[str, ...]
    dates: tuple[str, ...] = ()
    keywords: tuple[str, ...]
    is_sales: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field, in the server's order."""
        return self.basic + self.rest


OWNER = "assigned_user_id"
TIMES = ("createdtime", "modifiedtime")
_COMMON = " assigned_user_id createdtime modifiedtime description"
_SALES_ADDRESS = (
    " bill_street bill_city bill_state bill_code bill_country ship_street ship_city ship_state ship_code ship_country"
)
_SALES = _SALES_ADDRESS + " def_currency taxtotal terms_conditions carrier potentialid cf_410" + _COMMON


def _module(
    name: str,
    label: str,
    table: str,
    basic: str,
    rest: str,
    *,
    dates: str = "",
    keywords: str = "",
    sales: bool = False,
) -> ModuleDef:
    return ModuleDef(
        name=name, label=label, table=table, basic=tuple(basic.split()), rest=tuple(rest.split()), dates=tuple(dates.split()),
        keywords=tuple((keywords or basic).split()), is_sales=sales,
    )  # fmt: skip


_ALL = (
    _module(
        "company", "Accounts", "account", "accountname phone website city account_type",
        "email1 email2 otherphone fax industry rating employees annualrevenue companynumber parentid street bill_street_2 state code country"
        " ship_street ship_city ship_state ship_code ship_country reg_street reg_city reg_code reg_country vatnumber vatexempt def_currency"
        " pricebook paymenttype credit_limit majoraccount sage_ref account_tags cf_101 cf_102 cf_103" + _COMMON,
        dates="cf_102", keywords="accountname phone email1 city companynumber",
    ),
    _module(
        "contact", "Contacts", "contactdetails", "firstname lastname accountid email phone mobile",
        "salutation title department contacttype leadsource email2 homephone fax mailingstreet mailingstreet2 mailingcity mailingstate"
        " mailingzip mailingcountry otherstreet othercity otherzip othercountry reportsto birthday do_not_email tps fps contact_tags cf_201"
        + _COMMON,
        dates="birthday", keywords="firstname lastname email phone mobile",
    ),
    _module(
        "lead", "Leads", "leaddetails", "firstname lastname company email phone leadstatus",
        "salutation mobile designation leadsource leadtype industry rating annualrevenue noofemployees lane lane2 city state code country"
        " website dob do_not_email lead_tags cf_301 cf_302" + _COMMON,
        dates="dob cf_301", keywords="firstname lastname company email phone",
    ),
    _module(
        "opportunity", "Potentials", "potential", "potentialname accountid sales_stage amount closingdate",
        "potentialtype probability leadsource nextstep contactid campaignid def_currency potential_tags" + _COMMON,
        dates="closingdate", keywords="potentialname",
    ),
    _module(
        "product", "Products", "products", "productname productcode productcategory unit_price qtyinstock",
        "product_status discontinued buy_price vendor_id taxclass def_currency usageunit supplytype commission_band minimummargin"
        " maximumdiscount" + _COMMON,
        keywords="productname productcode",
    ),
    _module(
        "ticket", "HelpDesk", "troubletickets", "title status priority parent_id",
        "severity category support_queue contactid solution closedon hours productid" + _COMMON, dates="closedon", keywords="title",
    ),
    _module(
        "activity", "Activities", "activity", "subject taskstatus date_start due_date parent_id",
        "taskpriority time_start duration_hours contact_id accountid category" + _COMMON, dates="date_start due_date", keywords="subject",
    ),
    _module(
        "asset", "Assets", "assets", "assetname serialnumber accountid productid assetstatus", "datesold dateinservice" + _COMMON,
        dates="datesold dateinservice", keywords="assetname serialnumber",
    ),
    _module(
        "contract", "Contracts", "contracts", "contractname accountid contract_status start_date end_date",
        "contract_type contract_value contactid" + _COMMON, dates="start_date end_date", keywords="contractname",
    ),
    _module(
        "project", "Project", "project", "projectname accountid projectstatus startdate",
        "projecttype projectpriority targetenddate progress Project_Developer" + _COMMON, dates="startdate targetenddate",
        keywords="projectname",
    ),
    _module(
        "quote", "Quotes", "quotes", "subject quotestage accountid validtill total", "contactid quote_no subtotal" + _SALES,
        dates="validtill", keywords="subject quote_no", sales=True,
    ),
    _module(
        "salesorder", "SalesOrder", "salesorder", "subject sostatus accountid duedate total", "contactid salesorder_no quoteid subtotal" + _SALES,
        dates="duedate", keywords="subject salesorder_no", sales=True,
    ),
    _module(
        "invoice", "Invoice", "invoice", "subject invoicestatus accountid invoicedate total",
        "contactid invoice_no salesorderid duedate subtotal" + _SALES, dates="invoicedate duedate", keywords="subject invoice_no", sales=True,
    ),
    _module(
        "purchaseorder", "PurchaseOrder", "purchaseorder", "subject postatus vendor_id duedate total",
        "contactid purchaseorder_no tracking_no subtotal" + _SALES, dates="duedate", keywords="subject purchaseorder_no", sales=True,
    ),
)  # fmt: skip

MODULES: Mapping[str, ModuleDef] = {module.name: module for module in _ALL}

# No method reads these by themselves; users have a list and nothing else.
USERS = _module("user", "Users", "users", "user_name first_name last_name email1", "title status")

# What the server computes; sending it changes nothing.
COMPUTED = frozenset(
    ("createdtime", "modifiedtime", "subtotal", "taxtotal", "total", "crmid", "id", "record_id", "record_module")
)
NUMBERED = {"company": "companynumber", "quote": "quote_no", "salesorder": "salesorder_no", "invoice": "invoice_no", "purchaseorder": "purchaseorder_no"}  # fmt: skip

# Product lines: what may be sent (document, "Product line fields"), and what only the server writes.
_PRICES = tuple(f"listprice{n}" for n in range(1, LINE_CURRENCIES + 1))
_COSTS = ("buyprice", *(f"buyprice{n}" for n in range(2, LINE_CURRENCIES + 1)))
PRICE_FAMILIES = (_PRICES, _COSTS)
SENT_IN_LINES = (
    "linenumber", "productid", "description", "category", "quantity", *_PRICES, *_COSTS, "taxclass",
    *(f"prd_cf_{n}" for n in range(1, CUSTOM_COLUMNS + 1)), "discount", "supplierid", "supplytype", "contract_term", "commission_band",
)  # fmt: skip
TAX_CLASSES = {"Standard": "20.00", "Reduced": "5.00", "Zero": "0.00"}
COMMISSION_BANDS = {"": "0.00", "A": "5.00", "B": "2.50"}
