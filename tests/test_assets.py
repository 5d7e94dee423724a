# SPDX-License-Identifier: MIT
"""Resources are found beside the package's own files, the packages' folders also in a frozen bundle."""

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


def test_resources_lie_beside_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the package is, in a checkout, a wheel or a bundle, there its resources are: nothing else is looked at."""
    monkeypatch.setattr(sys, "_MEIPASS", "/nowhere", raising=False)
    assert assets.resource("style") == Path(assets.__file__).resolve().parent / "resources" / "style"


def test_a_frozen_bundle_comes_first_for_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "qtawesome").mkdir()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert assets.package_folder("qtawesome") == tmp_path / "qtawesome"


def test_package_is_found_without_importing_it() -> None:
    assert (assets.package_folder("qtawesome") / "fonts").is_dir()
    assert "qtawesome" not in sys.modules
    with pytest.raises(FileNotFoundError):
        assets.package_folder("no_such_package_here")
