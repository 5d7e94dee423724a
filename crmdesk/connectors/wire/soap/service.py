# SPDX-License-Identifier: MIT
"""Calls one SOAP service: builds the request from its WSDL, sends it, decodes what comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.connectors.port import Http
from crmdesk.connectors.wire.soap.decode import Decoded
from crmdesk.connectors.wire.soap.names import SoapVersion
from crmdesk.connectors.wire.soap.wsdl import Wsdl


@dataclass(frozen=True, slots=True, kw_only=True)
class SoapReply:
    """A decoded answer.

    Attributes:
        result: the first output, or what SOAP 1.2 names as the result. outputs: every output by its name.
        cleaned: characters taken out because XML forbids them.
        headers: of the HTTP answer, e.g. for a session cookie.
    """

    result: Decoded
    outputs: Mapping[str, Decoded] = field(default_factory=dict)
    cleaned: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


class SoapService:
    """One service at one address; the address is used whatever the WSDL says. One thread uses it."""

    def __init__(self, http: Http, address: str, wsdl: Wsdl, *, version: SoapVersion = SoapVersion.V11) -> None:
        self._http, self._address, self._wsdl, self._version = http, address, wsdl, version

    def call(
        self,
        operation: str,
        arguments: Mapping[str, object],
        *,
        write: bool,
        headers: Mapping[str, str] | None = None,
    ) -> SoapReply:
        """Send one request and decode the answer.

        Args:
            arguments: by parameter name: str, int, bool, Decimal, date, datetime, bytes, None; a Mapping for a group, a
                Sequence for a list, inside each other as the types say. A name left out is not sent.

        Raises:
            Invalid: an argument is unknown, missing or of the wrong shape; nothing was sent.
            UnknownOperation: the WSDL has no such operation; nothing was sent.
            SoapFault: the server refused. OutcomeUnclear: it broke down while writing. ServerFault, NotACrm, MalformedReply,
            NotPermitted, RateLimited, ConnectionFailed.
        """
        raise NotImplementedError

    def build(self, operation: str, arguments: Mapping[str, object]) -> bytes:
        """The request as it would be sent.

        Raises:
            Invalid, UnknownOperation.
        """
        raise NotImplementedError

    def soap_action(self, operation: str) -> str:
        """The operation's SOAPAction, without quotes."""
        raise NotImplementedError
