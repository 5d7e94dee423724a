# SPDX-License-Identifier: MIT
"""Three regimes of failure, one tree of errors."""

import pytest

from crmdesk.connectors.vendors.sugarsoap import faults
from crmdesk.connectors.wire.soap import SoapFault
from crmdesk.domain.errors import (
    BadCredentials,
    CrmError,
    Invalid,
    MalformedReply,
    NotFound,
    NotPermitted,
    OutcomeUnclear,
    ServerFault,
    SessionExpired,
    UnknownOperation,
)

NET = "System.Web.Services.Protocols.SoapException: Server was unable to process request. ---> System.Exception: {}\n  at SplendidCRM.soap.X () [0x00033] in <3cc8>:0"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Invalid username and/or password for will", BadCredentials),
        ("This user has been locked out.", BadCredentials),
        ("The session ID is invalid.  00000000-0000-0000-0000-000000000000", SessionExpired),
        ("This module is not available on this server", NotPermitted),
        ("Insufficient Access", NotPermitted),
        ("Method not implemented.", UnknownOperation),
        ("Relationship between Accounts and Leads is not defined", Invalid),
        ("A relationship between Contacts and X has not been defined.", Invalid),
        ("Guid should contain 32 digits with 4 dashes (xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx).", Invalid),
        ("Cannot find column [NOPE].", ServerFault),
        ("Invalid column name 'NOPE'.", ServerFault),
        ("The expression contains an invalid string constant: ').", ServerFault),
    ],
)
def test_what_splendidcrm_says_becomes_one_error(text: str, kind: type[CrmError]) -> None:
    made = faults.of_fault(SoapFault("Server", NET.format(text)), "get_entry_list")
    assert type(made) is kind
    assert "SplendidCRM.soap.X" not in made.user_text  # the stack trace is for the details
    assert "SplendidCRM.soap.X" in made.detail or isinstance(made, Invalid)
    assert made.user_text.endswith((".", ").", "]."))


def test_an_unknown_sentence_is_shown_as_it_is() -> None:
    made = faults.of_fault(SoapFault("Server", NET.format("Something new")), "set_entry")
    assert made.user_text == "The server refused: Something new"
    assert not made.may_be_done


@pytest.mark.parametrize(
    ("number", "operation", "kind"),
    [
        (10, "login", BadCredentials), (10, "get_entry_list", SessionExpired), (11, "set_entry", SessionExpired), (20, "get_entry", NotPermitted),
        (40, "get_entry_list", NotPermitted), (51, "get_entry", NotFound), (1009, "login", BadCredentials), (60, "login", BadCredentials),
        (30, "x", UnknownOperation), (50, "set_entry", Invalid), (4711, "x", ServerFault),
    ],
)  # fmt: skip
def test_sugarcrms_numbers_inside_a_result_and_as_a_fault(number: int, operation: str, kind: type[CrmError]) -> None:
    told = {"id": "-1", "error": {"number": str(number), "name": "Name", "description": "Why"}}
    inside = faults.of_result(told, operation)  # type: ignore[arg-type]
    assert type(inside) is kind
    outside = faults.of_fault(SoapFault(str(number), "Why"), operation)
    assert isinstance(outside, kind)
    assert type(faults.of_result({"number": str(number), "name": "", "description": "Why"}, operation)) is kind


def test_marks_of_failure_without_a_number() -> None:
    assert type(faults.of_result({"id": "-1", "error": {"number": "0"}}, "login")) is BadCredentials
    assert type(faults.of_result("-1", "get_user_id")) is SessionExpired
    assert type(faults.of_result({"result_count": "-1"}, "get_entry_list")) is ServerFault


@pytest.mark.parametrize(
    "fine", [None, "", "1", [], {"id": ""}, {"result_count": "0", "error": {"number": "0"}}, {"id": "k", "error": None}]
)
def test_no_error_is_none(fine: object) -> None:
    assert faults.of_result(fine, "x") is None  # type: ignore[arg-type]


def test_the_error_value_of_a_stranger_counts_too() -> None:
    """sync_get_modified_relationships of SplendidCRM (recorded)."""
    told = {
        "result_count": "0",
        "error": {"number": "-1", "name": "not supported", "description": "… is not supported at this time"},
    }
    made = faults.of_result(told, "sync_get_modified_relationships")  # type: ignore[arg-type]
    assert isinstance(made, ServerFault)
    assert "not supported" in made.user_text


def test_a_bare_database_failure_is_told_from_other_breakdowns() -> None:
    bare = ServerFault(
        "The server could not answer: Database failure. Please refer to suitecrm.log for details.", "HTTP 500."
    )
    assert faults.refuses_query(bare)
    assert "filter" in faults.query_refused(bare).user_text
    assert faults.refuses_query(
        faults.of_fault(SoapFault("Server", NET.format("Cannot find column [X].")), "get_entry_list")
    )
    for other in (ServerFault("no"), SessionExpired("over"), MalformedReply("odd")):
        assert not faults.refuses_query(other)


def test_rows_behind_the_end() -> None:
    assert faults.is_past_the_end(SoapFault("Server", NET.format("Arithmetic operation resulted in an overflow.")))
    assert not faults.is_past_the_end(SoapFault("Server", NET.format("Something else")))
    assert not faults.is_past_the_end(SessionExpired("over"))
    assert OutcomeUnclear("x").may_be_done
