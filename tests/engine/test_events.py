# SPDX-License-Identifier: MIT
"""Events: every listener, in order, until it leaves."""

from crmdesk.engine.events import Event


def test_every_listener_hears_in_order_until_it_leaves() -> None:
    event: Event[int] = Event()
    heard: list[tuple[str, int]] = []
    leave = event.connect(lambda n: heard.append(("a", n)))
    event.connect(lambda n: heard.append(("b", n)))
    event.emit(1)
    leave()
    leave()
    event.emit(2)
    assert heard == [("a", 1), ("b", 1), ("b", 2)]


def test_a_listener_that_leaves_while_it_is_told_disturbs_nobody() -> None:
    event: Event[None] = Event()
    heard: list[str] = []

    def first(_: None) -> None:
        heard.append("first")
        leave()

    leave = event.connect(first)
    event.connect(lambda _: heard.append("second"))
    event.emit(None)
    event.emit(None)
    assert heard == ["first", "second", "second"]
