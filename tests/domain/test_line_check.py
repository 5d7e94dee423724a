# SPDX-License-Identifier: MIT
"""After saving: lines that are lost, unasked or otherwise are found, and the way back brings them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.line_check import LineTrouble, line_differences, restoring
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.sales import LineItem, SalesDocument

HEADER = Record(RecordId(ModuleName("Orders"), "1"), {})
NOTE = FieldName("note")


def line(key: str | None, product: str = "9", quantity: int = 1, text: str = "x", **extras: str) -> LineItem:
    return LineItem(
        key=key,
        position=1,
        product=RecordId(ModuleName("Products"), product),
        quantity=Decimal(quantity),
        text=text,
        extras={FieldName(name): value for name, value in extras.items()},
    )


def document(*lines: LineItem) -> SalesDocument:
    return SalesDocument(header=HEADER, lines=lines)


lines = st.lists(st.builds(line, st.just(None), st.sampled_from("789"), st.integers(1, 3)), max_size=5)


def saved(wanted: SalesDocument) -> SalesDocument:
    """What a faithful server holds: new lines have got keys."""
    return replace(wanted, lines=tuple(replace(one, key=one.key or f"k{i}") for i, one in enumerate(wanted.lines)))


@given(lines)
def test_what_was_saved_faithfully_differs_in_nothing(wanted: list[LineItem]) -> None:
    assert line_differences(document(*wanted), saved(document(*wanted))) == ()


@given(lines, st.data())
def test_every_lost_line_is_found_and_comes_back(wanted: list[LineItem], data: st.DataObject) -> None:
    whole = saved(document(*wanted))
    kept = [one for one in whole.lines if data.draw(st.booleans())]
    held = replace(whole, lines=tuple(kept))
    found = line_differences(whole, held)
    assert {d.wanted.key for d in found if d.wanted} == {one.key for one in whole.lines} - {one.key for one in kept}
    assert all(d.trouble is LineTrouble.LOST for d in found)
    back = restoring(held, whole)
    assert back.before is held
    assert line_differences(back.after, saved(back.after)) == ()
    assert [one.product for one in back.after.lines] == [one.product for one in whole.lines]


def test_a_line_that_holds_something_else_says_what() -> None:
    wanted = document(line("1", quantity=2), line("2"))
    held = document(line("1", quantity=1), line("2", product="8", text="y"))
    first, second = line_differences(wanted, held)
    assert (first.trouble, first.parts) == (LineTrouble.OTHERWISE, ("quantity",))
    assert second.parts == ("product", "text")


def test_a_line_that_nobody_asked_for_is_told() -> None:
    (found,) = line_differences(document(), document(line("1")))
    assert (found.trouble, found.wanted) == (LineTrouble.UNASKED, None)


@pytest.mark.parametrize(("before", "parts"), [(None, ()), ("old", ("note",)), ("wanted", ())])
def test_the_vendors_own_fields_count_where_the_person_changed_them(before: str | None, parts: tuple[str, ...]) -> None:
    """Many of them are the server's own figures, which move with every save."""
    was = document(line("1", note=before)) if before else None
    found = line_differences(document(line("1", note="wanted")), document(line("1", note="other")), was)
    assert tuple(part for difference in found for part in difference.parts) == parts


def test_a_new_line_without_text_may_get_the_products() -> None:
    assert line_differences(document(line(None, text="")), document(line("5", text="From the product"))) == ()


def test_a_line_at_another_place_is_told_with_the_fewest_others() -> None:
    wanted = document(line("1", "1"), line("2", "2"), line("3", "3"), line("4", "4"))
    held = document(line("2", "2"), line("3", "3"), line("1", "1"), line("4", "4"))
    (found,) = line_differences(wanted, held)
    assert (found.trouble, found.wanted) == (LineTrouble.MOVED, wanted.lines[0])


def test_lines_that_the_server_named_anew_are_known_by_what_they_say() -> None:
    wanted = document(line("1", "1", text="a"), line("2", "1", text="b"), line(None, "3", text=""))
    held = document(line("7", "1", text="a"), line("8", "1", text="b"), line("9", "3", text="from the product"))
    assert line_differences(wanted, held) == ()


def test_a_key_that_another_product_has_now_is_no_longer_the_same_line() -> None:
    wanted = document(line("line-1", "1"), line("line-2", "2"))
    held = document(line("line-1", "2"))
    (found,) = line_differences(wanted, held)
    assert (found.trouble, found.wanted) == (LineTrouble.LOST, wanted.lines[0])


def test_what_the_server_computes_is_left_to_it_when_lines_come_back() -> None:
    before = document(line("1", figure="10", note="old"), line("2"))
    wanted = document(line("1", quantity=9, figure="10", note="new"), line("2"))
    held = document(line("1", quantity=9, figure="90", note="old"))
    back = restoring(held, wanted, before).after
    assert [one.key for one in back.lines] == ["1", None]
    assert back.lines[0].extras == {FieldName("figure"): "90", NOTE: "new"}


def test_of_a_new_lines_own_fields_those_count_that_can_be_set() -> None:
    wanted, held = document(line(None, figure="1", note="n")), document(line("5", figure="2", note="m"))
    (found,) = line_differences(wanted, held, settable={"note"})
    assert found.parts == ("note",)
    assert line_differences(wanted, document(line("5", figure="2", note="n")), settable={"note"}) == ()


def test_a_copy_beside_its_original_is_not_taken_for_it_where_all_lines_got_new_keys() -> None:
    """The copy names a field that the server fills in by itself; by what it says only the original fits at first."""
    wanted = document(line(None, text="", note="mine"), line("2", "8"), line("1", text="", note=""))
    held = document(line("5", text="", note="theirs"), line("6", "8"), line("7", text="", note=""))
    assert line_differences(wanted, held, wanted, frozenset()) == ()


def test_keys_that_went_to_another_line_saying_the_same_make_no_disorder() -> None:
    wanted = document(line("4"), line("5"), line(None))
    held = document(line("6"), line("4"), line("5"))
    assert line_differences(wanted, held) == ()


def test_keys_that_went_round_among_three_lines_saying_the_same_make_no_disorder() -> None:
    """The first swap makes room for the second: the new line holds key 6, and 5 went to the place of 6."""
    old = document(line("4", note="n"), line("5", note="n"), line("6", note="n"))
    wanted = document(line("6", note="n"), line(None), line("5", note="n"))
    held = document(line("5", note="n"), line("6"), line("4", note="n"))
    assert line_differences(wanted, held, old) == ()


def test_lines_that_differ_in_a_field_of_the_vendor_alone_are_seen_to_change_places() -> None:
    wanted = document(line("4", note="a"), line("5", note="b"))
    held = document(line("5", note="b"), line("4", note="a"))
    assert [one.trouble for one in line_differences(wanted, held, wanted)] == [LineTrouble.MOVED]
