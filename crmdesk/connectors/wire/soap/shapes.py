# SPDX-License-Identifier: MIT
"""The types of a WSDL as our code walks them: zeep's types, and the facts that zeep forgets, behind one small face."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from crmdesk.connectors.wire.soap.description import ArrayType, Facts, QName
from crmdesk.connectors.wire.soap.names import APACHE, ENCODING_11, ENCODING_12, XSD
from crmdesk.connectors.wire.soap.parts import SoapPart

_DEEPEST_PART = 8
_MOST_PARTS = 5000
"""In one message: a form of more fields helps nobody."""
ANY_TYPE: QName = (XSD, "anyType")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shape:
    """A type.

    Attributes:
        kind: as of ``SoapPart``; "map" for an apache Map.
        name: its qualified name; ("", "") = it has none. builtin: the XML Schema type that a scalar is made of.
        choices: of an enumeration. is_encoded_array: a SOAP array, which needs its arrayType.
        has_content: a scalar that zeep wraps since it may carry attributes.
    """

    kind: str
    name: QName = ("", "")
    builtin: str = "string"
    choices: tuple[str, ...] = ()
    is_encoded_array: bool = False
    has_content: bool = False
    _members: Any = None
    _shapes: Any = None
    _array: ArrayType | None = None

    def members(self) -> "tuple[Member, ...]":
        """Of a group its members, in order; of a list its one element."""
        if self._array is not None:
            return (self._shapes.item_of(self._array),)
        return self._shapes.members_of(self._members) if self._members is not None else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An element of a group, of a list or of a message.

    Attributes:
        tag: its name in the XML, with namespace where the schema wants one. key: what zeep calls it.
        is_repeated: it may come several times. is_optional: it may be left out.
    """

    name: str
    tag: str
    key: str
    shape: Shape
    is_repeated: bool = False
    is_optional: bool = False
    is_nillable: bool = False


class Shapes:
    """Makes shapes of zeep's types, each once."""

    def __init__(self, facts: Facts, schema: Any) -> None:
        from zeep.xsd import elements
        from zeep.xsd.types import any as any_types
        from zeep.xsd.types import builtins, simple
        from zeep.xsd.types.complex import ComplexType

        self._facts, self._schema = facts, schema
        self._elements, self._builtins = elements, builtins
        self._complex, self._any, self._simple = ComplexType, any_types.AnyType, simple.AnySimpleType
        self._known: dict[int, tuple[Any, Shape]] = {}
        self._known_members: dict[int, tuple[Any, tuple[Member, ...]]] = {}

    def of(self, kind: Any) -> Shape:
        """The shape of one of zeep's types."""
        if id(kind) not in self._known:
            self._known[id(kind)] = kind, self._made(kind)
        return self._known[id(kind)][1]

    def member(self, element: Any, key: str = "", *, is_optional: bool = False) -> Member:
        """One of zeep's elements."""
        shape = self.of(element.type) if element.type is not None else Shape(kind="any", name=ANY_TYPE)
        return Member(
            name=element.name,
            tag=element.qname.text,
            key=key or element.attr_name,
            shape=shape,
            is_repeated=element.max_occurs == "unbounded" or element.max_occurs > 1,
            is_optional=is_optional or element.min_occurs == 0,
            is_nillable=bool(element.nillable),
        )

    def members_of(self, kind: Any) -> tuple[Member, ...]:
        """The members of a complex type, those it inherits included."""
        if id(kind) not in self._known_members:
            found = tuple(self._walk(kind._element, False)) if kind._element is not None else ()
            self._known_members[id(kind)] = kind, found
        return self._known_members[id(kind)][1]

    def item_of(self, array: ArrayType) -> Member:
        """The element of an array; of an array of arrays an array without a name."""
        if array.ranks > 1:
            inner = Shape(
                kind="list", is_encoded_array=True, _shapes=self, _array=ArrayType(array.item, array.ranks - 1)
            )
        else:
            inner = self._named(array.item)
        return Member(name="item", tag="item", key="item", shape=inner, is_optional=True, is_nillable=True)

    def item_type(self, shape: Shape) -> tuple[QName, str]:
        """What stands in an arrayType before the number: the type, and brackets for the arrays inside."""
        if shape._array is None:
            return shape.members()[0].shape.name, ""
        return shape._array.item, "[]" * (shape._array.ranks - 1)

    def _named(self, name: QName) -> Shape:
        from zeep.exceptions import LookupError as ZeepLookupError
        from zeep.exceptions import NamespaceError

        if name == ANY_TYPE or not name[1]:
            return Shape(kind="any", name=ANY_TYPE)
        try:
            return self.of(self._schema.get_type(f"{{{name[0]}}}{name[1]}"))
        except (ZeepLookupError, NamespaceError):
            return Shape(kind="any", name=name)

    def _made(self, kind: Any) -> Shape:
        name: QName = (kind.qname.namespace or "", kind.qname.localname) if kind.qname is not None else ("", "")
        if not isinstance(kind, self._complex):
            return self._scalar(kind, name)
        if name == (APACHE, "Map"):
            return Shape(kind="map", name=name)
        array = self._facts.arrays.get(name) if name[1] else None
        if array is not None:
            return Shape(kind="list", name=name, is_encoded_array=True, _shapes=self, _array=array)
        if name in ((ENCODING_11, "Array"), (ENCODING_12, "Array")):
            return Shape(kind="list", name=name, is_encoded_array=True, _shapes=self, _array=ArrayType(ANY_TYPE, 1))
        if isinstance(kind._element, self._elements.Element) and isinstance(kind._element.type, self._simple):
            inner = self.of(kind._element.type)
            return Shape(kind=inner.kind, name=name, builtin=inner.builtin, choices=inner.choices, has_content=True)
        members = self.members_of(kind)
        if len(members) == 1 and members[0].is_repeated and not kind.attributes:
            return Shape(kind="list", name=name, _members=kind, _shapes=self)
        return Shape(kind="group", name=name, _members=kind, _shapes=self)

    def _scalar(self, kind: Any, name: QName) -> Shape:
        choices = self._facts.choices.get(name, ())
        builtin = next((one.__name__ for one in type(kind).__mro__ if one.__module__ == self._builtins.__name__), "")
        if choices:
            return Shape(kind="choice", name=name, builtin=builtin, choices=choices)
        if not isinstance(kind, self._simple):
            return Shape(kind="any", name=name if name[1] else ANY_TYPE)
        b = self._builtins
        for kinds, meant in (
            (b.Boolean, "boolean"),
            (b.Integer, "integer"),
            ((b.Decimal, b.Float, b.Double), "decimal"),
            (b.DateTime, "datetime"),
            (b.Date, "date"),
            ((b.Base64Binary, b.HexBinary), "binary"),
        ):
            if isinstance(kind, kinds):
                return Shape(kind=meant, name=name, builtin=builtin)
        return Shape(kind="text", name=name, builtin=builtin)

    def _walk(self, indicator: Any, is_optional: bool) -> Iterator[Member]:
        """Every element below sequences, choices and groups; those of a choice are optional."""
        parts = self._elements
        if isinstance(indicator, parts.Element):
            yield self.member(indicator, is_optional=is_optional)
        elif isinstance(indicator, parts.Group):
            yield from self._walk(indicator.child, is_optional or indicator.min_occurs == 0)
        elif isinstance(indicator, (parts.Sequence, parts.All, parts.Choice)):
            below = is_optional or indicator.min_occurs == 0 or isinstance(indicator, parts.Choice)
            for one in indicator:
                yield from self._walk(one, below)


class Parts:
    """Makes the public description of members; what contains itself, or is endless, ends in "any"."""

    def __init__(self) -> None:
        self._left = _MOST_PARTS

    def of(self, member: Member, *, is_required: bool | None = None) -> SoapPart:
        """One member; ``is_required`` None = as its type says."""
        return self._part(member, is_required, ())

    def _part(self, member: Member, is_required: bool | None, inside: tuple[Shape, ...]) -> SoapPart:
        self._left -= 1
        shape, kind, parts = member.shape, member.shape.kind, tuple[SoapPart, ...]()
        required = not (member.is_optional or member.is_nillable) if is_required is None else is_required
        if member.is_repeated:
            kind, parts = "list", (self._part(single(member), False, inside),)
        elif kind == "map" or (kind in ("group", "list") and (shape in inside or self._is_enough(inside))):
            kind = "any"
        elif kind in ("group", "list"):
            of_list = False if kind == "list" else None
            parts = tuple(
                self._part(single(one) if kind == "list" else one, of_list, (*inside, shape)) for one in shape.members()
            )
        return SoapPart(
            name=member.name,
            type_name=shape.name[1],
            kind=kind,
            is_nillable=member.is_nillable,
            is_required=required,
            choices=shape.choices,
            parts=parts,
        )

    def _is_enough(self, inside: tuple[Shape, ...]) -> bool:
        return len(inside) >= _DEEPEST_PART or self._left <= 0


def single(member: Member) -> Member:
    """One of what may come several times."""
    return replace(member, is_repeated=False)
