# SPDX-License-Identifier: MIT
"""Line items: CRM+'s four operations, and vtiger's lines inside the record."""

import json
import re
from typing import Any

from tests.demo.caller import Caller
from tests.demo.recordings import sentence_of_the_document


def _order(crm: Caller, **fields: Any) -> str:
    element = {
        "subject": "S",
        "account_id": "3x17",
        "assigned_user_id": "19x1",
        "sostatus": "Created",
        "currency_id": "51x1",
        "hdnTaxType": "group",
    }
    wire_id: str = crm.done("create", elementType="SalesOrder", element=element | fields)["id"]
    return wire_id


def _product(crm: Caller, price: str = "100", tax: str = "7.5") -> str:
    element = {"productname": "Product 1", "unit_price": price, "tax1": tax, "assigned_user_id": "19x1"}
    wire_id: str = crm.done("create", elementType="Products", element=element)["id"]
    return wire_id


def test_no_lines_are_an_empty_list_and_some_are_a_map_by_line_id(crm: Caller) -> None:
    order = _order(crm)
    assert crm.result("getLineItems", recordId=order) == []
    lines = crm.done("addLineItem", recordId=order, attributes={"id": _product(crm), "quantity": 2})
    assert [line["lineitem_id"] for line in lines.values()] == list(lines)
    assert crm.result("getLineItems", recordId=order) == lines


def test_line_has_the_documents_keys_and_types(crm: Caller) -> None:
    document = sentence_of_the_document("GetLineItems")
    sample = document[document.index("GetLineItems\n") :]
    block = sample[sample.index('"4": {') + 5 : sample.index("}", sample.index('"4": {')) + 1]
    wanted = json.loads(re.sub(r",(\s*})", r"\1", block))
    order = _order(crm)
    attributes = {
        "id": _product(crm, "12235.87"),
        "quantity": 2,
        "productBlockName": "article_list_2",
        "cf_1767": "value",
    }
    line = next(iter(crm.done("addLineItem", recordId=order, attributes=attributes).values()))
    assert set(line) - {"cf_1725"} == set(wanted)
    assert {name: type(line[name]) for name in wanted} == {name: type(value) for name, value in wanted.items()}
    same = (
        "total",
        "net_price",
        "net_subtotal",
        "listprice",
        "quantity",
        "productBlockName",
        "cf_1767",
        "total_tax_value",
    )
    assert {name: line[name] for name in same} == {name: wanted[name] for name in same}
    assert (line["taxclass"], line["tax_percentage"]) == ("413", "7.500")


def test_totals_stay_stale_without_recalculate(crm: Caller) -> None:
    order = _order(crm)
    crm.done("addLineItem", recordId=order, attributes={"id": _product(crm), "quantity": 2})
    assert float(crm.result("retrieve", id=order)["hdnGrandTotal"]) == 0
    line = next(iter(crm.result("getLineItems", recordId=order)))
    crm.done("updateLineItem", recordId=order, lineItemId=line, fields={"quantity": 3}, options={"recalculate": True})
    after = crm.result("retrieve", id=order)
    assert (after["hdnSubTotal"], after["hdnGrandTotal"]) == ("300.000000000", "322.500000000")


def test_update_answers_the_one_line(crm: Caller) -> None:
    order = _order(crm)
    line = next(iter(crm.done("addLineItem", recordId=order, attributes={"id": _product(crm), "quantity": 1})))
    fields = {
        "linebreak": "off",
        "listprice": 199.99,
        "productBlockName": "ArticleList1",
        "optionalLineItem": False,
        "cf_1767": "value",
    }
    answer = crm.done("updateLineItem", recordId=order, lineItemId=line, fields=fields, options={"recalculate": True})
    assert (answer["lineitem_id"], answer["listprice"], answer["total"], answer["net_subtotal"]) == (
        line,
        "199.990000000",
        199.99,
        399.98,
    )


def test_alternative_line_names_its_parent_and_is_not_counted(crm: Caller) -> None:
    order, product = _order(crm), _product(crm, tax="0")
    first = next(iter(crm.done("addLineItem", recordId=order, attributes={"id": product})))
    added = crm.done(
        "addLineItem",
        recordId=order,
        attributes={"id": product, "alternativeParentId": first},
        options={"recalculate": True},
    )
    second = list(added.values())[1]
    assert (second["alternativeLineItem"], second["alternativeParentId"]) == (True, int(first))
    assert float(crm.result("retrieve", id=order)["hdnGrandTotal"]) == 100


def test_delete_is_a_get_answers_old_keys_and_gives_new_ids(crm: Caller) -> None:
    order, product = _order(crm), _product(crm)
    for _ in range(3):
        lines = crm.done("addLineItem", recordId=order, attributes={"id": product})
    gone, *kept = list(lines)
    answer = crm.result("deleteLineItem", recordId=order, lineItemId=gone, options={"recalculate": True})
    assert list(answer) == kept
    assert not {line["lineitem_id"] for line in answer.values()} & set(kept)
    assert list(crm.result("getLineItems", recordId=order)) == [line["lineitem_id"] for line in answer.values()]
    assert crm.code("deleteLineItem", recordId=order, lineItemId="999999") == "RECORD_NOT_FOUND"


def test_last_line_deleted_leaves_an_empty_list(crm: Caller) -> None:
    order = _order(crm)
    line = next(iter(crm.done("addLineItem", recordId=order, attributes={"id": _product(crm)})))
    assert crm.result("deleteLineItem", recordId=order, lineItemId=line) == []


def test_lines_of_something_else_than_a_sales_document_are_denied(crm: Caller) -> None:
    assert crm.code("getLineItems", recordId="3x17") == "ACCESS_DENIED"


def test_seeded_documents_agree_with_their_own_lines(crm: Caller) -> None:
    row = crm.rows("select * from Quotes order by id limit 1;")[0]
    lines = crm.result("getLineItems", recordId=row["id"]).values()
    whole = sum(line["net_price"] for line in lines)
    assert abs(float(row["hdnSubTotal"]) - whole) < 1e-6
    assert float(row["hdnGrandTotal"]) > 0


def _vtiger_order(lines: Any, **fields: Any) -> dict[str, Any]:
    header = {
        "subject": "ä",
        "account_id": "11x17",
        "assigned_user_id": "19x1",
        "sostatus": "Created",
        "currency_id": "21x1",
        "hdnTaxType": "group",
    }
    header |= {"bill_street": "a", "ship_street": "b"}
    return header | {"productid": "14x1", "LineItems": lines} | fields


def test_vtiger_takes_lines_inside_the_record_and_answers_numbers(vtiger: Caller) -> None:
    product = vtiger.rows("select id from Products order by id limit 1;")[0]["id"]
    lines = [
        {"productid": product, "quantity": "2", "listprice": "100", "tax1": "19"},
        {"productid": product, "quantity": "1.5", "listprice": "10"},
    ]
    answer = vtiger.done("create", elementType="SalesOrder", element=_vtiger_order(lines))
    assert (answer["hdnSubTotal"], answer["hdnGrandTotal"], answer["label"]) == (215, 255.85, "&auml;")
    assert [line["parent_id"] for line in answer["LineItems"]] == ["6xArray", "6xArray"]
    kept = vtiger.result("retrieve", id=answer["id"])
    assert (kept["hdnSubTotal"], kept["hdnGrandTotal"]) == ("215.00000000", "255.85000000")


def test_vtiger_revise_with_lines_replaces_them_and_drops_the_tax_type(vtiger: Caller) -> None:
    product = vtiger.rows("select id from Products order by id limit 1;")[0]["id"]
    order = vtiger.done(
        "create",
        elementType="SalesOrder",
        element=_vtiger_order([{"productid": product, "quantity": 1, "listprice": 5, "tax1": 19}]),
    )
    after = vtiger.done(
        "revise", element={"id": order["id"], "LineItems": [{"productid": product, "quantity": "3", "listprice": "7"}]}
    )
    assert (after["hdnTaxType"], after["hdnGrandTotal"]) == ("", 21)
    assert after["LineItems"][0]["id"] != order["LineItems"][0]["id"]
    assert [r["quantity"] for r in vtiger.rows(f"select * from LineItem where parent_id='{order['id']}';")] == ["3.000"]


def test_vtiger_wants_lines_and_saves_the_header_before_a_bad_quantity_kills_it(vtiger: Caller) -> None:
    product = vtiger.rows("select id from Products order by id limit 1;")[0]["id"]
    assert (
        vtiger.tell("create", elementType="SalesOrder", element=_vtiger_order([]))["error"]["code"]
        == "MANDATORY_FIELDS_MISSING"
    )
    before = vtiger.rows("select count(*) from SalesOrder;")
    bad = _vtiger_order([{"productid": product, "quantity": "abc"}])
    assert vtiger.post("create", elementType="SalesOrder", element=json.dumps(bad)) == (500, b"")
    assert vtiger.rows("select count(*) from SalesOrder;") != before


def test_vtiger_revise_without_lines_ignores_the_discount(vtiger: Caller) -> None:
    product = vtiger.rows("select id from Products order by id limit 1;")[0]["id"]
    order = vtiger.done(
        "create",
        elementType="SalesOrder",
        element=_vtiger_order([{"productid": product, "quantity": 1, "listprice": 5}]),
    )
    after = vtiger.done("revise", element={"id": order["id"], "hdnDiscountAmount": "2", "subject": "R"})
    assert (after["subject"], after["hdnDiscountAmount"], after["hdnGrandTotal"]) == ("R", "", 5)
    assert after["LineItems"] == order["LineItems"]


def test_vtiger_wants_both_streets(vtiger: Caller) -> None:
    answer = vtiger.tell(
        "create", elementType="SalesOrder", element=_vtiger_order([{"productid": "14x1"}], bill_street="")
    )
    assert answer["error"] == {"message": "bill_street does not have a value", "code": "MANDATORY_FIELDS_MISSING"}
