# SPDX-License-Identifier: MIT
"""PURE: faults, error numbers and marks of failure -> CrmError. Three regimes (sugarsoap.md 2, each recorded):

SplendidCRM    every failure is a SOAP fault with a sentence; ``error`` in a result is always 0
SuiteCRM       HTTP 200 with ``error`` {number, name, description}; id "-1", result_count -1 beside it or alone
its service/v4 SOAP faults whose code is that number

Numbers decide where there are any; SplendidCRM has sentences only. HTTP's own failures are told by ``wire.soap``.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from crmdesk.connectors.vendors.sugarsoap.parse import text_of
from crmdesk.connectors.wire.soap import Decoded, SoapFault
from crmdesk.connectors.wire.text import to_int
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
from crmdesk.domain.sentence import sentence

LOCKED = sentence(
    "This user is locked after too many failed sign-ins. Ask the administrator to unlock it, then sign in again."
)
_CREDENTIALS = sentence(
    "The server refuses this user name and password. Check both: after five failures it locks the user. Nothing is tried again by itself."
)
_SESSION = sentence("The session on the server is over. Sign in again.")
_NO_RIGHT = sentence("You have no right to do this on the server. Ask your administrator.")
_NO_MODULE = sentence("The server does not offer this module, or not to you. Reload the modules.")
_GONE = sentence("The record is not there: it was deleted, or it never existed. Reload the list.")
_NOT_THERE = sentence("This server does not carry this out: it says the method is not implemented.")
_QUERY = sentence("The server's database refused the filter or the order. Change it, or take one condition away.")


@dataclass(frozen=True, slots=True)
class _Case:
    error: type[CrmError]
    text: str


NUMBERS: Mapping[int, _Case] = {
    # 10 means the session where anything but a login hears it (recorded on get_entry_list).
    10: _Case(SessionExpired, _SESSION),
    11: _Case(SessionExpired, _SESSION),
    12: _Case(NotPermitted, sentence("This user may not use the web service. Ask your administrator.")),
    13: _Case(NotPermitted, sentence("The portal is not set up on this server. Ask your administrator.")),
    20: _Case(NotPermitted, _NO_MODULE),
    21: _Case(
        ServerFault,
        sentence("The server cannot store or find the file. Ask your administrator about its upload folder."),
    ),
    30: _Case(UnknownOperation, _NOT_THERE),
    31: _Case(UnknownOperation, _NOT_THERE),
    40: _Case(NotPermitted, _NO_RIGHT),
    50: _Case(Invalid, sentence("The server already has such a record and refuses a second one.")),
    51: _Case(NotFound, _GONE),
    60: _Case(
        BadCredentials, sentence("The server allows no more sessions at once. Sign out elsewhere, then sign in again.")
    ),
    1008: _Case(
        BadCredentials, sentence("The password has expired. Set a new one in the CRM's own pages, then enter it here.")
    ),
    1009: _Case(BadCredentials, LOCKED),
    1012: _Case(
        BadCredentials, sentence("The server's directory (LDAP) refuses this user. Check user name and password.")
    ),
}
"""SugarCRM's error numbers (sugarsoap.md 2)."""

_SENTENCES: tuple[tuple[re.Pattern[str], _Case], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), case)
    for pattern, case in (
        (r"locked out", _Case(BadCredentials, LOCKED)),
        (r"invalid username and/or password", _Case(BadCredentials, _CREDENTIALS)),
        (r"session id is invalid|invalid session", _Case(SessionExpired, _SESSION)),
        (
            r"invalid ip address|ip address is (not|in)",
            _Case(
                NotPermitted, sentence("The server does not accept this computer's address. Ask your administrator.")
            ),
        ),
        (r"insufficient access|you do not have access", _Case(NotPermitted, _NO_RIGHT)),
        (r"module is not available|invalid module name", _Case(NotPermitted, _NO_MODULE)),
        (r"method not implemented", _Case(UnknownOperation, _NOT_THERE)),
        (
            r"relationship between .* (is not defined|has not been defined)",
            _Case(Invalid, sentence("This server has no link between these two kinds of records.")),
        ),
        (
            r"guid should contain|unrecognized guid|input string was not in a correct format",
            _Case(Invalid, sentence("A value is not in the form the server expects.")),
        ),
        (
            r"cannot find column|invalid column name|invalid string constant|cannot interpret token|incorrect syntax|database failure",
            _Case(ServerFault, _QUERY),
        ),
    )
)
"""What SplendidCRM says, recorded; of the last line the first four on its DataTable, the rest from SQL Server."""

_PAST_THE_END = re.compile(r"arithmetic operation resulted in an overflow", re.IGNORECASE)
_DATABASE = re.compile(r"database failure", re.IGNORECASE)
_LOGINS = frozenset({"login", "create_session"})


def of_fault(fault: SoapFault, operation: str) -> CrmError:
    """The error behind a SOAP fault; the fault itself where nothing more is known of it."""
    number = to_int(fault.code)
    if number is not None and number in NUMBERS:
        return _made(_of_number(number, operation), fault.detail, fault.code, fault.text)
    for pattern, case in _SENTENCES:
        if pattern.search(fault.text) or (fault.text == "" and pattern.search(fault.detail)):
            return _made(case, fault.detail, fault.code, fault.text)
    return fault


def of_result(result: Decoded, operation: str) -> CrmError | None:
    """The error inside a result that came with HTTP 200; None = it is none.

    ``error.number`` first, then the marks: id "-1", result_count -1, a bare "-1" instead of a user's id.
    """
    told = result if isinstance(result, dict) else {}
    error = told.get("error")
    if not isinstance(error, dict) and {"number", "description"} <= told.keys():
        error = told  # logout and set_relationship answer the error_value itself
    if isinstance(error, dict):
        number = to_int(text_of(error.get("number")))
        if number not in (None, 0):
            said = text_of(error.get("description")) or text_of(error.get("name"))
            return of_number(number or 0, said, operation)
    if text_of(told.get("id")) == "-1" or result == "-1":
        return of_number(10, "", operation)
    if text_of(told.get("result_count")) == "-1":
        return ServerFault(sentence("The server could not read this list and does not say why."), operation)
    return None


def of_number(number: int, said: str, operation: str) -> CrmError:
    """The error behind a number and the server's own sentence."""
    case = _of_number(number, operation)
    if case is None:
        text = " ".join(said.split())[:300] or "no reason given"
        refused = sentence("The server refused: {given}.", given=text.rstrip("."))
        return ServerFault(refused, f"{operation}: {number} {said}", code=str(number), text=said)
    return _made(case, f"{operation}: {number} {said}", str(number), said)


def _of_number(number: int, operation: str) -> _Case | None:
    if number == 10 and operation in _LOGINS:
        return _Case(BadCredentials, _CREDENTIALS)
    return NUMBERS.get(number)


def _made(case: _Case | None, detail: str, code: str, text: str) -> CrmError:
    if case is None:
        return ServerFault(sentence("The server refused."), detail, code=code, text=text)
    if issubclass(case.error, ServerFault):
        return case.error(case.text, detail, code=code, text=text)
    if case.error is Invalid and text:
        return Invalid(
            sentence("{case} It says: {split}.", case=case.text, split=" ".join(text.split())[:200].rstrip(".")), detail
        )
    return case.error(case.text, detail)


def is_past_the_end(error: CrmError) -> bool:
    """Whether SplendidCRM was asked for rows behind the last one: rows were removed meanwhile."""
    return isinstance(error, ServerFault) and _PAST_THE_END.search(f"{error.text} {error.detail}") is not None


def refuses_query(error: CrmError) -> bool:
    """Whether the server's database did not take the condition: a field that no column holds."""
    if not isinstance(error, ServerFault):
        return False
    return error.user_text == _QUERY or _DATABASE.search(f"{error.user_text} {error.detail} {error.text}") is not None


def query_refused(error: CrmError) -> ServerFault:
    """The clear sentence for a bare HTTP 500 "Database failure." """
    return ServerFault(_QUERY, error.detail or error.user_text)
