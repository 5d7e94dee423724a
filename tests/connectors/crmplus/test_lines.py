# SPDX-License-Identifier: MIT
"""Lines of sales documents: single-line operations whose ids change, and the relatives' whole-list saves."""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.vendors.crmplus import line_items
from crmdesk.connectors.vendors.crmplus.connector import CrmPlusConnector
from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.errors import Invalid, OutcomeUnclear, SessionExpired, Unsupported
from crmdesk.domain.line_pairs import line_differences
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, SalesDocument
from tests.connectors.crmplus.support import (
    CRMPLUS,
    EMPTY_500,
    LOGIN,
    TYPES,
    FakeHttp,
    connect,
    failure,
    field_of,
)

ORDER = RecordId(ModuleName("SalesOrder"), "16x9")
DESCRIBED = {
    "name": "SalesOrder",
    "idPrefix": "16",
    "fields": [field_of("subject", mandatory=True), field_of("hdnTaxType"), field_of("hdnGrandTotal", "currency")],
}
HEADER = {"id": "16x9", "subject": "Order", "hdnTaxType": "group", "hdnGrandTotal": 255.85, "hdnSubTotal": "215.00"}


@dataclass
class Lines:
    """CRM+'s four operations over a store in memory; each deletion gives every line a new id, as its document hints."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    next_id: int = 4
    renumbers: bool = True
    reuses: bool = False

    def add(self, row: dict[str, Any]) -> None:
        place = int(row.get("sequence") or 0) or len(self.rows) + 1
        self.rows.insert(place - 1, {**row, "lineitem_id": str(self.next_id)})
        self.next_id += 1

    def told(self) -> object:
        rows = {row["lineitem_id"]: {**row, "sequence": str(i)} for i, row in enumerate(self.rows, 1)}
        return rows or []

    def answers(self) -> Mapping[str, object]:
        return {
            "getLineItems": lambda params: self.told(),
            "addLineItem": self._add,
            "updateLineItem": self._update,
            "deleteLineItem": self._delete,
        }

    def _add(self, params: Mapping[str, str]) -> object:
        assert json.loads(params["options"]) == {"recalculate": True}
        self.add(json.loads(params["attributes"]))
        return self.told()

    def _update(self, params: Mapping[str, str]) -> object:
        row = next(r for r in self.rows if r["lineitem_id"] == params["lineItemId"])
        row |= json.loads(params["fields"])
        if place := json.loads(params["fields"]).get("sequence"):
            self.rows.remove(row)
            self.rows.insert(place - 1, row)
        return row

    def _delete(self, params: Mapping[str, str]) -> object:
        self.rows = [r for r in self.rows if r["lineitem_id"] != params["lineItemId"]]
        self.next_id = 4 if self.reuses else self.next_id
        for row in self.rows if self.renumbers else []:
            row["lineitem_id"] = str(self.next_id)
            self.next_id += 1
        return self.told()


def three_lines() -> Lines:
    lines = Lines()
    for number in (1, 2, 3):
        lines.add(
            {"id": f"6x{number}", "itemtype": "Products", "quantity": number, "listprice": f"{number}0.000000000"}
        )
    return lines


def lines_of(*products: str) -> Lines:
    """Lines that say the same where they name the same product."""
    lines = Lines()
    for number in products:
        lines.add({"id": f"6x{number}", "itemtype": "Products", "quantity": 1, "listprice": "1"})
    return lines


def connected(lines: Lines, **more: object) -> tuple[CrmPlusConnector, FakeHttp]:
    base = {
        "listtypes": TYPES,
        "describe": DESCRIBED,
        "retrieve": HEADER,
        "update": HEADER,
        "create": HEADER,
        "query": [],
    }
    http = FakeHttp({**CRMPLUS, **base, **lines.answers(), **more})
    return connect(http), http


def test_changes_removals_and_additions_become_single_operations() -> None:
    lines = three_lines()
    connector, http = connected(lines)
    before = connector.fetch_document(ORDER)
    first, second, third = before.lines
    assert [line.key for line in before.lines] == ["4", "5", "6"]
    new = LineItem(key=None, position=3, product=RecordId(ModuleName("Products"), "6x9"), unit_price=Decimal("1.50"))
    wanted = (replace(first, unit_price=Decimal("9.99")), replace(third, position=2), new)
    after = connector.save_document(SaveDocument(before, replace(before, lines=wanted)))
    done = [name for name in http.operations() if name.endswith("LineItem")]
    assert done == ["updateLineItem", "deleteLineItem", "addLineItem"]  # the third closes up by itself
    assert http.sent[0].operation == "getchallenge"
    assert [(line.product and line.product.key, line.unit_price) for line in after.lines] == [
        ("6x1", Decimal("9.99")),
        ("6x3", Decimal(30)),
        ("6x9", Decimal("1.5")),
    ]
    assert second.key not in {line.key for line in after.lines}


@pytest.mark.parametrize("order", [[3, 1, 2], [2, 3, 1], [3, 2, 1], [2, 1, 3]])
def test_lines_are_moved_one_by_one_to_where_they_shall_stand(order: list[int]) -> None:
    lines = three_lines()
    connector, http = connected(lines)
    before = connector.fetch_document(ORDER)
    wanted = tuple(replace(before.lines[n - 1], position=place) for place, n in enumerate(order, 1))
    connector.save_document(SaveDocument(before, replace(before, lines=wanted)))
    told = [json.loads(one.params["fields"]) for one in http.sent if one.operation == "updateLineItem"]
    assert all(set(fields) == {"sequence"} for fields in told)
    simulated = ["6x1", "6x2", "6x3"]
    keys = {line.key: line.product.key for line in before.lines if line.product}
    for one in (one for one in http.sent if one.operation == "updateLineItem"):
        moving = keys[one.params["lineItemId"]]
        simulated.remove(moving)
        simulated.insert(json.loads(one.params["fields"])["sequence"] - 1, moving)
    assert simulated == [f"6x{n}" for n in order]


def test_two_removals_survive_new_ids_in_between() -> None:
    """After the first deletion every line has another id: the second is found by what it says."""
    lines = three_lines()
    connector, _ = connected(lines)
    before = connector.fetch_document(ORDER)
    after = connector.save_document(SaveDocument(before, replace(before, lines=before.lines[1:2])))
    assert [line.product and line.product.key for line in after.lines] == ["6x2"]


def test_of_lines_that_say_the_same_any_may_go() -> None:
    lines = Lines()
    for _ in range(3):
        lines.add({"id": "6x1", "itemtype": "Products", "quantity": 1, "listprice": "1"})
    connector, _ = connected(lines)
    before = connector.fetch_document(ORDER)
    after = connector.save_document(SaveDocument(before, replace(before, lines=before.lines[:1])))
    assert len(after.lines) == 1


def test_of_lines_that_say_the_same_the_meant_one_goes_and_the_others_stay_where_they_are() -> None:
    """The first removal gives all lines new ids, and then only the place tells the two alike ones from each other."""
    connector, _ = connected(lines_of("1", "2", "1", "3"))
    before = connector.fetch_document(ORDER)
    _, second, third, _ = before.lines
    wanted = (replace(second, position=1), replace(third, position=2))
    after = connector.save_document(SaveDocument(before, replace(before, lines=wanted)))
    assert [line.product and line.product.key for line in after.lines] == ["6x2", "6x1"]


@given(st.lists(st.sampled_from("123"), min_size=1, max_size=7), st.randoms(use_true_random=False), st.booleans())
def test_whatever_goes_moves_and_comes_the_server_holds_it_in_the_wanted_order(
    products: list[str], draw: random.Random, reuses: bool
) -> None:
    """Few products, so that many lines say the same; new ids after each removal, even ones that another line had."""
    lines = lines_of(*products)
    lines.reuses = reuses
    connector, _ = connected(lines)
    before = connector.fetch_document(ORDER)
    kept = draw.sample(before.lines, draw.randint(0, len(before.lines)))
    for _ in range(draw.randint(0, 2)):
        kept.insert(draw.randint(0, len(kept)), replace(before.lines[0], key=None, extras={}))
    wanted = tuple(replace(line, position=place) for place, line in enumerate(kept, 1))
    after = connector.save_document(SaveDocument(before, replace(before, lines=wanted)))
    assert [line.product for line in after.lines] == [line.product for line in wanted]
    assert not line_differences(replace(before, lines=wanted), after, before)


def test_a_line_that_cannot_be_told_apart_any_more_is_not_touched() -> None:
    """Somebody else changed both lines of the product meanwhile, and all ids with them."""
    lines = Lines()
    for quantity in (1, 2):
        lines.add({"id": "6x1", "itemtype": "Products", "quantity": quantity, "listprice": "1"})
    connector, http = connected(lines)
    before = connector.fetch_document(ORDER)
    for row in lines.rows:
        row |= {"lineitem_id": f"9{row['lineitem_id']}", "listprice": "2"}
    with pytest.raises(Invalid, match="no longer what it was"):
        connector.save_document(SaveDocument(before, replace(before, lines=before.lines[:1])))
    assert not any(one.write for one in http.sent)


def test_an_unchanged_document_sends_nothing() -> None:
    connector, http = connected(three_lines())
    before = connector.fetch_document(ORDER)
    connector.save_document(SaveDocument(before, before))
    assert not any(one.write for one in http.sent)


def test_a_failure_after_a_part_was_saved_says_look_first() -> None:
    connector, _ = connected(three_lines(), addLineItem=failure("ACCESS_DENIED"))
    before = connector.fetch_document(ORDER)
    new = LineItem(key=None, position=4, product=RecordId(ModuleName("Products"), "6x9"))
    changed = replace(before.lines[0], quantity=Decimal(5))
    wanted = replace(before, lines=(changed, *before.lines[1:], new))
    with pytest.raises(OutcomeUnclear, match="A part of the document was saved") as caught:
        connector.save_document(SaveDocument(before, wanted))
    assert caught.value.may_be_done


def test_a_session_that_ends_before_the_first_step_is_only_that() -> None:
    """Nothing was done: the engine may log in again and repeat."""
    connector, _ = connected(three_lines(), addLineItem=failure("SESSION_EXPIRED"))
    before = connector.fetch_document(ORDER)
    new = LineItem(key=None, position=4, product=RecordId(ModuleName("Products"), "6x9"))
    with pytest.raises(SessionExpired):
        connector.save_document(SaveDocument(before, replace(before, lines=(*before.lines, new))))


def test_a_new_document_gets_its_lines_one_by_one() -> None:
    connector, http = connected(Lines())
    header = Record(RecordId(ORDER.module, ""), {FieldName("subject"): "New"})
    line = LineItem(key=None, position=1, product=RecordId(ModuleName("Products"), "6x1"))
    after = connector.save_document(SaveDocument(None, SalesDocument(header=header, lines=(line, line))))
    assert http.operations().count("addLineItem") == 2
    assert http.last("create").json("element") == {"subject": "New"}
    assert len(after.lines) == 2
    broken, _ = connected(Lines(), addLineItem=EMPTY_500)
    with pytest.raises(OutcomeUnclear, match="created as 16x9"):
        broken.save_document(SaveDocument(None, SalesDocument(header=header, lines=(line,))))


def test_totals_are_read_from_numbers_and_texts() -> None:
    connector, _ = connected(three_lines())
    totals = connector.fetch_document(ORDER).server_totals
    assert totals is not None
    assert (totals.gross, totals.net) == (Decimal("255.85"), Decimal("215.00"))


def test_a_document_without_lines_is_empty() -> None:
    connector, _ = connected(Lines())
    assert connector.fetch_document(ORDER).lines == ()


def test_headings_and_texts_are_lines_of_their_own_kind() -> None:
    found = line_items.from_crmplus(
        {"1": {"headline": "Part A", "sequence": 1}, "2": {"comment": "as agreed", "sequence": "2"}}
    )
    assert [(line.kind, line.text) for line in found] == [(LineKind.HEADING, "Part A"), (LineKind.TEXT, "as agreed")]
    assert line_items.attributes(found[0])["headline"] == "Part A"


def test_damage_is_refused_before_anything_is_sent() -> None:
    connector, http = connected(three_lines())
    before = connector.fetch_document(ORDER)
    for bad in (
        replace(before.lines[0], text="😀"),
        replace(before.lines[0], discount_percent=Decimal(1), discount_amount=Decimal(1)),
    ):
        with pytest.raises(Invalid):
            connector.save_document(SaveDocument(before, replace(before, lines=(bad,))))
    assert not any(one.write for one in http.sent)


# coreBOS: as recorded

COREBOS_ORDER = {
    **HEADER,
    "pdoInformation": [
        {"productid": "8689", "wsproductid": "14x8689", "linetype": "Products", "comment": "Größe", "qty": "2.000",
         "listprice": "100.000000", "discount": 1, "discount_type": "amount", "discount_percentage": 0,
         "discount_amount": "5.000000"},
        {"productid": "1", "wsproductid": "26x1", "linetype": "Services", "comment": "", "qty": "1.000",
         "listprice": "7.500000", "discount": 1, "discount_type": "percentage", "discount_percentage": "10.00",
         "discount_amount": 0},
    ],
}  # fmt: skip


def corebos() -> tuple[CrmPlusConnector, FakeHttp]:
    base = {"listtypes": TYPES, "describe": DESCRIBED, "retrieve": COREBOS_ORDER, "revise": COREBOS_ORDER, "query": []}
    http = FakeHttp({**LOGIN, **base, "create": COREBOS_ORDER}, failure("UNKNOWN_OPERATION"))
    return connect(http), http


def test_corebos_lines_are_read_and_sent_its_way() -> None:
    connector, http = corebos()
    before = connector.fetch_document(ORDER)
    product, service = before.lines
    assert (product.discount_amount, product.discount_percent) == (Decimal(5), None)
    assert (service.kind, service.discount_percent) == (LineKind.SERVICE, Decimal(10))
    wanted = replace(before, lines=(replace(product, quantity=Decimal(3)), service))
    connector.save_document(SaveDocument(before, wanted))
    element = http.last("revise").json("element")
    assert set(element) == {"id", "pdoInformation", "taxtype"}
    assert element["taxtype"] == "group"
    assert element["pdoInformation"][0] == {
        "productid": "14x8689", "qty": "3", "listprice": "100.000000", "comment": "Größe", "discount": "1",
        "discount_type": "amount", "discount_amount": "5.000000",
    }  # fmt: skip
    assert element["pdoInformation"][1]["discount_type"] == "percentage"


def test_a_relative_cannot_take_the_last_line_away() -> None:
    connector, http = corebos()
    before = connector.fetch_document(ORDER)
    with pytest.raises(Unsupported):
        connector.save_document(SaveDocument(before, replace(before, lines=())))
    assert not any(one.write for one in http.sent)


def test_a_new_document_of_a_relative_goes_at_once() -> None:
    connector, http = corebos()
    header = Record(RecordId(ORDER.module, ""), {FieldName("subject"): "New"})
    line = LineItem(key=None, position=1, product=RecordId(ModuleName("Products"), "14x1"))
    connector.save_document(SaveDocument(None, SalesDocument(header=header, lines=(line,), tax_mode="individual")))
    element = http.last("create").json("element")
    assert element["productid"] == "14x1"
    assert element["taxtype"] == "individual"
    assert "options" not in http.last("create").params


def test_another_product_goes_with_everything_the_line_is_to_hold() -> None:
    """A server that makes the line anew would otherwise forget quantity and discount."""
    product = ModuleName("Products")
    old = LineItem(
        key="4", position=1, product=RecordId(product, "6x1"), quantity=Decimal(5), discount_percent=Decimal(7)
    )
    new = replace(
        old, product=RecordId(product, "6x2"), text="note", extras={FieldName("cf_1"): "x", FieldName("name"): "A"}
    )
    assert line_items.changed_fields(old, new) == {
        "id": "6x2",
        "quantity": 5,
        "listprice": 0,
        "discount_percent": 7,
        "discount_amount": 0,
        "comment": "note",
        "cf_1": "x",
        "name": "A",
    }
