# SPDX-License-Identifier: MIT
"""Which redirects are followed: within the account's own host, never to a worse scheme, never by changing what is asked."""

from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from crmdesk.connectors.port import Reply

MOST_REDIRECTS: Final = 5
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_SAME_AGAIN: Final = frozenset({307, 308})  # RFC 9110, 15.4.8 and 15.4.9: the method stays as it is; nothing was done
_PORTS: Final = {"http": 80, "https": 443}


def followed(reply: Reply, url: str, method: str) -> str | None:
    """Where to ask again, None = nowhere: it is no redirect, or one that is for the person to decide.

    What is asked travels along, keys included, therefore only to the same host and port, or from http to https on their
    usual ports. A POST is sent on by 307 and 308 alone: by the others a browser would make a GET of it.
    """
    location = reply.headers.get("Location", "")
    if not location or reply.status not in REDIRECTS or (method != "GET" and reply.status not in _SAME_AGAIN):
        return None
    try:
        there = urljoin(url, location)
        here, target = urlsplit(url), urlsplit(there)
        is_own = _place(here) == _place(target) or (
            here.hostname == target.hostname and _is_usual(here, "http") and _is_usual(target, "https")
        )
    except ValueError:
        return None
    printable = there.isascii() and there.isprintable() and not {" ", "\\"} & set(there)
    return target._replace(fragment="").geturl() if is_own and printable and "@" not in target.netloc else None


def _place(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _PORTS.get(parts.scheme)


def _is_usual(parts: SplitResult, scheme: str) -> bool:
    return parts.scheme == scheme and parts.port in (None, _PORTS[scheme])
