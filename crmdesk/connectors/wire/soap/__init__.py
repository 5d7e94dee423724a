# SPDX-License-Identifier: MIT
"""SOAP: reading a server's WSDL, building requests from it, decoding replies. Imports the WSDL library when needed."""

from crmdesk.connectors.wire.soap.decode import DEFAULT, Decoded, Envelope, Limits, decode
from crmdesk.connectors.wire.soap.fault import SoapFault
from crmdesk.connectors.wire.soap.names import SoapVersion
from crmdesk.connectors.wire.soap.parts import SoapOperation, SoapPart, arguments_of, to_part
from crmdesk.connectors.wire.soap.service import SoapReply, SoapService
from crmdesk.connectors.wire.soap.wsdl import Wsdl, load_wsdl

__all__ = [
    "DEFAULT",
    "Decoded",
    "Envelope",
    "Limits",
    "SoapFault",
    "SoapOperation",
    "SoapPart",
    "SoapReply",
    "SoapService",
    "SoapVersion",
    "Wsdl",
    "arguments_of",
    "decode",
    "load_wsdl",
    "to_part",
]
