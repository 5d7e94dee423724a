# SPDX-License-Identifier: MIT
"""The wire format of CRM+ (a fork of vtiger 5) and, by a switch, of the two relatives that were measured."""

from crmdesk.demo.dialect import Dialect, Settings, Site
from crmdesk.demo.dialects.crmplus.users import USERS


def _open(settings: Settings) -> Site:
    """Return the pretended server; imported here, because the program's first paint waits for this package."""
    from crmdesk.demo.dialects.crmplus.site import CrmPlusSite

    return CrmPlusSite(settings)


def _account(user: str, key: str) -> dict[str, dict[str, str]]:
    return {"set": {"user": user}, "secrets": {"access_key": key}}


DIALECT = Dialect(
    vendor="crmplus",
    path="/crmplus",
    entry="/webservice.php",
    default_user="admin",
    users=tuple(user.name for user in USERS),
    account=_account,
    open=_open,
)
