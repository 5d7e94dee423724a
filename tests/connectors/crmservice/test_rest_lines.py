# SPDX-License-Identifier: MIT
"""Rows of sales documents over the JSON:API: only what changed is sent, and what broke off is said."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.errors import (
    Invalid,
    NotFound,
    OutcomeUnclear,
    Unsupported,
)
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sales import LineItem, Tax
from tests.connectors.crmservice.office import ACCOUNTS, ORDERS, Office
from tests.connectors.crmservice.support import rest_to
from tests.connectors.crmservice.wsdls import reply

# Rows of sales documents


def test_rows_are_found_by_their_document_and_in_its_order() -> None:
    crm, http = rest_to(Office())
    order = crm.fetch_document(RecordId(ORDERS, "21"))
    assert [(line.key, line.position) for line in order.lines] == [("2", 1), ("1", 2)]
    assert order.lines[0].taxes == (Tax("VAT", Decimal(24)),)
    assert order.lines[1].product == RecordId(ModuleName("products"), "31")
    assert order.server_totals is not None
    assert order.server_totals.gross == Decimal("438.50")
    asked = next(one for one in http.sent if one.path == "/api/v1/sales_order_rows")
    assert json.loads(asked.query["filter"]) == {"$eq": ["entity_id", "21"]}
    with pytest.raises(Unsupported):
        crm.fetch_document(RecordId(ACCOUNTS, "1"))


def test_only_what_changed_is_sent() -> None:
    office = Office()
    crm, http = rest_to(office)
    before = crm.fetch_document(RecordId(ORDERS, "21"))
    first, second = before.lines
    new = LineItem(
        key=None, position=2, product=RecordId(ModuleName("products"), "31"), text="Neu", quantity=Decimal(3),
        unit_price=Decimal("9.90"), extras={FieldName("value_period"): 1},
    )  # fmt: skip
    http.sent.clear()
    after = crm.save_document(SaveDocument(before, replace(before, lines=(replace(first, quantity=Decimal(5)), new))))
    writes = [(one.verb, one.path.removeprefix("/api/v1"), one.json) for one in http.sent if one.write]
    assert writes == [
        ("PATCH", "/sales_order_rows/2", {"data": {"type": "sales_order_rows", "id": "2", "attributes": {"qty": 5}}}),
        (
            "POST",
            "/sales_order_rows",
            {"data": {"type": "sales_order_rows", "attributes": {
                "entity_id": "21", "product_id": "31", "description": "Neu", "qty": 3, "unit_price": 9.9,
                "row_no": 2, "value_period": 1}}},
        ),
        ("DELETE", "/sales_order_rows/1", None),
    ]  # fmt: skip
    assert [line.quantity for line in after.lines] == [5, 3]
    assert second.key not in office.rows["sales_order_rows"]


def test_a_new_document_is_made_with_its_rows() -> None:
    office = Office()
    crm, _ = rest_to(office)
    before = crm.fetch_document(RecordId(ORDERS, "21"))
    header = replace(before.header, id=RecordId(ORDERS, ""), values={FieldName("subject"): "Neu"})
    made = crm.save_document(
        SaveDocument(None, replace(before, header=header, lines=(replace(before.lines[0], key=None),)))
    )
    assert made.header.id.key == "22"
    assert [line.unit_price for line in made.lines] == [Decimal("38.5")]


def test_a_row_that_is_gone_stops_the_save_before_anything_is_sent() -> None:
    office = Office()
    crm, http = rest_to(office)
    before = crm.fetch_document(RecordId(ORDERS, "21"))
    del office.rows["sales_order_rows"]["2"]
    http.sent.clear()
    changed = replace(before.lines[0], quantity=Decimal(9))
    header = replace(before.header, values={**before.header.values, FieldName("subject"): "Other"})
    with pytest.raises(NotFound):
        crm.save_document(SaveDocument(before, replace(before, header=header, lines=(changed, before.lines[1]))))
    assert not any(one.write for one in http.sent)


def test_a_save_that_breaks_off_says_that_a_part_was_done() -> None:
    office = Office()
    crm, _ = rest_to(office)
    before = crm.fetch_document(RecordId(ORDERS, "21"))
    office.answers["PATCH /sales_order_rows/1"] = reply({"errors": [{"detail": "no"}]}, 422)
    lines = tuple(replace(line, quantity=Decimal(9)) for line in before.lines)
    with pytest.raises(OutcomeUnclear, match="A part of the document was saved"):
        crm.save_document(SaveDocument(before, replace(before, lines=lines)))
    with pytest.raises(Invalid):
        crm.save_document(SaveDocument(before, replace(before, lines=(before.lines[0], replace(before.lines[1], quantity=Decimal(3))))))  # fmt: skip


def test_lines_that_cannot_be_held_are_refused_before_sending() -> None:
    crm, http = rest_to(Office())
    before = crm.fetch_document(RecordId(ORDERS, "21"))
    first = before.lines[0]
    http.sent.clear()
    for bad in (
        replace(first, discount_amount=Decimal(5)),
        replace(first, discount_percent=Decimal(5)),
        replace(first, taxes=(Tax("a", Decimal(1)), Tax("b", Decimal(2)))),
        replace(first, product=RecordId(ACCOUNTS, "1")),
        replace(first, text="\ud800"),
    ):
        with pytest.raises(Invalid):
            crm.save_document(SaveDocument(before, replace(before, lines=(bad,))))
    assert not any(one.write for one in http.sent)


def test_products_are_found_for_lines() -> None:
    crm, _ = rest_to(Office())
    (hit,) = crm.find_products(ORDERS, "pump", 5)
    assert (hit.number, hit.line.name, hit.line.unit_price) == ("P-1", "Pump", Decimal("200.00"))
    assert crm.known_products((RecordId(ModuleName("products"), "31"), RecordId(ModuleName("ghosts"), "1"))) == (hit,)
    assert crm.find_products(ORDERS, "  ", 5) == ()
    shape = crm.line_shape(ORDERS)
    assert [field.name for field in shape.fields] == ["value_period"]
    assert not shape.has_percent
