# SPDX-License-Identifier: MIT
"""Two histories in one: the server's and this computer's, newest first, nothing of it read as markup."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QApplication

from crmdesk.connectors.port import FieldChange, HistoryEntry
from crmdesk.domain.changes import Create, Delete, Update
from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.engine.journal import BatchInfo, Entry
from crmdesk.ui.form.history_list import as_html, by_time, from_journal, from_server
from crmdesk.ui.formats import Formats
from tests.ui.form.conftest import a_field, a_record, a_schema

BEGAN = datetime(2026, 11, 19, 16, 40, tzinfo=UTC)
INFO = BatchInfo(1, BEGAN, None, "anna", "crm", "", None, 1, 1, 0, 0, False)
SCHEMA = a_schema(a_field("name"), a_field("city"))


def told(when: str, *changes: FieldChange) -> HistoryEntry:
    return HistoryEntry(None, "Oy", "Accounts", "Anna Koch", when, "changed", changes)


def test_events_stand_by_time_and_unreadable_times_last(formats: Formats) -> None:
    change = Update(a_record(name="Oy", city="Helsinki"), {FieldName("city"): "Espoo"})
    own = from_journal(INFO, Entry(1, 0, change, "Oy", "applied", "", None, None), SCHEMA, formats)
    lines = by_time([from_server(told("yesterday")), from_server(told("2026-11-18 09:00:00")), own])
    assert [line.when for line in lines] == [formats.moment(BEGAN), "2026-11-18 09:00:00", "yesterday"]
    assert own.changes == (("City", "Helsinki", "Espoo"),)


def test_the_state_seen_before_sending_wins_over_the_loaded_one(formats: Formats) -> None:
    change = Update(a_record(city="Helsinki"), {FieldName("city"): "Espoo", FieldName("gone"): "x"})
    entry = Entry(1, 0, change, "Oy", "refused", "City is too long.", a_record(city="Turku"), None)
    line = from_journal(INFO, entry, SCHEMA, formats)
    assert line.changes == (("City", "Turku", "Espoo"), ("gone", "", "x"))
    assert (line.outcome, line.note) == ("refused", "City is too long.")


def test_creating_and_deleting_are_named(formats: Formats) -> None:
    made = from_journal(
        INFO, Entry(1, 0, Create("new:1", ModuleName("Things"), {}), "", "", "", None, None), SCHEMA, formats
    )
    gone = from_journal(INFO, Entry(1, 0, Delete(a_record()), "", "applied", "", None, None), SCHEMA, formats)
    assert (made.what, gone.what) == ("created", "deleted")


def test_what_a_server_tells_is_never_markup(qapp: QApplication) -> None:
    html = as_html([from_server(told("<i>now</i>", FieldChange("<b>City</b>", "<img src=x>", "")))])
    assert "<img" not in html
    assert "<i>" not in html
    assert "&lt;b&gt;City" in html
    assert "empty" in html
