# SPDX-License-Identifier: MIT
"""The account's details: what they say of sorting."""

import pytest

from crmdesk.domain.capabilities import Capabilities
from crmdesk.ui.accounts.account_sheet import sorting_words


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
