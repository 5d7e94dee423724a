# SPDX-License-Identifier: MIT
"""Tests of packaging/environment.py: making, filling, healing, and never clearing what somebody else made."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import environment
import machine
import pytest
import stamp
from failures import SetupError


class Tools:
    """Stands in for the machine, uv and pip: notes what was asked and does as it is told."""

    def __init__(self, checkout: Path) -> None:
        self.checkout = checkout
        self.uv: str | None = "/usr/bin/uv"
        self.can_fetch_uv = False
        self.failing: set[str] = set()
        self.installed: list[tuple[str, str]] = []

    def run(self, command: list[str], tool: str, environ: dict[str, str] | None = None) -> str:
        if command[1:3] == ["-m", "venv"]:
            python = Path(stamp.environment_python(str(self.checkout)))
            python.parent.mkdir(parents=True, exist_ok=True)
            python.symlink_to(sys.executable)
            return ""
        if "install" in command:
            self.installed.append((tool, Path(command[-1]).name))
            assert "--require-hashes" in command
            if tool in self.failing:
                raise SetupError(f"{tool} failed.", "what it printed")
            return ""
        return str(self.checkout / ".venv")  # the question where packages lie

    def find_uv(self, root: str) -> str | None:
        if self.uv is None and self.can_fetch_uv and ("pip", "uv.txt") in self.installed:
            return "/fetched/uv"
        return self.uv


@pytest.fixture
def tools(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """A machine that has uv and every library."""
    made = Tools(checkout)
    monkeypatch.setattr(machine, "provide", lambda profile, window: None)
    monkeypatch.setattr(environment, "_run", made.run)
    monkeypatch.setattr(environment, "_uv", made.find_uv)
    monkeypatch.setattr(environment, "_has_pip", lambda python: True)
    monkeypatch.setattr(environment, "_try_out", lambda python: None)
    return made


pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a link to Python stands for an environment")


def prepare(checkout: Path, profile: str = "run", window: bool = False) -> None:
    environment.prepare(str(checkout), profile, window)


def is_ready(checkout: Path, profile: str, window: bool = False) -> bool:
    return stamp.is_ready(str(checkout), profile, window)


def test_uv_fills_a_fresh_checkout(checkout: Path, tools: Tools) -> None:
    prepare(checkout)
    assert tools.installed == [("uv", "run.txt")]
    assert is_ready(checkout, "run")
    assert not is_ready(checkout, "test")
    assert (checkout / ".venv" / "crmdesk-checkout.pth").read_text() == f"{checkout}\n"


def test_uv_is_fetched_with_pip_where_it_is_not_there(checkout: Path, tools: Tools) -> None:
    tools.uv, tools.can_fetch_uv = None, True
    prepare(checkout)
    assert tools.installed == [("pip", "uv.txt"), ("uv", "run.txt")]


def test_pip_does_it_where_uv_is_not_to_be_had(checkout: Path, tools: Tools) -> None:
    tools.uv = None
    prepare(checkout)
    assert tools.installed == [("pip", "uv.txt"), ("pip", "run.txt")]
    assert is_ready(checkout, "run")


def test_pip_has_the_last_word_where_uv_fails(checkout: Path, tools: Tools) -> None:
    tools.failing = {"uv"}
    prepare(checkout)
    assert tools.installed == [("uv", "run.txt"), ("pip", "run.txt")]
    assert is_ready(checkout, "run")


def test_the_setup_of_the_tests_serves_the_window_too(checkout: Path, tools: Tools) -> None:
    prepare(checkout, "test")
    assert tools.installed == [("uv", "test.txt")]
    assert is_ready(checkout, "test")
    assert is_ready(checkout, "run")


def test_a_second_profile_is_added_in_place(checkout: Path, tools: Tools) -> None:
    prepare(checkout, "run")
    (checkout / ".venv" / "kept").touch()
    prepare(checkout, "test")
    assert (checkout / ".venv" / "kept").exists()
    assert is_ready(checkout, "test")


def test_a_failed_installation_leaves_no_stamp_and_the_next_start_makes_all_anew(checkout: Path, tools: Tools) -> None:
    tools.failing = {"uv", "pip"}
    with pytest.raises(SetupError, match=r"^pip failed\. \(All that was printed: .*crmdesk-setup\.log\)$"):
        prepare(checkout)
    assert (checkout / ".venv" / "crmdesk-setup.log").read_text() == "what it printed"
    assert not is_ready(checkout, "run")
    (checkout / ".venv" / "half a package").touch()
    tools.failing = set()
    prepare(checkout)
    assert is_ready(checkout, "run")
    assert not (checkout / ".venv" / "half a package").exists()


def test_an_interrupted_update_of_the_pins_is_made_anew(checkout: Path, tools: Tools) -> None:
    prepare(checkout)
    with open(stamp.lock_path(str(checkout), "run"), "a", encoding="utf-8") as file:
        file.write("another==1 --hash=sha256:0\n")
    tools.failing = {"uv", "pip"}
    with pytest.raises(SetupError):
        prepare(checkout)
    (checkout / ".venv" / "half a package").touch()
    tools.failing = set()
    prepare(checkout)
    assert not (checkout / ".venv" / "half a package").exists()
    assert is_ready(checkout, "run")


def test_a_killed_creation_is_made_anew(checkout: Path, tools: Tools) -> None:
    """Killed between making `.venv` and its Python: the note that it is ours is already there."""
    (checkout / ".venv").mkdir()
    stamp.write(str(checkout), {"ours": True, "locks": {}, "python": "", "checkout": str(checkout), "window": False})
    prepare(checkout)
    assert is_ready(checkout, "run")


def test_an_environment_that_somebody_made_is_filled_and_never_cleared(checkout: Path, tools: Tools) -> None:
    python = Path(stamp.environment_python(str(checkout)))
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (checkout / ".venv" / "precious").touch()
    tools.failing = {"uv", "pip"}
    for failing in ({"uv", "pip"}, set[str]()):
        tools.failing = failing
        if failing:
            with pytest.raises(SetupError):
                prepare(checkout)
        else:
            prepare(checkout)
        assert (checkout / ".venv" / "precious").exists()
    assert is_ready(checkout, "run")


def test_somebodys_environment_that_does_not_run_is_left_and_named(checkout: Path, tools: Tools) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "precious").touch()
    with pytest.raises(SetupError, match=r"\.venv is there but holds no Python .* Remove or rename it"):
        prepare(checkout)
    assert (checkout / ".venv" / "precious").exists()


def test_a_moved_checkout_gets_a_new_environment(checkout: Path, tools: Tools) -> None:
    prepare(checkout)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    tools.checkout = moved
    prepare(moved)
    assert is_ready(moved, "run")


def test_the_libraries_of_a_window_are_asked_for_once(checkout: Path, tools: Tools) -> None:
    prepare(checkout)
    assert not is_ready(checkout, "run", window=True)
    prepare(checkout, window=True)
    assert is_ready(checkout, "run", window=True)
    assert len(tools.installed) == 1


def test_a_full_disk_is_said_before_anything_is_fetched(
    checkout: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(checkout)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=5_000_000))
    with pytest.raises(SetupError, match="The disk is nearly full: 5 MB free, 600 MB needed"):
        prepare(checkout)
    assert tools.installed == []


def test_a_library_that_qt_misses_is_named(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = checkout / "python"
    python.write_text(
        "#!/bin/sh\necho 'ImportError: libGL.so.1: cannot open shared object file: No such file or directory' >&2\nexit 1\n"
    )
    python.chmod(0o755)
    with pytest.raises(SetupError, match=r"Qt needs libGL\.so\.1, which this system lacks"):
        environment._try_out(str(python))


def test_pips_own_destinations_do_not_lead_packages_astray(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_TARGET", "/srv/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example.org/simple")
    environ = environment._pip_environ()
    assert "PIP_TARGET" not in environ
    assert environ["PIP_USER"] == "0"
    assert environ["PIP_INDEX_URL"] == "https://packages.example.org/simple"


def test_a_checkout_that_cannot_be_written_is_one_sentence(
    checkout: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated, as root may write everywhere."""

    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "makedirs", refuse)
    with pytest.raises(SetupError, match="cannot be written"):
        prepare(checkout)
