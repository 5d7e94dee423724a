# SPDX-License-Identifier: MIT
"""Customers' logins: ``contactManager.authenticatePortalUser(session, PortalUserLoginDetails)``."""

from collections.abc import Mapping

from crmdesk.connectors.vendors.crmservice.soap import faults, planner
from crmdesk.connectors.vendors.crmservice.soap.session import SoapSession
from crmdesk.connectors.vendors.crmservice.values import is_secret
from crmdesk.connectors.wire.soap import Decoded, SoapOperation, SoapPart
from crmdesk.connectors.wire.text import to_bool
from crmdesk.domain.errors import BadCredentials, Invalid, Unsupported
from crmdesk.domain.sentence import sentence

_OPERATION = "authenticatePortalUser"
_EMAILS = ("email", "username", "login")
_PASSWORDS = ("password", "passwd")
_PORTALS = ("portalid", "portal")


def check(session: SoapSession, email: str, password: str, portal: str) -> Mapping[str, str]:
    """Who the customer is, as the server tells it.

    Raises:
        BadCredentials: the portal refuses; the server's reason is in the text. Unsupported: no such operation.
        Invalid: something is missing; nothing was sent.
    """
    for text, what in ((email, "an e-mail address"), (password, "a password"), (portal, "the portal's number")):
        if not text.strip():
            raise Invalid(sentence("Give {what}. Nothing was sent.", what=what))
    manager, operation = _found(session)
    session.http.add_secret(password)
    given = (email.strip(), password, portal.strip())
    own = planner.session_name(operation, session.session_type)
    parts = [part for part in operation.parameters if part.name != own]
    if len(parts) == 1 and parts[0].kind == "group":
        arguments: dict[str, object] = {parts[0].name: _filled(parts[0].parts, given)}
    else:
        arguments = _filled(tuple(parts), given)
    told = session.call(manager, operation, arguments, write=False, translate=faults.refused_portal_login)
    found = dict(_flat(told))
    if not found or (len(found) == 1 and to_bool(next(iter(found.values()))) is False):
        raise BadCredentials(sentence("The portal refuses this login, without a reason."))
    return found


def _found(session: SoapSession) -> tuple[str, SoapOperation]:
    usual = session.managers.named("contact")
    others = (name for name in session.managers.names() if name != usual) if not usual else ()
    for manager in (usual, *others):
        if session.has(manager, _OPERATION):
            return manager, session.operation(manager, _OPERATION)
    raise Unsupported(sentence("checking portal logins"))


def is_offered(session: SoapSession) -> bool:
    """Whether the installation checks portal logins."""
    return session.has(session.managers.named("contact"), _OPERATION)


def _filled(parts: tuple[SoapPart, ...], given: tuple[str, str, str]) -> dict[str, object]:
    by_name = {part.name.lower().replace("_", ""): part for part in parts}
    made: dict[str, object] = {}
    for text, names in zip(given, (_EMAILS, _PASSWORDS, _PORTALS), strict=True):
        part = next((by_name[name] for name in names if name in by_name), None)
        if part is None:
            raise Unsupported(
                sentence(
                    "checking portal logins as documented: it takes {parts}", parts=", ".join(p.name for p in parts)
                )
            )
        made[part.name] = text
    return made


def _flat(value: Decoded, before: str = "") -> list[tuple[str, str]]:
    """Every text inside a value under its name; secrets left out."""
    if isinstance(value, str):
        return [(before or "answer", value)] if value else []
    if isinstance(value, list):
        return [pair for place, one in enumerate(value, start=1) for pair in _flat(one, f"{before} {place}".strip())]
    pairs: list[tuple[str, str]] = []
    for name, one in (value or {}).items():
        if not is_secret(name):
            pairs += _flat(one, f"{before}.{name}" if before else name)
    return pairs
