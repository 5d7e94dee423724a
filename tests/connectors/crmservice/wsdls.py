# SPDX-License-Identifier: MIT
"""WSDLs written from a few lines, and the answers of SOAP services."""

import json
from collections.abc import Mapping
from xml.sax.saxutils import escape

from crmdesk.connectors.port import Reply

URL = "https://acme.crmservice.fi"
NS = "https://crmservice.fi/CrmIntegrationWebservice"
_XSD = "http://www.w3.org/2001/XMLSchema"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"


def reply(body: object = b"", status: int = 200, content_type: str = "", **headers: str) -> Reply:
    """An answer; anything but bytes becomes JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = content_type or ("text/html" if raw.startswith(b"<html") else "application/vnd.api+json")
    return Reply(status=status, headers={"Content-Type": kind, **headers}, body=raw, url=URL)


# WSDLs and envelopes

Members = Mapping[str, str]
"""Member -> type: "string", "int", "tns:SalesOrder", "tns:OrderProductRowArray"."""


def wsdl(
    operations: Mapping[str, tuple[Members, str]],
    types: Mapping[str, Members | str] | None = None,
    *,
    use: str = "encoded",
    docs: Mapping[str, str] | None = None,
) -> bytes:
    """A manager's WSDL.

    Args:
        operations: name -> its parameters and the type of what it returns. types: a group's members, or of an array the
            type of its items.
    """
    known = "".join(_type(name, told) for name, told in (types or {}).items())
    messages = "".join(_messages(name, given, back) for name, (given, back) in operations.items())
    style = f'use="{use}" namespace="{NS}" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
    ports = "".join(
        f'<operation name="{n}"><documentation>{(docs or {}).get(n, "")}</documentation>'
        f'<input message="tns:{n}Request"/><output message="tns:{n}Response"/></operation>'
        for n in operations
    )
    bound = "".join(
        f'<operation name="{n}"><soap:operation soapAction=""/><input><soap:body {style}/></input>'
        f"<output><soap:body {style}/></output></operation>"
        for n in operations
    )
    return (
        f'<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" '
        f'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" '
        f'xmlns:xsd="{_XSD}" xmlns:tns="{NS}" targetNamespace="{NS}">'
        f'<types><xsd:schema targetNamespace="{NS}">{known}</xsd:schema></types>{messages}'
        f'<portType name="P">{ports}</portType><binding name="B" type="tns:P">'
        f'<soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>{bound}</binding>'
        f'<service name="S"><port name="P" binding="tns:B"><soap:address location="http://elsewhere.example/"/></port>'
        f"</service></definitions>"
    ).encode()


def _type(name: str, told: Members | str) -> str:
    if isinstance(told, str):
        return (
            f'<xsd:complexType name="{name}"><xsd:complexContent><xsd:restriction base="enc:Array">'
            f'<xsd:attribute ref="enc:arrayType" wsdl:arrayType="{_named(told)}[]"/></xsd:restriction>'
            f"</xsd:complexContent></xsd:complexType>"
        )
    inside = "".join(f'<xsd:element name="{n}" type="{_named(kind)}"/>' for n, kind in told.items())
    return f'<xsd:complexType name="{name}"><xsd:all>{inside}</xsd:all></xsd:complexType>'


def _messages(name: str, given: Members, back: str) -> str:
    parts = "".join(f'<part name="{n}" type="{_named(kind)}"/>' for n, kind in given.items())
    result = f'<part name="{name}Return" type="{_named(back)}"/>' if back else ""
    return f'<message name="{name}Request">{parts}</message><message name="{name}Response">{result}</message>'


def _named(kind: str) -> str:
    return kind if ":" in kind else f"xsd:{kind}"


def answered(operation: str, value: object) -> Reply:
    """The answer of an operation: None, a text, a dict, or a list of dicts."""
    inside = "" if value is None else f"<{operation}Return{_typed(value)}>{_inner(value)}</{operation}Return>"
    return envelope(f'<ns:{operation}Response xmlns:ns="{NS}">{inside}</ns:{operation}Response>')


def _typed(value: object) -> str:
    return ' xsi:type="enc:Array" enc:arrayType="tns:Row[]"' if isinstance(value, list) else ""


def _inner(value: object) -> str:
    if isinstance(value, list):
        return "".join(f"<item>{_inner(one)}</item>" for one in value)
    if isinstance(value, dict):
        return "".join(
            f'<{n} xsi:nil="true"/>' if one is None else f"<{n}{_typed(one)}>{_inner(one)}</{n}>"
            for n, one in value.items()
        )
    return escape(str(value))


def fault(text: str, code: str = "Server") -> Reply:
    """A fault as PHP's SoapServer sends it: with HTTP 500."""
    inside = f"<env:Fault><faultcode>{code}</faultcode><faultstring>{escape(text)}</faultstring></env:Fault>"
    return envelope(inside, 500)


def envelope(inside: str, status: int = 200) -> Reply:
    text = (
        f'<?xml version="1.0"?><env:Envelope xmlns:env="{SOAP}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:enc="http://schemas.xmlsoap.org/soap/encoding/" xmlns:tns="{NS}"><env:Body>{inside}</env:Body>'
        f"</env:Envelope>"
    )
    return reply(text.encode(), status, "text/xml")
