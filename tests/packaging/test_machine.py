# SPDX-License-Identifier: MIT
"""Tests of packaging/machine.py: what is missing is installed where we may, else named in one exact line."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable

import machine
import pytest
from failures import SetupError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems bring Qt's libraries themselves")

PROGRAMS = {"apt-get", "apt-cache", "sudo", *(part.name for part in machine.TEST_PROGRAMS)}


class Machine:
    """A made-up machine: which libraries load, which programs are on the path, who we are, what apt knows."""

    def __init__(self) -> None:
        self.absent: set[str] = set()
        self.programs = set(PROGRAMS)
        self.root = False
        self.carries_pip = True
        self.known: Callable[[str], bool] = lambda name: not name.endswith("t64")
        self.apt: list[list[str]] = []
        self.apt_brings = True

    def loads(self, soname: str) -> bool:
        return soname not in self.absent

    def which(self, name: str) -> str | None:
        return f"/usr/bin/{name}" if name in self.programs else None

    def run_apt(self, command: list[str]) -> None:
        self.apt.append(command)
        if command[1] == "install":
            if not self.apt_brings:
                raise SetupError("The package server cannot be reached.")
            self.absent.clear()
            self.carries_pip = True


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A complete desktop of a person without rights, where pip and apt are as usual."""
    made = Machine()
    monkeypatch.setattr(machine, "_loads", made.loads)
    monkeypatch.setattr(machine, "_apt", made.run_apt)
    monkeypatch.setattr(machine, "_apt_knows", lambda name: made.known(name))
    monkeypatch.setattr(machine, "can_install_packages", lambda: made.carries_pip)
    monkeypatch.setattr(shutil, "which", made.which)
    monkeypatch.setattr(os, "geteuid", lambda: 0 if made.root else 1000)
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    return made


def line_for(profile: str = "run", window: bool = True) -> str:
    """Return the line that a person without rights is told to paste."""
    with pytest.raises(SetupError) as caught:
        machine.provide(profile, window)
    first, line = str(caught.value).splitlines()
    assert first.endswith("Paste this line, then start again:")
    return line


def test_a_complete_machine_is_left_alone(made_up: Machine) -> None:
    made_up.root = True
    machine.provide("test", window=True)
    assert made_up.apt == []


def test_a_person_without_rights_gets_one_exact_line(made_up: Machine) -> None:
    made_up.absent = {"libGL.so.1", "libglib-2.0.so.0", "libgthread-2.0.so.0", "libxcb-cursor.so.0"}
    expected = "sudo apt-get install -y --no-install-recommends libgl1 libglib2.0-0 libxcb-cursor0"
    assert line_for() == expected


def test_the_line_names_the_pip_of_this_very_python(made_up: Machine) -> None:
    """`python3-venv` would bring the pip of the system's default Python, which on Ubuntu 22.04 is not the one we run."""
    made_up.carries_pip = False
    assert line_for().split()[-1] == f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def test_renamed_packages_are_named_as_this_release_does(made_up: Machine) -> None:
    made_up.known = lambda name: name in ("libglib2.0-0t64", "libgl1")
    made_up.absent = {"libGL.so.1", "libglib-2.0.so.0"}
    assert line_for().endswith(" libgl1 libglib2.0-0t64")


def test_empty_package_lists_are_fetched_in_the_same_line(made_up: Machine) -> None:
    made_up.known = lambda name: False
    made_up.absent = {"libGL.so.1"}
    line = line_for()
    assert line == "sudo apt-get update && sudo apt-get install -y --no-install-recommends libgl1"


def test_where_there_is_no_sudo_the_line_uses_su(made_up: Machine) -> None:
    made_up.programs.remove("sudo")
    made_up.absent = {"libGL.so.1"}
    assert line_for() == "su -c 'apt-get install -y --no-install-recommends libgl1'"


def test_fedora_gets_its_own_line(made_up: Machine) -> None:
    made_up.programs = {"dnf", "sudo"}
    made_up.absent = {"libGL.so.1", "libxcb-cursor.so.0"}
    assert line_for() == "sudo dnf install -y libglvnd-glx xcb-util-cursor"


def test_other_systems_are_told_the_library_names(made_up: Machine) -> None:
    made_up.programs = set()
    made_up.absent = {"libGL.so.1"}
    assert line_for().endswith("install libGL.so.1")


def test_libraries_of_a_window_do_not_hold_up_what_opens_none(made_up: Machine) -> None:
    made_up.absent = {"libxcb-cursor.so.0", "libwayland-cursor.so.0"}
    machine.provide("run", window=False)
    assert "libxcb-cursor0" in line_for(window=True)


def test_a_wayland_desktop_without_x_needs_waylands_libraries(
    made_up: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    made_up.absent = {"libxcb-cursor.so.0", "libwayland-cursor.so.0"}
    assert line_for().endswith(" libwayland-cursor0")


def test_tests_go_on_without_a_virtual_screen_and_say_so(made_up: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    made_up.programs.remove("Xvfb")
    machine.provide("test", window=False)
    said = capsys.readouterr().err
    assert "Some tests will be skipped (Xvfb not found)" in said
    assert "sudo apt-get install -y --no-install-recommends xvfb" in said


def test_what_the_tests_need_comes_in_the_same_line(made_up: Machine) -> None:
    made_up.programs.remove("Xvfb")
    made_up.absent = {"libGL.so.1"}
    assert line_for("test", window=False).endswith(" libgl1 xvfb")


def test_root_installs_everything_at_once(made_up: Machine) -> None:
    made_up.root = True
    made_up.programs.remove("Xvfb")
    made_up.absent = {"libGL.so.1", "libxcb-cursor.so.0"}
    machine.provide("test", window=False)
    assert made_up.apt == [[*machine.APT_INSTALL, "-q", "libgl1", "libxcb-cursor0", "xvfb"]]


def test_root_fetches_the_package_lists_where_they_are_empty(made_up: Machine) -> None:
    made_up.root = True
    made_up.known = lambda name: bool(made_up.apt)
    made_up.absent = {"libGL.so.1"}
    machine.provide("run", window=True)
    assert [command[1] for command in made_up.apt] == ["update", "install"]


def test_old_package_lists_are_fetched_anew_before_giving_up(made_up: Machine) -> None:
    made_up.root = True
    made_up.absent = {"libGL.so.1"}
    made_up.apt_brings = False
    with pytest.raises(SetupError, match="cannot be reached"):
        machine.provide("run", window=True)
    assert [command[1] for command in made_up.apt] == ["install", "update", "install"]


def test_what_is_only_useful_may_fail(made_up: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    made_up.root = True
    made_up.apt_brings = False
    made_up.programs.remove("Xvfb")
    machine.provide("test", window=False)
    assert "Going on without Xvfb: The package server cannot be reached." in capsys.readouterr().err
