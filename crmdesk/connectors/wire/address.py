# SPDX-License-Identifier: MIT
"""Addresses as people type them: what cannot work is refused with a sentence."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence

_PORTS = {"http": 80, "https": 443}


def check_address(url: str) -> str:
    """The address without surrounding blanks and without a fragment.

    Raises:
        ProfileError: no or an unknown scheme, no host, a user or password inside, a bad port, blanks inside.
    """
    return _split(url).geturl()


def typed_address(url: str, example: str = "https://crm.example.com") -> SplitResult:
    """What a person typed or pasted as a CRM's address; without a scheme, https is meant.

    Raises:
        ProfileError: it cannot be an address, or holds a user or password.
    """
    text = url.strip()
    if "://" not in text:
        text = f"https://{text}"
    wrong = ProfileError(sentence("“{url}” is not an address. Write it like {example}.", url=url, example=example))
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in _PORTS or not host or any(letter.isspace() for letter in text):
        raise wrong
    if parts.username or parts.password:
        raise ProfileError(
            sentence("The address holds a user name or a password. Take them out; they have fields of their own.")
        )
    return parts


def host_of(url: str) -> str:
    """Host, with the port where it is not the usual one; for sentences.

    Raises:
        ProfileError: as ``check_address``.
    """
    parts = _split(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return host if parts.port in (None, _PORTS[parts.scheme]) else f"{host}:{parts.port}"


def is_loopback(url: str) -> bool:
    """Whether the address is this computer itself."""
    host = urlsplit(url).hostname or ""
    return is_this_computer(host) or host.endswith(".localhost")


def is_this_computer(host: str) -> bool:
    """By number or as ``localhost``; any other name, such as 127.example.com, is whatever a name server says."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def without_query(url: str) -> str:
    """Scheme, host and path: what of an address may be shown."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _split(url: str) -> SplitResult:
    text = url.strip()
    shown = text if "@" not in text else sentence("The address")
    if not text:
        raise ProfileError(
            sentence("The account has no address. Enter the CRM's address, for example https://crm.example.com.")
        )
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise ProfileError(
            sentence("{shown} is not a web address. Write it like https://crm.example.com.", shown=shown)
        ) from error
    if parts.username is not None or parts.password is not None:
        raise ProfileError(sentence("Take user and password out of the address; they have fields of their own."))
    if parts.scheme not in _PORTS or "://" not in text:
        raise ProfileError(
            sentence(
                "{shown} does not begin with https:// or http://. Write it like https://crm.example.com.", shown=shown
            )
        )
    if not parts.hostname or port == 0:
        raise ProfileError(sentence("{shown} names no server. Write it like https://crm.example.com.", shown=shown))
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise ProfileError(sentence("{shown} has a blank inside. Write it like https://crm.example.com.", shown=shown))
    return parts._replace(fragment="")
