# SPDX-License-Identifier: MIT
"""Writes the managers' WSDLs, in the manner of the PHP helper that the vendor seems to use, or as document/literal.

Source of the manner: David Kingma's webservice helper (WSDLStruct 1.5, IPXMLSchema): rpc/encoded, one port type, binding
and service named after the class, messages <method>Request and <method>Response with the part <method>Return, xsd:all,
arrays as <Type>Array restricted from SOAP-ENC:Array, no import of the encoding schema. Its document style would be
invalid; ours is wrapped, and arrays are sequences there.
"""

from crmdesk.demo.dialects.crmservice.contract import NAMESPACE, RECORDS, SIMPLE, TYPES, Operation, types_of
from crmdesk.demo.dialects.crmservice.office import Habits

_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_HEAD = (
    '<?xml version="1.0"?>\n<wsdl:definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" '
    f'xmlns:SOAP-ENC="{_ENCODING}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" '
    f'xmlns:apache="http://xml.apache.org/xml-soap" xmlns:tns="{NAMESPACE}" targetNamespace="{NAMESPACE}">'
)  # fmt: skip


def write_wsdl(manager: str, operations: tuple[Operation, ...], address: str, habits: Habits) -> str:
    """Return the WSDL of one manager whose endpoint is `address`."""
    is_document = habits.style == "document"
    types = "".join(_type(kind, habits) for kind in types_of(operations))
    if is_document:
        types += "".join(_wrappers(operation) for operation in operations)
    form = ' elementFormDefault="qualified"' if is_document else ""
    return "".join((
        _HEAD,
        f'<wsdl:types><xsd:schema targetNamespace="{NAMESPACE}"{form}>{types}</xsd:schema></wsdl:types>',
        *(_messages(operation, is_document) for operation in operations),
        f'<wsdl:portType name="{manager}PortType">', *(_abstract(operation) for operation in operations), "</wsdl:portType>",
        f'<binding name="{manager}Binding" type="tns:{manager}PortType">',
        f'<soap:binding style="{habits.style}" transport="http://schemas.xmlsoap.org/soap/http"/>',
        *(_bound(operation, address, habits) for operation in operations), "</binding>",
        f'<wsdl:service name="{manager}"><wsdl:port name="{manager}Port" binding="tns:{manager}Binding">',
        f'<soap:address location="{address}"/></wsdl:port></wsdl:service></wsdl:definitions>\n',
    ))  # fmt: skip


def type_name(kind: str) -> str:
    """Return a type as an attribute names it: "xsd:int", "tns:Product", "tns:ProductArray"."""
    if kind.endswith("[]"):
        return f"tns:{kind[:-2]}Array"
    return f"xsd:{kind}" if kind in SIMPLE else f"tns:{kind}"


def _type(kind: str, habits: Habits) -> str:
    literal = habits.style == "document"
    if kind.endswith("[]"):
        item = kind[:-2]
        if literal:
            return f'<xsd:complexType name="{item}Array"><xsd:sequence><xsd:element name="item" type="{type_name(item)}" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>'
        return (
            f'<xsd:complexType name="{item}Array"><xsd:complexContent><xsd:restriction base="SOAP-ENC:Array">'
            f'<xsd:attribute ref="SOAP-ENC:arrayType" wsdl:arrayType="{type_name(item)}[]"/></xsd:restriction></xsd:complexContent></xsd:complexType>'
        )
    group = "sequence" if literal else "all"
    optional = ' minOccurs="0" maxOccurs="1"' if kind in RECORDS and not habits.required_elements else ""
    nil = ' nillable="true"' if literal else ""
    elements = "".join(
        f'<xsd:element name="{name}" type="{type_name(part)}"{optional}{nil}/>' for name, part in TYPES[kind]
    )
    return f'<xsd:complexType name="{kind}"><xsd:{group}>{elements}</xsd:{group}></xsd:complexType>'


def _wrappers(operation: Operation) -> str:
    parts = "".join(f'<xsd:element name="{name}" type="{type_name(kind)}"/>' for name, kind in operation.all_parts)
    answer = f'<xsd:element name="{operation.name}Return" type="{type_name(operation.returns)}"/>'
    return "".join(
        f'<xsd:element name="{name}"><xsd:complexType><xsd:sequence>{inside}</xsd:sequence></xsd:complexType></xsd:element>'
        for name, inside in ((operation.name, parts), (f"{operation.name}Response", answer))
    )


def _messages(operation: Operation, is_document: bool) -> str:
    name = operation.name
    if is_document:
        return (
            f'<message name="{name}Request"><part name="parameters" element="tns:{name}"/></message>'
            f'<message name="{name}Response"><part name="parameters" element="tns:{name}Response"/></message>'
        )
    parts = "".join(f'<part name="{part}" type="{type_name(kind)}"/>' for part, kind in operation.all_parts)
    return (
        f'<message name="{name}Request">{parts}</message>'
        f'<message name="{name}Response"><part name="{name}Return" type="{type_name(operation.returns)}"/></message>'
    )


def _abstract(operation: Operation) -> str:
    name = operation.name
    return (
        f'<wsdl:operation name="{name}"><wsdl:input message="tns:{name}Request"/>'
        f'<wsdl:output message="tns:{name}Response"/></wsdl:operation>'
    )


def _bound(operation: Operation, address: str, habits: Habits) -> str:
    action = f"{address}&amp;method={operation.name}" if habits.soap_action == "method" else ""
    if habits.style == "document":
        body = '<soap:body use="literal"/>'
    else:
        body = f'<soap:body use="encoded" namespace="{NAMESPACE}" encodingStyle="{_ENCODING}"/>'
    return (
        f'<wsdl:operation name="{operation.name}"><soap:operation soapAction="{action}" style="{habits.style}"/>'
        f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output></wsdl:operation>"
    )
