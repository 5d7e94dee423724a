# SPDX-License-Identifier: MIT
"""New records, deletions and the menu of a record."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from crmdesk.domain.names import FieldName, ModuleName
from crmdesk.domain.values import Value
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Kind
from tests.conftest import RunAsync
from tests.ui.form.conftest import Bench, Open, has_sheet, sheet_button, type_into

ACCOUNTS = ModuleName("Accounts")


def choose_delete(b: Bench) -> None:
    """By the record's menu, as a person does."""
    b.panel.head.menu.aboutToShow.emit()
    next(a for a in b.panel.head.menu.actions() if a.text().startswith(("Delete", "Discard"))).trigger()


def test_a_new_record_is_filled_in_and_discarded(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        record = await b.account.staged.create(ACCOUNTS, {}, "New account")
        b.panel.show_record(b.account, record)
        await b.idle()
        assert b.panel.tabs.names() == ("details",)
        assert "Account Name" in b.panel.form.missing.text_label.text()
        assert b.panel.form.editing_row() is b.panel.form.row("accountname")
        type_into(qtbot, b.panel.form, "accountname", "Uusi Oy")
        await b.idle()
        staged = b.account.staged.get(record)
        assert staged is not None
        assert (staged.kind, dict(staged.values)) == (Kind.CREATE, {"accountname": "Uusi Oy"})
        assert staged.title == "Uusi Oy"
        assert b.panel.head.title.text() == "Uusi Oy"
        assert "Account Name" not in b.panel.form.missing.text_label.text()
        choose_delete(b)
        await b.idle()
        assert b.account.staged.get(record) is None
        assert b.panel.shown is None
        await b.close()
        assert b.errors == []

    run_async(go())


def test_a_new_record_that_was_sent_turns_into_the_real_one(run_async: RunAsync[None], bench: Open) -> None:
    async def go() -> None:
        b = await bench()
        user = await b.record("Users", "user_name", "")
        values: dict[FieldName, Value] = {
            FieldName("accountname"): "Juuri Luotu Oy",
            FieldName("assigned_user_id"): user.id,
        }
        record = await b.account.staged.create(ACCOUNTS, values, "Juuri Luotu Oy")
        b.panel.show_record(b.account, record)
        await b.idle()
        await b.apply()
        await b.idle()
        assert b.panel.shown is not None
        assert not b.panel.shown.key.startswith("new:")
        assert b.panel.head.title.text() == "Juuri Luotu Oy"
        await b.close()
        assert b.errors == []

    run_async(go())


def test_a_delete_is_asked_staged_and_taken_back(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        choose_delete(b)
        await b.until(lambda: has_sheet(b))
        assert b.account.staged.count == 0
        QTest.mouseClick(sheet_button(b, "Delete"), Qt.MouseButton.LeftButton)
        await b.idle()
        staged = b.account.staged.get(row.id)
        assert staged is not None
        assert staged.kind is Kind.DELETE
        assert b.panel.notice.isVisible()
        assert "Will be deleted" in b.panel.notice.words.text()
        assert "will be deleted" in b.panel.form.row("bill_city").toolTip()
        QTest.mouseClick(b.panel.notice.button, Qt.MouseButton.LeftButton)
        await b.idle()
        assert b.account.staged.count == 0
        assert not b.panel.notice.isVisible()
        await b.close()
        assert b.errors == []

    run_async(go())


def test_a_read_only_account_offers_no_writing(run_async: RunAsync[None], bench: Open) -> None:
    async def go() -> None:
        b = await bench(Environment.READ_ONLY)
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        b.panel.form.row("bill_city").begin()
        assert b.panel.form.editing_row() is None
        assert "read only" in b.panel.form.row("bill_city").toolTip()
        b.panel.tabs.choose("documents")
        await b.idle()
        assert not has_sheet(b)
        assert not b.panel.pages.documents.upload_button.isEnabled()
        b.panel.head.menu.aboutToShow.emit()
        delete = next(a for a in b.panel.head.menu.actions() if a.text().startswith("Delete"))
        assert not delete.isEnabled()
        await b.close()

    run_async(go())


def test_keys_step_and_the_menu_copies(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        b.panel.head.menu.aboutToShow.emit()
        actions = {action.text().split("\t")[0]: action for action in b.panel.head.menu.actions()}
        with qtbot.waitSignal(b.panel.step_wanted) as stepped:
            actions["Next record"].trigger()
        assert stepped.args == [1]
        actions["Copy id"].trigger()
        assert QGuiApplication.clipboard().text() == row.id.key
        actions["Copy link"].trigger()
        await b.idle()
        assert "http" in QGuiApplication.clipboard().text()
        await b.close()
        assert b.errors == []

    run_async(go())
