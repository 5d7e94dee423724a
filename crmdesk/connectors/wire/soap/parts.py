# SPDX-License-Identifier: MIT
"""PURE: what a WSDL tells about operations and their values, without any of the WSDL library's own types."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.connectors.roles import Part
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.numbers import exact
from crmdesk.domain.sentence import joined, sentence

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


_MAY_BE_EMPTY = frozenset({"text", "any", "list"})
_SAME_KIND: Mapping[str, str] = {kind: kind for kind in KINDS - {"any"}}


def to_part(part: SoapPart, *, labels: Mapping[str, str] | None = None) -> Part:
    """What a typed form needs to know. "any" becomes lines of text (JSON is understood there).

    A text is never required there: an empty one is a value too, which most operations want for "nothing".

    Args:
        labels: name -> what a person reads; the name itself where it is missing.
    """
    return Part(
        name=part.name,
        label=(labels or {}).get(part.name, part.name),
        kind=_SAME_KIND.get(part.kind, "lines"),
        required=part.is_required and part.kind not in _MAY_BE_EMPTY,
        hint=part.type_name,
        choices={choice: choice for choice in part.choices},
        parts=tuple(to_part(one, labels=labels) for one in part.parts),
    )


def arguments_of(operation: SoapOperation, given: Mapping[str, str]) -> dict[str, object]:
    """The texts of a form, or of a command line, as arguments for ``SoapService.call``.

    Groups and lists are JSON; so is "any" where it begins like JSON. A list may also be one value a line. An empty text
    is a value for a text; an empty list for a list; everything else that is empty goes as None where it must go at all.

    Raises:
        Invalid: a name that the operation does not know, or text that is no JSON; nothing was sent.
    """
    for name in given:
        if operation.parameter(name) is None:
            known = ", ".join(part.name for part in operation.parameters) or "nothing"
            raise _wrong(
                name,
                sentence("{operation} does not know this; it takes {known}.", operation=operation.name, known=known),
            )
    found: dict[str, object] = {}
    for part in operation.parameters:
        text = given.get(part.name, "")
        if text.strip() or (part.kind == "text" and part.name in given):
            found[part.name] = _argument(part, text)
        elif part.is_required:
            found[part.name] = _EMPTY.get(part.kind)
    return found


_EMPTY: Mapping[str, object] = {"text": "", "list": ()}


def _argument(part: SoapPart, text: str) -> object:
    begin = text.lstrip()[:1]
    if part.kind == "list" and begin != "[" and part.parts[0].kind not in ("group", "list"):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if part.kind not in ("group", "list") and (part.kind != "any" or begin not in ("{", "[")):
        return text
    try:
        told: object = json.loads(text, cls=Decoder, parse_float=exact)
    except ValueError:
        raise _wrong(part.name, sentence("this is no JSON. Write a group as {…} and a list as […].")) from None
    return told


def _wrong(name: str, why: str) -> Invalid:
    return Invalid(joined(f"{name}:", why), per_field={FieldName(name): why})
