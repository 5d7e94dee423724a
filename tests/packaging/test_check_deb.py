# SPDX-License-Identifier: MIT
"""Tests of packaging/check_deb.py, appimage.py and starts.py where they decline, and of what they lay out and judge."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import appimage
import bundle
import check_deb
import pytest
import starts

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="made on Linux only")


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle that is a shell script, in a checkout of its own."""
    folder = tmp_path / "dist" / "crmdesk"
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "licences.txt").write_text("none\n", encoding="utf-8")
    script = folder / "crmdesk"
    script.write_text('#!/bin/sh\necho "$0 $*"\n', encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(bundle, "folder", lambda: str(folder))
    return folder


def test_without_root_the_check_says_that_it_was_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    assert check_deb.main([]) == 2
    assert capsys.readouterr().out.startswith("Skipped: the check needs Linux, root and ")


def test_it_names_the_program_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "debootstrap" else f"/usr/sbin/{name}")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    assert check_deb.main([]) == 2
    assert capsys.readouterr().out == "Skipped: the check needs Linux, root and debootstrap.\n"


@linux_only
def test_an_appdir_runs_from_wherever_it_is_put(tmp_path: Path, frozen: Path) -> None:
    appimage.lay_out(str(tmp_path / "first"), str(frozen))
    (tmp_path / "first").rename(tmp_path / "moved here")
    done = subprocess.run([tmp_path / "moved here" / "AppRun", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{tmp_path}/moved here/usr/lib/crmdesk/crmdesk --version"
    names = {path.name for path in (tmp_path / "moved here").iterdir()}
    assert names == {"AppRun", "crmdesk.desktop", "crmdesk.png", "usr"}


def test_without_a_bundle_nothing_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bundle, "folder", lambda: str(tmp_path))
    assert starts.main([]) == 2
    assert "run.py bundle makes it" in capsys.readouterr().err


@pytest.mark.parametrize(("bundle_ms", "code"), [(110.0, 0), (111.0, 1)])
def test_starts_are_judged_by_their_medians(bundle_ms: float, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    slow = starts.Start(10_000, 1)
    taken = {
        "bundle": [starts.Start(bundle_ms, 50)] * 3 + [slow],
        "environment": [starts.Start(100.0, 40)] * 3 + [slow],
    }
    assert starts._told(taken) == code
    said = capsys.readouterr().out
    assert "at most 1.1" in said
    assert "processor 50 ms" in said


@linux_only
def test_the_processor_time_of_a_process_is_read() -> None:
    assert starts._processor_ms(os.getpid()) > 0
