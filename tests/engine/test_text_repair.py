# SPDX-License-Identifier: MIT
"""Damaged text is found and mended; what is whole stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Choice, Field, FieldType, Module, Schema
from crmdesk.engine.text_repair import Damage, edits, examine, scan

NAME, CITY, NOTE = FieldName("name"), FieldName("city"), FieldName("note")
SCHEMA = Schema(
    Module(name=ModuleName("Accounts"), label="Account", label_plural="Accounts"),
    (
        Field(name=NAME, label="Name", required=True),
        Field(name=CITY, label="City"),
        Field(name=NOTE, label="Note", type=FieldType.LONG_TEXT),
        Field(name=FieldName("no"), label="No", read_only=True),
        Field(name=FieldName("kind"), label="Kind", type=FieldType.CHOICE, choices=(Choice("a ", "A"),)),
    ),
    NAME,
)


@pytest.mark.parametrize(
    ("text", "after", "damage"),
    [
        ("MÃ¼ller", "Müller", (Damage.ENCODING,)),
        ("HÃ¤meenlinna", "Hämeenlinna", (Damage.ENCODING,)),
        ("M&uuml;ller", "Müller", (Damage.ENTITIES,)),
        ("Koch &amp;amp; Sohn", "Koch & Sohn", (Damage.ENTITIES,)),
        ("O&#039;Brien", "O'Brien", (Damage.ENTITIES,)),
        (" Koch  Oy ", "Koch Oy", (Damage.BLANKS,)),
        ("Koch\u00a0Oy", "Koch Oy", (Damage.BLANKS,)),
        ("Ko\u200bch\x07", "Koch", (Damage.INVISIBLE,)),
        (" M&uuml;ller ", "Müller", (Damage.ENTITIES, Damage.BLANKS)),
    ],
)
def test_what_is_damaged_is_mended(text: str, after: str, damage: tuple[Damage, ...]) -> None:
    assert examine(text) == (after, damage)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Müller & Söhne",
        "AT&T; Oy",
        "R&D",
        "Äijälä",
        "São Paulo",
        "北京",
        "Ünlü’s «Café»",
        "a & b;",
        "Ã",
        "naïve 👍",
        "50 % – 60 %",
    ],
)
def test_what_is_whole_stays(text: str) -> None:
    assert examine(text) == (text, ())


def test_lines_and_paragraphs_of_long_texts_are_kept() -> None:
    assert examine("Dear  all,\r\n\r\n we met. \r\n", lines=True)[0] == "Dear all,\n\nwe met."


def test_lost_letters_are_told_and_left() -> None:
    assert examine("M\ufffdller", frozenset(Damage)) == ("M\ufffdller", (Damage.LOST,))


def record(**values: str | None) -> Record:
    return Record(RecordId(ModuleName("Accounts"), "3x1"), {FieldName(n): v for n, v in values.items()})


def test_a_scan_looks_at_what_can_be_written_and_stages_what_can_be_mended() -> None:
    found = list(scan([record(name=" Koch ", city="Turku", no=" 7 ", kind="a ", note="x\ufffd")], SCHEMA))
    assert [(one.field, one.after) for one in found] == [(NAME, "Koch"), (NOTE, "x\ufffd")]
    (edit,) = edits(found, SCHEMA)
    assert (edit.field, edit.value, edit.title) == (NAME, "Koch", " Koch ")


def test_only_the_fields_and_damages_asked_for() -> None:
    some = [record(name=" Koch ", city="MÃ¼hlheim ")]
    assert [one.field for one in scan(some, SCHEMA, [CITY])] == [CITY]
    (only,) = scan(some, SCHEMA, [CITY], frozenset({Damage.ENCODING}))
    assert only.after == "Mühlheim "


def test_a_required_field_is_never_emptied() -> None:
    assert list(scan([record(name=" \u200b")], SCHEMA)) == []
    (found,) = scan([record(name="x", city=" ")], SCHEMA)
    assert edits([found], SCHEMA)[0].value is None


@given(st.text(max_size=60))
def test_mending_twice_is_mending_once(text: str) -> None:
    once, _ = examine(text)
    assert examine(once) in ((once, ()), examine(once))
    twice, _ = examine(once)
    assert examine(twice)[0] == twice or len(examine(twice)[0]) < len(twice)
