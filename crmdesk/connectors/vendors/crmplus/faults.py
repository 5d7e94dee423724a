# SPDX-License-Identifier: MIT
"""The vendor's fault codes -> CrmError. Codes decide, never the server's sentences: they differ between forks.

Sources: ``include/Webservices/WebServiceErrorCode.php`` of the open-source relative (the product itself publishes no
list), and what two real servers of the family answered in November 2026 (marked "seen"). The code is a text, or the
number 0 where a record would be a duplicate (seen).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    NotFound,
    NotPermitted,
    ServerFault,
    SessionExpired,
    UnknownOperation,
)
from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import sentence

SESSION_CODES = frozenset({"INVALID_SESSIONID", "SESSION_EXPIRED", "SESSION_LEFT_IDLE", "AUTHENTICATION_REQUIRED"})
"""The session is over and nothing was carried out (seen, all four)."""

TOKEN_RACE_CODES = frozenset({"INVALID_AUTH_TOKEN", "INVALID_USER_CREDENTIALS"})
"""What a login hears when another client of the same user took a challenge in between (seen, both)."""

_GONE_OR_DENIED = sentence(
    "The server does not allow this, or the record is no longer there: it does not tell which. Reload the list; if the record is still shown, ask your administrator for the right."
)
_CREDENTIALS = sentence(
    "The user name or the access key is wrong. The access key is not the password: copy it from CRM+, My Preferences, Access key."
)
_ASK_HELP = sentence("Try again later; if it stays, show the details below to your administrator.")


@dataclass(frozen=True, slots=True)
class _Fault:
    """One line of the table: which error, and the sentence for the person."""

    error: type[CrmError]
    text: str


_TABLE: Mapping[str, _Fault] = {
    # Session and login (seen).
    "INVALID_USER_CREDENTIALS": _Fault(BadCredentials, _CREDENTIALS),
    "INVALID_AUTH_TOKEN": _Fault(
        BadCredentials, sentence("The server refused the login because its one-time token had run out. Try again.")
    ),
    "AUTHENTICATION_FAILURE": _Fault(BadCredentials, _CREDENTIALS),
    "ACCESSKEY_UNDEFINED": _Fault(
        BadCredentials, sentence("This user has no access key yet. Create one in CRM+, My Preferences, Access key.")
    ),
    # Rights and records. ACCESS_DENIED was seen for: no right, deleted, never existed, wrong module name, missing
    # parameter, wrong HTTP verb.
    "ACCESS_DENIED": _Fault(NotPermitted, _GONE_OR_DENIED),
    "RECORD_NOT_FOUND": _Fault(
        NotFound, sentence("The record is not there: it was deleted, or it never existed. Reload the list.")
    ),
    "INVALID_ID_ATTRIBUTE": _Fault(
        NotFound,
        sentence("The server knows no record with this id: it was deleted, or the id is wrong. Reload the list."),
    ),
    "REFERENCE_INVALID": _Fault(
        Invalid, sentence("A link points to the wrong kind of record. Choose another one and try again.")
    ),
    "MANDATORY_FIELDS_MISSING": _Fault(
        Invalid, sentence("A field that must be filled is empty. Fill it and try again.")
    ),
    "DUPLICATE": _Fault(
        Invalid,
        sentence("The server already has such a record and refuses a second one. Look for it and change that one."),
    ),
    # Queries (seen).
    "QUERY_SYNTAX_ERROR": _Fault(
        ServerFault, sentence("The server did not understand the filter. Change it, or take one condition away.")
    ),
    "DATABASE_QUERY_ERROR": _Fault(
        ServerFault,
        sentence("The server's database refused this; often an owner or a link that does not exist. Check them."),
    ),
    "INTERNAL_SERVER_ERROR": _Fault(
        ServerFault, sentence("The server could not carry this out. {ask_help}", ask_help=_ASK_HELP)
    ),
    # Missing features (seen).
    "UNKNOWN_OPERATION": _Fault(
        UnknownOperation, sentence("This server is too old or too different: it does not know this operation.")
    ),
    "OPERATION_NOT_SUPPORTED": _Fault(UnknownOperation, sentence("This server does not offer this operation.")),
    "UNKOWN_ENTITY": _Fault(
        ServerFault, sentence("The server does not know this list of related records. Reload the record.")
    ),
    "UNKNOWN_ENTITY": _Fault(
        ServerFault, sentence("The server does not know this kind of record. Reload the modules.")
    ),
    # Single operations (source only).
    "INVALID_OLD_PASSWORD": _Fault(Invalid, sentence("The old password is wrong. Type it again.")),
    "NEW_PASSWORD_MISMATCH": _Fault(Invalid, sentence("The two new passwords differ. Type them again.")),
    "CHANGE_PASSWORD_FAILURE": _Fault(
        ServerFault, sentence("The password was not changed. {ask_help}", ask_help=_ASK_HELP)
    ),
    "LEAD_ALREADY_CONVERTED": _Fault(Invalid, sentence("This lead has been converted already. Reload the list.")),
    "INVALID_POTENTIAL_FOR_CONVERTLEAD": _Fault(
        Invalid, sentence("The lead cannot be converted with this opportunity.")
    ),
    "FAILED_TO_CREATE_RELATION": _Fault(
        ServerFault, sentence("The records were not related. {ask_help}", ask_help=_ASK_HELP)
    ),
    "FAILED_TO_MARK_LEAD_CONVERTED": _Fault(
        ServerFault, sentence("The lead was not marked as converted. {ask_help}", ask_help=_ASK_HELP)
    ),
    "LEAD_RELATEDLIST_UPDATE_FAILED": _Fault(
        ServerFault, sentence("The lead's lists were not moved. {ask_help}", ask_help=_ASK_HELP)
    ),
}

_BEFORE_LOGIN = frozenset({"getchallenge", "login"})
_FIELD_MISSING = re.compile(r"(?:^|\()([A-Za-z]\w*)\)? does not have a value")


def code_text(code: object) -> str:
    """The code as text; the number 0 (and "0") is a duplicate, seen on vtiger 8."""
    if code is None:
        return ""
    text = str(code)
    return "DUPLICATE" if text == "0" else text


def fault(code: object, message: str, *, operation: str, detail: str = "") -> CrmError:
    """The error for one failure reply.

    Args:
        operation: what was asked; before the login some codes mean "unknown user".
        message: the server's sentence; kept in the detail, and read only to name the field that is missing.
    """
    key = code_text(code)
    told = f"{key}: {message}" if message else key
    detail = f"{told}\n{detail}" if detail else told
    if operation.lower() in _BEFORE_LOGIN and key in ("ACCESS_DENIED", "AUTHENTICATION_REQUIRED"):
        # vtiger 8 says ACCESS_DENIED for an unknown user, coreBOS AUTHENTICATION_REQUIRED (seen).
        return BadCredentials(sentence("The server does not know this user name. Check its spelling."), detail)
    if key in SESSION_CODES:
        return SessionExpired(sentence("The session on the server is over. Sign in again."), detail)
    entry = _TABLE.get(key)
    if entry is None:
        shown = message.strip() or key or "no reason given"
        return ServerFault(
            sentence("The server refused: {shown} {ask_help}", shown=shown, ask_help=_ASK_HELP),
            detail,
            code=key,
            text=message,
        )
    if entry.error is Invalid:
        return Invalid(entry.text, detail, per_field=_missing(message))
    if issubclass(entry.error, ServerFault):
        return entry.error(entry.text, detail, code=key, text=message)
    return entry.error(entry.text, detail)


def _missing(message: str) -> Mapping[FieldName, str]:
    """The field a MANDATORY_FIELDS_MISSING names: "lastname does not …" or "Last Name (lastname) does not …"."""
    found = _FIELD_MISSING.search(message)
    return {FieldName(found[1]): sentence("This field must be filled.")} if found else {}
