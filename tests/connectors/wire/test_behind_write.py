# SPDX-License-Identifier: MIT
"""Behind a write nothing looks like a refusal, and what was read comes through."""

import pytest

from crmdesk.connectors.wire.behind_write import in_part, read_back
from crmdesk.domain.errors import NotFound, OutcomeUnclear, SessionExpired


def _gone() -> int:
    raise NotFound("It is gone.", "excerpt")


def _expired() -> int:
    raise SessionExpired("Sign in again.")


def test_what_was_read_comes_through() -> None:
    assert read_back(lambda: 3) == 3
    assert in_part(lambda: "x") == "x"


@pytest.mark.parametrize(("document", "what"), [(False, "record"), (True, "document")])
def test_a_failed_look_is_an_unclear_outcome(document: bool, what: str) -> None:
    with pytest.raises(OutcomeUnclear, match=rf"It was saved.*It is gone.*Reload the {what}") as caught:
        read_back(_gone, document=document)
    assert caught.value.detail == "excerpt"
    assert caught.value.may_be_done


def test_a_session_that_ends_in_the_middle_does_not_send_a_document_again() -> None:
    with pytest.raises(OutcomeUnclear, match=r"A part of the document was saved.*Sign in again"):
        in_part(_expired)
