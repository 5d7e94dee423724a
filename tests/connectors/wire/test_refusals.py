# SPDX-License-Identifier: MIT
"""Refusals of every server alike: how long to wait, what may have been done, and no secret in any part."""

import pytest

from crmdesk.connectors.wire.refusals import WAIT_S, failure, guarded, guarding, refusal, retry_after_s, words_of
from crmdesk.domain.errors import CrmError, Invalid, OutcomeUnclear, ServerFault, SessionExpired
from crmdesk.domain.names import FieldName
from crmdesk.domain.sentence import sentence


@pytest.mark.parametrize(
    ("told", "seconds"),
    [("14", 14), (" 0 ", 0), ("1.5", 1.5), ("", WAIT_S), ("soon", WAIT_S), ("-1", WAIT_S), ("99999999", WAIT_S),
     ("²", WAIT_S), ("Wed, 21 Oct 2026 07:28:00 GMT", WAIT_S)],
)  # fmt: skip
def test_a_pause_is_what_the_server_says_up_to_an_hour(told: str, seconds: float) -> None:
    assert retry_after_s({"retry-after": told}) == retry_after_s({"Retry-After": told}) == seconds


def test_a_server_that_says_nothing_is_given_the_time_asked_for() -> None:
    assert (retry_after_s({}), retry_after_s({}, 30.0)) == (WAIT_S, 30.0)


@pytest.mark.parametrize(
    ("status", "write", "kind", "retryable", "may_be_done"),
    [(400, True, Invalid, False, False), (422, False, Invalid, False, False), (418, True, ServerFault, False, False),
     (500, False, ServerFault, True, False), (502, True, OutcomeUnclear, True, True),
     (302, False, ServerFault, False, False)],
)  # fmt: skip
def test_a_status_tells_who_failed(
    status: int, write: bool, kind: type[CrmError], retryable: bool, may_be_done: bool
) -> None:
    failed = refusal(status, "", "detail", write=write)
    assert type(failed) is kind
    assert (failed.retryable, failed.may_be_done, failed.detail) == (retryable, may_be_done, "detail")
    assert "no reason given" in failed.user_text


def test_no_part_of_an_error_keeps_a_secret() -> None:
    def redacted(text: str) -> str:
        return text.replace("K3Y", "•••")

    fault = guarded(ServerFault("K3Y?", "no K3Y", text="K3Y is wrong"), redacted)
    assert (fault.user_text, str(fault), fault.detail, fault.text) == ("•••?", "•••?", "no •••", "••• is wrong")
    invalid = guarded(Invalid("no", per_field={FieldName("key"): "K3Y is too short"}), redacted)
    assert invalid.per_field == {"key": "••• is too short"}
    clean = sentence("There is no {thing}.", thing="such record")
    assert guarded(ServerFault(clean), redacted).user_text is clean


def test_the_words_of_a_page_are_on_one_line() -> None:
    assert words_of("<h1>Fatal</h1>\n error") == "Fatal error"
    assert len(words_of("a" * 5000)) == 500


def test_an_error_that_goes_on_is_without_secrets_and_an_ended_session_is_told() -> None:
    ended: list[bool] = []
    for error, count in ((ServerFault("K3Y", "", text=""), 0), (SessionExpired("K3Y is over"), 1)):
        with (
            pytest.raises(type(error), match="•••"),
            guarding(lambda text: text.replace("K3Y", "•••"), lambda: ended.append(True)),
        ):
            raise error
        assert len(ended) == count


def test_a_breakdown_in_a_write_leaves_the_outcome_open_and_words_short() -> None:
    failed = failure(500, "x" * 1000, "detail", write=True)
    assert isinstance(failed, OutcomeUnclear)
    assert "x" * 201 not in failed.user_text
    assert failed.text == "x" * 1000
    assert "look at the record before you try again" in failed.user_text
