# SPDX-License-Identifier: MIT
"""Every operation of every WSDL, as a typed form and as a call: ``salesorderManager.createSalesOrder``."""

from collections.abc import Mapping
from dataclasses import replace

from crmdesk.connectors.port import OperationInfo, Part
from crmdesk.connectors.vendors.crmservice.names import label_of
from crmdesk.connectors.vendors.crmservice.soap import planner
from crmdesk.connectors.vendors.crmservice.soap.session import SoapSession
from crmdesk.connectors.vendors.crmservice.values import is_secret, masked
from crmdesk.connectors.wire.soap import SoapOperation, SoapPart, arguments_of, to_part
from crmdesk.domain.errors import UnknownOperation, Unsupported
from crmdesk.domain.sentence import sentence


def infos(session: SoapSession) -> tuple[OperationInfo, ...]:
    """Every operation of every manager that answers."""
    found = []
    for manager in session.managers.names():
        wsdl = session.managers.wsdl(manager)
        operations = wsdl.operations.values() if wsdl is not None else ()
        found += [info(manager, one, planner.session_name(one, session.session_type)) for one in operations]
    return tuple(found)


def info(manager: str, operation: SoapOperation, session: str) -> OperationInfo:
    """One operation; the session is put in by itself and not asked for."""
    parameters = [part for part in operation.parameters if part.name != session]
    parts = tuple(labelled(to_part(part)) for part in parameters)
    return OperationInfo(
        name=f"{manager}.{operation.name}",
        is_write=planner.is_write(operation),
        parameters={part.name: _sentence(part) for part in parameters},
        summary=operation.documentation.strip() or f"{label_of(operation.name)}.",
        parts=parts,
    )


def labelled(part: Part) -> Part:
    """A part with words for its label; passwords and keys are not shown while they are typed."""
    return replace(
        part,
        label=label_of(part.name),
        secret=is_secret(label_of(part.name).replace(" ", "_")),
        parts=tuple(labelled(one) for one in part.parts),
    )


def _sentence(part: SoapPart) -> str:
    if part.kind == "group":
        return sentence(
            "JSON: {what} with {parts}.",
            what=part.type_name or sentence("a group"),
            parts=", ".join(one.name for one in part.parts) or sentence("no members"),
        )
    if part.kind == "list":
        inside = part.parts[0] if part.parts else None
        if inside is not None and inside.type_name:
            return sentence("JSON: a list of {what}.", what=inside.type_name)
        return sentence("JSON: a list.")
    return sentence("A value: {what}.", what=part.type_name or part.kind)


def call(session: SoapSession, operation: str, parameters: Mapping[str, str]) -> object:
    """One operation as it is.

    Raises:
        Unsupported: no operation of that name. Invalid: a parameter is unknown or of the wrong form; nothing was sent.
    """
    manager, _, name = operation.rpartition(".")
    try:
        known = session.operation(_spelled(session, manager), name) if manager else None
    except UnknownOperation:
        known = None
    if known is None:
        raise Unsupported(sentence("an operation named {operation}", operation=operation))
    own = planner.session_name(known, session.session_type)
    asked = replace(known, parameters=tuple(part for part in known.parameters if part.name != own))
    arguments = arguments_of(asked, parameters)
    return masked(session.call(_spelled(session, manager), known, arguments, write=planner.is_write(known)))


def _spelled(session: SoapSession, manager: str) -> str:
    names = session.managers.names()
    return next((name for name in names if name.lower() == manager.lower()), manager)
