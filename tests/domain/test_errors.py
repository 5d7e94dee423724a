# SPDX-License-Identifier: MIT
"""Errors: the tree, what may be tried again, and what may have been done all the same."""

import inspect

import pytest

from crmdesk.domain import errors
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record

EXTRA: dict[str, dict[str, object]] = {
    "TooLarge": {"limit_bytes": 5},
    "RateLimited": {"retry_after_s": 1.5},
    "Conflict": {"server": Record(RecordId(ModuleName("A"), "1"), {})},
}
KINDS = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.CrmError) and kind is not errors.Unsupported
]


def make(kind: type[errors.CrmError]) -> errors.CrmError:
    error: errors.CrmError = kind("What happened. What to do.", "detail", **EXTRA.get(kind.__name__, {}))
    return error


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_says_what_happened_and_keeps_its_detail(kind: type[errors.CrmError]) -> None:
    error = make(kind)
    assert str(error) == error.user_text == "What happened. What to do."
    assert error.detail == "detail"
    assert kind.__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_the_tree_in_the_docstring_is_the_tree(kind: type[errors.CrmError]) -> None:
    tree = errors.__doc__ or ""
    if kind.__bases__ == (errors.CrmError,) or kind.__name__ in ("TimedOut", "MalformedReply", "Conflict", "NotACrm"):
        assert kind.__name__ in tree


def test_what_may_have_been_done_all_the_same() -> None:
    unsure = {kind.__name__ for kind in KINDS if make(kind).may_be_done}
    assert unsure == {"TimedOut", "TooLarge", "OutcomeUnclear", "MalformedReply"}
    assert not errors.TimedOut("late", sent=False).may_be_done


def test_what_may_be_tried_again() -> None:
    again = {kind.__name__ for kind in KINDS if make(kind).retryable}
    assert again == {"ConnectionFailed", "NotReachable", "TimedOut", "SessionExpired", "OutcomeUnclear", "RateLimited"}


def test_particulars_are_kept() -> None:
    assert errors.TooLarge("x", limit_bytes=5).limit_bytes == 5
    assert errors.RateLimited("x", retry_after_s=1.5).retry_after_s == 1.5
    assert errors.Invalid("x", per_field={FieldName("a"): "no"}).per_field == {"a": "no"}
    assert errors.Invalid("x").per_field == {}
    assert errors.ServerFault("x", code="C", text="T").code == "C"
    assert "counting" in errors.Unsupported("counting").user_text
