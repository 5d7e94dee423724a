# SPDX-License-Identifier: MIT
"""Two documents line by line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.document_compare import (
    KIND,
    TAXES,
    ComparedFigure,
    Standing,
    compare_headers,
    compare_lines,
    compare_totals,
    different,
    likeness,
)
from crmdesk.domain.line_edit import PRICE, PRODUCT, QUANTITY, TEXT
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, LineKind, Tax, Totals
from tests.domain.test_document_copy import ACME, ORDER, QUOTE

PRODUCTS = ModuleName("Products")


def item(product: str | None, quantity: int = 1, text: str = "", price: int = 10, key: str | None = None) -> LineItem:
    return LineItem(
        key=key,
        position=1,
        product=RecordId(PRODUCTS, product) if product else None,
        text=text,
        quantity=Decimal(quantity),
        unit_price=Decimal(price),
        taxes=(Tax("VAT", Decimal(24)),),
    )


def told(left: Sequence[LineItem], right: Sequence[LineItem]) -> list[tuple[str, str, str, tuple[str, ...]]]:
    def name(line: LineItem | None) -> str:
        return "" if line is None else (line.product.key if line.product else line.text)

    return [(c.standing.value, name(c.left), name(c.right), c.parts) for c in compare_lines(left, right)]


def test_the_next_version_of_a_quote() -> None:
    first = [item("pump", 3), item("seal", 12), item("travel", 1), item(None, text="Thank you")]
    second = [item("pump", 4), item("hose", 2), item("seal", 12), item(None, text="Thank you")]
    assert told(first, second) == [
        ("changed", "pump", "pump", (QUANTITY,)),
        ("only right", "", "hose", ()),
        ("same", "seal", "seal", ()),
        ("only left", "travel", "", ()),
        ("same", "Thank you", "Thank you", ()),
    ]


def test_of_one_product_twice_the_equal_ones_belong_together() -> None:
    left = [item("pump", 1, "red"), item("pump", 2, "blue")]
    right = [item("pump", 5, "blue"), item("pump", 1, "red")]
    assert told(left, right) == [
        ("changed", "pump", "pump", (QUANTITY,)),
        ("same", "pump", "pump", ()),
    ]
    (blue, red) = compare_lines(left, right)
    assert blue.has_moved != red.has_moved  # one of the two is enough


def test_an_exchanged_product_is_a_change_of_that_line() -> None:
    left = [item("a"), item("old", 2), item("z")]
    right = [item("a"), item("new", 2), item("z")]
    assert told(left, right)[1] == ("changed", "old", "new", (PRODUCT,))


def test_lines_with_nothing_in_common_are_two() -> None:
    left, right = [item("a"), item("old", 2, price=10), item("z")], [item("a"), item("new", 7, price=30), item("z")]
    assert [one[0] for one in told(left, right)] == ["same", "only left", "only right", "same"]


def test_what_differs() -> None:
    line = item("a", text="x")
    assert different(line, replace(line, text="y", unit_price=Decimal(11))) == (TEXT, PRICE)
    assert different(line, replace(line, key="other", position=9, total=Decimal(3))) == ()
    assert different(line, replace(line, kind=LineKind.SERVICE)) == (KIND,)
    assert different(line, replace(line, taxes=(Tax("412", Decimal(24)),))) == ()  # called otherwise, the same rate
    assert different(line, replace(line, taxes=(Tax("412", Decimal(19)),))) == (TAXES,)
    assert different(line, replace(line, taxes=(Tax("VAT", Decimal(19)),))) == ("tax:VAT",)
    painted = replace(line, extras={FieldName("colour"): "red", FieldName("stock"): 7})
    assert different(line, painted) == ()
    assert different(line, painted, {"colour"}) == ("own:colour",)


def test_headers_by_fields_that_say_the_same() -> None:
    quote = Record(
        RecordId(ModuleName("Quotes"), "1"),
        {
            FieldName("subject"): "Pumps",
            FieldName("account"): ACME,
            FieldName("note"): "call first",
            FieldName("discount"): Decimal(5),
            FieldName("total"): Decimal(1),
        },
    )
    order = Record(
        RecordId(ModuleName("Orders"), "2"),
        {
            FieldName("subject"): "Pumps",
            FieldName("account"): ACME,
            FieldName("ordered"): date(2026, 1, 1),
            FieldName("discount"): Decimal(7),
            FieldName("total"): Decimal(2),
        },
    )
    found = compare_headers(quote, order, (QUOTE, ORDER))
    names = [
        (one.left_field.name if one.left_field else None, one.right_field.name if one.right_field else None)
        for one in found
    ]
    assert names == [(None, "ordered"), ("discount", "discount"), ("note", None)]
    assert compare_headers(quote, quote, (QUOTE, QUOTE)) == ()


def test_totals_that_are_told() -> None:
    left, right = Totals(net=Decimal(100), gross=Decimal(124)), Totals(net=Decimal(110), tax=Decimal(0))
    assert compare_totals(left, right) == (
        ComparedFigure("net", Decimal(100), Decimal(110)),
        ComparedFigure("gross", Decimal(124), None),
    )
    assert compare_totals(left, right)[0].difference == 10
    assert compare_totals(left, right)[1].difference is None


@pytest.mark.parametrize(("one", "other", "common"), [("Pumps v1", "pumps V2", 1), ("Q-1", "Q-1", 1), ("", "", 0)])
def test_likeness(one: str, other: str, common: int) -> None:
    assert likeness(one, other) == common


LINES = st.lists(
    st.builds(
        item,
        st.sampled_from(["a", "b", "c", None]),
        st.integers(1, 3),
        st.sampled_from(["", "red", "blue"]),
        st.sampled_from([10, 20]),
    ),
    max_size=7,
)


@given(LINES, LINES)
def test_every_line_comes_once_and_both_orders_are_kept(left: list[LineItem], right: list[LineItem]) -> None:
    found = compare_lines(left, right)
    assert [id(c.right) for c in found if c.right is not None] == [id(line) for line in right]
    assert sorted(id(c.left) for c in found if c.left is not None) == sorted(id(line) for line in left)
    for one in found:
        assert (one.left is None) == (one.standing is Standing.ONLY_RIGHT)
        assert (one.right is None) == (one.standing is Standing.ONLY_LEFT)
        assert bool(one.parts) == (one.standing is Standing.CHANGED)


@given(LINES)
def test_a_document_is_the_same_as_itself(lines: list[LineItem]) -> None:
    found = compare_lines(lines, [replace(line, key="x") for line in lines])
    assert all(one.standing is Standing.SAME and not one.has_moved for one in found)


@given(LINES, LINES)
def test_seen_from_the_other_side_the_same_lines_belong_together(left: list[LineItem], right: list[LineItem]) -> None:
    there = {(id(c.left), id(c.right)) for c in compare_lines(left, right)}
    back = {(id(c.right), id(c.left)) for c in compare_lines(right, left)}
    assert there == back


@given(LINES, LINES)
def test_a_line_that_both_have_is_never_told_twice(left: list[LineItem], right: list[LineItem]) -> None:
    """No line is only left and an equal one only right."""
    found = compare_lines(left, right)
    lost = [one.left for one in found if one.standing is Standing.ONLY_LEFT]
    come = [one.right for one in found if one.standing is Standing.ONLY_RIGHT]
    assert not any(a is not None and b is not None and not different(a, b) for a in lost for b in come)
