# SPDX-License-Identifier: MIT
"""The wire format of webCRM: JSON over REST, a token for an hour, 250 calls a minute."""

import hashlib
import uuid

from crmdesk.demo.dialect import Dialect, Settings, Site

FULL = "webcrm"
"""The application token that may do everything."""
READER = "webcrm-reader"
"""The application token that may only read."""


def auth_code_of(key: str) -> str:
    """Return the application token, a GUID, that a user's random secret stands for."""
    return str(uuid.UUID(bytes=hashlib.sha256(f"auth code of {key}".encode()).digest()[:16]))


def _open(settings: Settings) -> Site:
    """Return the pretended server; imported here, because the program's first paint waits for this package."""
    from crmdesk.demo.dialects.webcrm.site import WebCrmSite

    return WebCrmSite(settings)


def _account(user: str, key: str) -> dict[str, dict[str, str]]:
    return {"set": {}, "secrets": {"application_token": auth_code_of(key)}}


DIALECT = Dialect(
    vendor="webcrm",
    path="/webcrm",
    entry="",
    default_user=FULL,
    users=(FULL, READER),
    account=_account,
    open=_open,
)
