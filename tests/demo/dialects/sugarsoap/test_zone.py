# SPDX-License-Identifier: MIT
"""Times of a server in New York."""

import pytest

from crmdesk.demo.dialects.sugarsoap import zone


@pytest.mark.parametrize(
    ("utc", "kept"), [("2024-01-01 13:00:00", "2024-01-01 08:00:00"), ("2024-06-01 16:30:15", "2024-06-01 12:30:15")]
)
def test_summer_is_an_hour_nearer(utc: str, kept: str) -> None:
    assert zone.local_from_utc(utc) == kept
    assert zone.utc_text(kept) == utc.replace("-", "/")


def test_culture_has_no_leading_zeros() -> None:
    assert zone.culture_text("2024-06-01 12:30:15") == "6/1/2024 12:30:15 PM"
    assert zone.culture_text("2026-11-22 00:05:04") == "11/22/2026 12:05:04 AM"
    assert zone.culture_text("") == ""


@pytest.mark.parametrize(
    "text",
    ["", "x", "2025-13-01", "31/31/2025", "2025-02-30", "0001-01-01T00:00:00+14:00", "13:00 PM", "1/1/2025 13:00 PM"],
)
def test_what_is_no_date_is_nothing(text: str) -> None:
    assert zone.read(text) == ""


def test_keys_sort_dates_in_any_spelling() -> None:
    assert zone.key("2025-01-01") == zone.key("1/1/2025") == zone.key("20250101") == "2025-01-01 00:00:00"
    assert zone.key("soon") is None
