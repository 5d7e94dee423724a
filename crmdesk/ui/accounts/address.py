# SPDX-License-Identifier: MIT
"""Addresses as people type them: the scheme that was left out, what is wrong, a name to suggest."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from crmdesk.engine.logins import holds_password, split_login
from crmdesk.engine.network import is_in_the_clear
from crmdesk.ui.wording import tr

_SECOND_LEVEL = frozenset({"co", "com", "org", "net", "gov", "ac", "or", "gv"})  # co.uk, com.au, or.at


def with_scheme(typed: str) -> str:
    """The address trimmed, with https:// where no scheme was typed (http:// for this computer itself)."""
    text = typed.strip()
    if not text or re.match(r"^[a-z][a-z0-9+.-]*://", text, re.IGNORECASE):
        return text
    text = text.removeprefix("//")
    host = re.split(r"[/:?#]", text, maxsplit=1)[0].lower()
    return ("http://" if host in ("localhost", "127.0.0.1") else "https://") + text


def address_problem(typed: str, *, login_allowed: bool = False) -> str:
    """A sentence on what is wrong with an address, "" = it can work. `login_allowed`: a proxy's may hold a login."""
    text = with_scheme(split_login(typed)[0] if login_allowed else typed)
    if not text:
        return tr("Fill in the address, for example https://crm.example.com/")
    if re.search(r"\s", text):
        return tr("An address has no blanks.")
    if holds_password(text) and not login_allowed:
        return tr("Take the user name and password out of the address; they have fields of their own.")
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return tr("This is no web address. It looks like https://crm.example.com/")
    if parts.scheme.lower() not in ("http", "https"):
        return tr("The address begins with https://, not with {scheme}://", scheme=parts.scheme)
    if not host or host.startswith(".") or ".." in host:
        return tr("This is no web address. It looks like https://crm.example.com/")
    if parts.username is not None and not login_allowed:
        return tr("Take the user name and password out of the address; they have fields of their own.")
    return ""


def is_unencrypted(typed: str) -> bool:
    """Whether the address leads over the network without encryption."""
    try:
        return is_in_the_clear(with_scheme(typed))
    except ValueError:
        return False


def name_from_address(typed: str, vendor_title: str) -> str:
    """A name for the account, from the host: "Nordwind Main" for crm.nordwind.example; "" without a host."""
    try:
        host = urlsplit(with_scheme(typed)).hostname or ""
    except ValueError:
        return ""
    if not host:
        return ""
    try:
        ip_address(host)
    except ValueError:
        labels = host.strip(".").split(".")
        if len(labels) > 2 and labels[-2] in _SECOND_LEVEL:
            labels = labels[:-1]
        word = labels[-2] if len(labels) > 1 else labels[0]
        return f"{word[:1].upper()}{word[1:]} {vendor_title}"
    return f"{host} {vendor_title}"
