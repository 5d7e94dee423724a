# SPDX-License-Identifier: MIT
"""A server's WSDL: fetched through our own client, kept on disk, read by zeep when first needed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

from crmdesk.connectors.port import Http
from crmdesk.connectors.wire.address import without_query
from crmdesk.connectors.wire.soap.cache import Kept, read_kept, write_kept
from crmdesk.connectors.wire.soap.description import Description, check_root, describe
from crmdesk.connectors.wire.soap.encode import Encoder, unknown
from crmdesk.connectors.wire.soap.literal import literal_envelope
from crmdesk.connectors.wire.soap.names import SoapVersion
from crmdesk.connectors.wire.soap.parts import SoapOperation
from crmdesk.connectors.wire.soap.shapes import Member, Parts, Shapes
from crmdesk.connectors.wire.soap.statuses import refuse_status
from crmdesk.connectors.wire.soap.values import refused
from crmdesk.domain.errors import MalformedReply, ProfileError, UnknownOperation
from crmdesk.domain.sentence import sentence

WEEK_S = 7 * 86400.0


@dataclass(frozen=True, slots=True)
class _Bound:
    """An operation of one binding: zeep's own, and what goes in and out."""

    zeep: Any
    use: str
    inputs: tuple[Member, ...]
    outputs: tuple[Member, ...]


class Wsdl:
    """What a server says of itself; read when first asked for. One thread uses it.

    Every property may raise NotACrm, MalformedReply or ServerFault when the text is read for the first time.

    Attributes:
        address: where it came from, without parameters. fetched_at: when.
    """

    def __init__(self, body: bytes, *, address: str, fetched_at: datetime) -> None:
        self._body = body
        self.address = address
        self.fetched_at = fetched_at

    def __repr__(self) -> str:
        return f"Wsdl({self.address!r}, {self.fetched_at:%Y-%m-%d %H:%M})"

    @cached_property
    def _description(self) -> Description:
        return describe(self._body, self.address)

    @cached_property
    def _shapes(self) -> Shapes:
        binding = next(iter(self._description.bindings.values()))
        return Shapes(self._description.facts, binding.wsdl.types)

    @property
    def target_namespace(self) -> str:
        """The namespace of its operations."""
        return self._description.facts.target_namespace

    @property
    def versions(self) -> frozenset[SoapVersion]:
        """The versions that it has a binding for."""
        return frozenset(self._description.bindings)

    @cached_property
    def operations(self) -> Mapping[str, SoapOperation]:
        """Every operation by its name, in the WSDL's order; the binding of SOAP 1.1 counts where there are two."""
        version = SoapVersion.V11 if SoapVersion.V11 in self.versions else SoapVersion.V12
        names = self._description.bindings[version].all()
        return MappingProxyType({name: self._operation(name, version) for name in names})

    def matching(self, *prefixes: str) -> tuple[SoapOperation, ...]:
        """The operations whose names begin with one of these, without regard to case."""
        wanted = tuple(prefix.lower() for prefix in prefixes)
        return tuple(one for name, one in self.operations.items() if name.lower().startswith(wanted))

    def soap_action(self, operation: str, version: SoapVersion) -> str:
        """The SOAPAction as the WSDL has it, without quotes; "" = none.

        Raises:
            UnknownOperation.
        """
        return self._bound(operation, version).zeep.soapaction or ""

    def build(self, operation: str, arguments: Mapping[str, object], version: SoapVersion) -> bytes:
        """A request.

        Raises:
            Invalid, UnknownOperation; ProfileError: there is no binding for this version. MalformedReply: the
                description names what cannot be written in XML.
        """
        bound = self._bound(operation, version)
        unknown(arguments, [member.name for member in bound.inputs], "")
        for member in bound.inputs:
            is_free = bound.use == "literal" and (member.is_optional or member.is_nillable)
            if member.name not in arguments and not is_free:
                raise refused(member.name, sentence("this is missing."))
        if bound.use == "literal":
            return literal_envelope(bound.zeep, bound.inputs, arguments)
        facts = self._description.facts
        try:
            encoder = Encoder(self._shapes, version, facts.target_namespace, facts.namespaces)
            return encoder.envelope(bound.zeep.input.body.qname.text, bound.inputs, arguments)
        except ValueError as error:  # lxml: a namespace or a name that is none
            text = sentence("The server's description (WSDL) cannot be used. Ask who runs it.")
            raise MalformedReply(text, str(error), where="WSDL") from error

    def outputs(self, operation: str, version: SoapVersion) -> tuple[Member, ...]:
        """What comes back.

        Raises:
            UnknownOperation.
        """
        return self._bound(operation, version).outputs

    def _bound(self, operation: str, version: SoapVersion) -> _Bound:
        binding = self._description.bindings.get(version)
        if binding is None:
            number = "1.1" if version is SoapVersion.V11 else "1.2"
            raise ProfileError(
                sentence(
                    "The server's description (WSDL) offers no SOAP {number}. Choose the other version.", number=number
                )
            )
        found = binding.all().get(operation)
        if found is None or found.input is None:
            raise UnknownOperation(
                sentence("This server does not offer {operation}.", operation=operation), code="WSDL", text=operation
            )
        use = self._description.facts.uses.get((binding.name.localname, operation), "literal")
        if found.style != "rpc":
            use = "literal"
        return _Bound(found, use, self._members(found.input, found.style), self._members(found.output, found.style))

    def _members(self, message: Any, style: str) -> tuple[Member, ...]:
        """The parts of a message; of a wrapped document the wrapper's members."""
        if message is None or message.body is None:
            return ()
        shape = self._shapes.of(message.body.type)
        if shape.kind in ("group", "list"):
            return shape.members()
        return () if style == "rpc" else (self._shapes.member(message.body),)

    def _operation(self, name: str, version: SoapVersion) -> SoapOperation:
        bound = self._bound(name, version)
        binding = self._description.bindings[version]
        parts = Parts()
        is_rpc = bound.zeep.style == "rpc"
        return SoapOperation(
            name=name,
            style="rpc" if is_rpc else "document",
            use=bound.use,
            documentation=self._description.facts.sentences.get((binding.port_name.localname, name), ""),
            parameters=tuple(parts.of(member, is_required=True if is_rpc else None) for member in bound.inputs),
            outputs=tuple(parts.of(member) for member in bound.outputs),
        )


def load_wsdl(
    http: Http,
    url: str,
    *,
    params: Mapping[str, str],
    cache_dir: str = "",
    max_age_s: float = WEEK_S,
    fresh: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Wsdl:
    """The WSDL at an address: from the cache where it is young enough, else from the server.

    A WSDL from the server is read at once, and kept only if it can be; one from the cache is read when first needed.

    Args:
        cache_dir: a folder, "" = keep nothing. fresh: ask the server in any case.

    Raises:
        ConnectionFailed, NotACrm (a page instead of a WSDL), MalformedReply, ServerFault, NotPermitted, RateLimited.
    """
    now = datetime.now(UTC)
    if cache_dir and not fresh:
        kept = read_kept(cache_dir, url, params)
        if kept is not None and timedelta(0) <= now - kept.fetched_at <= timedelta(seconds=max_age_s):
            return Wsdl(kept.body, address=kept.address, fetched_at=kept.fetched_at)
    reply = http.get(url, params, headers=headers)
    address = without_query(url)
    refuse_status(reply, write=False, redacted=http.redacted)
    wsdl = Wsdl(reply.body, address=address, fetched_at=reply.received_at or now)
    check_root(reply.body, address)
    _ = wsdl.versions
    if cache_dir:
        write_kept(cache_dir, url, params, Kept(address=address, fetched_at=wsdl.fetched_at, body=reply.body))
    return wsdl
