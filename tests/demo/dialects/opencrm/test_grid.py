# SPDX-License-Identifier: MIT
"""The product grid: what is not sent is deleted for ever."""

import json
from typing import Any

import pytest

from crmdesk.demo.dialects.opencrm.modules import MODULES
from tests.demo.dialects.opencrm.conftest import Caller

SALES = [name for name, module in MODULES.items() if module.is_sales]


def _product(crm: Caller, place: int = 0) -> str:
    return str(crm.rows("get_product_list", limit_end=9)[place]["id"])


def _new(crm: Caller, *lines: dict[str, Any], name: str = "quote") -> int:
    sent = [{"lineid": "0", "productid": _product(crm), "listprice1": "100", **line} for line in lines]
    number = crm.post_json(f"edit_{name}", crmid="0", subject="x", products=sent)
    assert isinstance(number, int)
    return number


def _lines(crm: Caller, number: int, name: str = "quote") -> list[dict[str, str]]:
    found: list[dict[str, str]] = crm.call(f"get_{name}", crmid=number)["products"]
    return found


@pytest.mark.parametrize("name", SALES)
def test_lines_not_sent_are_deleted(crm: Caller, name: str) -> None:
    number = _new(crm, {"description": "one"}, {"description": "two"}, name=name)
    one, two = _lines(crm, number, name)
    crm.call(
        f"edit_{name}", crmid=number, products=json.dumps([{"lineid": two["lineid"], "productid": two["productid"]}])
    )
    assert [line["lineid"] for line in _lines(crm, number, name)] == [two["lineid"]]
    assert crm.site.office.tally.lines_deleted == 1
    assert one["lineid"] != two["lineid"]


def test_header_edit_without_products_keeps_the_lines(crm: Caller) -> None:
    number = _new(crm, {}, {})
    before = _lines(crm, number)
    crm.call("edit_quote", crmid=number, subject="renamed", products="")
    assert _lines(crm, number) == before


def test_empty_list_of_products_deletes_every_line(crm: Caller) -> None:
    number = _new(crm, {}, {})
    crm.call("edit_quote", crmid=number, products="[]")
    assert _lines(crm, number) == []


def test_documents_call_with_a_zero_adds_a_line_and_removes_the_one_missing(crm: Caller) -> None:
    number = _new(crm, {}, {}, {}, {})
    ids = [line["lineid"] for line in _lines(crm, number)]
    sent = [{"lineid": i, "productid": _product(crm)} for i in [*ids[:3], 0]]
    assert crm.post_json("edit_quote", crmid=str(number), module="Quotes", code="111111", products=sent) == number
    after = [line["lineid"] for line in _lines(crm, number)]
    assert after[:3] == ids[:3]
    assert ids[3] not in after
    assert len(after) == 4


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"productid": "1"}, "Product line 1: lineid is required"),
        ({"lineid": "0"}, "Product line 1: productid is required and must be a valid product"),
        ({"lineid": "0", "productid": "999999"}, "Product line 1: productid is required and must be a valid product"),
        ({"lineid": "999999", "productid": "1"}, "Product line 1: invalid lineid 999999"),
    ],
)
def test_broken_line_is_refused_and_changes_nothing(crm: Caller, line: dict[str, str], words: str) -> None:
    number = _new(crm, {})
    before = crm.call("get_quote", crmid=number)
    assert crm.error("edit_quote", crmid=number, subject="y", products=json.dumps([line])) == words
    assert crm.call("get_quote", crmid=number) == before


@pytest.mark.parametrize("products", ["{", "7", "[1]"])
def test_products_that_are_no_lines_are_refused(reader: Caller, products: str) -> None:
    assert reader.error("edit_quote", crmid="0", products=products) == "Invalid product data"


def test_amend_keeps_what_is_not_sent(crm: Caller) -> None:
    number = _new(crm, {"quantity": "3", "discount": "10%", "prd_cf_3": "blue", "listprice2": "120"})
    line = _lines(crm, number)[0]
    crm.post_json(
        "edit_quote",
        crmid=number,
        products=[{"lineid": line["lineid"], "productid": line["productid"], "description": "said"}],
    )
    assert _lines(crm, number)[0] == {**line, "description": "said"}


def test_other_currencies_become_zero_when_one_price_is_sent(crm: Caller) -> None:
    number = _new(crm, {"listprice2": "120", "buyprice": "50", "buyprice5": "55"})
    line = _lines(crm, number)[0]
    crm.post_json(
        "edit_quote",
        crmid=number,
        products=[{"lineid": line["lineid"], "productid": line["productid"], "listprice1": "90"}],
    )
    after = _lines(crm, number)[0]
    assert [after[f"listprice{n}"] for n in range(1, 6)] == ["90.00", "0.00", "0.00", "0.00", "0.00"]
    assert (after["buyprice"], after["buyprice5"]) == ("50.00", "55.00")


def test_new_line_takes_little_from_its_product(crm: Caller) -> None:
    number = crm.post_json("edit_quote", crmid="0", products=[{"lineid": 0, "productid": _product(crm, 1)}])
    line, product = _lines(crm, number)[0], crm.call("get_product", crmid=_product(crm, 1))
    for name in ("description", "taxclass", "supplytype", "commission_band", "minimummargin", "maximumdiscount"):
        assert line[name] == product[name]
    assert (line["quantity"], line["listprice1"], line["buyprice"]) == ("1", "0.00", "0.00")


def test_quantity_keeps_one_decimal(crm: Caller) -> None:
    assert [
        line["quantity"] for line in _lines(crm, _new(crm, {"quantity": "2.25"}, {"quantity": "4"}, {"quantity": "x"}))
    ] == ["2.3", "4", "0"]


def test_discount_is_a_value_or_a_percentage(crm: Caller) -> None:
    number = _new(
        crm, {"discount": "10", "taxclass": "Standard"}, {"discount": "10%", "quantity": "2", "taxclass": "Zero"}
    )
    one = crm.call("get_quote", crmid=number)
    assert [line["taxvalue"] for line in one["products"]] == ["18.00", "0.00"]
    assert (one["subtotal"], one["taxtotal"], one["total"]) == ("270.00", "18.00", "288.00")


def test_what_the_server_computes_cannot_be_sent(crm: Caller) -> None:
    number = _new(
        crm,
        {
            "taxclass": "Standard",
            "taxpercent": "99",
            "margin_percent": "99",
            "despatched_quantity": "9",
            "commmission_amount": "9",
        },
    )
    line = _lines(crm, number)[0]
    assert (line["taxpercent"], line["despatched_quantity"]) == ("20.00", "0")
    assert line["commmission_amount"] == "0.00"
    crm.call("edit_quote", crmid=number, total="1")
    assert crm.call("get_quote", crmid=number)["total"] == "120.00"


def test_linenumber_orders_the_lines(crm: Caller) -> None:
    number = _new(crm, {"description": "b", "linenumber": "2"}, {"description": "a", "linenumber": "1"})
    assert [(line["linenumber"], line["description"]) for line in _lines(crm, number)] == [("1", "a"), ("2", "b")]
