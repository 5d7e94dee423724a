# SPDX-License-Identifier: MIT
"""What the SOAP door offers: types and the managers' operations, from which WSDL, pages, decoding and replies are made.

Sources: operations, parameters and objects named in the seed and in the vendor's form plugin (facts 3.1). Operations
marked `is_extra` are GUESS: real installations list theirs on their own page; clients have to read them from the WSDL.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Field, Module
from crmdesk.demo.dialects.crmservice.office import Habits

NAMESPACE = "https://crmservice.fi/CrmIntegrationWebservice"
SESSION = "CrmIntegrationWebserviceSession"
SIMPLE = frozenset({"string", "int", "boolean", "float"})
Parts = tuple[tuple[str, str], ...]
"""Names and types; a type is one of SIMPLE, an object's name, or either with "[]" behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method of a manager; `parts` without the session, which comes first in all but createSession."""

    name: str
    parts: Parts
    returns: str
    text: str
    has_session: bool = True
    is_extra: bool = False

    @property
    def all_parts(self) -> Parts:
        """The parameters as they are sent."""
        return ((("session", SESSION),) if self.has_session else ()) + self.parts


def _xsd(field: Field) -> str:
    """Return the type that the helper finds in PHP's comments: there are no dates and no decimals."""
    return {"int": "int", "ref": "int", "bool": "boolean", "decimal": "float", "percent": "float"}.get(field.kind, "string")  # fmt: skip


def _of_module(name: str, *, without: frozenset[str] = frozenset()) -> Parts:
    by_ciws = MODULES[name].by_ciws
    return tuple((ciws, _xsd(field)) for ciws, field in by_ciws.items() if ciws not in without)


_CRITERIA: Parts = (("field", "string"), ("value", "string"), ("limit", "int"), ("offset", "int"))

TYPES: Mapping[str, Parts] = {
    SESSION: (("sessionID", "string"),),
    "PortalUserLoginDetails": (("email", "string"), ("password", "string"), ("portal_id", "int")),
    "authenticatedCustomer": (
        ("contact_id", "int"), ("account_id", "int"), ("portal_id", "int"), ("firstname", "string"), ("lastname", "string"),
        ("email", "string"), ("accountname", "string"),
    ),
    "Vat": (("id", "int"), ("name", "string"), ("percent", "float")),
    "Account": _of_module("accounts"),
    "Contact": _of_module("contacts"),
    "Product": (*_of_module("products", without=frozenset({"vat"})), ("vat", "Vat")),
    "OrderProductRow": (("id", "int"), *_of_module("sales_order_rows", without=frozenset({"id", "vat"})), ("vat", "Vat")),
    "SalesOrder": (*_of_module("sales_orders"), ("rows", "OrderProductRow[]")),
    "AccountSearchCriteria": _CRITERIA,
    "ContactSearchCriteria": _CRITERIA,
    "ProductSearchCriteria": _CRITERIA,
    "SalesOrderSearchCriteria": _CRITERIA,
    "CrmField": (
        ("active", "boolean"), ("custom", "boolean"), ("datatype", "string"), ("label", "string"), ("lenght", "int"), ("name", "string"),
        ("picklist_id", "int"), ("readonly", "boolean"), ("required", "boolean"), ("translations", "string"), ("uitype", "string"),
    ),
    "PicklistValue": (("id", "int"), ("label", "string"), ("value", "string")),
}  # fmt: skip

# Objects whose elements may be missing unless the WSDL requires everything; the others name all they need.
RECORDS = frozenset({"Account", "Contact", "Product", "OrderProductRow", "SalesOrder"})
MODULE_OF_TYPE: Mapping[str, Module] = {
    "Account": MODULES["accounts"], "Contact": MODULES["contacts"], "Product": MODULES["products"],
    "SalesOrder": MODULES["sales_orders"], "OrderProductRow": MODULES["sales_order_rows"],
}  # fmt: skip


def _op(name: str, parts: Parts, returns: str, text: str, *, session: bool = True, extra: bool = False) -> Operation:
    return Operation(name=name, parts=parts, returns=returns, text=text, has_session=session, is_extra=extra)


def _record_operations(kind: str, several: str) -> tuple[Operation, ...]:
    """Return get, search, create and update of one object."""
    one = kind[0].lower() + kind[1:]
    return (
        _op(f"get{kind}", (("id", "int"),), kind, f"Returns one {kind} by its ID.", extra=True),
        _op(f"search{several}", (("criteria", f"{kind}SearchCriteria"),), f"{kind}[]", "Returns the records whose field has the value; % stands for any text. An empty field name returns all.", extra=True),
        _op(f"create{kind}", ((one, kind),), kind, f"Creates the {kind}.", extra=True),
        _op(f"update{kind}", ((one, kind),), kind, f"Changes the fields of the {kind} that are given.", extra=True),
    )  # fmt: skip


MANAGERS: Mapping[str, tuple[Operation, ...]] = {
    "sessionManager": (
        _op("createSession", (("apiKey", "string"),), SESSION, "Creates a session for the API key.", session=False),
        _op("destroySession", (), "boolean", "Ends the session."),
    ),
    "accountManager": _record_operations("Account", "Accounts"),
    "contactManager": (
        _op("authenticatePortalUser", (("login", "PortalUserLoginDetails"),), "authenticatedCustomer", "Authenticates a contact as a user of a portal."),
        *_record_operations("Contact", "Contacts"),
    ),
    "productManager": (
        _op("searchProducts", (("criteria", "ProductSearchCriteria"),), "Product[]", "Returns the products whose field has the value; % stands for any text."),
        _op("getProduct", (("id", "int"),), "Product", "Returns one Product by its ID.", extra=True),
    ),
    "salesorderManager": (
        _op("createSalesOrder", (("salesOrder", "SalesOrder"),), "SalesOrder", "Creates a sales order with its rows."),
        _op("getSalesOrder", (("id", "int"),), "SalesOrder", "Returns one SalesOrder with its rows.", extra=True),
        _op("searchSalesOrders", (("criteria", "SalesOrderSearchCriteria"),), "SalesOrder[]", "Returns sales orders without their rows.", extra=True),
        _op("updateSalesOrder", (("salesOrder", "SalesOrder"),), "SalesOrder", "Changes the fields that are given; rows, where given, replace all rows.", extra=True),
    ),
    "fieldManager": (_op("getCrmFields", (("module", "string"),), "CrmField[]", "Returns the fields of a module."),),
    "picklistManager": (
        _op("getPicklistValues", (("picklist_id", "int"), ("language", "string")), "PicklistValue[]", "Returns the values of a picklist."),
    ),
    "entityManager": (
        _op("bulkEntitySave", (("type", "string"), ("datas", "string")), "string", "Saves many records; datas is a JSON array, the answer too."),
    ),
}  # fmt: skip


def operations_of(manager: str, habits: Habits) -> tuple[Operation, ...]:
    """Return what a manager offers in this installation; may be empty.

    Raises:
        KeyError: There is no such manager.
    """
    return tuple(op for op in MANAGERS[manager] if habits.operations == "rich" or not op.is_extra)


def types_of(operations: tuple[Operation, ...]) -> list[str]:
    """Return the types that operations need, objects and arrays ("X[]"), each before those made of it."""
    found: dict[str, None] = {}

    def add(kind: str) -> None:
        if kind in SIMPLE or kind in found:
            return
        for inner in (("", kind[:-2]),) if kind.endswith("[]") else TYPES[kind]:
            add(inner[1])
        found[kind] = None

    for operation in operations:
        for _, kind in operation.all_parts:
            add(kind)
        add(operation.returns)
    return list(found)
