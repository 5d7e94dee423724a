# SPDX-License-Identifier: MIT
"""Hands a WSDL's text to zeep, and notes beside it what zeep forgets: array types, enumerations, encoded or literal."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from crmdesk.connectors.wire.soap.bundled import BUNDLED
from crmdesk.connectors.wire.soap.clean import refuse_doctype, refuse_floods, to_utf8
from crmdesk.connectors.wire.soap.names import WSDL, WSDL_SOAP_11, WSDL_SOAP_12, XSD, SoapVersion
from crmdesk.domain.errors import MalformedReply, NotACrm, ServerFault
from crmdesk.domain.sentence import sentence

QName = tuple[str, str]
"""Namespace and local name."""

_LIMIT_BYTES = 8 * 1024 * 1024
_DEEPEST_ARRAY = 5
_MOST_NAMESPACES = 100
"""In scope of one element; for every type that is named, all of them are looked through."""
_BINDINGS = {WSDL_SOAP_11: SoapVersion.V11, WSDL_SOAP_12: SoapVersion.V12}
_Element = Any
"""The stubs allow bytes and QNames for what is always text here."""


@dataclass(frozen=True, slots=True)
class ArrayType:
    """``tns:name_value[][]``: the item's type and how many arrays stand in each other (2)."""

    item: QName
    ranks: int


@dataclass(frozen=True, slots=True)
class Facts:
    """What is read from the text itself.

    Attributes:
        arrays: complex type -> what its ``wsdl:arrayType`` says. choices: simple type -> its enumeration.
        uses: binding and operation -> "encoded" or "literal". sentences: port type and operation -> documentation.
        namespaces: of the schemas inside.
    """

    target_namespace: str
    arrays: Mapping[QName, ArrayType] = field(default_factory=dict)
    choices: Mapping[QName, tuple[str, ...]] = field(default_factory=dict)
    uses: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sentences: Mapping[tuple[str, str], str] = field(default_factory=dict)
    namespaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """A WSDL that zeep has read: its binding for each version of SOAP, and the facts."""

    facts: Facts
    bindings: Mapping[SoapVersion, Any]


def check_root(body: bytes, address: str) -> _Element:
    """The root of a WSDL's text.

    Raises:
        NotACrm: something else. MalformedReply: damaged, too long, a DTD.
    """
    if len(body) > _LIMIT_BYTES:
        raise _broken(address, f"{len(body)} bytes")
    if not body.strip():
        raise NotACrm(
            sentence(
                "{address} answers with nothing instead of its description (WSDL). Check the address.", address=address
            ),
            "empty",
        )
    start = body[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")) or not start.lstrip(b"\xef\xbb\xbf\xff\xfe\x00").startswith(
        b"<"
    ):
        shown = body[:300].decode("utf-8", errors="replace")
        raise NotACrm(sentence("{address} is a web page, no SOAP service. Check the address.", address=address), shown)
    text = to_utf8(body)
    refuse_doctype(text)
    refuse_floods(text)
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root: _Element = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise _broken(address, str(error)[:200]) from None
    if root.tag != f"{{{WSDL}}}definitions":
        raise NotACrm(
            sentence("{address} gives no description (WSDL) of a SOAP service. Check the address.", address=address),
            root.tag[:200],
        )
    if _namespaces_in_scope(root) > _MOST_NAMESPACES:
        raise _broken(address, f"more than {_MOST_NAMESPACES} namespaces in scope")
    return root


def _namespaces_in_scope(root: _Element) -> int:
    """How many are declared inside each other at most."""
    most = now = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "end-ns")):
        now += 1 if event == "start-ns" else -1
        most = max(most, now)
    return most


def describe(body: bytes, address: str) -> Description:
    """Read a WSDL. Nothing is opened, fetched or read from disk.

    Raises:
        NotACrm, MalformedReply: no WSDL or a damaged one. ServerFault: it needs a document that it does not carry.
    """
    import zeep.exceptions
    from zeep.settings import Settings
    from zeep.wsdl import Document
    from zeep.wsdl.bindings.soap import Soap11Binding, Soap12Binding

    root = check_root(body, address)
    facts = _facts(root)
    _carry_bundled(root)
    transport: Any = _NoTransport(address)  # zeep asks no more of it than load
    settings = Settings(strict=True, forbid_dtd=True, forbid_entities=True)
    try:
        document = Document(io.BytesIO(etree.tostring(root)), transport, settings=settings)
    except (
        zeep.exceptions.Error,
        etree.LxmlError,
        ArithmeticError,
        AssertionError,
        AttributeError,
        LookupError,
        NotImplementedError,
        RecursionError,
        TypeError,
        ValueError,
        Warning,
    ) as error:
        raise _broken(address, f"{type(error).__name__}: {error}"[:300]) from None
    used = [port.binding for service in document.services.values() for port in service.ports.values()]
    found: dict[SoapVersion, Any] = {}
    for binding in (*used, *document.bindings.values()):
        if isinstance(binding, Soap11Binding):
            found.setdefault(SoapVersion.V11, binding)
        elif isinstance(binding, Soap12Binding):
            found.setdefault(SoapVersion.V12, binding)
    if not found:
        raise NotACrm(
            sentence("The description (WSDL) of {address} names no SOAP interface. Check the address.", address=address)
        )
    return Description(facts, found)


class _NoTransport:
    """What zeep asks for other documents: only the bundled ones exist."""

    def __init__(self, address: str) -> None:
        self._address = address

    def load(self, url: str) -> bytes:
        known = BUNDLED.get(url) or BUNDLED.get(url.rstrip("/") + "/") or BUNDLED.get(url.rstrip("/"))
        if known is None:
            raise ServerFault(
                sentence(
                    "The description (WSDL) of {address} refers to another document, which is not fetched. Ask who runs the server for a description in one piece.",
                    address=self._address,
                ),
                f"import of {url[:300]}",
            )
        return known


def _broken(address: str, detail: str) -> MalformedReply:
    text = sentence(
        "The description (WSDL) of {address} cannot be read. Show the details below to your administrator.",
        address=address,
    )
    return MalformedReply(text, detail, where="WSDL")


def _carry_bundled(root: _Element) -> None:
    """Put an import of every bundled schema in front: many servers use their types and say nothing."""
    types = root.find(f"{{{WSDL}}}types")
    if types is None:
        types = etree.Element(f"{{{WSDL}}}types")
        root.insert(0, types)
    own = etree.Element(f"{{{XSD}}}schema", targetNamespace="urn:crmdesk:bundled")
    for name in BUNDLED:
        etree.SubElement(own, f"{{{XSD}}}import", namespace=name, schemaLocation=name)
    for found in types.iter(f"{{{XSD}}}import"):
        if found.get("namespace") in BUNDLED:
            found.set("schemaLocation", found.get("namespace"))
    types.insert(0, own)


def _facts(root: _Element) -> Facts:
    target = root.get("targetNamespace", "")
    arrays: dict[QName, ArrayType] = {}
    choices: dict[QName, tuple[str, ...]] = {}
    namespaces: dict[str, None] = {}
    for schema in root.iterfind(f"{{{WSDL}}}types/{{{XSD}}}schema"):
        namespace = schema.get("targetNamespace", "")
        namespaces[namespace] = None
        for kind in schema.iterfind(f"{{{XSD}}}complexType"):
            for attribute in kind.iter(f"{{{XSD}}}attribute"):
                array = _array_type(attribute)
                if array is not None:
                    arrays[namespace, kind.get("name", "")] = array
        for kind in schema.iterfind(f"{{{XSD}}}simpleType"):
            values = tuple(one.get("value", "") for one in kind.iter(f"{{{XSD}}}enumeration"))
            if values:
                choices[namespace, kind.get("name", "")] = values
    return Facts(target, arrays, choices, _uses(root), _sentences(root), tuple(namespaces))


def _array_type(attribute: _Element) -> ArrayType | None:
    told = attribute.get(f"{{{WSDL}}}arrayType")
    if told is None:
        return None
    name, bracket, ranks = told.strip().partition("[")
    prefix, _, local = name.rpartition(":")
    namespace = attribute.nsmap.get(prefix or None, "")
    return ArrayType((namespace, local), min(max(1, (bracket + ranks).count("[")), _DEEPEST_ARRAY))


def _uses(root: _Element) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for binding in root.iterfind(f"{{{WSDL}}}binding"):
        for operation in binding.iterfind(f"{{{WSDL}}}operation"):
            for namespace in _BINDINGS:
                body = operation.find(f"{{{WSDL}}}input/{{{namespace}}}body")
                if body is not None:
                    use = "encoded" if body.get("use") == "encoded" else "literal"
                    found[binding.get("name", ""), operation.get("name", "")] = use
    return found


def _sentences(root: _Element) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for kind in root.iterfind(f"{{{WSDL}}}portType"):
        for operation in kind.iterfind(f"{{{WSDL}}}operation"):
            told = operation.find(f"{{{WSDL}}}documentation")
            if told is not None:
                text = " ".join("".join(told.itertext()).split())
                found[kind.get("name", ""), operation.get("name", "")] = text[:1000]
    return found
