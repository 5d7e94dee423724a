# SPDX-License-Identifier: MIT
"""Calls one SOAP service: builds the request from its WSDL, sends it, decodes what comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.connectors.port import Http, Reply
from crmdesk.connectors.wire.refusals import guarded
from crmdesk.connectors.wire.soap.decode import Decoded, Envelope, decode
from crmdesk.connectors.wire.soap.fitting import fitted
from crmdesk.connectors.wire.soap.names import SoapVersion
from crmdesk.connectors.wire.soap.statuses import content_type, is_page, not_soap, status_error
from crmdesk.connectors.wire.soap.wsdl import Wsdl
from crmdesk.connectors.wire.troubles import UNKNOWN_OUTCOME
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.sentence import sentence

_XML_TYPES = frozenset({"text/xml", "application/soap+xml", "application/xml", ""})


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

    @property
    def wsdl(self) -> Wsdl:
        """What the server says of itself."""
        return self._wsdl

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
                Sequence for a list, inside each other as the types say. Members of groups may be left out.

        Raises:
            Invalid: an argument is unknown, missing or of the wrong shape; nothing was sent.
            UnknownOperation: the WSDL has no such operation; nothing was sent.
            SoapFault: the server refused. OutcomeUnclear: it broke down while writing. ServerFault, NotACrm, MalformedReply,
            NotPermitted, RateLimited, ConnectionFailed.
        """
        body = self.build(operation, arguments)
        sent = {**(headers or {}), **self._headers(operation)}
        reply = self._http.request("POST", self._address, body=body, headers=sent, write=write)
        envelope = read_envelope(reply, self._http, write=write)
        members = self._wsdl.outputs(operation, self._version)
        outputs = fitted(envelope, members)
        first = envelope.result_name if envelope.result_name in outputs else next(iter(outputs), "")
        return SoapReply(
            result=outputs.get(first),
            outputs=outputs,
            cleaned=envelope.cleaned,
            headers=reply.headers,
            status=reply.status,
        )

    def build(self, operation: str, arguments: Mapping[str, object]) -> bytes:
        """The request as it would be sent.

        Raises:
            Invalid, UnknownOperation; ProfileError: the WSDL has no binding for this version.
        """
        return self._wsdl.build(operation, arguments, self._version)

    def soap_action(self, operation: str) -> str:
        """The operation's SOAPAction, without quotes; "" = the WSDL gives none.

        Raises:
            UnknownOperation; ProfileError: the WSDL has no binding for this version.
        """
        return self._wsdl.soap_action(operation, self._version)

    def _headers(self, operation: str) -> Mapping[str, str]:
        action = _header_text(self.soap_action(operation))
        if self._version is SoapVersion.V11:
            return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}
        return {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}


def read_envelope(reply: Reply, http: Http, *, write: bool) -> Envelope:
    """The envelope in an HTTP answer; faults count whatever the status is.

    Raises:
        SoapFault, OutcomeUnclear, ServerFault, NotACrm, MalformedReply, NotPermitted, RateLimited, Invalid.
    """
    is_success = 200 <= reply.status < 300
    if not reply.body.strip():
        error = not_soap if is_success else status_error
        raise error(reply, write=write, redacted=http.redacted)
    try:
        envelope = decode(reply.body)
    except MalformedReply as error:
        if not is_success:
            raise status_error(reply, write=write, redacted=http.redacted) from None
        if is_page(reply) or content_type(reply) not in _XML_TYPES or error.where == "Envelope":
            raise not_soap(reply, write=write, redacted=http.redacted, detail=error.detail) from None
        raise _told(error, http, write) from None
    if envelope.fault is not None:
        raise guarded(envelope.fault, http.redacted)  # seen: "The session ID … is invalid"
    if not is_success:
        raise status_error(reply, write=write, redacted=http.redacted)
    if content_type(reply) not in _XML_TYPES:
        raise not_soap(reply, write=write, redacted=http.redacted)
    return envelope


def _told(error: MalformedReply, http: Http, write: bool) -> MalformedReply:
    if write:
        text = sentence("The server's answer is damaged. {unknown_outcome}", unknown_outcome=UNKNOWN_OUTCOME)
        error = MalformedReply(text, error.detail, where=error.where)
    return guarded(error, http.redacted)


def _header_text(action: str) -> str:
    """What may stand in a header: the WSDL is not trusted."""
    return "".join(letter for letter in action if " " <= letter <= "~" and letter != '"')
