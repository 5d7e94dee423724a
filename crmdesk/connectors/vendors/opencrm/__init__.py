# SPDX-License-Identifier: MIT
"""OpenCRM, over its REST service."""

from crmdesk.connectors.port import Connector, Endpoint, Http, Interface, ProfileField, VendorPlugin
from crmdesk.connectors.vendors.opencrm.totals import terms
from crmdesk.domain.capabilities import Capabilities, Locking
from crmdesk.domain.names import VendorName
from crmdesk.domain.query import Op
from crmdesk.domain.sentence import sentence

_CAPABILITIES = Capabilities(
    # query_string knows =, LIKE, BEGINS, ENDS and CONTAINS (guide, "List Functions"). There is no negation, "more
    # conditions may produce inconsistent results" (a public client), and nothing finds empty fields.
    filters=frozenset({Op.EQ, Op.CONTAINS, Op.STARTS_WITH}),
    max_conditions=1,
    max_order_fields=0,
    max_page_size=200,
    can_count=True,
    max_sessions=3,  # limits depend on the subscription (guide); how many is not told
    locking=Locking.NONE,
)


def _connect(endpoint: Endpoint, http: Http) -> Connector:
    from crmdesk.connectors.vendors.opencrm.connector import OpenCrmConnector

    return OpenCrmConnector(endpoint, http, _CAPABILITIES)


def _interfaces() -> tuple[Interface, ...]:
    from crmdesk.connectors.vendors.opencrm.connector import OpenCrmConnector

    return (Interface(connector=OpenCrmConnector, capabilities=_CAPABILITIES),)


PLUGIN = VendorPlugin(
    vendor=VendorName("opencrm"),
    title="OpenCRM",
    summary=sentence("API key pair"),
    profile_fields=(
        ProfileField(
            name="key",
            label=sentence("API key"),
            secret=True,
            hint=sentence("Support makes the pair for you: support@opencrm.co.uk. It sees and changes everything."),
        ),
        ProfileField(
            name="passkey", label=sentence("Pass key"), secret=True, hint=sentence("The second key of the pair.")
        ),
        ProfileField(
            name="sign_in",
            label=sentence("Signing in"),
            required=False,
            default="accesskey",
            choices={
                "accesskey": sentence("Log in once, then use the access key"),
                "parameters": sentence("Send both keys with every request"),
                "headers": sentence("Send both keys as headers KEY1 and KEY2"),
            },
            hint=sentence("Any of the three works; a gateway in between may want the headers."),
        ),
        ProfileField(
            name="owner",
            label=sentence("New records belong to"),
            required=False,
            placeholder="1",
            hint=sentence(
                "A user's number; it stands in the address when you open the user in OpenCRM. Used where a new record names no owner."
            ),
        ),
        ProfileField(
            name="reports",
            label=sentence("Reports"),
            required=False,
            placeholder="12 = Open orders; custom 7 = Sales by region",
            hint=sentence(
                "The API cannot list reports. Give their numbers; “custom” before those that OpenCRM built for you."
            ),
        ),
        ProfileField(
            name="contact_edit",
            label=sentence("Contacts are saved with"),
            required=False,
            default="edit_contact",
            choices={
                "edit_contact": "edit_contact",
                "edit_contact_custom1": "edit_contact_custom1",
                "edit_contact_custom2": "edit_contact_custom2",
            },
            hint=sentence("Only where OpenCRM built a method of your own for contacts."),
        ),
        ProfileField(
            name="time_zone",
            label=sentence("Server's time zone"),
            required=False,
            placeholder="Europe/London",
            hint=sentence("Only where times look shifted."),
        ),
    ),
    capabilities=_CAPABILITIES,
    connect=_connect,
    interfaces=_interfaces,
    url_hint="https://yoursystemname.opencrm.co.uk",
    search_order=30,
    terms=terms,
)
