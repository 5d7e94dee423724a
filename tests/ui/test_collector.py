# SPDX-License-Identifier: MIT
"""The collector: Qt objects in cycles die on the Qt thread, whoever allocates."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from crmdesk.ui.collector import Collector


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


def test_what_was_put_aside_is_found_when_the_person_turns_away(collector: Collector) -> None:
    died_on: list[int] = []
    knot = Knot(died_on)
    gc.freeze()  # as after a long collection
    del knot
    gc.collect()
    assert died_on == []
    assert collector.look_at_everything() > 0
    assert len(died_on) == 1
