# SPDX-License-Identifier: MIT
"""Resources are found where a checkout, a wheel and a frozen bundle keep them."""

import sys
from pathlib import Path

import pytest

from crmdesk import assets


def test_checkout_has_style_and_icons() -> None:
    assert assets.resource("style", "crmdesk.qss").is_file()
    assert assets.resource("icons", "crmdesk.svg").is_file()


def test_missing_resource_is_said() -> None:
    with pytest.raises(FileNotFoundError, match="no-such"):
        assets.resource("icons", "no-such.png")


def test_frozen_bundle_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "resources" / "style").mkdir(parents=True)
    (tmp_path / "qtawesome").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assets.resources_folder.cache_clear()
    try:
        assert assets.resources_folder() == tmp_path / "resources"
        assert assets.package_folder("qtawesome") == tmp_path / "qtawesome"
    finally:
        assets.resources_folder.cache_clear()


def test_package_is_found_without_importing_it() -> None:
    assert (assets.package_folder("qtawesome") / "fonts").is_dir()
    assert "qtawesome" not in sys.modules
    with pytest.raises(FileNotFoundError):
        assets.package_folder("no_such_package_here")
