# SPDX-License-Identifier: MIT
"""SplendidCRM, SugarCRM and SuiteCRM, over the SOAP service that they share ("sugarsoap")."""

from dataclasses import replace

from crmdesk.connectors.port import Connector, Endpoint, Http, Interface, ProfileField, VendorPlugin
from crmdesk.connectors.vendors.sugarsoap.totals import terms
from crmdesk.domain.capabilities import Capabilities, Locking
from crmdesk.domain.names import VendorName
from crmdesk.domain.query import Op
from crmdesk.domain.sentence import sentence

_CAPABILITIES = Capabilities(
    # != forgets empty fields in SQL, and so does every negation: both are filtered here.
    filters=frozenset({Op.EQ, Op.LT, Op.LE, Op.GT, Op.GE, Op.CONTAINS, Op.STARTS_WITH, Op.IN, Op.IS_EMPTY}),
    can_or=True,
    can_not=False,
    can_nest=True,
    max_order_fields=1,
    can_sort_down=False,
    max_page_size=500,
    can_count=False,
    max_sessions=4,
    locking=Locking.NONE,
)


def _connect(endpoint: Endpoint, http: Http) -> Connector:
    from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector

    return SugarSoapConnector(endpoint, http, _CAPABILITIES)


def _interfaces() -> tuple[Interface, ...]:
    from crmdesk.connectors.vendors.sugarsoap.connector import SugarSoapConnector

    php = replace(_CAPABILITIES, can_sort_down=True, can_count=True)
    return (
        Interface(title="SplendidCRM (soap.asmx)", connector=SugarSoapConnector, capabilities=_CAPABILITIES),
        Interface(title="SugarCRM or SuiteCRM (soap.php)", connector=SugarSoapConnector, capabilities=php),
    )


PLUGIN = VendorPlugin(
    vendor=VendorName("sugarsoap"),
    title="SplendidCRM / SugarCRM",
    summary=sentence("User name and password; SuiteCRM too"),
    profile_fields=(
        ProfileField(
            name="user", label=sentence("User name"), hint=sentence("The name you sign in with."), placeholder="admin"
        ),
        ProfileField(
            name="password",
            label=sentence("Password"),
            secret=True,
            hint=sentence(
                "The password you sign in with. It leaves this computer as MD5 only; five wrong ones lock the user."
            ),
        ),
        ProfileField(
            name="interface",
            label=sentence("Interface"),
            required=False,
            default="auto",
            choices={
                "auto": sentence("Whichever answers"),
                "splendid": "SplendidCRM (soap.asmx)",
                "sugar": "SugarCRM or SuiteCRM (soap.php)",
            },
            hint=sentence("Only where the address holds both."),
        ),
        ProfileField(
            name="soap_version",
            label=sentence("SOAP version"),
            required=False,
            default="auto",
            choices={"auto": sentence("Any; 1.2 first, it is quicker"), "1.1": "1.1", "1.2": "1.2"},
            hint=sentence("Only where something on the way refuses one of them."),
        ),
        ProfileField(
            name="password_form",
            label=sentence("Password is sent"),
            required=False,
            default="md5",
            choices={
                "md5": sentence("As MD5, the usual way"),
                "plain": sentence("As it is, for single sign-on tokens"),
            },
            hint=sentence("Only where your administrator says so."),
        ),
        ProfileField(
            name="time_zone",
            label=sentence("Server's time zone"),
            required=False,
            placeholder="Europe/Berlin",
            hint=sentence("Learnt from the server's clock; only where times look shifted."),
        ),
    ),
    capabilities=_CAPABILITIES,
    connect=_connect,
    terms=terms,
    interfaces=_interfaces,
    url_hint="https://crm.example.com",
    search_order=20,
)
