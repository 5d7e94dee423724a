# SPDX-License-Identifier: MIT
"""A whole document to print, compare and aim with, without a server."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date
from decimal import Decimal

from PySide6.QtCore import QLocale

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, LineShape, ProductHit, SalesDocument, Tax, Totals
from crmdesk.domain.schema import Field, FieldType, Module, Schema
from crmdesk.domain.totals import Terms, TotalsRule, compute
from crmdesk.engine.whole_document import WholeDocument
from crmdesk.ui.formats import Formats

QUOTES, PRODUCTS = ModuleName("Quotes"), ModuleName("Products")
GERMAN = Formats(QLocale("de_DE"), UTC)
RULE = TotalsRule(source="test", tax_places=2, line_places=2)
SCHEMA = Schema(
    Module(name=QUOTES, label="Quote", label_plural="Quotes", is_sales_document=True),
    (
        Field(name=FieldName("subject"), label="Subject", required=True),
        Field(name=FieldName("quote_no"), label="Number", read_only=True),
        Field(name=FieldName("validtill"), label="Valid till", type=FieldType.DATE),
        Field(name=FieldName("account_id"), label="Account", type=FieldType.REFERENCE),
        Field(name=FieldName("contact_id"), label="Contact", type=FieldType.REFERENCE),
        Field(name=FieldName("assigned_user_id"), label="Assigned to", type=FieldType.REFERENCE),
        Field(name=FieldName("bill_street"), label="Street", type=FieldType.LONG_TEXT),
        Field(name=FieldName("bill_code"), label="Code"),
        Field(name=FieldName("bill_city"), label="City"),
        Field(name=FieldName("bill_country"), label="Country"),
        Field(name=FieldName("terms_conditions"), label="Terms", type=FieldType.LONG_TEXT),
        Field(name=FieldName("description"), label="Description", type=FieldType.LONG_TEXT),
    ),
    FieldName("subject"),
    FieldName("quote_no"),
)
HEADER = Record(
    RecordId(QUOTES, "14x1"),
    {
        FieldName("subject"): "Pumps <b> & more",
        FieldName("quote_no"): "QUO7",
        FieldName("validtill"): date(2026, 12, 31),
        FieldName("account_id"): RecordId(ModuleName("Accounts"), "3x1"),
        FieldName("contact_id"): RecordId(ModuleName("Contacts"), "4x1"),
        FieldName("assigned_user_id"): RecordId(ModuleName("Users"), "19x1"),
        FieldName("bill_street"): "Hafenstr. 4\nHaus B",
        FieldName("bill_code"): "20457",
        FieldName("bill_city"): "Hamburg",
        FieldName("bill_country"): "Germany",
        FieldName("terms_conditions"): "30 days net.",
        FieldName("description"): "for colleagues only",
    },
    {
        FieldName("account_id"): "Äijälä Oy",
        FieldName("contact_id"): "Väinö Öhman",
        FieldName("assigned_user_id"): "Anna Koch",
    },
)


def line(called: str, quantity: str = "1", price: str = "10", percent: str = "24", **more: object) -> LineItem:
    values: dict[str, object] = {
        "key": called,
        "position": 1,
        "product": RecordId(PRODUCTS, called),
        "name": called,
        "quantity": Decimal(quantity),
        "unit_price": Decimal(price),
        "taxes": (Tax("VAT", Decimal(percent)),),
    }
    return LineItem(**{**values, **more})  # type: ignore[arg-type]  # a table of values


LINES = (
    line("Pump housing", "3", "1180", text="painted,\nRAL 7016"),
    line("Options", kind=LineKind.HEADING, product=None, quantity="0", price="0", text="Options", taxes=()),
    line("Seal kit", "12", "38.5", "10", discount_percent=Decimal(5)),
    line("Training", "2", "920"),
)


def whole(
    lines: Sequence[LineItem] = LINES, *, header: Record = HEADER, uncounted: Sequence[int] = ()
) -> WholeDocument:
    """The document with its figures."""
    numbered = tuple(replace(one, position=at) for at, one in enumerate(lines, 1))
    document = SalesDocument(header=header, lines=numbered, currency="EUR", tax_mode="individual")
    terms = Terms(rule=RULE, uncounted=frozenset(uncounted))
    products = {
        one.product: ProductHit(one, f"PRO{at}", "pcs") for at, one in enumerate(numbered, 1) if one.product is not None
    }
    return WholeDocument(
        document=document,
        loaded=document,
        schema=SCHEMA,
        shape=LineShape(kinds=(LineKind.PRODUCT, LineKind.HEADING), has_amount=True),
        terms=terms,
        figures=compute(document, terms),
        products=products,
    )


def told(totals: Totals) -> WholeDocument:
    """The same where no rule is known: the server's own figures."""
    made = whole()
    return replace(made, terms=None, figures=None, loaded=replace(made.loaded, server_totals=totals))
