# SPDX-License-Identifier: MIT
"""Tests of packaging/stamp.py: everything that must make a start set things up again."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import stamp


@pytest.fixture
def ready(checkout: Path) -> Path:
    """A checkout whose stamp says that all is there, but for the libraries of a window."""
    python = Path(stamp.environment_python(str(checkout)))
    python.parent.mkdir(parents=True)
    if sys.platform == "win32":
        python.touch()
    else:
        python.symlink_to(sys.executable)
    root = str(checkout)
    locks = {profile: stamp.lock_hash(root, profile) for profile in ("run", "test")}
    stamp.write(
        root, {"ours": True, "locks": locks, "python": os.path.realpath(python), "checkout": root, "window": False}
    )
    return checkout


def is_ready(root: Path, window: bool = False) -> bool:
    return stamp.is_ready(str(root), "test", window)


def test_a_complete_setup_is_ready(ready: Path) -> None:
    assert is_ready(ready)
    assert stamp.is_ready(str(ready), "run", window=False)


def test_a_fresh_checkout_is_not_ready(checkout: Path) -> None:
    assert not is_ready(checkout)
    assert stamp.read(str(checkout)) is None


def test_a_window_asks_once_for_its_libraries(ready: Path) -> None:
    assert not is_ready(ready, window=True)


def change_a_pin(root: Path) -> None:
    with open(stamp.lock_path(str(root), "test"), "a", encoding="utf-8") as file:
        file.write("another==1 --hash=sha256:0\n")


def interrupt(root: Path) -> None:
    found = stamp.read(str(root))
    assert found is not None
    stamp.write(str(root), {**found, "locks": {}})


def lose_python(root: Path) -> None:
    Path(stamp.environment_python(str(root))).unlink()


def replace_the_systems_python(root: Path) -> None:
    found = stamp.read(str(root))
    assert found is not None
    stamp.write(str(root), {**found, "python": "/usr/bin/python3.10"})


def tear_the_stamp(root: Path) -> None:
    (root / ".venv" / "crmdesk-setup.json").write_text('{"ours": tr')


def write_nonsense(root: Path) -> None:
    (root / ".venv" / "crmdesk-setup.json").write_text('{"ours": true, "locks": ["run"]}')


@pytest.mark.parametrize(
    "spoil",
    [change_a_pin, interrupt, lose_python, replace_the_systems_python, tear_the_stamp, write_nonsense],
)
def test_what_changed_is_set_up_again(ready: Path, spoil: Callable[[Path], None]) -> None:
    spoil(ready)
    assert not is_ready(ready)


def test_a_moved_checkout_is_set_up_again(ready: Path) -> None:
    moved = ready.rename(ready.with_name("elsewhere"))
    assert not is_ready(moved)
