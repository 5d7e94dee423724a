# SPDX-License-Identifier: MIT
"""What only administrators do: access to modules and languages, passwords, removing users."""

from collections.abc import Mapping

from crmdesk.connectors.vendors.crmplus.payload import dumped
from crmdesk.connectors.vendors.crmplus.session import Session
from crmdesk.connectors.wire.text import to_bool, to_text
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import RecordId
from crmdesk.domain.sentence import sentence


def access_list(session: Session, kind: str) -> Mapping[str, bool]:
    """Which "Modules" or "Languages" are active."""
    return _flags(session.call("getaccesslist", {"elementType": kind}), "active")


def update_access(session: Session, kind: str, active: Mapping[str, bool]) -> Mapping[str, bool]:
    """Switch them; whether each was carried out."""
    element = {name: {"active": "1" if on else "0"} for name, on in active.items()}
    return _flags(session.call("updateaccess", {"elementType": kind, "element": dumped(element)}), "success")


def change_password(session: Session, user: RecordId, old: str, new: str) -> str:
    """Set a user's password; the server's message."""
    for secret in (old, new):
        session.http.add_secret(secret)
    passwords = {"oldPassword": old, "confirmPassword": new, "newPassword": new, "id": user.key}
    return _message(session.call("changePassword", passwords))


def delete_user(session: Session, user: RecordId, new_owner: RecordId) -> str:
    """Remove a user, whose records go to ``new_owner``; the server's message."""
    return _message(session.call("deleteUser", {"id": user.key, "newOwnerId": new_owner.key}))


def _flags(result: object, key: str) -> Mapping[str, bool]:
    """``{"Accounts": {"active": 1}}``, 1 also as "1" or true."""
    if result == []:
        return {}  # PHP's empty map
    if not isinstance(result, dict):
        raise MalformedReply(sentence("The server's list is not what it should be. Try again."), where=key)
    return {str(name): to_bool(entry.get(key)) or False for name, entry in result.items() if isinstance(entry, dict)}


def _message(result: object) -> str:
    """The server's words: under ``message`` or ``status``."""
    if isinstance(result, dict):
        return to_text(result.get("message") or result.get("status"))
    return to_text(result)
