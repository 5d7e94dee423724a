# SPDX-License-Identifier: MIT
"""Lines offered in place of others: ticked by people, kept by ids that change with every save."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from crmdesk.connectors.vendors.crmplus.alternatives import first_wrong, is_alternative, parents
from crmdesk.connectors.vendors.crmplus.line_items import ALTERNATIVE, PARENT
from crmdesk.domain.changes import SaveDocument
from crmdesk.domain.errors import Invalid
from crmdesk.domain.line_pairs import line_differences
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument
from tests.connectors.crmplus.test_lines import ORDER, Lines, connected

SETTABLE = frozenset({str(ALTERNATIVE)})


class Offers(Lines):
    """Lines that tell whose alternative they are, by the ids of the moment, as the document's samples do."""

    def told(self) -> object:
        known = {row["lineitem_id"] for row in self.rows}
        shown: dict[str, Any] = {}
        for place, row in enumerate(self.rows, 1):
            parent = str(row.get("alternativeParentId", "0"))
            told = {**row, "sequence": str(place), "alternativeLineItem": parent != "0"}
            told.pop("alternativeParentId", None)
            shown[row["lineitem_id"]] = told | ({"alternativeParentId": int(parent)} if parent in known else {})
        return shown or []


def offers(*parent_places: int) -> Offers:
    """A line for each number: 0 = an ordinary one, else the place from 1 of the line it stands for."""
    lines = Offers()
    for place, parent in enumerate(parent_places, 1):
        own = {"alternativeParentId": str(parent + 3) if parent else "0"}
        lines.add({"id": f"6x{place}", "itemtype": "Products", "quantity": 1, "listprice": "1", **own})
    return lines


def ticked(line: LineItem, is_ticked: bool = True) -> LineItem:
    return replace(line, extras={**line.extras, ALTERNATIVE: is_ticked})


def saved(lines: Offers, wanted: list[LineItem], before: SalesDocument) -> tuple[SalesDocument, list[int]]:
    """The document after saving, and for each of its lines the place from 1 that it stands for, 0 = none."""
    connector, _ = connected(lines)
    after = replace(before, lines=tuple(replace(line, position=at) for at, line in enumerate(wanted, 1)))
    held = connector.save_document(SaveDocument(before, after))
    assert not line_differences(after, held, before, SETTABLE)
    places = {line.key: at for at, line in enumerate(held.lines, 1)}
    told = [places.get(str(line.extras.get(PARENT))) if is_alternative(line) else 0 for line in held.lines]
    assert None not in told, "an alternative to a line that is not there"
    return held, [place or 0 for place in told]


def loaded(lines: Offers) -> SalesDocument:
    return connected(lines)[0].fetch_document(ORDER)


def test_a_ticked_line_stands_for_the_nearest_above_that_is_none_itself() -> None:
    lines = offers(0, 0, 0)
    before = loaded(lines)
    one, two, three = before.lines
    assert saved(lines, [one, ticked(two), ticked(three)], before)[1] == [0, 1, 1]
    before = loaded(lines)
    assert saved(lines, [before.lines[0], ticked(before.lines[1], False), before.lines[2]], before)[1] == [0, 0, 1]


def test_a_line_keeps_what_it_stands_for_wherever_it_moves() -> None:
    lines = offers(0, 1, 0)
    before = loaded(lines)
    one, two, three = before.lines
    assert saved(lines, [one, three, two], before)[1] == [0, 0, 1]


def test_an_alternative_is_followed_where_a_removal_gives_every_line_a_new_id() -> None:
    lines = offers(0, 0, 2, 0)
    before = loaded(lines)
    _, two, three, four = before.lines
    assert saved(lines, [two, three, four], before)[1] == [0, 1, 0]


def test_a_new_line_may_be_an_alternative_and_may_have_one() -> None:
    lines = offers(0)
    before = loaded(lines)
    product = RecordId(ModuleName("Products"), "6x9")
    new = LineItem(key=None, position=2, product=product, unit_price=Decimal(2))
    other = ticked(replace(new, product=RecordId(product.module, "6x8")))
    assert saved(lines, [*before.lines, new, other], before)[1] == [0, 0, 2]


def test_a_new_document_has_its_alternatives() -> None:
    lines = Offers()
    connector, http = connected(lines)
    one = LineItem(key=None, position=1, product=RecordId(ModuleName("Products"), "6x1"))
    header = Record(RecordId(ORDER.module, ""), {FieldName("subject"): "Offer"})
    made = connector.save_document(
        SaveDocument(None, SalesDocument(header=header, lines=(one, ticked(replace(one, position=2)))))
    )
    assert [is_alternative(line) for line in made.lines] == [False, True]
    assert json.loads(http.last("updateLineItem").params["fields"]) == {"alternativeParentId": made.lines[0].key}


@pytest.mark.parametrize(
    ("kept", "why"), [([1], "is to be removed"), ([], "no line stands above")], ids=["removed", "first"]
)
def test_an_alternative_to_nothing_is_refused_before_anything_is_sent(kept: list[int], why: str) -> None:
    lines = offers(0, 1)
    connector, http = connected(lines)
    before = connector.fetch_document(ORDER)
    wanted = [before.lines[place] for place in kept] or [ticked(before.lines[0]), ticked(before.lines[1], False)]
    with pytest.raises(Invalid, match=why):
        connector.save_document(SaveDocument(before, replace(before, lines=tuple(wanted))))
    assert not any(one.write for one in http.sent)


def test_lines_without_alternatives_are_asked_no_oftener() -> None:
    lines = offers(0, 0)
    connector, http = connected(lines)
    before = connector.fetch_document(ORDER)
    changed = (replace(before.lines[0], quantity=Decimal(3)), before.lines[1])
    asked = http.operations().count("getLineItems")
    connector.save_document(SaveDocument(before, replace(before, lines=changed)))
    assert http.operations().count("getLineItems") == asked + 2  # to find the line, and what is held after


def test_a_line_that_stands_for_the_right_one_is_left_alone() -> None:
    lines = loaded(offers(0, 1)).lines
    assert first_wrong(lines, {1: 0}) is None
    assert first_wrong(lines, {}) == ("5", "0")
    assert parents(lines, lines) == {1: 0}
