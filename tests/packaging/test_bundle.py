# SPDX-License-Identifier: MIT
"""Tests of packaging/bundle.py but for the freezing itself: size, leftovers, the moment, and what is said on failure."""

from __future__ import annotations

import subprocess
from io import TextIOWrapper
from pathlib import Path

import bundle
import elf
import environment
import iconfiles
import licences
import parts
import pytest


def test_size_counts_whole_blocks_and_no_links(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "b").write_bytes(b"x" * 4097)
    (tmp_path / "empty").touch()
    (tmp_path / "link").symlink_to("b")
    assert bundle.size_bytes(str(tmp_path)) == 3 * 4096


def test_the_moment_is_the_given_one_else_the_last_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "123")
    assert bundle.epoch() == "123"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert int(bundle.epoch()) > 1_700_000_000
    monkeypatch.setattr(bundle, "EPOCH_COMMAND", ["no-such-program-here"])
    assert bundle.epoch() == "1767225600"


def test_libraries_that_only_left_out_ones_wanted_go_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """libone is asked for; libtwo only by libthree, which nobody asks for: both go, one after the other."""
    asks = {"crmdesk": ("libone.so.1",), "libthree.so.3": ("libtwo.so.2",)}
    inside = tmp_path / "_internal"
    inside.mkdir()
    for name in ("libone.so.1", "libtwo.so.2", "libthree.so.3", "libpython3.11.so.1.0", "data.txt", "_module.so"):
        (inside / name).touch()
    (tmp_path / "crmdesk").touch()
    (inside / "libdangling.so").symlink_to("nowhere")

    def files(folder: str) -> list[str]:
        return [str(path) for path in Path(folder).rglob("*") if path.is_file()]

    monkeypatch.setattr(bundle, "folder", lambda: str(tmp_path))
    monkeypatch.setattr(elf, "files", files)
    monkeypatch.setattr(elf, "needed", lambda path: asks.get(Path(path).name, ()))
    bundle._drop_orphans(str(inside))
    assert sorted(path.name for path in inside.iterdir()) == [
        "_module.so",
        "data.txt",
        "libone.so.1",
        "libpython3.11.so.1.0",
    ]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("ERROR: Python library not found: libpython3.11.so.1.0", "Install libpython3"),
        ("one\nERROR: something else", "PyInstaller failed: ERROR: something else"),
    ],
)
def test_a_failed_freezing_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, sentence: str
) -> None:
    def fail(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        log = options["stdout"]
        assert isinstance(log, TextIOWrapper)
        log.write(said + "\n")
        log.flush()
        return subprocess.CompletedProcess(command, 1)

    monkeypatch.setattr(bundle, "ROOT", str(tmp_path))
    monkeypatch.setattr(iconfiles, "write", lambda *_: None)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(environment.SetupError, match=sentence):
        bundle._frozen("python")


def test_a_bundle_over_the_limit_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "_internal").mkdir()
    (tmp_path / "_internal" / "big").write_bytes(b"x" * 8000)
    monkeypatch.setattr(bundle, "folder", lambda: str(tmp_path))
    monkeypatch.setattr(bundle, "_prepared", lambda: "python")
    monkeypatch.setattr(bundle, "_frozen", lambda python: None)
    monkeypatch.setattr(bundle, "_site", lambda python: "")
    monkeypatch.setattr(bundle, "_drop_orphans", lambda inside: None)
    monkeypatch.setattr(licences, "collected", lambda *_: [])
    monkeypatch.setattr(licences, "as_text", lambda works: "texts\n")
    monkeypatch.setattr("sbom.write", lambda *_: None)
    monkeypatch.setattr(parts, "LIMIT_BYTES", 8192)
    assert bundle.main(["--no-trial"]) == 1
    assert "FAILED 0.0 MB installed, at most 0 MB" in capsys.readouterr().out
    monkeypatch.setattr(parts, "LIMIT_BYTES", 150_000_000)
    assert bundle.main(["--no-trial"]) == 0
