# SPDX-License-Identifier: MIT
"""Three states of a document's lines: what only one side touched is that side's, and nothing vanishes by itself."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.line_edit import (
    AMOUNT,
    NEW_LINE,
    PERCENT,
    PRODUCT,
    QUANTITY,
    TEXT,
    LineChange,
    Lines,
    changed,
    copied,
    inserted,
    line_changes,
    moved,
    numbered,
    part,
    same_lines,
    swapped,
    with_part,
    without,
)
from crmdesk.domain.line_merge import Side, is_all_theirs, line_field, line_of_field, merge_lines, resolved
from crmdesk.domain.line_pairs import says_the_same
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.sales import LineItem, Tax

NOTE = "own:note"


def line(key: str, product: str = "p", quantity: int = 1, text: str = "") -> LineItem:
    record = RecordId(ModuleName("Products"), product)
    return LineItem(key=key, position=1, product=record, quantity=Decimal(quantity), text=text)


BASE: Lines = numbered(line(f"L{n}", f"p{n}", n) for n in range(1, 6))


@st.composite
def edited(draw: st.DrawFn, prefix: str) -> Lines:
    """What somebody makes of the five lines."""
    lines = BASE
    for number in range(draw(st.integers(0, 5))):
        keys = [one.key or "" for one in lines]
        key = draw(st.sampled_from(keys)) if keys else ""
        what = draw(st.sampled_from(["change", "text", "remove", "add", "move"]))
        if what == "change":
            lines = changed(lines, key, QUANTITY, Decimal(draw(st.integers(1, 4))))
        elif what == "text":
            lines = changed(lines, key, TEXT, draw(st.sampled_from(["x", "y"])))
        elif what == "remove":
            lines = without(lines, [key])
        elif what == "move":
            lines = moved(lines, [key], draw(st.integers(-2, 2)))
        else:
            new = line(f"{prefix}{number}", f"{prefix}{number}")
            lines = inserted(lines, [new], draw(st.integers(0, len(lines))))
    return lines


def mine(_: FieldName) -> Side:
    return Side.MINE


@given(edited(NEW_LINE))
def test_alone_everything_is_as_wanted(wanted: Lines) -> None:
    merge = merge_lines(BASE, wanted, BASE)
    assert not any(one.is_conflict for one in merge.merges)
    assert same_lines(resolved(merge, mine), wanted)
    assert bool(merge.merges) == (not same_lines(BASE, wanted))


@given(edited("S"))
def test_without_a_wish_everything_is_the_servers(theirs: Lines) -> None:
    merge = merge_lines(BASE, BASE, theirs)
    assert merge.merges == ()
    assert same_lines(resolved(merge, mine), theirs)


@given(edited(NEW_LINE), edited("S"))
def test_giving_the_server_the_right_everywhere_leaves_its_lines(wanted: Lines, theirs: Lines) -> None:
    merge = merge_lines(BASE, wanted, theirs)
    assert is_all_theirs(merge, lambda _: Side.THEIRS)
    assert same_lines(resolved(merge, lambda _: Side.THEIRS), theirs)


@given(edited(NEW_LINE), edited("S"))
def test_no_line_is_lost_that_nobody_took_out(wanted: Lines, theirs: Lines) -> None:
    result = {one.key for one in resolved(merge_lines(BASE, wanted, theirs), mine)}
    keys = {one.key for one in wanted} & {one.key for one in theirs}
    assert keys <= result
    assert {one.key for one in theirs if str(one.key).startswith("S")} <= result


@given(edited(NEW_LINE))
def test_what_is_done_already_is_not_sent_again(wanted: Lines) -> None:
    """After a save whose answer was lost the server holds the new lines under keys of its own."""
    done = tuple(
        replace(one, key=f"K{at}") if str(one.key).startswith(NEW_LINE) else one for at, one in enumerate(wanted)
    )
    merge = merge_lines(BASE, wanted, done)
    assert is_all_theirs(merge, lambda _: None)
    assert says_the_same(resolved(merge, lambda _: None), done)


def test_two_orders_are_a_conflict_and_one_alone_is_not() -> None:
    merge = merge_lines(BASE, moved(BASE, ["L1"], 2), moved(BASE, ["L5"], -1))
    assert merge.order is not None
    assert merge.order.is_conflict
    alone = merge_lines(BASE, moved(BASE, ["L1"], 2), changed(BASE, "L2", QUANTITY, Decimal(9)))
    assert alone.order is not None
    assert not alone.order.is_conflict


def test_another_product_brings_its_name_and_kind() -> None:
    wanted = swapped(BASE, "L2", replace(line("", "other"), name="Other", quantity=Decimal(2)))
    merge = merge_lines(BASE, wanted, changed(BASE, "L2", TEXT, "x"))
    result = resolved(merge, mine)[1]
    assert (result.key, result.name, result.text, result.product) == ("L2", "Other", "x", part(wanted[1], PRODUCT))


def test_names_of_fields_go_there_and_back() -> None:
    assert line_of_field(line_field("L1", "own:a b")) == ("L1", "own:a b")
    assert line_of_field(FieldName("quantity")) is None


# ---- editing -----------------------------------------------------------------------------------------------------------


def test_one_discount_takes_the_other_away() -> None:
    percent = with_part(line("L1"), PERCENT, Decimal(5))
    assert (percent.discount_percent, percent.discount_amount) == (Decimal(5), None)
    amount = with_part(percent, AMOUNT, Decimal(3))
    assert (amount.discount_percent, amount.discount_amount) == (None, Decimal(3))
    assert with_part(amount, PERCENT, None).discount_amount == 3
    assert with_part(amount, AMOUNT, Decimal(0)).discount_amount is None


def test_a_tax_of_another_rate_forgets_its_amount() -> None:
    taxed = replace(line("L1"), taxes=(Tax("VAT", Decimal(24), Decimal("2.40")), Tax("b", Decimal(1))))
    assert with_part(taxed, "tax:VAT", Decimal(10)).taxes == (Tax("VAT", Decimal(10)), Tax("b", Decimal(1)))
    assert with_part(taxed, "tax:VAT", None).taxes == (Tax("b", Decimal(1)),)
    assert with_part(taxed, "tax:c", Decimal(2)).taxes[-1] == Tax("c", Decimal(2))


def test_changes_are_told_by_line_and_part() -> None:
    wanted = changed(changed(BASE, "L2", QUANTITY, Decimal(3)), "L4", NOTE, "n")
    wanted = inserted(without(wanted, ["L1"]), [line(f"{NEW_LINE}1", "new")], 1)
    told = [(one.key, one.number, one.part, one.before, one.after) for one in line_changes(BASE, wanted)]
    assert told == [
        ("L2", 1, QUANTITY, Decimal(2), Decimal(3)),
        (f"{NEW_LINE}1", 2, "line", None, 2),
        ("L4", 4, NOTE, None, "n"),
        ("L1", 1, "line", 1, None),
    ]


def test_the_fewest_lines_are_told_to_have_moved() -> None:
    assert [(c.key, c.before, c.after) for c in line_changes(BASE, moved(BASE, ["L1"], 3))] == [("L1", 1, 4)]
    two = moved(BASE, ["L1", "L2"], 9)
    assert [one.key for one in two] == ["L3", "L4", "L5", "L1", "L2"]


@given(edited(NEW_LINE), edited(NEW_LINE))
def test_no_changes_are_told_where_nothing_differs(one: Lines, other: Lines) -> None:
    told: tuple[LineChange, ...] = line_changes(one, other)
    assert (told == ()) == same_lines(one, other)


def test_a_copy_leaves_to_the_server_what_it_computed() -> None:
    whole = replace(line("L1"), total=Decimal(5), taxes=(Tax("VAT", Decimal(24), Decimal(1)),))
    whole = with_part(with_part(whole, NOTE, "n"), "own:changed", "now")
    again = copied(whole, "new:1", {"note"})
    assert (again.key, again.total, again.taxes) == ("new:1", None, (Tax("VAT", Decimal(24)),))
    assert again.extras == {FieldName("note"): "n"}


def test_the_servers_total_goes_where_something_counts_otherwise() -> None:
    whole = replace(line("L1"), total=Decimal(5))
    assert with_part(whole, QUANTITY, Decimal(2)).total is None
    assert with_part(whole, TEXT, "x").total == 5
