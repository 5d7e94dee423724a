# SPDX-License-Identifier: MIT
"""The line at the bottom never says more than is known."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    MalformedReply,
    NotACrm,
    NotFound,
    NotReachable,
    ProfileError,
    ProxyRefused,
    SessionExpired,
    TimedOut,
    TlsRefused,
)
from crmdesk.engine.session import Health
from crmdesk.ui.status_bar import StatusBar
from crmdesk.ui.table.table_status import TableStatus


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    made = StatusBar()
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.mark.parametrize(
    ("error", "says", "dot"),
    [
        (None, "Connected · 12 ms", "dot"),
        (NotFound("Gone."), "Connected · 12 ms", "dot"),
        (Invalid("Wrong."), "Connected · 12 ms", "dot"),
        (BadCredentials("Key."), "Not signed in", "dot-bad"),
        (SessionExpired("Over."), "Not signed in", "dot-bad"),
        (NotReachable("Nobody."), "No connection", "dot-bad"),
        (TimedOut("Late."), "No connection", "dot-bad"),
        (TlsRefused("TLS."), "No connection", "dot-bad"),
        (ProxyRefused("Proxy."), "No connection", "dot-bad"),
        (NotACrm("Page."), "No connection", "dot-bad"),
        (ProfileError("Key missing."), "No connection", "dot-bad"),
        (MalformedReply("Half."), "The server has trouble", "dot-bad"),
    ],
)
def test_how_the_last_exchange_went(bar: StatusBar, error: CrmError | None, says: str, dot: str) -> None:
    bar.show_health(None)
    assert bar._link.text() == "Connecting…"
    bar.show_health(Health(12.3, error))
    assert bar._link.text() == says
    assert bar._dot.property("role") == dot
    assert bar._link.toolTip() == (error.user_text if error is not None else "")


def test_progress_with_and_without_an_end_and_its_cross(bar: StatusBar) -> None:
    stopped: list[int] = []
    bar.stop_wanted.connect(lambda: stopped.append(1))
    bar.show_table(TableStatus("r", "l", "c", ("Loading Leads", 30, 60), "30 of 60"))
    assert (bar._long.bar.value(), bar._long.bar.maximum()) == (30, 60)
    assert bar._long.isVisible()
    assert bar._long.done.text() == "30 of 60"
    bar.show_table(TableStatus("r", "l", "c", ("Loading Leads", 30, None), "30"))
    assert bar._long.bar.maximum() == 0
    QTest.mouseClick(bar._long.findChildren(QToolButton)[0], Qt.MouseButton.LeftButton)
    assert stopped == [1]
    bar.show_closed()
    assert not bar._long.isVisible()
    assert (bar._link.text(), bar._rows.text()) == ("No account open", "")


def test_an_account_in_the_clear_says_so_as_long_as_it_is_in_front(bar: StatusBar) -> None:
    assert not bar._clear.isVisible()
    bar.show_way("http://crm.example.com/")
    assert (bar._clear.isVisible(), bar._clear.text()) == (True, "Not encrypted")
    assert "everybody on the way" in bar._clear.toolTip()
    bar.show_health(Health(12.3, None))
    assert bar._clear.isVisible()
    for url in ("https://crm.example.com/", "http://localhost:8080/", "http://["):
        bar.show_way("http://127.example.com/")
        assert bar._clear.isVisible()
        bar.show_way(url)
        assert not bar._clear.isVisible()
    bar.show_way("http://crm.example.com/")
    bar.show_closed()
    assert not bar._clear.isVisible()
