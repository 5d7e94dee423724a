# SPDX-License-Identifier: MIT
"""Where files are kept."""

from pathlib import Path

import pytest

from crmdesk.engine.places import config_dir, data_dir


def test_the_systems_own_folders_named_after_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CRMDESK_CONFIG_DIR", raising=False)
    monkeypatch.delenv("CRMDESK_DATA_DIR", raising=False)
    for folder in (config_dir(), data_dir()):
        assert folder.name == "crmdesk"
        assert folder.is_relative_to(Path.home())
        assert not folder.exists()


def test_moved_by_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRMDESK_CONFIG_DIR", str(tmp_path / "c"))
    monkeypatch.setenv("CRMDESK_DATA_DIR", "relative")
    monkeypatch.chdir(tmp_path)
    assert (config_dir(), data_dir()) == (tmp_path / "c", tmp_path / "relative")
    monkeypatch.setenv("CRMDESK_DATA_DIR", "~/data")
    assert data_dir() == Path.home() / "data"
