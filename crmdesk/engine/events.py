# SPDX-License-Identifier: MIT
"""Something that happens in the engine and others want to hear of, without Qt."""

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Event(Generic[T]):
    """Calls every listener, in the order they came, on the thread that emits."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[T], None]] = []

    def connect(self, listener: Callable[[T], None]) -> Callable[[], None]:
        """Hear of it from now on; call the result to stop."""
        self._listeners.append(listener)

        def disconnect() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return disconnect

    def emit(self, what: T) -> None:
        """Tell everybody."""
        for listener in tuple(self._listeners):
            listener(what)
