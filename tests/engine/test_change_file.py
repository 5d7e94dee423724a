# SPDX-License-Identifier: MIT
"""Change files: what a line may say, values as fields take them, lines of documents there and back."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.domain.errors import Invalid
from crmdesk.domain.line_edit import PRICE, QUANTITY, changed, inserted, same_lines, without
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument, Tax
from crmdesk.domain.schema import Field, FieldType
from crmdesk.domain.values import NotAValue, Value
from crmdesk.engine import line_file
from crmdesk.engine.change_file import read_lines, typed, wishes
from crmdesk.engine.staging import NEW, Kind
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME


def field(kind: FieldType) -> Field:
    return Field(name=FieldName("f"), label="Field", type=kind, refers_to=(ACCOUNTS,))


@pytest.mark.parametrize(
    ("kind", "raw", "value"),
    [
        (FieldType.TEXT, None, None),
        (FieldType.TEXT, "", None),
        (FieldType.TEXT, " a b ", " a b "),
        (FieldType.TEXT, 7, "7"),
        (FieldType.MONEY, "12.50", Decimal("12.50")),
        (FieldType.MONEY, Decimal("0.1"), Decimal("0.1")),
        (FieldType.INTEGER, 7, 7),
        (FieldType.BOOLEAN, True, True),
        (FieldType.BOOLEAN, 0, False),
        (FieldType.DATE, "2026-12-24", date(2026, 12, 24)),
        (FieldType.DATE, date(2026, 12, 24), date(2026, 12, 24)),
        (FieldType.DATETIME, "2026-12-24T10:00:00+00:00", datetime(2026, 12, 24, 10, tzinfo=UTC)),
        (FieldType.MULTI_CHOICE, ["a", "b"], ("a", "b")),
        (FieldType.MULTI_CHOICE, [], None),
        (FieldType.REFERENCE, "3x7", RecordId(ACCOUNTS, "3x7")),
    ],
)  # fmt: skip
def test_values_are_taken_as_the_field_means_them(kind: FieldType, raw: Any, value: Value) -> None:
    found = typed(raw, field(kind))
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        (FieldType.TEXT, True),
        (FieldType.TEXT, ["a"]),
        (FieldType.TEXT, {"a": 1}),
        (FieldType.BOOLEAN, 2),
        (FieldType.INTEGER, Decimal("1.5")),
        (FieldType.MONEY, "1,5 or so"),
        (FieldType.DATE, "24.12."),
        (FieldType.MULTI_CHOICE, [1]),
    ],
)
def test_what_a_field_cannot_hold_is_refused_with_a_sentence(kind: FieldType, raw: Any) -> None:
    with pytest.raises(NotAValue):
        typed(raw, field(kind))


def test_numbers_are_never_floats() -> None:
    (one,) = read_lines(['{"op":"update","module":"Accounts","id":"a","set":{"revenue":0.1}}'])
    assert one.set["revenue"] == Decimal("0.1")


def test_blank_lines_and_a_mark_at_the_beginning_are_no_trouble() -> None:
    found = read_lines(['\ufeff{"op":"delete","module":"Accounts","id":"a"}', "", "  "])
    assert [(one.line, one.op) for one in found] == [(1, "delete")]


def test_at_most_twenty_troubles_are_told() -> None:
    with pytest.raises(Invalid) as caught:
        read_lines(["nonsense"] * 50)
    assert "Line 20:" in caught.value.user_text
    assert "Line 21:" not in caught.value.user_text
    assert "and 30 more" in caught.value.user_text


def test_wishes_keep_their_place_and_their_key(bench: Bench) -> None:
    async def go() -> None:
        lines = read_lines([
            '{"op":"create","module":"Accounts","set":{"accountname":"Koch","bill_city":null},"key":"k"}',
            '{"op":"create","module":"Accounts","set":{"accountname":"Koch"}}',
            '{"op":"update","module":"Accounts","id":"a","set":{"bill_city":null},"was":{"bill_city":"Espoo"}}',
            '{"op":"delete","module":"Accounts","id":"a"}',
        ])  # fmt: skip
        one, two, three, four = await wishes(bench.session, lines)
        assert [wish.place for wish in (one, two, three, four)] == [1, 2, 3, 4]
        assert (one.staged.id.key, one.staged.values, one.staged.title) == ("k", {NAME: "Koch"}, "Koch")
        assert two.staged.id.key.startswith(NEW)
        assert (three.staged.values, three.was) == ({CITY: None}, {CITY: "Espoo"})
        assert four.staged.kind is Kind.DELETE

    run(go())


# ---- lines of documents ------------------------------------------------------------------------------------------------

SKU, DUE = FieldName("sku"), FieldName("due")


def item(key: str | None, product: str, **more: Any) -> LineItem:
    return LineItem(
        key=key, position=1, product=RecordId(ACCOUNTS, product), unit_price=Decimal("10.50"),
        taxes=(Tax("VAT", Decimal(19)),), extras={SKU: "007", DUE: date(2026, 1, 2)}, **more,
    )  # fmt: skip


DOCUMENT = SalesDocument(
    header=Record(RecordId(ACCOUNTS, "o1"), {}), lines=(item("L1", "a"), item("L2", "b", quantity=Decimal(3)))
)


def test_lines_go_through_a_file_and_come_back() -> None:
    wanted = changed(without(DOCUMENT.lines, ["L2"]), "L1", QUANTITY, Decimal(4))
    wanted = changed(wanted, "L1", "own:due", date(2026, 5, 6))
    wanted = changed(wanted, "L1", "tax:VAT", Decimal(7))
    wanted = inserted(wanted, [item("new:1", "c", discount_percent=Decimal(5))], 9)
    said = line_file.written(DOCUMENT.lines, wanted)
    assert said[0]["was"] == {"quantity": "1", "tax:VAT": "19", "own:due": "2026-01-02"}
    assert said[-1] == {"line": "L2", "set": None}
    back = line_file.staged(DOCUMENT, said)
    assert same_lines(tuple(one for one in back.lines if one.key == "L1"), wanted[:1])
    (new,) = (one for one in back.lines if one.key not in ("L1", "L2"))
    assert (new.product, new.unit_price, new.discount_percent) == (
        RecordId(ACCOUNTS, "c"),
        Decimal("10.50"),
        Decimal(5),
    )
    assert "L2" not in [one.key for one in back.lines]
    assert line_file.written(DOCUMENT.lines, DOCUMENT.lines) == []


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"line": "L1", "set": {PRICE: "much"}}, "is not a number"),
        ({"line": "L1", "set": {"colour": "red"}}, "holds no colour"),
        ({"line": "L1", "set": {QUANTITY: "1"}, "was": {QUANTITY: "2"}}, "holds 1 as quantity"),
        ({"line": "L9", "set": {QUANTITY: "1"}}, "its lines are L1, L2"),
        ({"line": None, "set": None}, "must be an object"),
        ({"set": {}}, "needs “line” and “set”"),
        ({"line": "L1", "set": {}, "wsa": {}}, "knows no “wsa”"),
    ],
)
def test_lines_that_cannot_be_meant_so(said: dict[str, Any], why: str) -> None:
    with pytest.raises(NotAValue, match=why):
        line_file.staged(DOCUMENT, [said])
