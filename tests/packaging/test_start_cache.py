# SPDX-License-Identifier: MIT
"""What a bundle's start is spared: it is the same as what Python would work out, and nothing stale is ever taken."""

import marshal
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
# The frozen program's first steps, in this Python: the hook, then Qt.
_START = f"""
import builtins, re, sys
sys._MEIPASS, sys.argv = sys.argv[1], ["crmdesk", *sys.argv[2:]]
real, asked = builtins.compile, []
def heard(source, filename, *rest, **named):
    asked.append(filename)
    return real(source, filename, *rest, **named)
builtins.compile = heard
exec(open({str(PACKAGING / "start_warm.py")!r}).read())
kept = len(re._cache)
from PySide6.QtWidgets import QApplication
app = QApplication([])
support = [name for name in asked if str(name).startswith("shibokensupport/")]
try:
    QApplication.setApplicationName(5)
except TypeError as error:  # Qt's support modules word it
    print(len(support), kept, builtins.compile is heard, "Supported signatures" in str(error))
"""


def started(folder: Path, *words: str) -> list[str]:
    """What the start says: support modules compiled, patterns at hand, whether `compile` is Python's again, signatures."""
    environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-c", _START, str(folder), *words]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("warm")
    command = [sys.executable, str(PACKAGING / "start_cache.py"), str(folder / "start.cache")]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return folder


def test_nothing_is_compiled_that_was_compiled_before(made: Path) -> None:
    compiled, kept, is_restored, signed = started(made)
    assert (compiled, is_restored, signed) == ("0", "True", "True")
    assert int(kept) > 20


def test_without_the_file_all_is_as_ever(tmp_path: Path) -> None:
    compiled, _, is_restored, signed = started(tmp_path)
    assert int(compiled) > 5
    assert (is_restored, signed) == ("True", "True")


@pytest.mark.parametrize("harm", ["source", "python", "damage"])
def test_what_does_not_fit_is_left_aside(made: Path, tmp_path: Path, harm: str) -> None:
    magic, codes, patterns = marshal.loads((made / "start.cache").read_bytes())
    if harm == "source":
        codes = {name: (checksum ^ 1, code) for name, (checksum, code) in codes.items()}
    if harm == "python":
        magic += 1
    data = marshal.dumps((magic, codes, patterns))
    (tmp_path / "start.cache").write_bytes(data[: len(data) // 2] if harm == "damage" else data)
    assert int(started(tmp_path)[0]) > 5


def test_a_command_is_not_made_to_wait_for_it(made: Path) -> None:
    assert int(started(made, "query")[1]) < 20


def test_patterns_mean_what_python_makes_of_them(made: Path) -> None:
    import re

    _, _, patterns = marshal.loads((made / "start.cache").read_bytes())
    for key, pattern, flags, _, groups, names, _ in patterns:
        fresh = re.compile(pattern, key)
        assert (fresh.flags, fresh.groups, dict(fresh.groupindex)) == (flags, groups, names)
