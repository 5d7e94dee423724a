# SPDX-License-Identifier: MIT
"""PURE: SOAP faults of the integration web services -> CrmError.

Documented is that every failure is a fault, and that each API key has its own list of permitted services; their texts
are not, so they are told apart by their words. What is not recognized stays the fault it is, with the server's sentence.
"""

import re

from crmdesk.connectors.wire.soap import SoapFault
from crmdesk.domain.errors import BadCredentials, CrmError, Invalid, NotFound, NotPermitted, SessionExpired
from crmdesk.domain.sentence import sentence

_SESSION = re.compile(
    r"session\b.{0,60}\b(?:expired|invalid|not valid|unknown|not found|timed? ?out|does(?: not|n't) exist|missing|over)"
    r"|(?:invalid|expired|unknown|no valid|not valid|no such)\b.{0,30}\bsession",
    re.IGNORECASE | re.DOTALL,
)
_RIGHTS = re.compile(
    r"permission|permitted|not allowed|no access|access (?:is )?denied|privilege|forbidden|unauthori[sz]ed|not authori[sz]ed"
    r"|\brights?\b|oikeu|berechtig",
    re.IGNORECASE,
)
_KEY = re.compile(r"api.?key|web ?services?|\bmethods?\b|\bservice\b", re.IGNORECASE)
_GONE = re.compile(
    r"not found|does(?: not|n't) exist|no such|could ?n[o']t find|unable to find|has been deleted|was deleted",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"mandatory|required field|is required|missing (?:field|value)|invalid (?:value|field)", re.IGNORECASE
)


def translated(error: CrmError, what: str) -> CrmError:
    """A fault as what it means; every other error as it is.

    Args:
        what: "accountManager.getAccount", for the details.
    """
    if not isinstance(error, SoapFault):
        return error
    text, detail = error.text or "no reason given", f"{what}: {error.detail}"
    if _SESSION.search(text):
        return SessionExpired(sentence("The session on the server is over. Sign in again."), detail)
    if _RIGHTS.search(text):
        return NotPermitted(
            sentence(
                "This API key may not do that: {given} Ask your administrator for a key with more rights.", given=text
            ),
            detail,
        )
    if _GONE.search(text):
        return NotFound(sentence("The server does not have it: {given}", given=text), detail)
    if _VALUE.search(text):
        return Invalid(sentence("The server refused: {given}", given=text), detail)
    error.detail = detail
    return error


def refused_key(error: SoapFault) -> CrmError:
    """A fault of ``createSession``: whatever it says, this key opens no session."""
    text = error.text or "no reason given"
    return BadCredentials(
        sentence(
            "The server refuses the API key: {given} Copy it anew from CRM-service, or ask whether it is locked.",
            given=text,
        ),
        f"createSession: {error.detail}",
    )


def refused_portal_login(error: SoapFault) -> CrmError:
    """A fault of ``authenticatePortalUser``: the customer is refused, unless the key itself or its session is meant."""
    text = error.text or "no reason given"
    if _SESSION.search(text) or (_RIGHTS.search(text) and _KEY.search(text)):
        return translated(error, "authenticatePortalUser")
    return BadCredentials(
        sentence("The portal refuses this login: {given}", given=text), f"authenticatePortalUser: {error.detail}"
    )
