# SPDX-License-Identifier: MIT
"""Records as rows: which columns a module begins with, what lies over a row."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Schema
from crmdesk.engine.staging import Kind as StagedKind
from crmdesk.engine.staging import StagedRecord
from crmdesk.ui.formats import Formats
from crmdesk.ui.table.cells import Exact, Kind, State
from crmdesk.ui.table.record_rows import RowMaker, columns_of, default_columns, tone_of
from tests.ui.house import without
from tests.ui.table.kinds import FIELDS, MODULE, SCHEMA

FORMATS = Formats(QLocale("de_DE"), UTC)
TEXT, MONEY, CHOICE = FieldName("text"), FieldName("money"), FieldName("choice")


def a_schema(*fields: Field, title: str, number: str | None = None) -> Schema:
    return Schema(MODULE, fields, FieldName(title), FieldName(number) if number else None)


def a_field(name: str, kind: FieldType = FieldType.TEXT, **more: object) -> Field:
    return Field(name=FieldName(name), label=name, type=kind, **more)  # type: ignore[arg-type]  # as Field takes them


def test_number_and_title_first_and_at_most_nine() -> None:
    many = [a_field(f"extra{i}", FieldType.DATE) for i in range(20)]
    schema = a_schema(
        a_field("description", FieldType.LONG_TEXT),
        a_field("mail", FieldType.EMAIL),
        a_field("bill_city"),
        a_field("phone", FieldType.PHONE),
        a_field("no"),
        a_field("name"),
        a_field("status", FieldType.CHOICE, choices=(Choice("a", "A"), Choice("b", "B"))),
        a_field("grand_total", FieldType.MONEY),
        a_field("account", FieldType.REFERENCE, refers_to=(ModuleName("Accounts"),)),
        *many,
        title="name",
        number="no",
    )
    chosen = default_columns(schema)
    assert chosen[:2] == ("no", "name")
    assert {"bill_city", "status", "phone", "grand_total", "account", "mail"} <= set(chosen)
    assert "description" not in chosen
    assert len(chosen) <= 9
    assert len(set(chosen)) == len(chosen)


def test_without_number_or_title_there_are_still_columns() -> None:
    schema = a_schema(*(a_field(name) for name in "abcdef"), title="gone", number="gone too")
    assert default_columns(schema) == ("a", "b", "c", "d")


def test_a_list_that_nothing_filters_is_shown_as_it_comes() -> None:
    columns = [a_field(f"column{i}", FieldType.DECIMAL, filterable=False) for i in range(12)]
    assert default_columns(a_schema(*columns, title="column3")) == tuple(f"column{i}" for i in range(9))


def test_what_cannot_be_filtered_is_of_use_where_nothing_is_described() -> None:
    fields = (a_field("name"), a_field("grand_total", FieldType.MONEY, filterable=False))
    assert "grand_total" not in default_columns(a_schema(*fields, title="name"))
    assert "grand_total" in default_columns(replace(a_schema(*fields, title="name"), is_complete=False))


def test_a_module_of_odd_fields_only() -> None:
    schema = a_schema(a_field("blob", FieldType.OPAQUE), a_field("hidden", filterable=False), title="blob")
    assert default_columns(schema) == ("blob",)
    assert default_columns(a_schema(title="")) == ()


def test_columns_know_kind_tones_and_whether_they_may_be_edited() -> None:
    names = [f.name for f in FIELDS]
    columns = {c.key: c for c in columns_of(SCHEMA, [*names, FieldName("gone")], MODULE)}
    assert set(columns) == {str(n) for n in names}
    assert columns["text"].kind is Kind.MAIN
    assert columns["money"].kind is Kind.MONEY
    assert columns["choice"].kind is Kind.PILL
    assert columns["choice"].tones["Lost"] == "bad"
    assert not columns["opaque"].editable
    assert columns["email"].editable
    assert "Email" in columns["email"].tooltip
    assert not any(c.editable for c in columns_of(SCHEMA, names, without(MODULE, "update")))


def test_read_only_and_required_are_said_and_plain_words_are_no_pills() -> None:
    plain = (Choice("Retail", "Retail"), Choice("Energy", "Energy"))
    schema = a_schema(
        a_field("name", required=True),
        a_field("made", FieldType.DATE, read_only=True),
        a_field("industry", FieldType.CHOICE, choices=plain),
        title="name",
    )
    name, made, industry = columns_of(schema, [f.name for f in schema.fields], MODULE)
    assert "Required" in name.tooltip
    assert not made.editable
    assert "Read only" in made.tooltip
    assert industry.kind is Kind.TEXT


@pytest.mark.parametrize(
    ("word", "tone"),
    [
        ("Customer", "good"),
        ("Inactive", "bad"),
        ("Closed Won", "good"),
        ("On hold", "bad"),
        ("New", "info"),
        ("X", "neutral"),
    ],
)
def test_tones(word: str, tone: str) -> None:
    assert tone_of(word) == tone


BASE = Record(RecordId(MODULE.name, "1"), {TEXT: "Koch", MONEY: Decimal("1250"), CHOICE: "new"})


@pytest.fixture
def maker() -> RowMaker:
    return RowMaker(SCHEMA, [TEXT, MONEY, CHOICE], FORMATS)


def test_a_row_in_the_person_s_own_way(maker: RowMaker) -> None:
    assert tuple(maker.row(BASE).cells) == ("Koch", "1.250,00", "New")
    assert maker.row(BASE).key == "1"


def test_a_moment_carries_what_is_copied_of_it() -> None:
    at, name = datetime(2026, 12, 24, 14, 30, 59, tzinfo=UTC), FieldName("at")
    schema = a_schema(a_field("title"), a_field("at", FieldType.DATETIME), title="title")
    rows = RowMaker(schema, (name,), FORMATS)
    record = Record(RecordId(MODULE.name, "1"), {name: at})
    (cell,) = rows.row(record).cells
    assert isinstance(cell, Exact)
    assert (cell.copied, "59" in cell) == ("2026-12-24 14:30:59", False)
    staged = StagedRecord(StagedKind.UPDATE, record, {name: at})
    assert rows.overlay([staged])["1"]["at"].text == cell


def test_edits_keep_what_was(maker: RowMaker) -> None:
    staged = StagedRecord(
        StagedKind.UPDATE, BASE, {MONEY: Decimal("7.5"), CHOICE: None, FieldName("phone"): "1"}, {}, "K"
    )
    cells = maker.overlay([staged])["1"]
    assert (cells["money"].text, cells["money"].was, cells["money"].state) == ("7,50", "1.250,00", State.EDITED)
    assert (cells["choice"].text, cells["choice"].was, cells["choice"].state) == ("", "New", State.CLEARED)
    assert "phone" not in cells  # not a column that is shown


def test_a_deletion_is_marked_on_the_title(maker: RowMaker) -> None:
    cells = maker.overlay([StagedRecord(StagedKind.DELETE, BASE, title="Koch")])["1"]
    assert list(cells) == ["text"]
    assert "to be deleted" in cells["text"].text


def test_a_new_record_shows_its_working_title_until_it_has_a_name(maker: RowMaker) -> None:
    new = Record(RecordId(MODULE.name, "new:1"), {})
    staged = StagedRecord(StagedKind.CREATE, new, {MONEY: Decimal(1)}, {}, "New thing")
    assert tuple(maker.new_row(staged).cells) == ("", "", "")
    assert maker.overlay([staged])["new:1"]["text"].text == "New thing"
    named = StagedRecord(StagedKind.CREATE, new, {TEXT: "Aura"}, {}, "Aura")
    assert maker.overlay([named])["new:1"]["text"].text == "Aura"
