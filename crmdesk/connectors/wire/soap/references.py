# SPDX-License-Identifier: MIT
"""Follows the references of a multi-ref reply: each once, never in a circle, and never to more values than allowed."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from crmdesk.connectors.wire.soap.clean import malformed

if TYPE_CHECKING:
    from crmdesk.connectors.wire.soap.decode import Decoded


class Reference(str):
    """Stands in a group or list until what it names is known: the id that it names."""

    __slots__ = ()


class References:
    """Every value with an id, and the way from references to them.

    Args:
        depth: groups and lists inside each other, references counted as being inside.
        values: how many values there may be if every reference were a copy.
    """

    def __init__(self, depth: int, values: int) -> None:
        self._depth = depth
        self._values = values
        self._by_id: dict[str, Decoded] = {}
        self._ambiguous: set[str] = set()
        # The value stands beside its measure so that its id stays its own.
        self._measured: dict[int, tuple[int, int, Decoded]] = {}
        self._open: set[int] = set()
        self._is_needed = False

    def reference(self, identity: str) -> Reference:
        """What stands for a value until ``resolved``."""
        self._is_needed = True
        return Reference(identity)

    def remember(self, identity: str, value: "Decoded") -> None:
        """A value that may be referred to."""
        if identity in self._by_id:
            self._ambiguous.add(identity)
        self._by_id[identity] = value

    def measured(self, value: "Decoded", count: int) -> None:
        """A group or list of ``count`` texts and nothing else: it need not be looked into again."""
        self._measured[id(value)] = count + 1, 1, value

    def resolved(self, value: "Decoded") -> "Decoded":
        """The value with every reference in it replaced, in place.

        Raises:
            MalformedReply: a reference leads nowhere, to several values or into itself; too deep or too many.
        """
        if not self._is_needed:
            return value
        if type(value) is Reference:
            value = self._target(value)
        self._measure(value, 0)
        return value

    def _target(self, reference: Reference) -> "Decoded":
        seen = 0
        found: Decoded = reference
        while type(found) is Reference:
            seen += 1
            if found not in self._by_id or seen > self._depth:
                raise malformed("reference", f"#{found[:100]} leads nowhere")
            if found in self._ambiguous:
                raise malformed("reference", f"#{found[:100]} is there twice")
            found = self._by_id[found]
        return found

    def _measure(self, value: "Decoded", depth: int) -> tuple[int, int]:
        """Resolve inside a value; how many values it holds, copies counted, and how deep it is."""
        if not isinstance(value, (list, dict)):
            return 1, 0
        key = id(value)
        known = self._measured.get(key)
        if known is None:
            if key in self._open:
                raise malformed("reference", "a value holds itself")
            self._open.add(key)
            known = self._measured[key] = self._resolve(value, depth)
            self._open.discard(key)
        if depth + known[1] > self._depth:
            raise malformed("depth", "references that lead on and on")
        return known[0], known[1]

    def _resolve(self, value: "list[Decoded] | dict[str, Decoded]", depth: int) -> "tuple[int, int, Decoded]":
        if depth > self._depth:
            raise malformed("depth")
        size = height = 1
        measured = self._measured
        pairs: Iterable[tuple[Any, Decoded]] = enumerate(value) if isinstance(value, list) else value.items()
        for place, one in pairs:
            kind = type(one)
            if kind is str or one is None:
                size += 1
                continue
            if kind is Reference:
                one = value[place] = self._target(one)  # type: ignore[arg-type]
            known = measured.get(id(one))
            if known is not None and known[1] == 1:  # a shortcut for the many: a group of texts
                size += known[0]
                height = max(height, 2)
                continue
            more, deep = self._measure(one, depth + 1)
            size += more
            height = max(height, deep + 1)
        if size > self._values:
            raise malformed("size", f"more than {self._values} values")
        return size, height, value
