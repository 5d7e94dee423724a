# SPDX-License-Identifier: MIT
"""Tests of packaging/prove.py where it need not be root: what it takes over, and when it declines."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import prove
import pytest


def test_without_root_it_says_that_it_skipped_the_proof(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if sys.platform == "linux":
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert prove.main([]) == 2
    assert capsys.readouterr().out.startswith("Skipped: the proof needs Linux, root and ")


def test_it_names_the_program_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "debootstrap" else f"/usr/sbin/{name}")
    assert prove.main([]) == 2
    assert capsys.readouterr().out == "Skipped: the proof needs Linux, root and debootstrap.\n"


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ('Acquire::http::Proxy "http://proxy.example.org:3128";', True),
        ('Acquire::Check-Date "false";', True),
        ('DPkg::Post-Invoke { "/usr/bin/something"; };', False),
        ('APT::Update::Post-Invoke-Success {"x";}; Acquire::Retries "3";', False),
    ],
)
def test_only_apts_settings_for_fetching_are_taken_over(tmp_path: Path, text: str, taken: bool) -> None:
    path = tmp_path / "99local"
    path.write_text(text)
    assert prove._is_about_the_network(str(path)) is taken


@pytest.mark.parametrize(
    ("name", "taken"),
    [("PIP_INDEX_URL", True), ("https_proxy", True), ("SSL_CERT_FILE", True), ("PIP_TARGET", False), ("HOME", False)],
)
def test_only_variables_about_the_network_are_taken_over(name: str, taken: bool) -> None:
    assert bool(prove.SETTINGS_VARIABLES.fullmatch(name)) is taken


def test_a_claim_that_does_not_hold_shows_what_was_printed(capsys: pytest.CaptureFixture[str]) -> None:
    proof = prove.Proof()
    assert proof.check("it works", True, prove.Done(0, "fine", 1.25))
    assert not proof.check("it is quick", False, prove.Done(3, "one\ntwo", 61.0))
    assert proof.failed == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "ok        1.2 s  it works"
    assert said[1] == "FAILED   61.0 s  it is quick"
    assert [line.strip() for line in said[2:]] == ["exit code 3", "one", "two"]
