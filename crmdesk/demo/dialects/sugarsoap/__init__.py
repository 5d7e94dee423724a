# SPDX-License-Identifier: MIT
"""The wire format of sugarsoap: SplendidCRM's `soap.asmx` and, beside it, its ancestor's `soap.php` as SuiteCRM serves it.

Both families answer under the same prefix, each with data of its own: which one is asked, the path says.
"""

from crmdesk.demo.dialect import Dialect, Settings, Site
from crmdesk.demo.dialects.sugarsoap.users import USERS

SPLENDID_ENTRY = "/soap.asmx"
SUITE_ENTRY = "/soap.php"


def _open(settings: Settings) -> Site:
    """Return the pretended servers; imported here, because the program's first paint waits for this package."""
    from crmdesk.demo.dialects.sugarsoap.site import SugarSoapSite

    return SugarSoapSite(settings)


def _account(user: str, key: str) -> dict[str, dict[str, str]]:
    return {"set": {"user": user}, "secrets": {"password": key}}


DIALECT = Dialect(
    vendor="sugarsoap",
    path="/sugarsoap",
    entry=SPLENDID_ENTRY,
    default_user="admin",
    users=tuple(user.name for user in USERS if user.has_password),
    account=_account,
    open=_open,
)
