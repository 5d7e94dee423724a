# SPDX-License-Identifier: MIT
"""A place in a list goes to the engine and comes back, or is lost in a sentence."""

from dataclasses import dataclass

import pytest

from crmdesk.connectors.wire.cursors import cursor_of, place_of
from crmdesk.domain.errors import MalformedReply
from crmdesk.domain.names import Cursor


@dataclass(frozen=True, slots=True)
class Place:
    """Where a list goes on."""

    page: int
    last: str = ""
    restarts: int = 0


def test_there_and_back() -> None:
    place = Place(3, "9ä")
    assert place_of(Place, cursor_of(place)) == place
    assert cursor_of(None) is None
    assert place_of(Place, None) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"page": 1, "other": 2}',
        "null",
        "7",
        '{"page": 1}',
        '{"page": 1, "last": 7, "restarts": 0}',
        '{"page": 1, "last": "", "restarts": true}',
    ],
)
def test_what_is_not_ours_is_told(text: str) -> None:
    with pytest.raises(MalformedReply, match="Reload it"):
        place_of(Place, Cursor(text))
