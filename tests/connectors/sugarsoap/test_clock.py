# SPDX-License-Identifier: MIT
"""The server's clock: learnt from two answers, in whatever culture it writes."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crmdesk.connectors.vendors.sugarsoap.clock import Clock, learnt, zone_set
from crmdesk.domain.errors import ProfileError

GMT = "2026-11-22 07:25:04Z"


@pytest.mark.parametrize(
    ("server_time", "hours"),
    [
        ("11/22/2026 2:25:04 AM", -5),  # recorded
        ("22/11/2026 12:55:04", 5.5),
        ("22.11.2026 08:25:04", 1),
        ("2026-11-22 07:25:04", 0),  # recorded, SuiteCRM
        ("2026/11/22 19:25:04", 12),
        ("11/21/2026 10:25:05 PM", -9),
        ("22-11-2026 7:25:03 p.m.", 12),
        ("11/22/2026 12:25:04 AM", -7),
    ],
)
def test_the_difference_to_utc_is_learnt_from_any_culture(server_time: str, hours: float) -> None:
    clock = learnt(server_time, GMT)
    assert clock.is_known
    assert datetime(2026, 1, 1, tzinfo=UTC).astimezone(clock.zone).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("server_time", "gmt"), [("", GMT), ("nonsense", GMT), ("11/22/2026 2:25:04 AM", ""), ("1/1/2020 2:00:00", GMT), ("22/11/2026 12:55:04", "2026-99-99 00:00:00")]
)  # fmt: skip
def test_what_cannot_be_read_leaves_the_clock_unknown(server_time: str, gmt: str) -> None:
    clock = learnt(server_time, gmt)
    assert not clock.is_known
    assert clock.zone is UTC


def test_the_accounts_own_zone_wins() -> None:
    clock = learnt("11/22/2026 2:25:04 AM", GMT, zone_set("Europe/Berlin"))
    assert str(clock.zone) == "Europe/Berlin"
    assert zone_set("") is None
    assert zone_set(" utc ") is UTC
    with pytest.raises(ProfileError) as caught:
        zone_set("Nowhere/City")
    assert "Nowhere/City" in caught.value.user_text


def test_a_pure_date_is_the_servers_midnight_in_winter_and_in_summer() -> None:
    clock = learnt("11/22/2026 2:25:04 AM", GMT)
    assert clock.day(datetime(1980, 1, 1, 5, tzinfo=UTC)) == date(1980, 1, 1)  # recorded
    assert clock.day(datetime(2025, 7, 1, 4, tzinfo=UTC)) == date(2025, 7, 1)  # summer time, which is not known
    east = learnt("22/11/2026 17:25:04", GMT)
    assert east.day(datetime(2024, 12, 31, 14, tzinfo=UTC)) == date(2025, 1, 1)
    assert Clock().day(datetime(2025, 1, 1, tzinfo=UTC)) == date(2025, 1, 1)


def test_the_decimal_mark_is_guessed_from_the_dates() -> None:
    assert learnt("22.11.2026 08:25:04", GMT).decimal_mark == ","
    assert learnt("11/22/2026 2:25:04 AM", GMT).decimal_mark == "."
