# SPDX-License-Identifier: MIT
"""Reads SOAP 1.1 envelopes by the types of the contract, and writes replies and faults as PHP's SoapServer does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from crmdesk.demo.dialects.crmservice.contract import NAMESPACE, SIMPLE, TYPES, Operation

ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_DEEPEST = 20
_PREFIXES = f'xmlns:SOAP-ENV="{ENVELOPE}"'
_ENCODED_PREFIXES = (
    f'{_PREFIXES} xmlns:ns1="{NAMESPACE}" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="{_XSI}" '
    f'xmlns:SOAP-ENC="{_ENCODING}" SOAP-ENV:encodingStyle="{_ENCODING}"'
)
_LITERAL_PREFIXES = f'{_PREFIXES} xmlns:ns1="{NAMESPACE}" xmlns:xsi="{_XSI}"'


class Fault(Exception):
    """A SOAP fault; code "Client", "Server", "VersionMismatch" … get PHP's prefix, others stay as they are."""

    def __init__(self, code: str, text: str, detail: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.detail = detail


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """One object of a reply; the same Thing twice is what multi-ref is about. `values` lacks what is not set."""

    kind: str
    values: Mapping[str, Any]


# ---- reading -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Called:
    """What a request calls: the element in the body, and everything in the body by id."""

    name: str
    element: Any  # lxml's elements
    by_id: Mapping[str, Any]


def read_call(body: bytes) -> Called:
    """Return what the envelope calls.

    Raises:
        Fault: It is no envelope; texts as PHP has them.
    """
    if b"<!DOCTYPE" in body:
        raise Fault("Server", "DTD are not supported by SOAP")
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        raise Fault("Client", "Bad Request") from None
    name = etree.QName(root)
    if name.localname != "Envelope":
        raise Fault("Client", 'looks like we got XML without "Envelope" element')
    if name.namespace != ENVELOPE:
        raise Fault("VersionMismatch", "Wrong Version")
    _check_headers(root)
    inside = root.find(f"{{{ENVELOPE}}}Body")
    if inside is None:
        raise Fault("Client", "Body must be present in a SOAP envelope")
    called = next((child for child in inside if isinstance(child.tag, str)), None)
    if called is None:
        raise Fault("Client", 'looks like we got "Body" without function call')
    by_id = {element.get("id", ""): element for element in inside.iter("*") if element.get("id")}
    return Called(etree.QName(called).localname, called, by_id)


def _check_headers(root: Any) -> None:
    for head in root.iterfind(f"{{{ENVELOPE}}}Header/*"):
        if head.get(f"{{{ENVELOPE}}}mustUnderstand") in ("1", "true"):
            raise Fault("MustUnderstand", "Header not understood")


def arguments(called: Called, operation: Operation) -> dict[str, Any]:
    """Return the operation's parameters by name: None, str, int, bool, Decimal, dict, list; what was not sent is None.

    Raises:
        Fault: A value is not of its type.
    """
    sent = {etree.QName(child).localname: child for child in called.element.iterchildren("*")}
    return {name: _value(sent.get(name), kind, called.by_id, 0) for name, kind in operation.all_parts}


def _value(element: Any, kind: str, by_id: Mapping[str, Any], depth: int) -> Any:
    if element is None or element.get(f"{{{_XSI}}}nil") in ("1", "true"):
        return None
    if depth > _DEEPEST:
        raise Fault("Client", "Bad Request")
    target = element.get("href")
    if target is not None:
        if not target.startswith("#") or target[1:] not in by_id:
            raise Fault("Server", f"SOAP-ERROR: Encoding: Unresolved reference '{target}'")
        return _value(by_id[target[1:]], kind, by_id, depth + 1)
    if kind.endswith("[]"):
        return [_value(child, kind[:-2], by_id, depth + 1) for child in element.iterchildren("*")]
    if kind in SIMPLE:
        return _simple("".join(element.itertext()), kind)
    sent = {etree.QName(child).localname: child for child in element.iterchildren("*")}
    if not sent and (element.text or "").strip():
        raise Fault("Server", "SOAP-ERROR: Encoding: Violation of encoding rules")  # a text where an object belongs
    return {name: _value(sent[name], part, by_id, depth + 1) for name, part in TYPES[kind] if name in sent}


def _simple(text: str, kind: str) -> Any:
    if kind == "string":
        return text
    word = text.strip()
    if kind == "boolean" and word in ("true", "1", "false", "0"):
        return word in ("true", "1")
    try:
        if kind == "int":
            return int(word)
        if kind == "float" and Decimal(word).is_finite():
            return Decimal(word)
    except (ValueError, ArithmeticError):
        pass
    if not word:
        return None
    raise Fault("Server", "SOAP-ERROR: Encoding: Violation of encoding rules")


# ---- writing -----------------------------------------------------------------------------------------------------


class Writer:
    """Writes one reply: inline with xsi types, repeated objects as references, as PHP does; or literal."""

    def __init__(self, *, literal: bool, multiref: bool, generic_arrays: bool) -> None:
        self._literal = literal
        self._multiref = multiref and not literal
        self._generic = generic_arrays
        self._marks: dict[int, str] = {}
        self._repeated: set[int] = set()

    def reply(self, operation: Operation, value: Any) -> bytes:
        """Return the envelope that answers an operation."""
        self._count(value, set())
        part = self._element(f"{operation.name}Return", operation.returns, value)
        name = f"ns1:{operation.name}Response"
        prefixes = _LITERAL_PREFIXES if self._literal else _ENCODED_PREFIXES
        return _envelope(prefixes, f"<{name}>{part}</{name}>")

    def _count(self, value: Any, seen: set[int]) -> None:
        """Note the objects that come more than once: the first of them gets an id."""
        if isinstance(value, Thing):
            if id(value) in seen:
                self._repeated.add(id(value))
                return
            seen.add(id(value))
            for inner in value.values.values():
                self._count(inner, seen)
        elif isinstance(value, list):
            for inner in value:
                self._count(inner, seen)

    def _element(self, name: str, kind: str, value: Any) -> str:
        tag = f"ns1:{name}" if self._literal else name
        if value is None:
            return f'<{tag} xsi:nil="true"/>'
        if isinstance(value, list):
            return self._array(tag, kind[:-2], value)
        if isinstance(value, Thing):
            return self._object(tag, value)
        text = escape(_shown(value))
        return f"<{tag}>{text}</{tag}>" if self._literal else f'<{tag} xsi:type="xsd:{kind}">{text}</{tag}>'

    def _array(self, tag: str, item: str, values: Sequence[Any]) -> str:
        inside = "".join(self._element("item", item, value) for value in values)
        if self._literal:
            return f"<{tag}>{inside}</{tag}>"
        prefix = "xsd" if item in SIMPLE else "ns1"
        declared = "SOAP-ENC:Array" if self._generic else f"ns1:{item}Array"
        return f'<{tag} SOAP-ENC:arrayType="{prefix}:{item}[{len(values)}]" xsi:type="{declared}">{inside}</{tag}>'

    def _object(self, tag: str, thing: Thing) -> str:
        mark = ""
        if self._multiref and id(thing) in self._repeated:
            known = self._marks.get(id(thing))
            if known is not None:
                return f'<{tag} href="#{known}"/>'
            self._marks[id(thing)] = f"ref{len(self._marks) + 1}"
            mark = f' id="{self._marks[id(thing)]}"'
        inside = "".join(
            self._element(name, kind, thing.values[name]) for name, kind in TYPES[thing.kind] if name in thing.values
        )
        xsi_type = "" if self._literal else f' xsi:type="ns1:{thing.kind}"'
        return f"<{tag}{mark}{xsi_type}>{inside}</{tag}>"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):  # PHP's floats have no noughts behind
        return format(value.normalize(), "f") if value else "0"
    return "".join(c if c in "\t\n\r" or c >= " " else "?" for c in str(value))


def write_fault(fault: Fault) -> bytes:
    """Return the envelope of a fault, to be sent with HTTP 500."""
    prefix = "SOAP-ENV:" if fault.code in ("Client", "Server", "VersionMismatch", "MustUnderstand") else ""
    detail = f"<detail>{escape(fault.detail)}</detail>" if fault.detail else ""
    inside = f"<faultcode>{prefix}{escape(fault.code)}</faultcode><faultstring>{escape(_shown(fault.text))}</faultstring>{detail}"
    return _envelope(_PREFIXES, f"<SOAP-ENV:Fault>{inside}</SOAP-ENV:Fault>")


def _envelope(prefixes: str, inside: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope {prefixes}><SOAP-ENV:Body>{inside}'
        "</SOAP-ENV:Body></SOAP-ENV:Envelope>\n"
    ).encode()
