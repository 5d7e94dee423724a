# SPDX-License-Identifier: MIT
"""What stands on a printed document."""

from dataclasses import replace
from decimal import Decimal

from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineShape, Totals
from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui.sales.paper import paper_of
from tests.ui.sales.papers import GERMAN, LINES, line, told, whole


def test_head_and_addresses_come_from_the_header() -> None:
    paper = paper_of(whole(), GERMAN, "Nordwind GmbH\n\n  Hafenstr. 9 ")
    assert paper.title == "Quote QUO7"
    assert paper.subject == "Pumps <b> & more"
    assert paper.sender == ("Nordwind GmbH", "Hafenstr. 9")
    assert paper.recipient == ("Äijälä Oy", "Väinö Öhman", "Hafenstr. 4", "Haus B", "20457 Hamburg", "Germany")
    assert paper.facts == (("Number", "QUO7"), ("Valid till", "31.12.2026"), ("Your contact", "Anna Koch"))
    assert paper.notes == (("Terms", "30 days net."),)  # the description is not for the reader


def test_lines_are_counted_and_headings_are_not() -> None:
    rows = paper_of(whole(), GERMAN).rows
    assert [row.place for row in rows] == ["1", "", "2", "3"]
    assert rows[1].is_heading
    assert (rows[0].name, rows[0].detail, rows[0].number, rows[0].unit) == (
        "Pump housing", "painted,\nRAL 7016", "PRO1", "pcs")  # fmt: skip
    assert (rows[2].quantity, rows[2].price, rows[2].discount, rows[2].tax, rows[2].total) == (
        "12", "38,50", "5 %", "10 %", "438,90")  # fmt: skip


def test_totals_name_each_rate() -> None:
    totals = paper_of(whole(), GERMAN).totals
    assert [(one.what, one.amount) for one in totals] == [
        ("Items, before discount", "5.842,00"),
        ("Line discounts", "-23,10"),
        ("Tax 24 %", "1.291,20"),
        ("Tax 10 %", "43,89"),
        ("Grand total", "7.153,99 EUR"),
    ]


def test_an_optional_line_is_marked_and_not_counted() -> None:
    paper = paper_of(whole(uncounted=[3]), GERMAN)
    assert paper.rows[3].mark == "optional, not included"
    assert paper.totals[-1].amount == "4.872,39 EUR"


def test_a_heading_that_is_a_field_of_the_line_stands_above_it() -> None:
    name = FieldName("headline")
    made = whole([replace(LINES[0], extras={name: " Extras "}), LINES[2]])
    rows = paper_of(replace(made, shape=LineShape(heading_field=name)), GERMAN).rows
    assert [(row.name, row.is_heading) for row in rows] == [
        ("Extras", True), ("Pump housing", False), ("Seal kit", False)]  # fmt: skip


def test_a_text_below_a_heading_and_what_a_line_is_offered_as_are_printed() -> None:
    headline, below, other = FieldName("headline"), FieldName("headlinedes"), FieldName("alternative")
    made = whole([replace(LINES[0], extras={headline: "Extras", below: "On wish."}),
                  replace(LINES[2], extras={other: True})], uncounted=[1])  # fmt: skip
    fields = (Field(name=other, label="Alternative", type=FieldType.BOOLEAN),)
    shape = LineShape(heading_field=headline, heading_text_field=below, fields=fields)
    rows = paper_of(replace(made, shape=shape), GERMAN).rows
    assert [(row.name, row.is_heading, row.is_text) for row in rows[:2]] == [
        ("Extras", True, False), ("On wish.", False, True)]  # fmt: skip
    assert rows[-1].mark == "Alternative, not included"


def test_figures_of_a_server_without_a_rule_still_add_up() -> None:
    server = Totals(net=Decimal("64900.16"), tax=Decimal("4448.75"), gross=Decimal("62858.89"))
    rows = [(one.what, one.amount) for one in paper_of(told(server), GERMAN).totals]
    assert rows == [
        ("Net", "64.900,16"),
        ("Tax", "4.448,75"),
        ("Other discounts and surcharges", "-6.490,02"),
        ("Grand total", "62.858,89 EUR"),
    ]
    assert len(paper_of(told(Totals(gross=Decimal(5))), GERMAN).totals) == 1


def test_a_line_without_a_product_is_named_by_its_first_words() -> None:
    (row,) = paper_of(whole([line("x", name="", product=None, text="Travel\nboth ways")]), GERMAN).rows
    assert (row.name, row.detail) == ("Travel", "both ways")
    assert row.number == ""
