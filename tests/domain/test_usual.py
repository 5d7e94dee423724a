# SPDX-License-Identifier: MIT
"""The usual modules and their fields are known by the names that five vendors give them."""

import pytest

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.usual import (
    Standing,
    Usual,
    company_field,
    currency_field,
    date_field,
    owner_field,
    stage_field,
    standing,
    total_field,
    usual_kind,
)


def _schema(*fields: tuple[str, FieldType]) -> Schema:
    module = Module(name=ModuleName("m"), label="M", label_plural="Ms")
    made = tuple(Field(name=FieldName(name), label=name, type=kind) for name, kind in fields)
    return Schema(module, made, made[0].name)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Accounts", Usual.COMPANIES),
        ("company", Usual.COMPANIES),
        ("Organisations", Usual.COMPANIES),
        ("Persons", Usual.PEOPLE),
        ("Leads", Usual.LEADS),
        ("Potentials", Usual.OPPORTUNITIES),
        ("opportunity", Usual.OPPORTUNITIES),
        ("AOS_Quotes", Usual.QUOTES),
        ("sales_orders", Usual.ORDERS),
        ("SalesOrder", Usual.ORDERS),
        ("Deliveries", Usual.ORDERS),
        ("Invoice", Usual.INVOICES),
        ("PurchaseOrder", None),
        ("OpportunitiesLinkedData", None),
        ("AccountsHistory", None),
        ("sales_order_rows", None),
    ],
)
def test_modules_are_known_by_their_whole_names(name: str, kind: Usual | None) -> None:
    assert usual_kind(Module(name=ModuleName(name), label="", label_plural="")) is kind


def test_fields_are_found_whatever_comes_before_them() -> None:
    schema = _schema(
        ("subject", FieldType.TEXT),
        ("invoicestatus", FieldType.CHOICE),
        ("sostatus", FieldType.CHOICE),
        ("createdtime", FieldType.DATETIME),
        ("duedate", FieldType.DATE),
        ("hdnSubTotal", FieldType.MONEY),
        ("hdnGrandTotal", FieldType.MONEY),
        ("assigned_user_id", FieldType.REFERENCE),
        ("account_id", FieldType.REFERENCE),
        ("currency_id", FieldType.REFERENCE),
    )
    finders = (stage_field, total_field, date_field, owner_field, company_field, currency_field)
    found = [field.name if (field := find(schema)) is not None else None for find in finders]
    assert found == ["sostatus", "hdnGrandTotal", "createdtime", "assigned_user_id", "account_id", "currency_id"]


def test_an_orders_own_date_comes_before_when_it_was_typed() -> None:
    fields = (("CreatedAt", FieldType.DATETIME), ("DeliveryOrderDate", FieldType.DATE))
    found = date_field(_schema(*fields))
    assert found is not None
    assert found.name == "DeliveryOrderDate"


def test_what_is_not_there_is_none() -> None:
    bare = _schema(("name", FieldType.TEXT))
    assert [find(bare) for find in (stage_field, total_field, date_field, owner_field, company_field)] == [None] * 5


@pytest.mark.parametrize(
    ("stage", "stands"),
    [
        ("Prospecting", Standing.OPEN),
        ("Negotiation or Review", Standing.OPEN),
        ("Closed Won", Standing.WON),
        ("Closed Lost", Standing.LOST),
        ("Accepted", Standing.WON),
        ("Abgelehnt", Standing.LOST),
        ("Hyväksytty", Standing.WON),
        ("our own word", Standing.OPEN),
        ("", Standing.OPEN),
    ],
)
def test_a_stages_name_says_how_it_stands(stage: str, stands: Standing) -> None:
    assert standing(stage) is stands
