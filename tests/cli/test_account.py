# SPDX-License-Identifier: MIT
"""Which account a command is about, and where its secrets come from."""

import io
import sys

import pytest

from crmdesk.demo.server import DemoServer
from tests.cli.conftest import Crm

COUNT = ("query", "Accounts", "--count")


@pytest.fixture
def address(account: list[str]) -> list[str]:
    """The account without its secret."""
    return account[:-2]


def test_secret_from_standard_input(
    crm: Crm, address: list[str], demo: DemoServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = demo.account("crmplus")["secrets"]["access_key"]
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{key}\r\n"))
    assert crm(*COUNT, *address, "--secret-stdin").out == "1200\n"


def test_secret_by_field(crm: Crm, address: list[str]) -> None:
    assert crm(*COUNT, *address, "--secret-env", "access_key=DEMO_KEY").out == "1200\n"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ([], "access key is missing"),
        (["--secret-env", "NOT_SET"], "NOT_SET is not set"),
        (["--secret-env", "pin=DEMO_KEY"], "no secret “pin”"),
        (["--secret-stdin"], "nothing on standard input"),
        (["--secret-env", "DEMO_KEY", "--set", "colour=red"], "no field “colour”"),
        (["--secret-env", "DEMO_KEY", "--set", "user"], "FIELD=VALUE"),
        (["--set", "access_key=oops"], "never with --set"),
        (["--secret-env", "DEMO_KEY", "--account", "x"], "not both"),
    ],
)
def test_wrong_account_options_are_code_2(
    crm: Crm, address: list[str], options: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    answer = crm(*COUNT, *address, *options)
    assert (answer.code, answer.out) == (2, "")
    assert says in answer.err
    assert answer.err.count("\n") == 1


def test_no_account_unknown_account_unknown_vendor(crm: Crm, account: list[str]) -> None:
    assert "Name an account" in crm(*COUNT).err
    nobody = crm(*COUNT, "--account", "Nobody")
    assert (nobody.code, nobody.err) == (2, "crmdesk: No account has the name “Nobody”: none is saved yet.\n")
    assert crm(*COUNT, "--vendor", "abacus", "--url", "http://127.0.0.1").code == 2
    assert "address" in crm(*COUNT, "--vendor", "crmplus", "--set", "user=a", "--secret-env", "DEMO_KEY").err


def test_the_windows_options_do_not_go_with_commands(crm: Crm, account: list[str]) -> None:
    answer = crm("--demo", *COUNT, *account)
    assert (answer.code, answer.out) == (2, "")
    assert "demo-server" in answer.err


def test_password_in_the_address_is_refused_and_not_shown(crm: Crm, account: list[str]) -> None:
    answer = crm(*COUNT, "--vendor", "crmplus", "--url", "http://me:pw123@127.0.0.1/", *account[4:])
    assert answer.code == 2
    assert "pw123" not in answer.err


def test_wrong_key_is_code_1_one_line_and_more_with_verbose(
    crm: Crm, account: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_KEY", "not-the-key")
    answer = crm(*COUNT, *account)
    assert answer.code == 1
    assert answer.err.count("\n") == 1
    more = crm(*COUNT, *account, "--verbose")
    assert more.err.startswith(answer.err)
    assert more.err.count("\n") == 2
    assert "not-the-key" not in more.err
    assert "Traceback" not in more.err


def test_a_server_that_is_not_there_is_code_1(crm: Crm, account: list[str]) -> None:
    answer = crm(*COUNT, "--vendor", "crmplus", "--url", "http://127.0.0.1:9/", *account[4:])
    assert (answer.code, answer.err.count("\n")) == (1, 1)


def test_unsaved_account_leaves_no_profile_but_keeps_one_data_folder(
    crm: Crm, account: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import os
    from pathlib import Path

    crm(*COUNT, *account)
    crm(*COUNT, *account)
    assert not (Path(os.environ["CRMDESK_CONFIG_DIR"]) / "accounts.json").exists()
    (folder,) = (Path(os.environ["CRMDESK_DATA_DIR"]) / "accounts").iterdir()
    assert folder.name.startswith("unsaved-")
