# SPDX-License-Identifier: MIT
"""Makes the scripts of packaging/ importable by their bare names, as they import each other."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# At the end: no script may ever hide a library of the same name.
sys.path.append(str(ROOT / "packaging"))


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of its own: the scripts and the lock, a tiny crmdesk that tells how it was started, no `.venv`."""
    root = tmp_path.resolve() / "checkout"
    shutil.copytree(ROOT / "packaging", root / "packaging", ignore=shutil.ignore_patterns("__pycache__", "build"))
    (root / "crmdesk").mkdir()
    (root / "crmdesk" / "__init__.py").touch()
    (root / "crmdesk" / "__main__.py").write_text(
        "import os, sys\nprint(sys.argv[1:], os.environ.get('QT_QPA_PLATFORM'), sys.dont_write_bytecode)\n"
    )
    return root
