# SPDX-License-Identifier: MIT
"""``crmdesk call``: lists, describes, reads, and writes only when told to, noted as in the window."""

import json

import pytest

from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Crm


def test_call_reads(crm: Crm, account: list[str]) -> None:
    answer = crm("call", "query", "query=select id from Accounts limit 1;", *account)
    assert answer.code == 0
    assert list(json.loads(answer.out)[0]) == ["id"]
    assert len(json.loads(crm("call", *account).out)) == 25


def test_call_describes_without_calling(crm: Crm, account: list[str], demo: DemoServer) -> None:
    answer = crm("call", "changepassword", "--describe", *account)
    assert answer.code == 0
    told = json.loads(answer.out)
    assert told["name"] == "changePassword"
    assert told["write"] is True
    parts = {part["name"]: part for part in told["parts"]}
    assert parts["oldPassword"]["secret"] is True
    assert parts["oldPassword"]["kind"] == "text"
    assert not any(seen.operation == "changePassword" for seen in demo.seen)


def test_call_writes_only_when_told_to(crm: Crm, account: list[str], demo: DemoServer) -> None:
    before = len(demo.seen)
    answer = crm("call", "delete", "id=3x17", *account)
    assert answer.code == 2
    assert "--write" in answer.err
    assert not any(seen.operation == "delete" for seen in list(demo.seen)[before:])
    made = crm("call", "create", "elementType=Leads", 'element={"lastname":"Koch","assigned_user_id":"19x1"}',
               "--write", *account)  # fmt: skip
    lead = json.loads(made.out)["id"]
    assert crm("call", "delete", f"id={lead}", "--write", *account).code == 0
    assert crm("get", "Leads", lead, *account).code == 1
    last = json.loads(crm("journal", "list", "--json", *account).out)[0]
    shown = crm("journal", "show", str(last["id"]), *account).out
    assert "delete" in shown
    assert "names no change of a record" in shown


def test_call_takes_a_password_from_the_environment_and_not_from_the_command_line(
    crm: Crm, account: list[str], demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("call", "changePassword", "id=19x1", "--write", *account)
    bare = crm("call", "changePassword", "newPassword=Blue'House42", "--write", *account)
    assert (bare.code, "--parameter-env newPassword=VARIABLE" in bare.err) == (2, True)
    monkeypatch.setenv("OLD_WORD", "not the old one")
    monkeypatch.setenv("NEW_WORD", "Blue'House42")
    given = [f"--parameter-env={name}={held}" for name, held in
             (("oldPassword", "OLD_WORD"), ("newPassword", "NEW_WORD"), ("confirmPassword", "NEW_WORD"))]  # fmt: skip
    answer = crm(*words, *given)
    assert "old password is wrong" in answer.err  # the server was asked
    assert "House42" not in answer.out + answer.err
    unset = crm(*words, "--parameter-env=oldPassword=NO_SUCH_ONE")
    assert (unset.code, "NO_SUCH_ONE is not set" in unset.err) == (2, True)


def test_call_with_a_slip_is_code_2(crm: Crm, account: list[str]) -> None:
    assert "no operation “quer”" in crm("call", "quer", *account).err
    assert "no parameter “q”" in crm("call", "query", "q=1", *account).err
    assert crm("call", "query", "query", *account).code == 2
