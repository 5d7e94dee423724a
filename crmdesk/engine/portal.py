# SPDX-License-Identifier: MIT
"""Asking whether a customer's login to the vendor's portal is right. The password is handed on and forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from crmdesk.connectors.port import ChecksPortalLogins
from crmdesk.domain.errors import BadCredentials
from crmdesk.engine.session import AccountSession


@dataclass(frozen=True, slots=True)
class PortalAnswer:
    """Who the customer is, or why the portal refuses (``refusal`` "" = it lets the customer in)."""

    who: Mapping[str, str] = field(default_factory=dict)
    refusal: str = ""


async def check_portal_login(session: AccountSession, email: str, password: str, portal: str) -> PortalAnswer:
    """Ask the server.

    Raises:
        CrmError: it did not answer the question.
    """

    def ask(server: ChecksPortalLogins) -> PortalAnswer:
        try:
            return PortalAnswer(server.check_portal_login(email, password, portal))
        except BadCredentials as refusal:  # an answer: the account's own connection is well
            return PortalAnswer(refusal=refusal.user_text)

    return await session.ask_role(ChecksPortalLogins, ask)
