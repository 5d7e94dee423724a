# SPDX-License-Identifier: MIT
"""CRM+ and its relatives (vtiger, coreBOS), over webservice.php."""

from crmdesk.connectors.port import Connector, Endpoint, Http, Interface, ProfileField, VendorPlugin
from crmdesk.connectors.vendors.crmplus.totals import terms
from crmdesk.domain.capabilities import Capabilities, Locking
from crmdesk.domain.names import VendorName
from crmdesk.domain.query import Op
from crmdesk.domain.sentence import sentence

_CAPABILITIES = Capabilities(
    # != finds no empty fields there, and nothing can ask for empty ones: both are filtered here.
    filters=frozenset({Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.CONTAINS, Op.STARTS_WITH, Op.IN}),
    can_or=True,
    can_not=False,
    can_nest=False,
    max_order_fields=3,
    can_mix_directions=False,
    max_page_size=100,
    can_count=True,
    max_sessions=4,
    locking=Locking.NONE,
    has_workflow_switch=True,
)


def _connect(endpoint: Endpoint, http: Http) -> Connector:
    from crmdesk.connectors.vendors.crmplus.connector import CrmPlusConnector

    return CrmPlusConnector(endpoint, http, _CAPABILITIES)


def _interfaces() -> tuple[Interface, ...]:
    from crmdesk.connectors.vendors.crmplus.connector import CrmPlusConnector

    return (Interface(connector=CrmPlusConnector, capabilities=_CAPABILITIES),)


PLUGIN = VendorPlugin(
    vendor=VendorName("crmplus"),
    title="CRM+",
    summary=sentence("User name and access key; vtiger too"),
    profile_fields=(
        ProfileField(
            name="user", label=sentence("User name"), hint=sentence("The name you sign in with."), placeholder="admin"
        ),
        ProfileField(
            name="access_key",
            label=sentence("Access key"),
            secret=True,
            hint=sentence("Not the password: in CRM+, My Preferences → Access key."),
        ),
        ProfileField(
            name="time_zone",
            label=sentence("Server's time zone"),
            required=False,
            hint=sentence("Only where times look shifted; most servers keep UTC."),
            placeholder="UTC",
            default="",
        ),
    ),
    capabilities=_CAPABILITIES,
    connect=_connect,
    interfaces=_interfaces,
    url_hint="https://crm.example.com",
    search_order=10,
    terms=terms,
)
