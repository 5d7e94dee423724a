# SPDX-License-Identifier: MIT
"""One record beside the table: shown by its row, read whole, edited into the stage; what fails is told once."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crmdesk.demo.faults import FaultKind
from crmdesk.demo.server import DemoServer
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.staging import Edit
from crmdesk.ui.theme import theme
from tests.conftest import RunAsync
from tests.ui.form.conftest import Open, focused, type_into

ACCOUNTS = ModuleName("Accounts")


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
