# SPDX-License-Identifier: MIT
"""Numbers as people write them."""

from decimal import Decimal

import pytest

from crmdesk.ui.table.cells import Column, Kind
from crmdesk.ui.table.grid_selection import number_of

MONEY = Column(key="m", title="M", kind=Kind.MONEY)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 250 000,00", Decimal("1250000.00")),
        ("1\u00a0250,5 €", Decimal("1250.5")),
        ("1,250,000.75", Decimal("1250000.75")),
        ("1.250.000,75", Decimal("1250000.75")),
        ("1’250.75", Decimal("1250.75")),
        ("−3", Decimal(-3)),
        ("", None),
        ("n/a", None),
        ("NaN", None),
        ("1.2.3", None),
    ],
)
def test_number_of(text: str, number: Decimal | None) -> None:
    assert number_of(text, MONEY) == number


def test_texts_are_never_summed() -> None:
    assert number_of("12", Column(key="t", title="T")) is None
