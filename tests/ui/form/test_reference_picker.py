# SPDX-License-Identifier: MIT
"""References in the form: searched as one types, and never what no record is called."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.ui.form.reference_picker import ReferenceEditor
from tests.conftest import RunAsync
from tests.ui.form.conftest import Open, type_into

ACCOUNTS = ModuleName("Accounts")


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_references_are_searched_as_one_types(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        b.panel.form.show_all(True)
        b.panel.form.row("account_id").begin()
        editor = b.panel.form.row("account_id").editor
        assert isinstance(editor, ReferenceEditor)
        QTest.keyClicks(editor.line, "Brainf")
        await b.until(lambda: editor.popup.isVisible())
        await b.idle()
        QTest.keyClick(editor.popup, Qt.Key.Key_Down)
        QTest.keyClick(editor.popup, Qt.Key.Key_Return)
        await b.idle()
        staged = b.account.staged.get(row.id)
        assert staged is not None
        value = staged.values[FieldName("account_id")]
        assert isinstance(value, RecordId)
        assert value.module == ACCOUNTS
        assert staged.labels[FieldName("account_id")].startswith("Brainf")
        assert b.panel.form.row("account_id").text.startswith("Brainf")
        await b.close()
        assert b.errors == []

    run_async(go())


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_a_name_that_no_record_has_is_no_reference(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        b.panel.form.show_all(True)
        type_into(qtbot, b.panel.form, "account_id", "qqqq")
        await b.idle()
        assert "No single record is called qqqq" in b.panel.form.row("account_id").problem
        assert b.account.staged.count == 0
        await b.close()

    run_async(go())
