# SPDX-License-Identifier: MIT
"""Rows of the grid of lines: which columns show themselves, and what a line that is not counted looks like."""

from dataclasses import replace
from datetime import UTC
from decimal import Decimal

from PySide6.QtCore import QLocale

from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import LineItem, LineShape
from crmdesk.domain.schema import Field, FieldType
from crmdesk.ui.formats import Formats
from crmdesk.ui.sales.line_parts import LineParts
from crmdesk.ui.sales.line_rows import LineFigures, LineTable, columns_of, hidden_at_first, rows_of
from crmdesk.ui.table.cells import Segment

OPTIONAL, HEADLINE, NOTE = FieldName("optional"), FieldName("headline"), FieldName("note")
SHAPE = LineShape(
    fields=(
        Field(name=HEADLINE, label="Headline above"),
        Field(name=OPTIONAL, label="Optional", type=FieldType.BOOLEAN),
        Field(name=NOTE, label="Note"),
    ),
    heading_field=HEADLINE,
)
PARTS = LineParts(SHAPE, Formats(QLocale("de_DE"), UTC))
LINE = LineItem(key="1", position=1, name="Pump", unit_price=Decimal(10), extras={OPTIONAL: False, HEADLINE: ""})


def own_hidden(*lines: LineItem) -> set[str]:
    return {key for key in hidden_at_first(SHAPE, lines, {}, has_rule=True) if key.startswith("own:")}


def test_fields_of_the_vendors_own_show_themselves_where_they_say_something() -> None:
    assert own_hidden(LINE) == {"own:headline", "own:optional", "own:note"}
    optional = replace(LINE, extras={OPTIONAL: True, NOTE: "x"})
    assert own_hidden(LINE, optional) == {"own:headline", "own:note"}
    assert own_hidden(replace(LINE, extras={HEADLINE: "Part A"})) == {"own:optional", "own:note"}


def test_what_is_in_no_sum_is_pale() -> None:
    columns = columns_of(SHAPE, PARTS)
    keys = [column.key for column in columns]
    figures = {"1": LineFigures(Decimal(10), Decimal(12), is_counted=False)}
    table = LineTable(parts=PARTS, loaded=(LINE,), wanted=(LINE,), figures=figures, known={})
    rows, _ = rows_of(table, columns)
    assert rows[0].cells[keys.index("net")] == (Segment("10,00", "muted"),)
    assert rows[0].cells[keys.index("total")] == (Segment("12,00", "muted"),)
    counted = replace(table, figures={"1": LineFigures(Decimal(10), Decimal(12))})
    assert rows_of(counted, columns)[0][0].cells[keys.index("net")] == "10,00"
