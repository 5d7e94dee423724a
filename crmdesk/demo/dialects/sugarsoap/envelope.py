# SPDX-License-Identifier: MIT
"""Reads SOAP requests: finds the operation, follows references, tells which arrays say that they are arrays.

No document type is accepted, so no entity is ever expanded. An array without arrayType (1.1) or arraySize (1.2) is
read as nothing by ASP.NET, and as something odd by NuSOAP: both are kept apart here (sugarsoap.md 2 and 9.1).
"""

import re
from dataclasses import dataclass

from lxml import etree

ENVELOPE_11 = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE_12 = "http://www.w3.org/2003/05/soap-envelope"
_ENCODING_11 = "http://schemas.xmlsoap.org/soap/encoding/"
_ENCODING_12 = "http://www.w3.org/2003/05/soap-encoding"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_MAX_BYTES = 64_000_000
_MAX_DEPTH = 20
_DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


class Malformed(Exception):
    """The request is no XML, has a document type, or is no SOAP envelope; the text is NuSOAP's word for it."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One parsed request.

    Attributes:
        operation: The name of the body's first element.
        namespace: Its namespace, "" where it has none.
    """

    operation: str
    namespace: str
    element: etree._Element
    by_id: dict[str, etree._Element]

    def target(self, element: etree._Element) -> etree._Element:
        """Return the element that is meant, following href (1.1) and ref (1.2).

        Raises:
            Malformed: The references lead in a circle or nowhere.
        """
        for _ in range(_MAX_DEPTH):
            reference = element.get("href") or element.get(f"{{{_ENCODING_12}}}ref")
            if reference is None:
                return element
            found = self.by_id.get(reference.removeprefix("#"))
            if found is None:
                raise Malformed(f"the reference {reference} leads nowhere")
            element = found
        raise Malformed("the references lead in a circle")

    def child(self, element: etree._Element, name: str) -> etree._Element | None:
        """Return the member of that name, its reference followed; None where it is missing or nil."""
        for found in _children(element):
            if etree.QName(found).localname == name:
                meant = self.target(found)
                return None if meant.get(f"{{{_XSI}}}nil") in ("true", "1") else meant
        return None

    def items(self, element: etree._Element) -> list[etree._Element]:
        """Return the members, references followed."""
        return [self.target(found) for found in _children(element)]


def _children(element: etree._Element) -> list[etree._Element]:
    return [child for child in element if isinstance(child.tag, str)]


def parse(body: bytes, content_type: str, *, mends: bool) -> Envelope:
    """Return the request.

    Args:
        mends: Take bytes that are no UTF-8 for U+FFFD, as .NET does, instead of refusing them.

    Raises:
        Malformed: See the class.
    """
    if not body.strip():
        raise Malformed("xml was empty, didn't parse!")
    if len(body) > _MAX_BYTES:
        raise Malformed("the request is too large")
    text = _text(body, content_type, mends)
    if _DOCTYPE.search(text):
        raise Malformed("XML error parsing SOAP payload on line 1: a document type is not allowed")
    parser = etree.XMLParser(encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(_DECLARATION.sub("", text, count=1).encode(), parser)
    except etree.XMLSyntaxError as error:
        what = "Mismatched tag" if "mismatch" in str(error) else "Not well-formed (invalid token)"
        raise Malformed(f"XML error parsing SOAP payload on line 1: {what}") from error
    bodies = [e for e in _children(root) if e.tag in (f"{{{ENVELOPE_11}}}Body", f"{{{ENVELOPE_12}}}Body")]
    calls = _children(bodies[0]) if bodies else []
    if not calls:
        raise Malformed("the request holds no SOAP body")
    name = etree.QName(calls[0])
    by_id: dict[str, etree._Element] = {}
    for element in root.iter(etree.Element):
        for attribute in ("id", f"{{{_ENCODING_12}}}id"):
            key = element.get(attribute)
            if key is not None:
                by_id.setdefault(key, element)
    return Envelope(name.localname, name.namespace or "", calls[0], by_id)


def _text(body: bytes, content_type: str, mends: bool) -> str:
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body.decode("utf-16", "replace")
    if "utf-16" in content_type.lower():
        return body.decode("utf-16-le", "replace")
    try:
        return body.decode("utf-8-sig", "replace" if mends else "strict")
    except UnicodeDecodeError as error:
        raise Malformed("XML error parsing SOAP payload on line 1: Invalid character") from error


def says_array(element: etree._Element, version: str) -> bool:
    """Whether .NET would read the element as an array: it has the mark of its SOAP version."""
    if version == "1.2":
        return any(element.get(f"{{{_ENCODING_12}}}{name}") is not None for name in ("arraySize", "itemType"))
    return element.get(f"{{{_ENCODING_11}}}arrayType") is not None


def says_array_to_php(element: etree._Element) -> bool:
    """Whether NuSOAP would: arrayType, or an xsi:type that ends in Array."""
    kind = element.get(f"{{{_XSI}}}type") or ""
    return says_array(element, "1.1") or kind.rpartition(":")[2] == "Array"
