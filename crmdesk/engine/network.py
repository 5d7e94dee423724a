# SPDX-License-Identifier: MIT
"""What of an account's way to its server is a secret, and which ways are not taken."""

from urllib.parse import quote, unquote, urlsplit

from crmdesk.connectors.wire.certificates import spelled as spelled
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence

PROXY_PASSWORD = "proxy_password"
"""The name under which the keychain has it; no vendor's profile field is called so."""


def split_login(proxy: str) -> tuple[str, str]:
    """A proxy's address without its password, and the password; "" where it has none."""
    try:
        parts = urlsplit(proxy if "://" in proxy else f"//{proxy}")
        password = parts.password
    except ValueError:
        return proxy, ""
    if not password:
        return proxy, ""
    user, _, place = parts.netloc.rpartition("@")
    kept = parts._replace(netloc=f"{user.partition(':')[0]}@{place}").geturl()
    return kept if "://" in proxy else kept.removeprefix("//"), unquote(password)


def with_login(proxy: str, password: str) -> str:
    """The address with the password in its place; as it is where it names no user or there is none."""
    head, scheme, rest = proxy.rpartition("://")
    user, at, place = rest.rpartition("@")
    if not at or not password or ":" in user:
        return proxy
    return f"{head}{scheme}{user}:{quote(password, safe='')}@{place}"


def check_encryption(url: str, *, is_production: bool) -> None:
    """Refuse to send a production account's password and data in the clear; this computer itself is no network.

    Raises:
        ProfileError.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() == "http" and is_production and not _is_this_computer(parts.hostname or ""):
        raise ProfileError(
            sentence(
                "{url} is not encrypted: anybody on the way could read the password. Write https://, or make the account "
                "a sandbox if it is a test system.",
                url=f"http://{parts.hostname}",
            )
        )


def is_in_the_clear(url: str) -> bool:
    """Whether what is sent to an address can be read on the way."""
    parts = urlsplit(url.strip())
    return parts.scheme.lower() == "http" and not _is_this_computer(parts.hostname or "")


def _is_this_computer(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")
