# SPDX-License-Identifier: MIT
"""The wire format of OpenCRM: POST, one flat set of parameters, HTTP 200 whatever happens."""

import hashlib

from crmdesk.demo.dialect import Dialect, Settings, Site

USER = "opencrm"
"""The one pair of keys; it may do everything, as the document says."""

_REPORTS = "11 = Customers; 12 = Opportunities; 13 = Open tickets; custom 1 = Companies by country; custom 2 = Orders by company"


def passkey_of(key: str) -> str:
    """Return the pass key that goes with the API key: one random secret at each start is enough for both."""
    return hashlib.sha256(f"passkey of {key}".encode()).hexdigest()[:20]


def _open(settings: Settings) -> Site:
    """Return the pretended server; imported here, because the program's first paint waits for this package."""
    from crmdesk.demo.dialects.opencrm.site import OpenCrmSite

    return OpenCrmSite(settings)


def _account(user: str, key: str) -> dict[str, dict[str, str]]:
    return {"set": {"reports": _REPORTS}, "secrets": {"key": key, "passkey": passkey_of(key)}}


DIALECT = Dialect(
    vendor="opencrm",
    path="/opencrm",
    entry="/api/rest",
    default_user=USER,
    users=(USER,),
    account=_account,
    open=_open,
)
