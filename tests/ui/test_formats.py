# SPDX-License-Identifier: MIT
"""Formats: what is shown can be read back, in many people's own ways; nothing is ambiguous."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QLocale

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import FieldType
from crmdesk.domain.values import NotAValue, Value
from crmdesk.ui.formats import Formats, local_zone, short_key
from tests.ui.table.kinds import MODULE, SCHEMA, field

LOCALES = ("C", "en_US", "en_GB", "de_DE", "de_CH", "fi_FI", "da_DK", "sv_SE", "fr_FR", "pl_PL", "nl_NL", "it_IT")
HELSINKI = ZoneInfo("Europe/Helsinki")
VALUES: tuple[tuple[str, Value], ...] = (
    ("integer", 0),
    ("integer", -1234567),
    ("decimal", Decimal("0.000001")),
    ("decimal", Decimal("-98765.4321")),
    ("money", Decimal("1234.50")),
    ("money", Decimal("1234567.891")),
    ("money", Decimal(7)),
    ("percent", Decimal("12.5")),
    ("boolean", True),
    ("boolean", False),
    ("date", date(1926, 12, 24)),
    ("date", date(2026, 2, 3)),
    ("datetime", datetime(2026, 7, 1, 21, 30, tzinfo=UTC)),
    ("datetime", datetime(1999, 12, 31, 0, 5, tzinfo=UTC)),
    ("time", time(0, 0)),
    ("time", time(14, 30)),
    ("choice", "won"),
    ("multi_choice", ("new", "lost")),
    ("text", "  spaces stay "),
    ("url", "https://example.org/a?b=c"),
)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_copied_from_a_cell_can_be_pasted(locale: str) -> None:
    formats = Formats(QLocale(locale), HELSINKI)
    for name, value in VALUES:
        if name == "multi_choice":
            continue  # shown with commas, which a label may hold; edited with semicolons
        shown = formats.text(value, field(name))
        assert formats.read(shown, field(name)) == value, (name, shown)


@pytest.mark.parametrize("locale", LOCALES)
def test_an_editor_begins_with_what_reads_back_to_the_last_digit(locale: str) -> None:
    formats = Formats(QLocale(locale), HELSINKI)
    for name, value in VALUES:
        text = formats.edit_text(value, field(name))
        assert formats.read(text, field(name)) == value, (name, text)


def test_iso_dates_are_read_whatever_the_locale() -> None:
    for locale in LOCALES:
        formats = Formats(QLocale(locale), UTC)
        assert formats.read("2026-12-24", field("date")) == date(2026, 12, 24)
        assert formats.read("2026-12-24 14:30", field("datetime")) == datetime(2026, 12, 24, 14, 30, tzinfo=UTC)
        assert formats.read("14:30", field("time")) == time(14, 30)


def test_seconds_typed_are_kept() -> None:
    moment = datetime(2026, 12, 24, 14, 30, 59, tzinfo=UTC)
    for locale in LOCALES:
        assert Formats(QLocale(locale), UTC).read("2026-12-24 14:30:59", field("datetime")) == moment


def test_a_moment_is_copied_with_its_seconds() -> None:
    moment = datetime(2026, 12, 24, 14, 30, 59, tzinfo=UTC)
    for locale in ("de_DE", "en_SE"):
        formats = Formats(QLocale(locale), UTC)
        assert formats.read(formats.copied(moment, field("datetime")), field("datetime")) == moment
        assert "59" not in formats.text(moment, field("datetime"))
    assert Formats(QLocale("de_DE"), UTC).copied(Decimal("1250"), field("integer")) == "1.250"


def test_two_digits_are_no_year() -> None:
    with pytest.raises(NotAValue, match="full year"):
        Formats(QLocale("de_DE"), UTC).read("24.12.26", field("date"))


def test_finnish_groups_are_spaces_that_do_not_break() -> None:
    formats = Formats(QLocale("fi_FI"), UTC)
    assert formats.text(Decimal("1234567.5"), field("money")) == "1\u00a0234\u00a0567,50"
    assert formats.count(1200) == "1\u00a0200"


def test_what_is_wrong_is_said() -> None:
    formats = Formats(QLocale("de_DE"), UTC)
    for name, text in (
        ("integer", "1,5"),
        ("money", "1.5"),
        ("date", "31.2.2026"),
        ("time", "25:00"),
        ("integer", "x"),
    ):
        with pytest.raises(NotAValue) as caught:
            formats.read(text, field(name))
        assert str(caught.value).endswith(".")


def test_labels_win_for_references_and_choices_show_theirs() -> None:
    formats = Formats(QLocale("en_GB"), UTC)
    someone = RecordId(ModuleName("Users"), "19x5")
    assert formats.text(someone, field("reference"), "Anna Koch") == "Anna Koch"
    assert formats.text(someone, field("reference")) == "19x5"
    assert formats.text("won", field("choice")) == "Won"
    assert formats.text("unknown", field("choice")) == "unknown"
    assert formats.text(None, field("money")) == ""


def test_a_record_s_title() -> None:
    formats = Formats(QLocale("en_GB"), UTC)
    name = FieldName("text")
    record = Record(RecordId(MODULE.name, "1x1"), {name: "Koch"})
    assert formats.title(record, SCHEMA) == "Koch"
    assert formats.title(record, SCHEMA, {name: "Kochs"}) == "Kochs"
    assert formats.title(Record(RecordId(MODULE.name, "1x1"), {}), SCHEMA) == "1x1"


def test_every_kind_of_field_has_a_text() -> None:
    formats = Formats(QLocale("da_DK"), UTC)
    shown = {name for name, _ in VALUES}
    assert {kind.name.lower() for kind in FieldType} - shown == {"long_text", "reference", "email", "phone", "opaque"}
    assert all(formats.text(value, field(name)) for name, value in VALUES)


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ("3x17", "3x17"),
        ("20241127-00004", "20241127-00004"),
        ("4f7a8f34-9c11-4f22-8b1d-0d0b53a0c6a1", "4f7a8f34…"),
    ],
)
def test_an_id_that_nobody_reads_out_is_cut(key: str, shown: str) -> None:
    assert short_key(key) == shown


def test_there_is_a_zone() -> None:
    assert datetime.now(local_zone()).utcoffset() is not None
