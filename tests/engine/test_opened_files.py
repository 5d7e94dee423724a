# SPDX-License-Identifier: MIT
"""Documents that were opened: whose folders go, and whose stay."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from PySide6.QtCore import QTemporaryDir

from crmdesk.engine.opened_files import sweep, template


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_of_ours_is_private_and_goes_with_its_list(tmp_path: Path) -> None:
    folder = QTemporaryDir(template())
    path = Path(folder.path())
    assert path.parent == tmp_path
    assert path.stat().st_mode & 0o777 == 0o700
    (path / "offer.pdf").write_bytes(b"x")
    assert sweep() == 0, "its process runs"
    del folder
    assert not path.exists()


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    gone = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    left = tmp_path / f"crmdesk-opened-{gone.stdout.strip()}-abcDEF"
    left.mkdir()
    (left / "offer.pdf").write_bytes(b"x")
    outside = tmp_path / "mine"
    outside.mkdir()
    (tmp_path / f"crmdesk-opened-{gone.stdout.strip()}-linked").symlink_to(outside)
    (tmp_path / "crmdesk-opened-of-somebody").mkdir()
    (tmp_path / f"crmdesk-opened-{os.getppid()}-abcDEF").mkdir()
    assert sweep() == 1
    assert not left.exists()
    assert sorted(path.name.rpartition("-")[2] for path in tmp_path.iterdir()) == [
        "abcDEF",
        "linked",
        "mine",
        "somebody",
    ]
