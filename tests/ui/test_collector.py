# SPDX-License-Identifier: MIT
"""The collector: Qt objects in cycles die on the Qt thread, whoever allocates."""

import gc
import threading
import weakref
from collections.abc import Iterator
from itertools import count
from time import thread_time

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from crmdesk.ui.collector import Collector, _is_in_background


class Knot(QObject):
    """An object that only the cycle collector can free."""

    def __init__(self, died_on: list[int]) -> None:
        super().__init__()
        self.me = self
        weakref.finalize(self, lambda: died_on.append(threading.get_ident()))


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    was_on = gc.isenabled()
    gc.enable()
    made = Collector()
    yield made
    made.close()
    if not was_on:
        gc.disable()


def _allocate() -> None:
    """Enough for the youngest generation to be due many times over."""
    assert len([[i] for i in range(50_000)]) == 50_000


def test_a_thread_that_allocates_frees_no_qt_object(collector: Collector) -> None:
    died_on: list[int] = []
    for _ in range(3):
        Knot(died_on)
    worker = threading.Thread(target=_allocate)
    worker.start()
    worker.join()
    assert died_on == []
    _allocate()
    for _ in range(40):  # the older generations come into their turn
        gc.collect(0)
        collector.collect()
    gc.collect()
    assert died_on == [threading.get_ident()] * 3


def test_nothing_is_due_nothing_is_done(collector: Collector) -> None:
    gc.collect()
    assert collector.collect() == 0


def test_after_close_python_collects_by_itself(qtbot: QtBot) -> None:
    was_on = gc.isenabled()
    made = Collector()
    assert not gc.isenabled()
    made.close()
    assert gc.isenabled()
    if not was_on:
        gc.disable()


def test_the_oldest_are_looked_through_when_it_is_quiet_and_at_last_all_the_same(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_s, looked = thread_time(), list[int]()

    def look(oldest: int = 2) -> int:
        looked.append(oldest)
        return 0

    monkeypatch.setattr("crmdesk.ui.collector.thread_time", lambda: worked_s)
    monkeypatch.setattr("crmdesk.ui.collector.gc.collect", look)
    counts = (0, 0, 4)
    monkeypatch.setattr("crmdesk.ui.collector.gc.get_count", lambda: counts)
    for _ in range(3):  # somebody works
        worked_s += 0.5
        collector.collect()
    assert looked == []
    collector.collect()
    assert looked == [2]
    looked.clear()
    counts = (0, 0, 7)
    worked_s += 0.5
    collector.collect()
    assert looked == [2]


def test_what_takes_long_is_not_repeated_at_once(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    now_s, worked_s, looked = 100.0, 1000.0, list[float]()

    def look(_: int = 2) -> int:
        nonlocal worked_s
        worked_s += 0.125
        looked.append(now_s)
        return 0

    monkeypatch.setattr("crmdesk.ui.collector.monotonic", lambda: now_s)
    monkeypatch.setattr("crmdesk.ui.collector.thread_time", lambda: worked_s)
    monkeypatch.setattr("crmdesk.ui.collector.gc.collect", look)
    monkeypatch.setattr("crmdesk.ui.collector.gc.get_count", lambda: (0, 0, 99))
    for _ in range(120):
        collector.collect()
        now_s += 1
    assert looked == [100.0, 125.0, 150.0, 175.0, 200.0]


def test_what_took_long_is_put_aside_and_looked_through_again_when_nobody_is_there(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    now_s, worked_s, took_s, done = 100.0, 1000.0, 0.02, list[str]()

    def look(_: int = 2) -> int:
        nonlocal worked_s
        worked_s += took_s
        done.append("look")
        return 0

    monkeypatch.setattr("crmdesk.ui.collector.monotonic", lambda: now_s)
    monkeypatch.setattr("crmdesk.ui.collector.thread_time", lambda: worked_s)
    monkeypatch.setattr("crmdesk.ui.collector.gc.collect", look)
    monkeypatch.setattr("crmdesk.ui.collector.gc.freeze", lambda: done.append("aside"))
    monkeypatch.setattr("crmdesk.ui.collector.gc.unfreeze", lambda: done.append("back"))
    monkeypatch.setattr("crmdesk.ui.collector.heap.give_back", lambda: done.append("given"))
    in_front = True
    monkeypatch.setattr("crmdesk.ui.collector._is_in_background", lambda: not in_front)
    counts = (0, 0, 99)
    monkeypatch.setattr("crmdesk.ui.collector.gc.get_count", lambda: counts)

    def turns(times: int, works_s: float) -> list[str]:
        nonlocal now_s, worked_s
        done.clear()
        for _ in range(times):
            now_s += 1000
            worked_s += works_s
            collector.collect()
        return list(done)

    assert turns(1, 0) == ["look"]
    took_s = 0.04
    assert turns(20, 0.5) == ["look", "aside"] * 20  # somebody works
    counts = (0, 0, 0)
    assert turns(59, 0) == []
    assert turns(1, 0) == ["given"]  # a minute later
    assert turns(600, 0) == []  # whoever reads and thinks does not feel it
    in_front = False
    assert turns(1, 0) == ["back", "look", "aside"]
    assert turns(100, 0) == []  # and not again as long as nobody comes
    assert turns(1, 0.5) == []
    assert turns(61, 0) == ["given", "back", "look", "aside"]
    in_front = True
    assert turns(1, 0.5) == []
    assert turns(899, 0) == ["given"]
    assert turns(1, 0) == ["back", "look", "aside"]  # left in front, but left


def test_in_the_background_is_what_nobody_sees(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    state = Qt.ApplicationState.ApplicationActive
    monkeypatch.setattr("crmdesk.ui.collector.QGuiApplication.applicationState", lambda: state)
    window = QWidget()
    qtbot.addWidget(window)
    guide = QWidget(window, Qt.WindowType.Window)
    # What other tests left open is nobody's window here.
    monkeypatch.setattr("crmdesk.ui.collector.QApplication.topLevelWidgets", lambda: [window, guide])
    window.show()
    guide.show()
    assert not _is_in_background()
    window.showMinimized()  # the other one goes along
    assert _is_in_background()
    window.showNormal()
    assert not _is_in_background()
    state = Qt.ApplicationState.ApplicationInactive
    assert _is_in_background()


def test_free_memory_goes_back_to_the_system_when_nobody_is_there(
    qtbot: QtBot, collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[bool] = []
    monkeypatch.setattr("crmdesk.ui.heap.give_back", lambda: given.append(True))
    monkeypatch.setattr("crmdesk.ui.collector._is_in_background", lambda: True)
    monkeypatch.setattr("crmdesk.ui.collector.monotonic", count(0, 1000).__next__)  # no look waits for an earlier one
    monkeypatch.setattr("crmdesk.ui.collector.thread_time", lambda: 1.0)
    for _ in range(60):
        collector.collect()
    assert given == [True]
    collector.collect()  # what the long look finds goes back as well
    qtbot.waitUntil(lambda: given == [True, True])


def test_very_many_are_put_aside_unseen_until_nobody_is_there(
    collector: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = gc.get_freeze_count()
    many = [[number] for number in range(90_000)]
    gc.collect(1)  # they are old now
    looked: list[int] = []

    def look(oldest: int = 2) -> int:
        looked.append(oldest)
        return 0

    monkeypatch.setattr("crmdesk.ui.collector.gc.collect", look)
    monkeypatch.setattr("crmdesk.ui.collector.gc.get_count", lambda: (0, 0, 99))
    monkeypatch.setattr("crmdesk.ui.collector.monotonic", lambda: 100.0)
    monkeypatch.setattr("crmdesk.ui.collector.thread_time", lambda: 1000.0)
    collector.collect()
    assert looked == []
    assert gc.get_freeze_count() - before > len(many)
    collector.collect()
    assert looked == [2]
