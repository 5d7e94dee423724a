# SPDX-License-Identifier: MIT
"""Hands the arguments of a literal request to zeep in the forms that zeep wants, which then builds it whole."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from lxml import etree

from crmdesk.connectors.wire.soap.encode import items, members_of, unknown
from crmdesk.connectors.wire.soap.shapes import Member, Shape, single
from crmdesk.connectors.wire.soap.values import refused, scalar
from crmdesk.domain.errors import Invalid
from crmdesk.domain.sentence import sentence

_DEEPEST = 50


def literal_envelope(operation: Any, members: Sequence[Member], arguments: Mapping[str, object]) -> bytes:
    """The whole request of a literal operation.

    Args:
        operation: zeep's. members: its parameters.

    Raises:
        Invalid: an argument does not fit its type, or a required one is missing.
    """
    import zeep.exceptions

    values = {
        member.key: _member(member, arguments[member.name], member.name, 0)
        for member in members
        if member.name in arguments
    }
    try:
        serialized = operation.create(**values)
    except (zeep.exceptions.Error, TypeError, ValueError, AttributeError, LookupError) as error:
        text = sentence("The values do not fit what the server's description asks for.")
        raise Invalid(sentence("{given} Check them.", given=text), f"{type(error).__name__}: {error}"[:300]) from None
    return etree.tostring(serialized.content, xml_declaration=True, encoding="utf-8")


def _member(member: Member, value: object, path: str, depth: int) -> object:
    if not member.is_repeated:
        return _value(member, value, path, depth)
    return [_value(member, one, f"{path}[{place}]", depth) for place, one in enumerate(items(value, path))]


def _value(member: Member, value: object, path: str, depth: int) -> object:
    if depth > _DEEPEST:
        raise refused(path, sentence("groups and lists stand too deep in each other."))
    if value is None:
        from zeep.xsd import Nil

        if not member.is_nillable and not member.is_optional:
            raise refused(path, sentence("this may not be left empty."))
        return Nil if member.is_nillable else None
    shape = member.shape
    match shape.kind:
        case "list":
            inner = shape.members()[0]
            return {
                inner.key: [
                    _value(single(inner), one, f"{path}[{place}]", depth + 1)
                    for place, one in enumerate(items(value, path))
                ]
            }
        case "group":
            return _group(shape, value, path, depth)
        case "any" | "map":
            return _any(value, path)
    text: object = scalar(value, shape.kind, path, builtin=shape.builtin, choices=shape.choices)
    if shape.kind == "binary":
        text = _bytes(str(text), path, is_hex=shape.builtin == "HexBinary")
    return {"_value_1": text} if shape.has_content else text


def _group(shape: Shape, value: object, path: str, depth: int) -> dict[str, object]:
    given, members = members_of(value, path), shape.members()
    unknown(given, [member.name for member in members], path)
    found: dict[str, object] = {}
    for member in members:
        below = f"{path}.{member.name}" if path else member.name
        if member.name in given:
            found[member.key] = _member(member, given[member.name], below, depth + 1)
        elif not member.is_optional and not member.is_nillable:
            raise refused(below, sentence("this is missing."))
    return found


def _any(value: object, path: str) -> object:
    """Text without a type of its own: zeep writes an untyped element for it."""
    import zeep.xsd

    xsd: Any = zeep.xsd
    return xsd.AnyObject(xsd.String(), scalar(value, "text", path))


def _bytes(text: str, path: str, *, is_hex: bool) -> bytes:
    """zeep encodes binaries itself."""
    try:
        return bytes.fromhex(text) if is_hex else base64.b64decode(text, validate=False)
    except (ValueError, binascii.Error):
        raise refused(path, sentence("this takes bytes, or their base64 text.")) from None
