# SPDX-License-Identifier: MIT
"""The few schemas that WSDLs refer to and do not carry; our own shortest wording, so that none is ever fetched."""

from collections.abc import Mapping

from crmdesk.connectors.wire.soap.names import APACHE, ENCODING_11, ENCODING_12, WSDL, XSD

_HEAD = '<xs:schema xmlns:xs="{xsd}" xmlns:own="{name}" targetNamespace="{name}">'

_ENCODING = """
<xs:attribute name="{kind}" type="xs:string"/>
<xs:attribute name="{extent}" type="xs:string"/>
<xs:attributeGroup name="commonAttributes"><xs:anyAttribute namespace="##any" processContents="lax"/></xs:attributeGroup>
<xs:attributeGroup name="arrayAttributes"><xs:attribute ref="own:{kind}"/><xs:attribute ref="own:{extent}"/></xs:attributeGroup>
<xs:group name="Array"><xs:sequence>
<xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence></xs:group>
<xs:complexType name="Array"><xs:group ref="own:Array" minOccurs="0"/>
<xs:attributeGroup ref="own:arrayAttributes"/><xs:attributeGroup ref="own:commonAttributes"/></xs:complexType>
<xs:complexType name="Struct"><xs:sequence>
<xs:any namespace="##any" minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xs:sequence></xs:complexType>
"""
_SCALARS = ("string", "boolean", "int", "integer", "long", "short", "decimal", "float", "double", "dateTime", "date")
_SIMPLE = (
    "".join(f'<xs:simpleType name="{name}"><xs:restriction base="xs:{name}"/></xs:simpleType>' for name in _SCALARS)
    + '<xs:simpleType name="base64"><xs:restriction base="xs:base64Binary"/></xs:simpleType>'
)
_MAP = """
<xs:complexType name="mapItem"><xs:sequence>
<xs:element name="key" type="xs:anyType"/><xs:element name="value" type="xs:anyType"/></xs:sequence></xs:complexType>
<xs:complexType name="Map"><xs:sequence>
<xs:element name="item" type="own:mapItem" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
"""


def _schema(name: str, inside: str) -> bytes:
    return (_HEAD.format(xsd=XSD, name=name) + inside + "</xs:schema>").encode()


BUNDLED: Mapping[str, bytes] = {
    ENCODING_11: _schema(ENCODING_11, _ENCODING.format(kind="arrayType", extent="offset") + _SIMPLE),
    ENCODING_12: _schema(ENCODING_12, _ENCODING.format(kind="itemType", extent="arraySize") + _SIMPLE),
    APACHE: _schema(APACHE, _MAP),
    WSDL: _schema(WSDL, '<xs:attribute name="arrayType" type="xs:string"/>'),
}
"""Namespace -> schema."""
