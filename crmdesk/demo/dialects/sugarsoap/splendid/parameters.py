# SPDX-License-Identifier: MIT
"""Reads an operation's parameters by their types, as ASP.NET's deserializer does."""

import re
from typing import Any

from lxml import etree

from crmdesk.demo.dialects.sugarsoap.contract import SPLENDID_STRUCTS, Operation
from crmdesk.demo.dialects.sugarsoap.envelope import Envelope, Malformed, says_array
from crmdesk.demo.dialects.sugarsoap.splendid.replies import NetFault

_INT = re.compile(r"\s*[+-]?\d+\s*$")
_MAX_DEPTH = 12
_INT32 = 2_147_483_647


def read(envelope: Envelope, operation: Operation, version: str) -> dict[str, Any]:
    """Return the parameters by name, in whatever order they came; what is missing is None, a missing int 0.

    Raises:
        NetFault: An int is none.
        Malformed: References lead nowhere or in circles.
    """
    found = {name: _member(envelope, envelope.element, name, kind, version, 0) for name, kind in operation.parameters}
    if operation.name == "set_document_revision" and found["document_revision"] is None:  # its name at the ancestor
        found["note"] = _member(envelope, envelope.element, "note", "document_revision", version, 0)
    return found


def _member(envelope: Envelope, parent: etree._Element, name: str, kind: str, version: str, depth: int) -> Any:
    element = envelope.child(parent, name)
    if element is None:
        return 0 if kind == "int" else None
    return _value(envelope, element, kind, version, depth)


def _value(envelope: Envelope, element: etree._Element, kind: str, version: str, depth: int) -> Any:
    if depth > _MAX_DEPTH:
        raise Malformed("the references lead in a circle")
    if kind.endswith("[]"):
        if not says_array(element, version):
            return None
        return [_value(envelope, item, kind[:-2], version, depth + 1) for item in envelope.items(element)]
    if kind in SPLENDID_STRUCTS:
        return {
            name: _member(envelope, element, name, part, version, depth + 1) for name, part in SPLENDID_STRUCTS[kind]
        }
    text = "".join(element.itertext())
    if kind == "int":
        return _int(text, element)
    return text


def _int(text: str, element: etree._Element) -> int:
    if not _INT.match(text):
        problem = "Input string was not in a correct format."
    elif abs(int(text)) > _INT32:
        problem = "Value was either too large or too small for an Int32."
    else:
        return int(text)
    place = ("System.InvalidOperationException", f"There is an error in XML document ({element.sourceline or 1}, 1).")
    raise NetFault(place, ("System.FormatException", problem), is_client=True)
