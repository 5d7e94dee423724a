# SPDX-License-Identifier: MIT
"""CRM-service, over its SOAP integration services or its JSON:API, whichever answers."""

from crmdesk.connectors.port import Connector, Endpoint, Http, Interface, ProfileField, VendorPlugin
from crmdesk.connectors.vendors.crmservice.totals import terms
from crmdesk.domain.capabilities import Capabilities, Locking
from crmdesk.domain.names import VendorName
from crmdesk.domain.query import Op
from crmdesk.domain.sentence import sentence

REST = Capabilities(
    # The filter language of the vendor's own client. Nothing is negated: what is asked wider than it is meant (moments,
    # accents) would be narrower in its negation.
    filters=frozenset(Op),
    can_or=True,
    can_not=False,
    can_nest=True,
    max_order_fields=3,
    can_mix_directions=True,
    max_page_size=100,
    can_count=True,
    max_sessions=4,
    locking=Locking.NONE,
)
SOAP = Capabilities(
    # A search takes one field and one value ("ProductSearchCriteria" in the vendor's document).
    filters=frozenset({Op.EQ}),
    max_conditions=1,
    max_order_fields=0,
    max_page_size=100,
    can_count=False,
    max_sessions=4,
    locking=Locking.NONE,
)


def _connect(endpoint: Endpoint, http: Http) -> Connector:
    from crmdesk.connectors.vendors.crmservice.connector import CrmServiceConnector

    return CrmServiceConnector(endpoint, http, rest=REST, soap=SOAP)


def _interfaces() -> tuple[Interface, ...]:
    from crmdesk.connectors.vendors.crmservice.both import BothConnector
    from crmdesk.connectors.vendors.crmservice.rest.connector import RestConnector
    from crmdesk.connectors.vendors.crmservice.soap.connector import SoapConnector

    return (
        Interface(title="REST (JSON:API)", connector=RestConnector, capabilities=REST),
        Interface(title=sentence("REST, with an API key for SOAP too"), connector=BothConnector, capabilities=REST),
        Interface(title="SOAP", connector=SoapConnector, capabilities=SOAP),
    )


PLUGIN = VendorPlugin(
    vendor=VendorName("crmservice"),
    title="CRM-service",
    summary=sentence("API key"),
    profile_fields=(
        ProfileField(
            name="api_key",
            label=sentence("API key"),
            secret=True,
            required=False,
            hint=sentence(
                "In CRM-service: Settings → Web service API keys. A key carries its own rights; it is needed for SOAP."
            ),
        ),
        ProfileField(
            name="interface",
            label=sentence("Interface"),
            required=False,
            default="either",
            choices={
                "either": sentence("Whichever answers, REST first"),
                "rest": sentence("REST (JSON:API): browse, filter and edit everything"),
                "soap": sentence("SOAP: what this installation's services offer"),
            },
            hint=sentence("What answered is remembered, so that a key is not tried where it was refused."),
        ),
        ProfileField(
            name="token",
            label=sentence("REST token"),
            secret=True,
            required=False,
            hint=sentence("Only where the REST interface has a token of its own; empty = the API key."),
        ),
        ProfileField(
            name="portal_id",
            label=sentence("Customer portal"),
            required=False,
            placeholder="1",
            hint=sentence("The number of the portal whose logins you check most; a check may name another."),
        ),
        ProfileField(
            name="time_zone",
            label=sentence("Server's time zone"),
            required=False,
            placeholder="Europe/Helsinki",
            hint=sentence("Only where times look shifted."),
        ),
    ),
    capabilities=REST,
    connect=_connect,
    terms=terms,
    interfaces=_interfaces,
    url_hint="https://yourcompany.crmservice.fi",
    search_order=20,
)
