# SPDX-License-Identifier: MIT
"""Writes the two WSDLs, both rpc/encoded: SplendidCRM's with ports for SOAP 1.1 and 1.2, SuiteCRM's as NuSOAP has it."""

from collections.abc import Iterable, Mapping

from crmdesk.demo.dialects.sugarsoap.contract import (
    NAMESPACE,
    SPLENDID_OPERATIONS,
    SPLENDID_STRUCTS,
    SUITE_OPERATIONS,
    SUITE_STRUCTS,
    Members,
    Operation,
)

_ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"
_ENCODING_12 = "http://www.w3.org/2003/05/soap-encoding"
_WSDL = "http://schemas.xmlsoap.org/wsdl/"
_HTTP = "http://schemas.xmlsoap.org/soap/http"
_PLAIN = ("string", "int", "dateTime")
SITE_URL = "http://suite.nordwind.example/soap.php"
"""What SuiteCRM's WSDL names as its address: the site_url of its settings, not where it was asked (sugarsoap.md 9.14)."""


def _array_types(structs: Mapping[str, Members], operations: Iterable[Operation]) -> list[str]:
    """Return every "field[]" that is used, and what those are made of, in a stable order."""
    used = [kind for members in structs.values() for _, kind in members]
    for operation in operations:
        used += [kind for _, kind in operation.parameters] + [operation.result]
    found = dict.fromkeys(kind for kind in used if kind.endswith("[]"))
    for kind in list(found):
        if kind.endswith("[][]"):
            found.setdefault(kind[:-2])
    return list(found)


def _array_name(kind: str) -> str:
    name = kind[:-2]
    return f"ArrayOf{_array_name(name)}" if name.endswith("[]") else f"ArrayOf{name[0].upper()}{name[1:]}"


def _named(kind: str, schema: str, arrays: Mapping[str, str]) -> str:
    if kind in _PLAIN:
        return f"{schema}:{kind}"
    return f"tns:{arrays.get(kind, kind)}"


def _splendid_types(arrays: Mapping[str, str]) -> list[str]:
    """Return the structs and arrays of SplendidCRM's schema."""
    out = []
    for name, members in SPLENDID_STRUCTS.items():
        inner = "".join(
            f'<s:element minOccurs="{int(kind == "int")}" maxOccurs="1" name="{member}" type="{_named(kind, "s", arrays)}" />'
            for member, kind in members
        )
        out.append(f'<s:complexType name="{name}"><s:sequence>{inner}</s:sequence></s:complexType>')
    for kind, name in arrays.items():
        item = _item_of(kind, "s")
        out.append(
            f'<s:complexType name="{name}"><s:complexContent mixed="false"><s:restriction base="soapenc:Array">'
            f'<s:attribute wsdl:arrayType="{item}" ref="soapenc:arrayType" /></s:restriction></s:complexContent></s:complexType>'
        )
    return out


def splendid_wsdl(address: str) -> str:
    """Return SplendidCRM's WSDL; `address` is where it was asked."""
    operations = tuple(SPLENDID_OPERATIONS.values())
    arrays = {kind: _array_name(kind) for kind in _array_types(SPLENDID_STRUCTS, operations)}
    out = [
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<wsdl:definitions xmlns:soap="{_WSDL}soap/" xmlns:soap12="{_WSDL}soap12/" xmlns:soapenc="{_ENCODING}" xmlns:s="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:tns="{NAMESPACE}" xmlns:wsdl="{_WSDL}" targetNamespace="{NAMESPACE}"><wsdl:types><s:schema targetNamespace="{NAMESPACE}">'
        f'<s:import namespace="{_ENCODING}" /><s:import namespace="{_WSDL}" />'
    ]  # fmt: skip
    out += _splendid_types(arrays)
    out.append("</s:schema></wsdl:types>")
    for operation in operations:
        parts = "".join(f'<wsdl:part name="{n}" type="{_named(k, "s", arrays)}" />' for n, k in operation.parameters)
        out.append(f'<wsdl:message name="{operation.name}SoapIn">{parts}</wsdl:message>')
        result = f'<wsdl:part name="{operation.name}Result" type="{_named(operation.result, "s", arrays)}" />'
        out.append(f'<wsdl:message name="{operation.name}SoapOut">{result}</wsdl:message>')
    out.append('<wsdl:portType name="sugarsoapSoap">')
    out += [
        f'<wsdl:operation name="{o.name}"><wsdl:input message="tns:{o.name}SoapIn" /><wsdl:output message="tns:{o.name}SoapOut" /></wsdl:operation>'
        for o in operations
    ]
    out.append("</wsdl:portType>")
    for binding, prefix, style in (("sugarsoapSoap", "soap", _ENCODING), ("sugarsoapSoap12", "soap12", _ENCODING_12)):
        out.append(f'<wsdl:binding name="{binding}" type="tns:sugarsoapSoap"><{prefix}:binding transport="{_HTTP}" style="rpc" />')  # fmt: skip
        body = f'<{prefix}:body use="encoded" namespace="{NAMESPACE}" encodingStyle="{style}" />'
        out += [
            f'<wsdl:operation name="{o.name}"><{prefix}:operation soapAction="{NAMESPACE}/{o.name}" style="rpc" />'
            f"<wsdl:input>{body}</wsdl:input><wsdl:output>{body}</wsdl:output></wsdl:operation>"
            for o in operations
        ]
        out.append("</wsdl:binding>")
    ports = "".join(
        f'<wsdl:port name="{name}" binding="tns:{name}"><{prefix}:address location="{address}" /></wsdl:port>'
        for name, prefix in (("sugarsoapSoap", "soap"), ("sugarsoapSoap12", "soap12"))
    )
    out.append(f'<wsdl:service name="sugarsoap">{ports}</wsdl:service></wsdl:definitions>')
    return "".join(out)


def _item_of(kind: str, schema: str) -> str:
    """Return what an arrayType attribute says: "tns:field[]", "tns:name_value[][]"."""
    base = kind.partition("[")[0]
    return (f"{schema}:" if base in _PLAIN else "tns:") + kind


_SUITE_ARRAYS = {
    "string[]": "select_fields", "field[]": "field_list", "name_value[]": "name_value_list", "name_value[][]": "name_value_lists",
    "entry_value[]": "entry_list", "id_mod[]": "ids_mods", "contact_detail[]": "contact_detail_array", "user_detail[]": "user_detail_array",
    "set_relationship_value[]": "set_relationship_list",
}  # fmt: skip


def suite_wsdl() -> str:
    """Return SuiteCRM's WSDL: labelled ISO-8859-1, its addresses taken from the settings, without the port."""
    operations = tuple(SUITE_OPERATIONS.values())
    arrays = {kind: _SUITE_ARRAYS[kind] for kind in _array_types(SUITE_STRUCTS, operations)}
    out = [
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
        '<definitions xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
        f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:SOAP-ENC="{_ENCODING}" xmlns:tns="{NAMESPACE}" xmlns:soap="{_WSDL}soap/"'
        f' xmlns:wsdl="{_WSDL}" xmlns="{_WSDL}" targetNamespace="{NAMESPACE}">\n<types>\n<xsd:schema targetNamespace="{NAMESPACE}">\n'
        f' <xsd:import namespace="{_ENCODING}" schemaLocation="{_ENCODING}"/>\n <xsd:import namespace="{_WSDL}" schemaLocation="{_WSDL}"/>'
    ]  # fmt: skip
    for name, members in SUITE_STRUCTS.items():
        inner = "\n".join(f'   <xsd:element name="{m}" type="{_named(kind, "xsd", arrays)}"/>' for m, kind in members)
        out.append(f' <xsd:complexType name="{name}">\n  <xsd:all>\n{inner}\n  </xsd:all>\n </xsd:complexType>')
    for kind, name in arrays.items():
        out.append(
            f' <xsd:complexType name="{name}">\n  <xsd:complexContent>\n   <xsd:restriction base="SOAP-ENC:Array">\n'
            f'    <xsd:attribute ref="SOAP-ENC:arrayType" wsdl:arrayType="{_item_of(kind, "xsd")}"/>\n'
            "   </xsd:restriction>\n  </xsd:complexContent>\n </xsd:complexType>"
        )
    out.append("</xsd:schema>\n</types>")
    for o in operations:
        parts = "".join(f'\n  <part name="{n}" type="{_named(k, "xsd", arrays)}" />' for n, k in o.parameters)
        out.append(f'<message name="{o.name}Request">{parts}</message>')
        out.append(f'<message name="{o.name}Response">\n  <part name="return" type="{_named(o.result, "xsd", arrays)}" /></message>')  # fmt: skip
    out.append('<portType name="sugarsoapPortType">')
    for o in operations:
        out.append(f'  <operation name="{o.name}">\n    <input message="tns:{o.name}Request"/>\n    <output message="tns:{o.name}Response"/>\n  </operation>')  # fmt: skip
    out.append(f'</portType>\n<binding name="sugarsoapBinding" type="tns:sugarsoapPortType">\n  <soap:binding style="rpc" transport="{_HTTP}"/>')  # fmt: skip
    body = f'<soap:body use="encoded" namespace="{NAMESPACE}" encodingStyle="{_ENCODING}"/>'
    for o in operations:
        out.append(
            f'  <operation name="{o.name}">\n    <soap:operation soapAction="{SITE_URL}/{o.name}" style="rpc"/>\n'
            f"    <input>{body}</input>\n    <output>{body}</output>\n  </operation>"
        )
    out.append(
        f'</binding>\n<service name="sugarsoap">\n  <port name="sugarsoapPort" binding="tns:sugarsoapBinding">\n    <soap:address location="{SITE_URL}"/>\n  </port>\n</service>\n</definitions>'
    )
    return "\n".join(out)
