# SPDX-License-Identifier: MIT
"""webCRM, over its REST API."""

from crmdesk.connectors.port import Connector, Endpoint, Http, Interface, ProfileField, VendorPlugin
from crmdesk.connectors.vendors.webcrm.totals import terms
from crmdesk.domain.capabilities import Capabilities, Locking
from crmdesk.domain.names import VendorName
from crmdesk.domain.query import Op
from crmdesk.domain.sentence import sentence

_CAPABILITIES = Capabilities(
    # Through /Queries, for those kinds that the server answers queries about: each field says whether it can. Nothing
    # is negated, and nothing asks for empty fields: how the server keeps those is not told.
    filters=frozenset({Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.CONTAINS, Op.STARTS_WITH, Op.IN}),
    can_or=True,
    can_not=False,
    can_nest=True,
    max_order_fields=3,
    can_mix_directions=True,
    max_page_size=1000,
    can_count=False,
    max_sessions=3,  # 250 requests a minute in all, whatever the sessions (api.webcrm.com)
    locking=Locking.NONE,
)


def _connect(endpoint: Endpoint, http: Http) -> Connector:
    from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector

    return WebCrmConnector(endpoint, http, _CAPABILITIES)


def _interfaces() -> tuple[Interface, ...]:
    from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector

    return (Interface(connector=WebCrmConnector, capabilities=_CAPABILITIES),)


PLUGIN = VendorPlugin(
    vendor=VendorName("webcrm"),
    title="webCRM",
    summary=sentence("Application token"),
    profile_fields=(
        ProfileField(
            name="application_token",
            label=sentence("Application token"),
            secret=True,
            hint=sentence("In webCRM: Configuration → Integration → API → REST. A token carries its own rights."),
            placeholder="12345678-90ab-cdef-1234-4567890abcdef",
        ),
        ProfileField(
            name="time_zone",
            label=sentence("Server's time zone"),
            required=False,
            hint=sentence("Only where times look shifted; webCRM usually tells the zone with each time."),
            placeholder="UTC",
            default="",
        ),
    ),
    capabilities=_CAPABILITIES,
    connect=_connect,
    interfaces=_interfaces,
    url_hint="https://api.webcrm.com",
    search_order=50,
    terms=terms,
)
