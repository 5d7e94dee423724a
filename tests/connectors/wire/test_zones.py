# SPDX-License-Identifier: MIT
"""Time zones as people name them."""

import pytest

from crmdesk.connectors.wire.zones import zone_named
from crmdesk.domain.errors import ProfileError


def test_the_time_zone_is_checked() -> None:
    assert str(zone_named("")) == str(zone_named(" utc ")) == "UTC"
    assert str(zone_named("Europe/Berlin")) == "Europe/Berlin"
    for bad in ("Berlin", "../etc/passwd", "\x00"):
        with pytest.raises(ProfileError, match="There is no time zone"):
            zone_named(bad)
