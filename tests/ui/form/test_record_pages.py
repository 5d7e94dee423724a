# SPDX-License-Identifier: MIT
"""The tabs beside the details: related records, documents, the raw reply."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.errors import ServerFault
from crmdesk.domain.names import ModuleName
from crmdesk.ui.form.lines import DATA
from crmdesk.ui.form.reference_picker import ReferenceEditor
from tests.conftest import RunAsync
from tests.ui.form.conftest import Open, has_sheet, sheet_button

ACCOUNTS = ModuleName("Accounts")


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


def test_a_list_that_cannot_be_read_says_so_in_its_place_only(
    run_async: RunAsync[None], bench: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def go() -> None:
        b = await bench()
        row = await b.record("Accounts", "accountname", "Äijälä Oy")
        await b.show(row)
        b.panel.tabs.choose("related")
        await b.idle()
        model, tree = b.panel.pages.related.model, b.panel.pages.related.tree
        contacts = next(model.item(i) for i in range(model.rowCount()) if model.item(i).text() == "Contacts")

        async def refused(*_: object) -> None:
            raise ServerFault("This list cannot be filtered.", code="X", text="")

        monkeypatch.setattr(b.account.session, "ask_role", refused)
        tree.expand(contacts.index())
        await b.idle()
        assert contacts.child(0).text() == "This list cannot be filtered."
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
