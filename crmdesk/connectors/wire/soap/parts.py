# SPDX-License-Identifier: MIT
"""PURE: what a WSDL tells about operations and their values, without any of the WSDL library's own types."""

from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.connectors.roles import Part

KINDS = frozenset(
    {"text", "integer", "decimal", "boolean", "date", "datetime", "binary", "choice", "group", "list", "any"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapPart:
    """One value that goes in or comes out.

    Attributes:
        type_name: the type's name in the WSDL without its namespace ("string", "name_value"); "" = it has none.
        kind: one of ``KINDS``. "any" may hold whatever: text, a group, a list; also where a type contains itself.
        is_nillable: None may be sent for it. is_required: it may not be left out.
        choices: the values an enumeration allows, in its order.
        parts: of a group its members; of a list its one element.
    """

    name: str
    type_name: str = ""
    kind: str = "text"
    is_nillable: bool = False
    is_required: bool = False
    choices: tuple[str, ...] = ()
    parts: tuple["SoapPart", ...] = ()

    def member(self, name: str) -> "SoapPart | None":
        """The member of a group with this name; None = there is none."""
        return next((part for part in self.parts if part.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapOperation:
    """One operation of a binding.

    Attributes:
        style: "rpc" or "document". use: "encoded" or "literal".
        documentation: the WSDL's own sentence, without markup; "" = none.
        parameters: what goes in, in order; of a wrapped document the wrapper's members.
        result: what comes out first, None = nothing. outputs: everything that comes out.
    """

    name: str
    style: str
    use: str
    documentation: str = ""
    parameters: tuple[SoapPart, ...] = ()
    outputs: tuple[SoapPart, ...] = ()

    @property
    def result(self) -> SoapPart | None:
        """The first output."""
        return self.outputs[0] if self.outputs else None

    def parameter(self, name: str) -> SoapPart | None:
        """The parameter with this name; None = there is none."""
        return next((part for part in self.parameters if part.name == name), None)


_SAME_KIND: Mapping[str, str] = {kind: kind for kind in KINDS - {"any"}}


def to_part(part: SoapPart, *, labels: Mapping[str, str] | None = None) -> Part:
    """What a typed form needs to know; "any" becomes lines of text (JSON is understood there).

    Args:
        labels: name -> what a person reads; the name itself where it is missing.
    """
    return Part(
        name=part.name,
        label=(labels or {}).get(part.name, part.name),
        kind=_SAME_KIND.get(part.kind, "lines"),
        required=part.is_required,
        hint=part.type_name,
        choices={choice: choice for choice in part.choices},
        parts=tuple(to_part(one, labels=labels) for one in part.parts),
    )
