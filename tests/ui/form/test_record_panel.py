# SPDX-License-Identifier: MIT
"""The panel over a real desk and the demo server: reading, staging, new, delete, tabs, failures."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import Value
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Edit, Kind
from crmdesk.ui.form.lines import DATA
from crmdesk.ui.form.record_form import RecordForm
from crmdesk.ui.form.reference_picker import ReferenceEditor
from crmdesk.ui.sheets import Sheet
from crmdesk.ui.theme import theme
from tests.conftest import RunAsync
from tests.ui.form.conftest import Bench, Open, focused

ACCOUNTS = ModuleName("Accounts")


def type_into(qtbot: QtBot, form: RecordForm, name: str, text: str) -> None:
    form.row(name).begin()
    QTest.keyClicks(focused(), text)
    QTest.keyClick(focused(), Qt.Key.Key_Return)


def sheet_button(bench: Bench, text: str) -> QPushButton:
    """A button of the sheet that is open."""
    sheets = [sheet for sheet in bench.window.findChildren(Sheet) if sheet.isVisible()]
    return next(one for one in sheets[-1].findChildren(QPushButton) if one.text() == text)


def has_sheet(bench: Bench) -> bool:
    return any(sheet.isVisible() for sheet in bench.window.findChildren(Sheet))


def test_a_record_is_shown_by_its_row_at_once_and_whole_soon(run_async: RunAsync[None], bench: Open) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.account.session.schema(ACCOUNTS)
        b.panel.show_record(b.account, row.id, Record(row.id, {FieldName("accountname"): "Äijälä Oy"}))
        assert b.panel.head.title.text() == "Äijälä Oy"
        assert "whole record" in b.panel.form.row("accountname").toolTip()
        await b.idle()
        assert b.panel.is_complete
        assert b.panel.form.row("bill_city").text == "Helsinki"
        assert b.panel.head.subtitle.text().startswith(f"Account {row.values[FieldName('account_no')]} · {row.id.key}")
        assert "modified" in b.panel.head.subtitle.text()
        assert b.panel.tabs.names() == ("details", "related", "documents", "history", "raw")
        await b.close()
        assert b.errors == []

    run_async(go())


def test_a_typed_value_is_staged_on_disk_and_painted_amber(
    run_async: RunAsync[None], bench: Open, qtbot: QtBot
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        type_into(qtbot, b.panel.form, "bill_city", "Espoo")
        await b.idle()
        staged = b.account.staged.get(row.id)
        assert staged is not None
        assert staged.values == {"bill_city": "Espoo"}
        assert staged.title == "Äijälä Oy"
        assert staged.base.values[FieldName("bill_city")] == "Helsinki"
        assert b.panel.form.row("bill_city").look().was == "was Helsinki"
        await b.account.staged.undo()
        await b.idle()
        assert b.panel.form.row("bill_city").text == "Helsinki"
        await b.close()
        assert b.errors == []

    run_async(go())


def test_what_was_staged_elsewhere_lies_over_the_record(run_async: RunAsync[None], bench: Open) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        seen = Record(row.id, {FieldName("bill_city"): "Helsinki"})
        await b.account.staged.edit([Edit(seen, FieldName("bill_city"), "Espoo", title="Äijälä Oy")])
        await b.show(row)
        assert b.panel.form.row("bill_city").text == "Espoo"
        b.panel.form.row("phone").begin()
        b.panel.form.row("phone").editor.set_text("+358 9 1")  # type: ignore[union-attr]
        b.panel.form.commit()
        await b.idle()
        staged = b.account.staged.get(row.id)
        assert staged is not None
        assert staged.base.values[FieldName("phone")] == row.values[FieldName("phone")]  # completed, not guessed
        await b.close()
        assert b.errors == []

    run_async(go())


def test_the_edit_under_way_is_staged_when_another_record_comes(
    run_async: RunAsync[None], bench: Open, qtbot: QtBot
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        other = await b.record("Accounts", "accountname", "GmbH")
        await b.show(row)
        b.panel.form.row("bill_city").begin()
        QTest.keyClicks(focused(), "Espoo")
        await b.show(other)
        staged = b.account.staged.get(row.id)
        assert staged is not None
        assert staged.values == {"bill_city": "Espoo"}
        assert b.account.staged.get(other.id) is None
        await b.close()

    run_async(go())


def test_a_text_that_is_no_value_waits_for_the_records_return(
    run_async: RunAsync[None], bench: Open, qtbot: QtBot
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        other = await b.record("Accounts", "accountname", "GmbH")
        await b.show(row)
        type_into(qtbot, b.panel.form, "employees", "many")
        await b.show(other)
        assert not b.panel.form.row("employees").problem
        await b.show(row)
        assert (b.panel.form.row("employees").text, b.account.staged.count) == ("many", 0)
        await b.close()

    run_async(go())


def test_an_applied_edit_is_read_back(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Brainformatik")
        await b.show(row)
        type_into(qtbot, b.panel.form, "fax", "+49 1")
        await b.idle()
        await b.apply()
        await b.idle()
        assert b.account.staged.count == 0
        assert b.panel.form.row("fax").text == "+49 1"
        assert not b.panel.form.row("fax").look().edited
        b.panel.tabs.choose("history")
        await b.idle()
        own = [line for line in b.panel.pages.history.lines if line.outcome == "applied"]
        assert own
        assert own[0].changes[0][0] == "Fax"
        assert own[0].changes[0][2] == "+49 1"
        await b.close()
        assert b.errors == []

    run_async(go())


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
        b.panel.delete_record()
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
        b.panel.delete_record()
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
        b.panel.delete_record()
        b.panel.tabs.choose("documents")
        await b.idle()
        assert not has_sheet(b)
        assert not b.panel.pages.documents.upload_button.isEnabled()
        b.panel.head.menu.aboutToShow.emit()
        delete = next(a for a in b.panel.head.menu.actions() if a.text().startswith("Delete"))
        assert not delete.isEnabled()
        await b.close()

    run_async(go())


def test_a_record_that_is_gone_says_so(run_async: RunAsync[None], bench: Open) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        gone = Record(RecordId(ACCOUNTS, row.id.key.split("x")[0] + "x99999999"), dict(row.values))
        await b.show(gone)
        assert "no longer on the server" in b.panel.notice.words.text() or b.panel.notice.isVisible()
        assert not b.panel.is_complete
        b.panel.form.row("bill_city").begin()
        assert b.panel.form.editing_row() is None
        await b.close()

    run_async(go())


def test_a_failure_is_reported_once_and_can_be_tried_again(
    run_async: RunAsync[None], bench: Open, demo: DemoServer, qtbot: QtBot
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.account.session.schema(ACCOUNTS)
        demo.faults.add(FaultKind.HALF_PAGE, operation="retrieve")
        await b.show(row)
        assert len(b.errors) == 1
        assert b.panel.notice.isVisible()
        assert b.panel.form.row("bill_city").text == "Helsinki"  # what the row knew stays
        QTest.mouseClick(b.panel.notice.button, Qt.MouseButton.LeftButton)
        await b.idle()
        assert not b.panel.notice.isVisible()
        assert b.panel.is_complete
        await b.close()
        assert len(b.errors) == 1

    run_async(go())


def test_related_lists_open_in_place_and_lead_on(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        assert b.panel.tabs.tabText(1) == "Related"
        b.panel.tabs.choose("related")
        await b.idle()
        assert b.panel.tabs.tabText(1).startswith("Related ")
        model, tree = b.panel.pages.related.model, b.panel.pages.related.tree
        contacts = next(model.item(i) for i in range(model.rowCount()) if model.item(i).text() == "Contacts")
        tree.setCurrentIndex(contacts.index())
        QTest.keyClick(tree, Qt.Key.Key_Right)
        await b.idle()
        assert contacts.rowCount() > 0
        tree.setCurrentIndex(contacts.child(0).index())
        QTest.keyClick(tree, Qt.Key.Key_Return)
        assert b.wanted[0][0].module == "Contacts"
        assert b.wanted[0][1] is False
        await b.close()
        assert b.errors == []

    run_async(go())


@pytest.mark.qt_log_ignore("grabbing the keyboard")
def test_a_record_is_linked_from_the_picker_and_unlink_is_honest(
    run_async: RunAsync[None], bench: Open, qtbot: QtBot
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "GmbH")
        await b.show(row)
        b.panel.tabs.choose("related")
        await b.idle()
        model, tree = b.panel.pages.related.model, b.panel.pages.related.tree
        products = next(model.item(i) for i in range(model.rowCount()) if model.item(i).text() == "Products")
        before = products.data(DATA).count
        tree.setCurrentIndex(products.index())
        QTest.mouseClick(b.panel.pages.related.link_button, Qt.MouseButton.LeftButton)
        await b.until(lambda: has_sheet(b))
        editor = b.window.findChild(ReferenceEditor)
        assert isinstance(editor, ReferenceEditor)
        QTest.keyClick(editor.line, Qt.Key.Key_Down)
        await b.until(lambda: editor.popup.isVisible())
        QTest.keyClick(editor.popup, Qt.Key.Key_Down)
        QTest.keyClick(editor.popup, Qt.Key.Key_Return)
        QTest.mouseClick(sheet_button(b, "Link"), Qt.MouseButton.LeftButton)
        await b.idle()
        assert "Linked." in b.notices
        products = next(model.item(i) for i in range(model.rowCount()) if model.item(i).text() == "Products")
        assert products.data(DATA).count == before + 1
        tree.expand(products.index())
        await b.idle()
        tree.setCurrentIndex(products.child(0).index())
        QTest.mouseClick(b.panel.pages.related.unlink_button, Qt.MouseButton.LeftButton)
        await b.until(lambda: has_sheet(b))
        QTest.mouseClick(sheet_button(b, "Unlink"), Qt.MouseButton.LeftButton)
        await b.idle()
        assert "does not offer" in b.notices[-1]  # this vendor's document has no such operation
        assert not b.panel.pages.related.unlink_button.isEnabled()
        await b.close()
        assert b.errors == []

    run_async(go())


def test_documents_are_listed_saved_and_uploaded_after_asking(
    run_async: RunAsync[None], bench: Open, tmp_path: Path, qtbot: QtBot
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        b.panel.tabs.choose("documents")
        await b.idle()
        page = b.panel.pages.documents
        count = page.model.rowCount()
        assert count > 0
        page.list.setCurrentIndex(page.model.index(0, 0))
        attachment = page.chosen()
        assert attachment is not None
        page.save(attachment, tmp_path / "saved")
        await b.idle()
        assert (tmp_path / "saved").stat().st_size > 0
        file = tmp_path / "tarjous.txt"
        file.write_text("hinta 12 €", "utf-8")
        drop(page, file)
        assert page.bar.isVisible()
        assert page.send_button.text() == "Upload 1 file"
        QTest.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
        assert not page.bar.isVisible()
        drop(page, file)
        QTest.mouseClick(page.send_button, Qt.MouseButton.LeftButton)
        assert page.progress.isVisible()
        await b.idle()
        await b.until(lambda: page.model.rowCount() == count + 1)
        await b.idle()
        assert b.panel.tabs.tabText(2) == f"Documents {count + 1}"
        await b.close()
        assert b.errors == []

    run_async(go())


def drop(widget: QWidget, file: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    event = QDropEvent(
        QPointF(QPoint(10, 10)),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    widget.dropEvent(event)  # Qt delivers drops only to the target of a real drag


def test_opening_a_document_is_asked_first(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        await b.show(await b.record("Accounts", "accountname", "Äijälä Oy"))
        b.panel.tabs.choose("documents")
        await b.idle()
        b.panel.pages.documents.list.setCurrentIndex(b.panel.pages.documents.model.index(0, 0))
        QTest.mouseClick(b.panel.pages.documents.open_button, Qt.MouseButton.LeftButton)
        await b.until(lambda: has_sheet(b))
        QTest.mouseClick(sheet_button(b, "Cancel"), Qt.MouseButton.LeftButton)
        await b.idle()
        assert b.notices == []
        await b.close()

    run_async(go())


def test_the_raw_reply_is_pretty_searched_and_copied(run_async: RunAsync[None], bench: Open, qtbot: QtBot) -> None:
    async def go() -> None:
        b = await bench()
        await b.show(await b.record("Accounts", "accountname", "Äijälä Oy"))
        b.panel.tabs.choose("raw")
        await b.idle()
        raw = b.panel.pages.raw
        assert '"accountname": "Äijälä Oy"' in raw.text.toPlainText()
        assert raw.text.isReadOnly()
        raw.text.setFocus()
        QTest.keyClick(raw.text, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        assert raw.search.hasFocus()
        QTest.keyClicks(raw.search, "bill_")
        hits = raw.text.toPlainText().count("bill_")
        assert len(raw.text.extraSelections()) == hits
        first = raw.text.textCursor().position()
        QTest.keyClick(raw.search, Qt.Key.Key_Return)
        assert raw.text.textCursor().position() > first
        QTest.keyClick(raw.search, Qt.Key.Key_Escape)
        assert not raw.search.isVisible()
        QTest.mouseClick(raw.copy_button, Qt.MouseButton.LeftButton)
        assert QGuiApplication.clipboard().text() == raw.text.toPlainText()
        await b.close()

    run_async(go())


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


@pytest.mark.parametrize("count", [30])
def test_arrow_keys_held_down_read_only_the_last_record(
    run_async: RunAsync[None], bench: Open, demo: DemoServer, count: int
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        read = sum(one.operation == "retrieve" for one in demo.seen)
        for number in range(count):
            b.panel.show_record(b.account, RecordId(ACCOUNTS, f"3x{900_000 + number}"), row)
        b.panel.show_record(b.account, row.id, row)
        await b.idle()
        assert sum(one.operation == "retrieve" for one in demo.seen) == read + 1
        await b.close()
        assert b.errors == []

    run_async(go())


def test_a_record_of_which_nothing_is_known_shows_grey_bars(run_async: RunAsync[None], bench: Open) -> None:
    async def go() -> None:
        b = await bench()
        b.panel.show_record(b.account, RecordId(ACCOUNTS, "3x17"))
        assert b.panel.form.isHidden()
        assert b.panel.head.title.text() == "…"
        await b.idle()
        assert not b.panel.form.isHidden()
        b.panel.show_record(None, None)
        assert b.panel.shown is None
        assert not b.panel.head.isVisible()
        await b.close()
        assert b.errors == []

    run_async(go())


def test_closing_while_a_record_is_read_is_silent(run_async: RunAsync[None], bench: Open, demo: DemoServer) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        demo.faults.add(FaultKind.DELAY, operation="retrieve")
        b.panel.show_record(b.account, row.id, row)
        await b.until(lambda: b.account.session.busy)
        await b.panel.aclose()
        b.desk.close()
        assert b.errors == []

    run_async(go())


def test_an_upload_that_fails_stays_in_the_bar(
    run_async: RunAsync[None], bench: Open, demo: DemoServer, tmp_path: Path
) -> None:
    async def go() -> None:
        b = await bench()
        await b.show(await b.record("Accounts", "accountname", "Äijälä Oy"))
        b.panel.tabs.choose("documents")
        await b.idle()
        page = b.panel.pages.documents
        file = tmp_path / "lasku.pdf"
        file.write_bytes(b"%PDF-1.4")
        page.offer_upload([file, tmp_path])
        assert b.notices == ["Folders cannot be uploaded, only files."]
        demo.faults.add(FaultKind.HTTP500)
        QTest.mouseClick(page.send_button, Qt.MouseButton.LeftButton)
        await b.idle()
        assert len(b.errors) == 1
        assert page.bar.isVisible()
        assert page.send_button.isVisible()
        await b.close()

    run_async(go())


def test_larger_text_makes_larger_rows(run_async: RunAsync[None], bench: Open) -> None:
    async def go() -> None:
        b = await bench()
        await b.show(await b.record("Accounts", "accountname", "Äijälä Oy"))
        before = b.panel.form.row("bill_city").height()
        try:
            theme().set_text_scale(2.0)
            await b.until(lambda: b.panel.form.row("bill_city").height() > 1.9 * before)
        finally:
            theme().set_text_scale(1.0)
        await b.close()

    run_async(go())
