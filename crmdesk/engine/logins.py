# SPDX-License-Identifier: MIT
"""Logins that people write into addresses: a password may hold whatever else divides an address. Pure."""

import re
from urllib.parse import quote, unquote

PROXY_PASSWORD = "proxy_password"
"""The name under which the keychain has it; no vendor's profile field is called so."""
_SCHEME = re.compile(r"(?i)^(?:https?|socks[45][ah]?)://")
_PASSWORD = re.compile(r"[^/@?#]*:(?!\d+/)[^@]*@")


def split_login(proxy: str) -> tuple[str, str]:
    """A proxy's address without its password, and the password; "" where it has none.

    The password is all between the first colon and the last @: ``2024#Summer`` is no port with something behind it.
    """
    scheme, login, place = _parts(proxy)
    user, _, password = login.partition(":")
    if not password:
        return proxy, ""
    return f"{scheme}{user}@{place}", unquote(password)


def with_login(proxy: str, password: str) -> str:
    """The address with the password in its place; as it is where it names no user or there is none."""
    scheme, user, place = _parts(proxy)
    if not user or not password or ":" in user:
        return proxy
    return f"{scheme}{user}:{quote(password, safe='')}@{place}"


def holds_password(url: str) -> bool:
    """Whether a server's address holds one; one that begins like a port and goes on with a / cannot be told from a path."""
    return _PASSWORD.match(_SCHEME.sub("", url, count=1)) is not None


def _parts(address: str) -> tuple[str, str, str]:
    """Scheme with its slashes, login, place; the first two may be empty."""
    begun = _SCHEME.match(address)
    scheme = begun[0] if begun else ""
    login, _, place = address[len(scheme) :].rpartition("@")
    return scheme, login, place
