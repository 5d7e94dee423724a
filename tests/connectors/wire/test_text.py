# SPDX-License-Identifier: MIT
"""Vendor spellings: every text is a value or None, never an exception; nothing becomes a float."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.connectors.wire import text

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("raw", "value"),
    [("0.00000000", Decimal(0)), (" 12.50 ", Decimal("12.50")), (5, Decimal(5)), (Decimal("1.1"), Decimal("1.1")),
     ("", None), (None, None), ("1,5", None), ("abc", None), ("NaN", None), ("Infinity", None), (True, Decimal(1))],
)  # fmt: skip
def test_decimals(raw: object, value: Decimal | None) -> None:
    assert text.to_decimal(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"), [("5", 5), ("5.000", 5), ("-3", -3), ("5.5", None), ("", None), ("x", None), (7, 7)]
)
def test_whole_numbers(raw: object, value: int | None) -> None:
    assert text.to_int(raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [("1", True), ("0", False), ("on", True), ("off", False), (True, True), (1, True), ("Yes", True), ("", None), ("?", None)],
)  # fmt: skip
def test_booleans(raw: object, value: bool | None) -> None:
    assert text.to_bool(raw) is value


def test_dates_and_times() -> None:
    assert text.to_date("2026-12-24") == date(2026, 12, 24)
    assert text.to_date("2026-12-24 10:00:00") == date(2026, 12, 24)
    assert text.to_time("14:30") == time(14, 30)
    assert text.to_time("23:59:59.000") == time(23, 59, 59)
    for bad in ("", "0000-00-00", "24.12.2026", "2026-13-45"):
        assert text.to_date(bad) is None
    for bad in ("", "25:99", "noon"):
        assert text.to_time(bad) is None


def test_datetimes_are_meant_on_the_servers_clock() -> None:
    assert text.to_datetime("2026-07-01 12:00:00", BERLIN) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert text.to_datetime("2026-07-01T12:00:00+00:00", BERLIN) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert text.from_datetime(datetime(2026, 7, 1, 10, 0, 0, 999_999, tzinfo=UTC), BERLIN) == "2026-07-01 12:00:00"
    for bad in ("", "0000-00-00 00:00:00", "24.12.2026 10:00", "2026-07", "2026-02-30 10:00:00"):
        assert text.to_datetime(bad) is None


def test_entities_and_astral_characters() -> None:
    assert text.decode_html("S&uuml;si &lt;b&gt; a&b") == "Süsi <b> a&b"
    assert text.has_astral("a😀")
    assert text.has_astral("\ud83d")
    assert not text.has_astral("漢字 \uffff")


@given(st.text() | st.integers() | st.booleans() | st.none() | st.decimals(allow_nan=True))
def test_nothing_raises_and_nothing_is_a_float(raw: object) -> None:
    for read in (
        text.to_text,
        text.to_decimal,
        text.to_int,
        text.to_bool,
        text.to_date,
        text.to_time,
        text.to_datetime,
    ):
        assert not isinstance(read(raw), float)
