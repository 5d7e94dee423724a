# SPDX-License-Identifier: MIT
"""Which ways to a server are not taken, and which are taken with a warning."""

from urllib.parse import urlsplit

from crmdesk.connectors.wire.address import is_this_computer
from crmdesk.connectors.wire.certificates import spelled as spelled
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence

IN_THE_CLEAR = sentence(
    "This address is not encrypted: everybody on the way can read key and data. Use https:// if you can."
)
"""What is to be said of an address that ``is_in_the_clear``."""


def check_encryption(url: str, *, is_production: bool) -> None:
    """Refuse to send a production account's password and data in the clear; this computer itself is no network.

    Raises:
        ProfileError.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() == "http" and is_production and not is_this_computer(parts.hostname or ""):
        raise ProfileError(
            sentence(
                "{url} is not encrypted: anybody on the way could read the password. Write https://, or make the account "
                "a sandbox if it is a test system.",
                url=f"http://{parts.hostname}",
            )
        )


def is_in_the_clear(url: str) -> bool:
    """Whether what is sent to an address can be read on the way.

    Raises:
        ValueError: it is no address.
    """
    parts = urlsplit(url.strip())
    return parts.scheme.lower() == "http" and not is_this_computer(parts.hostname or "")
