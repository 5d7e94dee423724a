# SPDX-License-Identifier: MIT
"""Gives the outputs of a reply the forms that the WSDL promises: a list stays a list when it holds one thing or none.

Encoded arrays are marked in the reply itself; literal ones are not, and one element looks like a group there.
"""

from collections.abc import Sequence

from crmdesk.connectors.wire.soap.decode import Decoded, Envelope
from crmdesk.connectors.wire.soap.shapes import Member, Shape, single


def fitted(envelope: Envelope, members: Sequence[Member]) -> dict[str, Decoded]:
    """Every output by its name; what the WSDL does not promise is kept as it came."""
    outputs = dict(envelope.outputs)
    if not outputs and len(members) == 1 and isinstance(envelope.value, (str, list)):
        # A document whose body is the value itself.
        outputs = {members[0].name: envelope.value} if envelope.value else {}
    fitter = _Fitter()
    for member in members:
        if member.name in outputs:
            outputs[member.name] = fitter.member(member, outputs[member.name])
    return outputs


class _Fitter:
    """Walks values and types side by side; a value that stands in several places is fitted once."""

    def __init__(self) -> None:
        self._done: dict[tuple[int, int], tuple[object, Decoded]] = {}
        self._listed: dict[int, tuple[Shape, tuple[Member, ...]]] = {}

    def member(self, member: Member, value: Decoded) -> Decoded:
        """One value for one member."""
        if member.is_repeated:
            many = value if isinstance(value, list) else [value]
            one = single(member)
            return [self.member(one, each) for each in many] if self._has_lists(one.shape) else list(many)
        return self._value(member.shape, value)

    def _value(self, shape: Shape, value: Decoded) -> Decoded:
        if value is None or shape.kind not in ("list", "group") or not self._has_lists(shape):
            return value
        key = (id(shape), id(value))
        known = self._done.get(key)
        if known is None:
            # The value is kept beside the outcome, so that its id stays its own.
            known = self._done[key] = (
                value,
                self._list(shape, value) if shape.kind == "list" else self._group(shape, value),
            )
        return known[1]

    def _list(self, shape: Shape, value: Decoded) -> Decoded:
        member = shape.members()[0]
        if isinstance(value, str):
            many: list[Decoded] = [value] if value.strip() else []
        elif isinstance(value, dict):
            many = self._elements(member, value)
        else:
            many = value if value is not None else []
        inner = member.shape
        return [self._value(inner, one) for one in many] if self._has_lists(inner) else many

    @staticmethod
    def _elements(member: Member, value: dict[str, Decoded]) -> list[Decoded]:
        """What an array holds that came without its mark: one thing, or things under the name of their elements."""
        own = {one.name for one in member.shape.members()} if member.shape.kind == "group" else set()
        inside: Decoded = value
        if len(value) == 1 and not set(value) <= own:
            inside = next(iter(value.values()))
        if isinstance(inside, list):
            return inside
        return [inside] if value else []

    def _group(self, shape: Shape, value: Decoded) -> Decoded:
        if not isinstance(value, dict):
            return value
        for member in self._with_lists(shape):
            if member.name in value:
                value[member.name] = self.member(member, value[member.name])
        return value

    def _has_lists(self, shape: Shape) -> bool:
        return shape.kind == "list" or (shape.kind == "group" and bool(self._with_lists(shape)))

    def _with_lists(self, shape: Shape) -> tuple[Member, ...]:
        """The members of a group inside which there are lists; a group that contains itself counts as such."""
        if id(shape) not in self._listed:
            members = shape.members()
            self._listed[id(shape)] = shape, members  # while it is being looked at: it may contain itself
            found = tuple(one for one in members if one.is_repeated or self._has_lists(one.shape))
            self._listed[id(shape)] = shape, found
        return self._listed[id(shape)][1]
