# SPDX-License-Identifier: MIT
"""Tests of packaging/trial.py: it passes the program as it is, and does not pass one that is broken."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import trial

import crmdesk
from tests.packaging.conftest import ROOT


def program(home: Path, *command: str) -> trial.Program:
    plain = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
    environ = {**plain, "HOME": str(home), "CRMDESK_CONFIG_DIR": str(home), "CRMDESK_DATA_DIR": str(home)}
    return trial.Program(command, {**environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.slow
def test_the_program_from_the_checkout_passes_on_each_vendor(tmp_path: Path) -> None:
    ours = program(tmp_path, sys.executable, "-m", "crmdesk")
    with trial.demo_server(ours) as accounts:
        assert len(accounts) >= 5
        found = [trial._asked(ours, account) for account in accounts]
    assert [one.claim for one in found if not one.holds] == []


def test_a_broken_program_fails_every_claim_and_shows_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = program(tmp_path, sys.executable, "-c", "raise SystemExit('no such module')")
    found = list(trial.findings(broken, crmdesk.__version__, str(tmp_path / "pictures")))
    assert len(found) == 3  # version, vendors, pictures: without a demo server there is no account to ask
    assert not any(trial.tell(one) for one in found)
    said = capsys.readouterr().out
    assert said.count("FAILED") == 3
    assert "no such module" in said


def test_secrets_go_by_the_environment_and_never_as_arguments() -> None:
    account = {
        "vendor": "x",
        "url": "http://h",
        "set": {"user": "admin"},
        "secrets": {"key": "s3cret", "token": "t0ken"},
    }
    words, secrets = trial.how_to_sign_in(account)
    assert "user=admin" in words
    assert not any(secret in word for secret in ("s3cret", "t0ken") for word in words)
    assert sorted(secrets.values()) == ["s3cret", "t0ken"]
    assert all(f"={name}" in " ".join(words) for name in secrets)
