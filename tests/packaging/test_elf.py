# SPDX-License-Identifier: MIT
"""Tests of packaging/elf.py against the libraries of this very Python and against what the loader's tool says."""

from __future__ import annotations

import _struct
import shutil
import subprocess
import sys
from pathlib import Path

import elf
import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ELF is what Linux runs")


@pytest.fixture
def library() -> str:
    """A library that is certainly there: one of Qt's."""
    import PySide6

    return str(Path(str(PySide6.__file__)).parent / "Qt" / "lib" / "libQt6Gui.so.6")


def test_it_names_what_a_library_asks_for(library: str) -> None:
    names = elf.needed(library)
    assert {"libQt6Core.so.6", "libc.so.6", "libstdc++.so.6"} <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.skipif(not shutil.which("readelf"), reason="readelf is not installed")
def test_it_agrees_with_readelf(library: str) -> None:
    said = subprocess.run(["readelf", "-dW", library], capture_output=True, text=True, check=True).stdout
    assert list(elf.needed(library)) == [
        line.split("[")[1].rstrip("]") for line in said.splitlines() if "(NEEDED)" in line
    ]


def test_it_tells_the_oldest_glibc(library: str) -> None:
    assert (2, 17) <= elf.glibc(library) < (3, 0)


def test_links_and_other_files_are_no_programs(tmp_path: Path) -> None:
    source = getattr(_struct, "__file__", None) or sys.executable
    shutil.copy(source, tmp_path / "a.so")
    (tmp_path / "b.so").symlink_to(tmp_path / "a.so")
    (tmp_path / "c.txt").write_text("\x7fEL, but no program")
    (tmp_path / "d").touch()
    assert list(elf.files(str(tmp_path))) == [str(tmp_path / "a.so")]
