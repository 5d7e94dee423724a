# SPDX-License-Identifier: MIT
"""PURE: the service's address, from whatever of the CRM's addresses was pasted."""

from urllib.parse import urlunsplit

from crmdesk.connectors.vendors.sugarsoap.family import Family
from crmdesk.connectors.wire.address import typed_address
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence

FILES = {Family.SPLENDID: "soap.asmx", Family.SUGAR: "soap.php"}
INTERFACES = {"splendid": (Family.SPLENDID,), "sugar": (Family.SUGAR,)}


def addresses(url: str, interface: str) -> tuple[str, ...]:
    """The addresses to try, the likeliest first.

    Args:
        interface: "splendid", "sugar", or anything else for whichever answers.

    Raises:
        ProfileError: it cannot be an address, or it is that of another service.
    """
    parts = typed_address(url)
    path = parts.path.rstrip("/")
    if "/service/v" in path.lower():
        raise ProfileError(
            sentence(
                "This is the address of SugarCRM's newer service. Give the address of the CRM itself, up to “/service”."
            )
        )
    file = path.rpartition("/")[2].lower()
    if file.endswith(".asmx") or file == FILES[Family.SUGAR]:
        return (urlunsplit((parts.scheme, parts.netloc, path, "", "")),)
    if file.endswith((".php", ".aspx", ".html", ".htm")):
        path = path.rpartition("/")[0]
    families = INTERFACES.get(interface, (Family.SPLENDID, Family.SUGAR))
    return tuple(urlunsplit((parts.scheme, parts.netloc, f"{path}/{FILES[one]}", "", "")) for one in families)


def web_address(service: str, family: Family, module: str, key: str) -> str:
    """A record's page in the CRM's own web interface.

    GUESS: SplendidCRM's ``view.aspx?ID=`` and SugarCRM's ``action=DetailView`` are their public pages' usual addresses.
    """
    base = service.rpartition("/")[0]
    if family is Family.SPLENDID:
        return f"{base}/{module}/view.aspx?ID={key}"
    return f"{base}/index.php?module={module}&action=DetailView&record={key}"
