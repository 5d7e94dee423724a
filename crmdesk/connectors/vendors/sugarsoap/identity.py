# SPDX-License-Identifier: MIT
"""Whose server it is and who is signed in there: asked right after the session began."""

import time

from crmdesk.connectors.vendors.sugarsoap import catalog, parse
from crmdesk.connectors.vendors.sugarsoap.modules import Modules
from crmdesk.connectors.vendors.sugarsoap.parse import Entry
from crmdesk.connectors.vendors.sugarsoap.session import Session
from crmdesk.connectors.wire.text import to_bool
from crmdesk.domain.errors import CrmError, ServerFault, SessionExpired
from crmdesk.domain.identity import Identity
from crmdesk.domain.names import RecordId
from crmdesk.domain.sentence import sentence


def asked(session: Session, modules: Modules) -> Identity:
    """Server and user, as far as each family tells.

    Raises:
        SessionExpired, and what the transport raises.
    """
    me = _own_entry(session, modules)
    version = _told(session, "get_splendid_version") or _told(session, "get_server_version")
    details = {
        "Family": session.family.value,
        "Version": version,
        "Edition": _told(session, "get_sugar_flavor"),
        "SOAP": "1.1" if session.version.name == "V11" else "1.2",
        sentence("Time zone of the server"): str(session.clock.zone) if session.clock.is_known else "",
    }
    return Identity(
        user=session.user,
        full_name=parse.title(me.values, session.family) or session.user,
        server=f"{session.family.value} {version}".strip(),
        user_id=session.user_id,
        is_admin=_is_admin(session, me),
        clock_ahead_s=_clock_ahead_s(session),
        details={name: text for name, text in details.items() if text},
    )


def _told(session: Session, operation: str) -> str:
    """What an operation says that needs no session; "" where there is none."""
    if not session.has(operation):
        return ""
    try:
        return parse.text_of(session.read(operation, {}))
    except SessionExpired:
        raise
    except ServerFault:
        return ""


def _own_entry(session: Session, modules: Modules) -> Entry:
    try:
        return modules.whole(RecordId(catalog.USERS, session.user_id))
    except SessionExpired:
        raise
    except CrmError as error:
        if error.retryable:
            raise
        return Entry(session.user_id, catalog.USERS, {})  # a restricted user may not read even that


def _is_admin(session: Session, me: Entry) -> bool:
    if session.has("is_user_admin"):
        return parse.text_of(session.read("is_user_admin", {})) == "1"
    return to_bool(me.values.get("is_admin")) or False


def _clock_ahead_s(session: Session) -> float | None:
    gmt = parse.moment(session.gmt_time.strip().removesuffix("Z"))
    return gmt.timestamp() - time.time() if gmt is not None else None
