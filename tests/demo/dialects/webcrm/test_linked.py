# SPDX-License-Identifier: MIT
"""Quotation lines with and without linked data, and the delete that wipes a whole table."""

from typing import Any

import pytest

from tests.demo.dialects.webcrm.conftest import Caller, Open

PATH = "/QuotationLines/LinkedData"
ITEM = "QuotationLineLinkedDataItem"


def _item(**values: Any) -> dict[str, Any]:
    filled = {f"{ITEM}Data{n}": "-" for n in range(1, 10)}
    return {f"{ITEM}Id": 0, **filled, f"{ITEM}EntityType": "Product", **values}


def test_line_takes_its_data_from_linked_data(crm: Caller) -> None:
    number = crm.ok("POST", PATH, _item(**{f"{ITEM}Data1": "P-1", f"{ITEM}Data2": "Pump"}))
    sent = {
        "QuotationLineId": 0,
        "QuotationLineOpportunityId": 1,
        "QuotationLineLinkedDataId": number,
        "QuotationLineQuantity": 2.5,
    }
    line = crm.get(f"/QuotationLines/{crm.ok('POST', '/QuotationLines', sent)}")
    assert [line[f"QuotationLineData{n}"] for n in (1, 2, 3)] == ["P-1", "Pump", "-"]
    assert "QuotationLineLinkedDataId" not in line
    assert line in crm.rows("/Opportunities/1/QuotationLines")


def test_line_without_linked_data_says_possible_quotation_not_found(crm: Caller) -> None:
    sent = {"QuotationLineId": 0, "QuotationLineOpportunityId": 1, "QuotationLineData1": "x"}
    assert crm.refusal("POST", "/QuotationLines", sent) == (400, "Possible quotation not found")


def test_line_of_no_quotation_says_the_same(opened: Open) -> None:
    sent = {"QuotationLineId": 0, "QuotationLineOpportunityId": 999999}
    assert opened(linked_data=False).refusal("POST", "/QuotationLines", sent) == (400, "Possible quotation not found")


def test_line_of_a_delivery_names_it_as_its_opportunity(crm: Caller) -> None:
    delivery = crm.rows("/Deliveries", 1)[0]["DeliveryId"]
    sent = {"QuotationLineId": 0, "QuotationLineOpportunityId": delivery, "QuotationLineLinkedDataId": 1}
    number = crm.ok("POST", "/QuotationLines", sent)
    assert number in [row["QuotationLineId"] for row in crm.rows(f"/Deliveries/{delivery}/QuotationLines")]


def test_without_linked_data_the_line_carries_its_own(opened: Open) -> None:
    crm = opened(linked_data=False)
    sent = {"QuotationLineId": 0, "QuotationLineOpportunityId": 1, "QuotationLineData1": "own"}
    assert crm.get(f"/QuotationLines/{crm.ok('POST', '/QuotationLines', sent)}")["QuotationLineData1"] == "own"
    assert crm.get(PATH) == []
    assert crm.refusal("POST", PATH, _item())[0] == 400


def test_setup_tells_whether_it_is_in_use(crm: Caller, opened: Open) -> None:
    on, off = (c.get("/QuotationLines/LinkedSetup") for c in (crm, opened(linked_data=False)))
    assert on["QuotationLineLinkedSetupField1"] == 1
    assert off["QuotationLineLinkedSetupField1"] == 0
    assert crm.get("/Persons/LinkedSetup")["LinkedSetupField1"] == 0


@pytest.mark.parametrize("place", range(1, 10))
def test_none_of_the_nine_may_be_empty(reader: Caller, place: int) -> None:
    for value in ("", None):
        status, message = reader.refusal("POST", PATH, _item(**{f"{ITEM}Data{place}": value}))
        assert (status, message) == (400, f"{ITEM}Data{place} must not be empty.")


def test_price_list_comes_whole_and_its_entries_can_be_changed_and_deleted(crm: Caller) -> None:
    items = crm.get(PATH)
    assert len(items) == 300
    number = items[0][f"{ITEM}Id"]
    crm.ok("PUT", f"{PATH}/{number}", {**items[0], f"{ITEM}Price": 9.5})
    assert crm.get(f"{PATH}/{number}")[f"{ITEM}Price"] == 9.5
    crm.ok("DELETE", f"{PATH}/{number}")
    assert crm.refusal("GET", f"{PATH}/{number}")[0] == 404
    assert len(crm.get(PATH)) == 299
    assert crm.site.office.tally.wipes == 0


def test_delete_without_an_id_wipes_and_is_counted(crm: Caller) -> None:
    assert crm.send("DELETE", PATH) == (200, b"")
    assert crm.get(PATH) == []
    assert crm.site.office.tally.wipes == 1
