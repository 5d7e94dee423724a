# SPDX-License-Identifier: MIT
"""The account's details: what they say of sorting, and that all of it can be read."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from crmdesk.domain.capabilities import Capabilities
from crmdesk.ui.accounts.account_sheet import AccountSheet, sorting_words
from tests.journeys.conftest import Play
from tests.ui.house import house
from tests.ui.waiting import host, until


@pytest.mark.parametrize(
    ("fields", "down", "said"),
    [
        (0, True, "nothing: this computer sorts"),
        (0, False, "nothing: this computer sorts"),
        (1, True, "by one column"),
        (1, False, "by one column, upwards only: downwards is sorted on this computer"),
        (3, True, "by up to 3 columns"),
    ],
)
def test_says_what_the_server_sorts(fields: int, down: bool, said: str) -> None:
    assert sorting_words(Capabilities(max_order_fields=fields, can_sort_down=down)) == said


def test_the_sheet_has_room_for_what_the_server_told(play: Play, tmp_path: Path) -> None:
    async def scene() -> None:
        async with house(tmp_path) as h:
            with host() as window:
                sheet = AccountSheet(await h.account(), h.errors.append)
                sheet.open_in(window)
                await until(lambda: any(one.text() == "Vendor" for one in sheet.findChildren(QLabel)))
                await until(lambda: not sheet._scope.busy)
                labels = [one for one in sheet.findChildren(QLabel) if one.isVisible()]
                assert len(labels) > 10
                assert [one.text() for one in labels if one.height() < one.fontMetrics().height()] == []
                sheet.reject()
        assert h.errors == []

    play(scene())
