# SPDX-License-Identifier: MIT
"""The server's time zone, as a person names it."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.sentence import sentence


def zone_named(name: str) -> tzinfo:
    """The zone of times that come without one; "" is UTC.

    Raises:
        ProfileError: no such zone.
    """
    if not name.strip() or name.strip().upper() == "UTC":
        return UTC
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ProfileError(
            sentence("There is no time zone “{name}”. Write it like Europe/Berlin, or leave it empty.", name=name)
        ) from error
