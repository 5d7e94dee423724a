# SPDX-License-Identifier: MIT
"""Writes the arguments of an rpc/encoded request: every value with its type, every array with its arrayType.

zeep 4.3 leaves arrayType out and cannot build arrays of arrays; without it one server stores a blank record and says
"No Error", another one falls over (seen, November 2026). So zeep reads the types, and the nodes are written here.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from crmdesk.connectors.wire.soap.names import APACHE, XSD, XSI, SoapVersion
from crmdesk.connectors.wire.soap.shapes import ANY_TYPE, Member, Shape, Shapes, single
from crmdesk.connectors.wire.soap.values import refused, scalar
from crmdesk.domain.sentence import sentence

_TYPE, _NIL = f"{{{XSI}}}type", f"{{{XSI}}}nil"
_DEEPEST = 50
_NAMED_KINDS = {"text": "string", "boolean": "boolean", "integer": "int", "decimal": "decimal", "datetime": "dateTime"}
_MOST_INT = 2**31
_Element = Any
"""The stubs allow bytes and QNames for what is always text here."""


class Encoder:
    """Writes one request."""

    def __init__(self, shapes: Shapes, version: SoapVersion, target: str, namespaces: Sequence[str]) -> None:
        self._shapes, self._version = shapes, version
        # The prefixes stand in values as well ("xs:string"), so they are declared once, on the envelope.
        self._prefixes = {version.value: "soap", version.encoding: "soapenc", XSI: "xsi", XSD: "xs", APACHE: "apache"}
        for namespace in (target, *namespaces):
            if namespace and namespace not in self._prefixes:
                self._prefixes[namespace] = "tns" if namespace == target else f"q{len(self._prefixes)}"

    def envelope(self, wrapper: str, members: Sequence[Member], arguments: Mapping[str, object]) -> bytes:
        """The whole request.

        Args:
            wrapper: the qualified name of the element in the body.

        Raises:
            Invalid: an argument does not fit its type.
        """
        env = self._version.value
        names = {prefix: namespace for namespace, prefix in self._prefixes.items()}
        root: _Element = etree.Element(f"{{{env}}}Envelope", nsmap=names)
        body = etree.SubElement(root, f"{{{env}}}Body")
        call = etree.SubElement(body, wrapper)
        # SOAP 1.2 forbids it on the Body, and PHP's server refuses it there; .NET reads it in either place.
        (body if self._version is SoapVersion.V11 else call).set(f"{{{env}}}encodingStyle", self._version.encoding)
        for member in members:
            if member.name in arguments:
                self._member(call, member, arguments[member.name], member.name, 0)
        return etree.tostring(root, xml_declaration=True, encoding="utf-8")

    def _member(self, parent: _Element, member: Member, value: object, path: str, depth: int) -> None:
        if not member.is_repeated:
            self._write(parent, member.tag, member.shape, value, path, depth)
            return
        for place, one in enumerate(items(value, path)):
            self._write(parent, member.tag, member.shape, one, f"{path}[{place}]", depth)

    def _write(self, parent: _Element, tag: str, shape: Shape, value: object, path: str, depth: int) -> None:
        if depth > _DEEPEST:
            raise refused(path, sentence("groups and lists stand too deep in each other."))
        node: _Element = etree.SubElement(parent, tag)
        if value is None:
            node.set(_NIL, "true")
            return
        match shape.kind:
            case "list" if shape.is_encoded_array:
                self._array(node, shape, value, path, depth)
            case "list":
                self._typed(node, shape.name)
                self._member(node, shape.members()[0], value, path, depth + 1)
            case "group":
                self._typed(node, shape.name)
                self._group(node, shape, value, path, depth)
            case "map":
                self._map(node, value, path, depth)
            case "any":
                self._any(node, value, path, depth)
            case _:
                self._typed(node, shape.name)
                node.text = scalar(value, shape.kind, path, builtin=shape.builtin, choices=shape.choices)

    def _array(self, node: _Element, shape: Shape, value: object, path: str, depth: int) -> None:
        found = items(value, path)
        name, brackets = self._shapes.item_type(shape)
        self._array_marks(node, self._qualified(name), brackets, len(found))
        member = single(shape.members()[0])
        for place, one in enumerate(found):
            self._write(node, member.tag, member.shape, one, f"{path}[{place}]", depth + 1)

    def _array_marks(self, node: _Element, name: str, brackets: str, count: int) -> None:
        encoding = self._version.encoding
        if self._version is SoapVersion.V11:
            node.set(f"{{{encoding}}}arrayType", f"{name}{brackets}[{count}]")
            node.set(_TYPE, "soapenc:Array")
        else:
            node.set(f"{{{encoding}}}itemType", "soapenc:Array" if brackets else name)
            node.set(f"{{{encoding}}}arraySize", str(count))

    def _group(self, node: _Element, shape: Shape, value: object, path: str, depth: int) -> None:
        given, members = members_of(value, path), shape.members()
        unknown(given, [member.name for member in members], path)
        for member in members:
            if member.name in given:
                self._member(node, member, given[member.name], f"{path}.{member.name}", depth + 1)

    def _map(self, node: _Element, value: object, path: str, depth: int) -> None:
        node.set(_TYPE, "apache:Map")
        for key, one in members_of(value, path).items():
            item: _Element = etree.SubElement(node, "item")
            any_shape = Shape(kind="any")
            self._write(item, "key", any_shape, key, path, depth + 1)
            self._write(item, "value", any_shape, one, f"{path}.{key}", depth + 1)

    def _any(self, node: _Element, value: object, path: str, depth: int) -> None:
        """A value whose type is not told: its own type decides."""
        if isinstance(value, Mapping):
            self._map(node, value, path, depth)
        elif isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
            self._array_marks(node, self._qualified(ANY_TYPE), "", len(value))
            for place, one in enumerate(value):
                self._write(node, "item", Shape(kind="any"), one, f"{path}[{place}]", depth + 1)
        elif isinstance(value, (bytes, bytearray)):
            node.set(_TYPE, "xs:base64Binary")
            node.text = scalar(value, "binary", path)
        else:
            kind = kind_of(value)
            name = "long" if isinstance(value, int) and abs(value) >= _MOST_INT else _NAMED_KINDS.get(kind, kind)
            node.set(_TYPE, f"xs:{name}")
            node.text = scalar(value, kind, path)

    def _typed(self, node: _Element, name: tuple[str, str]) -> None:
        if name[1] and name != ANY_TYPE:
            node.set(_TYPE, self._qualified(name))

    def _qualified(self, name: tuple[str, str]) -> str:
        prefix = self._prefixes.get(name[0], "") if name[1] else "xs"
        return f"{prefix}:{name[1] or 'anyType'}" if prefix else name[1]


def kind_of(value: object) -> str:
    """The kind of a scalar of Python's."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case Decimal():
            return "decimal"
        case datetime():
            return "datetime"
        case date():
            return "date"
        case _:
            return "text"


def items(value: object, path: str) -> Sequence[object]:
    """A list's elements.

    Raises:
        Invalid: it is none.
    """
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray)):
        return value
    raise refused(path, sentence("this takes a list."))


def members_of(value: object, path: str) -> Mapping[str, object]:
    """A group's members.

    Raises:
        Invalid: it is none.
    """
    if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
        return value
    raise refused(path, sentence("this takes a group of names and values."))


def unknown(given: Mapping[str, object], names: Sequence[str], path: str) -> None:
    """Refuse what the type does not have.

    Raises:
        Invalid: naming the first that is too much.
    """
    for name in given:
        if name not in names:
            where = f"{path}.{name}" if path else name
            raise refused(
                where,
                sentence(
                    "the server does not know this; it knows {names}.",
                    names=", ".join(names[:20]) or sentence("nothing here"),
                ),
            )
