# SPDX-License-Identifier: MIT
"""The window between the last look and the write."""

from crmdesk.engine.window import Window


def test_nothing_is_claimed_before_something_was_measured() -> None:
    assert Window().usual_ms is None


def test_looks_stand_in_until_something_was_sent() -> None:
    window = Window()
    for took in (10.0, 12.0, 11.0):
        window.looked(took)
    assert window.usual_ms == 12.0
    window.left(40.0)
    assert window.usual_ms == 40.0


def test_one_slow_write_among_a_hundred_does_not_count() -> None:
    window = Window()
    for _ in range(99):
        window.left(20.0)
    window.left(5000.0)
    assert window.usual_ms == 20.0


def test_old_measurements_are_forgotten() -> None:
    window = Window()
    for _ in range(500):
        window.left(900.0)
    for _ in range(500):
        window.left(20.0)
    assert window.usual_ms == 20.0
