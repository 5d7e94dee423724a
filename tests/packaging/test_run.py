# SPDX-License-Identifier: MIT
"""Tests of packaging/run.py: what it passes on, what it says, and how little a start costs once all is set up."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import run
import stamp

from tests.packaging.conftest import ROOT

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
posix_only = pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for an environment")


def start(
    checkout: Path,
    *arguments: str,
    python: tuple[str, ...] = (sys.executable,),
    standing_in: Path | None = None,
    **environ: str,
) -> subprocess.CompletedProcess[str]:
    """Run the checkout's run.py as a person does, without a screen unless one is given."""
    plain = {name: value for name, value in os.environ.items() if name not in SCREENS}
    command = [*python, str(checkout / "packaging" / "run.py"), *arguments]
    return subprocess.run(
        command, cwd=standing_in or checkout, env={**plain, **environ}, capture_output=True, text=True, timeout=60
    )


def set_up(checkout: Path) -> None:
    """Make the checkout look completely set up, with this Python for its environment."""
    python = Path(stamp.environment_python(str(checkout)))
    python.parent.mkdir(parents=True)
    # Not a bare link: what the real set-up leaves in a .pth file is the path to the checkout.
    python.write_text(f'#!/bin/sh\nPYTHONPATH="{checkout}" exec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    root = str(checkout)
    locks = {profile: stamp.lock_hash(root, profile) for profile in ("run", "test")}
    real = os.path.realpath(python)
    stamp.write(root, {"ours": True, "locks": locks, "python": real, "checkout": root, "window": True})


@pytest.mark.parametrize(
    ("given", "passed_on", "window"),
    [
        ([], ["--demo"], True),
        (["--dark"], ["--demo", "--dark"], True),
        (["--demo"], ["--demo"], True),
        (["--screenshots", "DIR"], ["--demo", "--screenshots", "DIR"], False),
        (["--screenshots=DIR"], ["--demo", "--screenshots=DIR"], False),
        (["--version"], ["--demo", "--version"], False),
        (["query", "Accounts", "--limit", "5"], ["query", "Accounts", "--limit", "5"], False),
        (["--demo", "modules"], ["--demo", "modules"], False),
        (["--"], [], True),
        (["--", "--help"], ["--help"], False),
        (["--", "test"], ["test"], False),
    ],
)
def test_arguments_reach_crmdesk_and_the_demo_is_the_default(
    given: list[str], passed_on: list[str], window: bool
) -> None:
    assert run.crmdesk_arguments(given) == passed_on
    assert run.wants_window(passed_on) is window


@posix_only
def test_without_a_display_one_sentence_names_the_pictures_and_nothing_is_set_up(checkout: Path) -> None:
    done = start(checkout)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "no display" in done.stderr
    assert "--screenshots DIR" in done.stderr
    assert not (checkout / ".venv").exists()


@posix_only
def test_a_start_of_what_is_set_up_runs_crmdesk_offscreen_where_there_is_no_display(checkout: Path) -> None:
    set_up(checkout)
    done = start(checkout, "--screenshots", "DIR", PYTHONDONTWRITEBYTECODE="1")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip() == "['--demo', '--screenshots', 'DIR'] offscreen False"


@posix_only
def test_a_platform_of_the_users_own_choice_counts_as_a_display_and_stays(checkout: Path) -> None:
    set_up(checkout)
    done = start(checkout, QT_QPA_PLATFORM="vnc")
    assert done.stdout.strip() == "['--demo'] vnc False"


@posix_only
def test_a_start_of_what_is_set_up_loads_no_installer(checkout: Path) -> None:
    """Each module that a start loads is time before the window: the set-up's own and their imports stay out."""
    set_up(checkout)
    done = start(checkout, "--version", python=(sys.executable, "-X", "importtime"))
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "stamp" in loaded
    assert not loaded & {"environment", "machine", "failures", "ctypes", "subprocess", "configparser"}


@posix_only
def test_files_of_the_directory_one_stands_in_are_not_taken_for_modules(checkout: Path, tmp_path: Path) -> None:
    set_up(checkout)
    for name in ("crmdesk", "os", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong one')\n")
    done = start(checkout, "vendors", standing_in=tmp_path)
    assert done.stdout.startswith("['vendors'] ")


@posix_only
def test_a_checkout_reached_through_a_link_needs_no_second_setup(checkout: Path, tmp_path: Path) -> None:
    set_up(checkout)
    link = tmp_path / "link"
    link.symlink_to(checkout)
    done = start(link, "vendors")
    assert (done.returncode, done.stderr) == (0, "")


@posix_only
def test_the_exit_code_of_what_was_started_is_ours(checkout: Path) -> None:
    set_up(checkout)
    (checkout / "crmdesk" / "__main__.py").write_text("raise SystemExit(7)\n")
    assert start(checkout, "vendors").returncode == 7


def test_every_tool_is_a_script_that_the_help_names() -> None:
    for command, script in run.TOOLS.items():
        assert (ROOT / "packaging" / f"{script}.py").is_file()
        assert run.__doc__ is not None
        assert f"run.py {command} " in run.__doc__
        assert not hasattr(run, script), "a start of the program loads no tool"


def test_the_file_parses_on_old_pythons() -> None:
    """Ubuntu 22.04's own Python is 3.10, Debian 11's 3.9: they must get as far as the sentence."""
    ast.parse((ROOT / "packaging" / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_an_old_python_gets_one_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    monkeypatch.setenv("PATH", "")
    assert run.main([]) == 2
    said = capsys.readouterr().err
    assert said == "crmdesk needs Python 3.11 or newer and this is 3.10; install one and start again\n"


@posix_only
def test_an_old_python_hands_over_to_a_newer_one_that_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A version manager's launcher for a version that it lacks fails; it is passed by."""
    for name, code in (("python3.13", 127), ("python3.12", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {code}\n")
        (tmp_path / name).chmod(0o755)
    became: list[list[str]] = []

    def become(command: list[str]) -> int:
        became.append(command)
        return 0

    monkeypatch.setattr(sys, "version_info", (3, 10, 12))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(run, "_become", become)
    assert run.main(["test", "-x"]) == 0
    assert became == [[str(tmp_path / "python3.12"), str(ROOT / "packaging" / "run.py"), "test", "-x"]]


def test_a_failed_setup_is_one_sentence_and_exit_code_3(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import environment

    def fail(*_: object) -> None:
        raise environment.SetupError("The disk is full.")

    monkeypatch.setattr(run, "ROOT", str(checkout))
    monkeypatch.setattr(environment, "prepare", fail)
    assert run.main(["setup"]) == 3
    assert capsys.readouterr().err == "The disk is full.\n"
