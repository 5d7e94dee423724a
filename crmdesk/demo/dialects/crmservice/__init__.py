# SPDX-License-Identifier: MIT
"""The wire formats of CRM-service: SOAP managers with a session object, and a JSON:API beside them."""

import hashlib

from crmdesk.demo.dialect import Dialect, Settings, Site

FULL = "crmservice"
"""The API key that may do everything."""
LIMITED = "crmservice-limited"
"""The API key of a web shop: some methods only; its token may only read."""
LOCKED = "crmservice-locked"
"""An API key that an administrator has locked."""


def token_of(key: str) -> str:
    """Return the bearer token that goes with an API key: one random secret at each start is enough for both."""
    return hashlib.sha256(f"token of {key}".encode()).hexdigest()[:40]


def _open(settings: Settings) -> Site:
    """Return the pretended server; imported here, because the program's first paint waits for this package."""
    from crmdesk.demo.dialects.crmservice.site import CrmServiceSite

    return CrmServiceSite(settings)


def _account(user: str, key: str) -> dict[str, dict[str, str]]:
    return {"set": {"portal_id": "1"}, "secrets": {"api_key": key, "token": token_of(key)}}


DIALECT = Dialect(
    vendor="crmservice",
    path="/crmservice",
    entry="",
    default_user=FULL,
    users=(FULL, LIMITED, LOCKED),
    account=_account,
    open=_open,
)
