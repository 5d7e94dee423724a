# SPDX-License-Identifier: MIT
"""The namespaces of SOAP, WSDL and XML Schema, and the two versions of SOAP that are spoken."""

from enum import Enum

ENVELOPE_11 = "http://schemas.xmlsoap.org/soap/envelope/"
ENVELOPE_12 = "http://www.w3.org/2003/05/soap-envelope"
ENCODING_11 = "http://schemas.xmlsoap.org/soap/encoding/"
ENCODING_12 = "http://www.w3.org/2003/05/soap-encoding"
RPC_12 = "http://www.w3.org/2003/05/soap-rpc"
WSDL = "http://schemas.xmlsoap.org/wsdl/"
WSDL_SOAP_11 = "http://schemas.xmlsoap.org/wsdl/soap/"
WSDL_SOAP_12 = "http://schemas.xmlsoap.org/wsdl/soap12/"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
APACHE = "http://xml.apache.org/xml-soap"


class SoapVersion(Enum):
    """Which SOAP is spoken; the value is the envelope's namespace."""

    V11 = ENVELOPE_11
    V12 = ENVELOPE_12

    @property
    def encoding(self) -> str:
        """The namespace of the encoding that belongs to it."""
        return ENCODING_11 if self is SoapVersion.V11 else ENCODING_12
