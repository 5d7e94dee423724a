# SPDX-License-Identifier: MIT
"""Tests of packaging/pictures.py: the pictures that texts show are there, no others, and are replaced by name."""

from __future__ import annotations

from pathlib import Path

import pictures
import pytest
from PySide6.QtGui import QImage

from tests.packaging.conftest import ROOT


def test_the_pictures_are_those_that_the_texts_show() -> None:
    kept = {path.stem for path in (ROOT / "packaging" / "screenshots").glob("*.png")}
    assert kept == pictures.wanted_by_readme()
    assert {
        path.stem for path in (ROOT / "resources" / "help" / "pictures").glob("*.png")
    } == pictures.wanted_by_guide()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A README that shows two pictures, a guide that shows one, and an old picture of each."""
    root = tmp_path / "root"
    for folder in ("packaging/screenshots", "resources/help/en", "resources/help/pictures"):
        (root / folder).mkdir(parents=True)
    (root / "README.md").write_text("![a](packaging/screenshots/1-a.png) ![b](packaging/screenshots/2-b.png)", "utf-8")
    (root / "resources/help/en/01-x.md").write_text("# X\n\n![the a](1-a)\n", "utf-8")
    for old in ("packaging/screenshots/0-old.png", "resources/help/pictures/0-old.png"):
        (root / old).write_bytes(b"old")
    for name, path in (("ROOT", ""), ("SHOTS", "packaging/screenshots"), ("GUIDE", "resources/help")):
        monkeypatch.setattr(pictures, name, root / path)
    return root


def _take(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        image = QImage(1440, 900, QImage.Format.Format_RGB32)
        image.fill(0x336699)
        assert image.save(str(folder / f"{name}.png"))
    return folder


def test_they_are_replaced_and_old_ones_go(checkout: Path, tmp_path: Path) -> None:
    taken = _take(tmp_path / "taken", "1-a", "2-b", "3-c")
    assert pictures.main(["--from", str(taken)]) == 0
    assert {path.name for path in (checkout / "packaging/screenshots").iterdir()} == {"1-a.png", "2-b.png"}
    (shown,) = (checkout / "resources/help/pictures").iterdir()
    image = QImage(str(shown))
    assert (shown.name, image.width(), image.height()) == ("1-a.png", 800, 500)


def test_one_that_was_not_taken_changes_nothing(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken = _take(tmp_path / "taken", "2-b")
    assert pictures.main(["--from", str(taken)]) == 1
    assert "1-a" in capsys.readouterr().err
    assert [path.name for path in (checkout / "packaging/screenshots").iterdir()] == ["0-old.png"]
