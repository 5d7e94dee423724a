# SPDX-License-Identifier: MIT
"""Tests of packaging/deb.py: the same bytes twice, a package that Debian's tools read, and what a desktop is told."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import shutil
import subprocess
import sys
import tarfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import bundle
import deb
import parts
import pytest
from debian import DEPENDENCIES, dependency

import crmdesk
from tests.packaging.conftest import ROOT

EPOCH = 1_790_000_000
ENTRIES = [
    deb.Entry("usr/lib/crmdesk/crmdesk", b"\x7fELF...", 0o755),
    deb.Entry("usr/lib/crmdesk/_internal/ä file", b"x" * 5000),
    deb.Entry("usr/bin/crmdesk", link="../lib/crmdesk/crmdesk", mode=0o777),
]
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="a .deb is made on Linux")


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Something that looks like a bundle, where deb.py looks for one."""
    folder = tmp_path / "dist" / "crmdesk"
    inside = folder / "_internal"
    inside.mkdir(parents=True)
    shutil.copy(os.path.realpath(sys.executable), folder / "crmdesk")
    (inside / "licences.txt").write_text("crmdesk is shipped with these works of others: none.\n", encoding="utf-8")
    (inside / "libssl.so.3").write_bytes(b"a copy that Debian maintains better")
    (inside / "libown.so").write_bytes(b"ours")
    (inside / "link.so").symlink_to("libown.so")
    monkeypatch.setattr(bundle, "folder", lambda: str(folder))
    return folder


def members(package: bytes) -> dict[str, bytes]:
    """Unpack an ar, by its description in ar(5)."""
    assert package.startswith(b"!<arch>\n")
    found, at = {}, 8
    while at < len(package):
        head = package[at : at + 60]
        assert head.endswith(b"`\n")
        size = int(head[48:58])
        found[head[:16].decode().strip()] = package[at + 60 : at + 60 + size]
        at += 60 + size + size % 2
    return found


def test_the_same_files_give_the_same_bytes_in_any_order() -> None:
    one = deb.package("Package: crmdesk\n", ENTRIES, EPOCH)
    assert deb.package("Package: crmdesk\n", ENTRIES[::-1], EPOCH) == one
    assert deb.package("Package: crmdesk\n", ENTRIES, EPOCH + 1) != one


def test_files_belong_to_root_and_carry_the_one_moment() -> None:
    parts_of = members(deb.package("Package: crmdesk\n", ENTRIES, EPOCH))
    assert list(parts_of) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    assert parts_of["debian-binary"] == b"2.0\n"
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(parts_of["data.tar.xz"]))) as tar:
        infos = tar.getmembers()
    assert {(one.uid, one.gid, one.uname, one.mtime) for one in infos} == {(0, 0, "root", EPOCH)}
    names = [one.name for one in infos]
    assert names.index("./usr/lib") < names.index("./usr/lib/crmdesk") < names.index("./usr/lib/crmdesk/crmdesk")
    modes = {one.name: one.mode for one in infos}
    assert (modes["./usr/lib/crmdesk/crmdesk"], modes["./usr/lib/crmdesk/_internal/ä file"]) == (0o755, 0o644)


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="dpkg-deb is not installed")
def test_debians_own_tool_unpacks_it(tmp_path: Path) -> None:
    control = "Package: crmdesk\nVersion: 1\nArchitecture: all\nMaintainer: A <a@b.invalid>\nDescription: x\n"
    path = tmp_path / "crmdesk.deb"
    path.write_bytes(deb.package(control, ENTRIES, EPOCH))
    field = subprocess.run(["dpkg-deb", "--field", path, "Version"], capture_output=True, text=True, check=True)
    assert field.stdout.strip() == "1"
    subprocess.run(["dpkg-deb", "--raw-extract", path, tmp_path / "out"], check=True)
    assert (tmp_path / "out/usr/lib/crmdesk/_internal/ä file").read_bytes() == b"x" * 5000
    assert os.readlink(tmp_path / "out/usr/bin/crmdesk") == "../lib/crmdesk/crmdesk"
    sums = (tmp_path / "out/DEBIAN/md5sums").read_text(encoding="utf-8").splitlines()
    assert len(sums) == 2
    done = subprocess.run(
        ["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=tmp_path / "out", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@linux_only
def test_libraries_that_debian_maintains_are_not_shipped(frozen: Path) -> None:
    found = {entry.path: entry for entry in deb.program_entries(str(frozen))}
    assert "usr/lib/crmdesk/_internal/libssl.so.3" not in found
    assert found["usr/lib/crmdesk/_internal/libown.so"].content == b"ours"
    assert found["usr/lib/crmdesk/_internal/link.so"].link == "libown.so"
    assert found["usr/lib/crmdesk/crmdesk"].mode == 0o755


@linux_only
def test_an_unknown_library_is_an_error_and_not_a_package_that_fails_later(
    frozen: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import elf

    monkeypatch.setattr(elf, "needed", lambda path: ("libc.so.6", "libX11.so.6", "libssl.so.3"))
    depends = deb.needs(str(frozen))
    assert {"libx11-6", "libssl3t64 | libssl3", "tzdata", "ca-certificates"} <= set(depends)
    assert any(one.startswith("libc6 (>= 2.") for one in depends)
    monkeypatch.setattr(elf, "needed", lambda path: ("libc.so.6", "libnobody.so.9"))
    with pytest.raises(SystemExit, match=r"libnobody\.so\.9"):
        deb.needs(str(frozen))


def test_renamed_packages_are_named_both_ways() -> None:
    assert dependency("libglib-2.0.so.0", (2, 34)) == "libglib2.0-0t64 | libglib2.0-0"
    assert dependency("libc.so.6", (2, 36)) == "libc6 (>= 2.36)"
    assert dependency("libxcb-cursor.so.0", (2, 34)) == "libxcb-cursor0"
    with pytest.raises(KeyError):
        dependency("libnobody.so.9", (2, 34))
    assert all(".so" in name for name in DEPENDENCIES)


def test_a_desktop_is_told_what_it_is(frozen: Path) -> None:
    found = {entry.path: entry.content for entry in deb.desktop_entries(EPOCH)}
    icons = [path for path in found if path.startswith("usr/share/icons/")]
    assert len(icons) == len(deb.ICON_SIZES) + 1
    assert all(found[path] for path in found)
    metainfo = ElementTree.fromstring(found[f"usr/share/metainfo/{parts.IDENTIFIER}.metainfo.xml"])
    assert metainfo.findtext("id") == parts.IDENTIFIER
    release = metainfo.find("releases/release")
    assert release is not None
    assert release.attrib == {"version": crmdesk.__version__, "date": "2026-09-21"}
    launched = metainfo.findtext("launchable")
    assert f"usr/share/applications/{launched}" in found
    entry = found["usr/share/applications/crmdesk.desktop"].decode()
    assert {"Exec=crmdesk %f", "Icon=crmdesk"} <= set(entry.splitlines())
    kinds = ElementTree.fromstring(found["usr/share/mime/packages/crmdesk.xml"])
    patterns = {
        one.attrib["pattern"] for one in kinds.iter("{http://www.freedesktop.org/standards/shared-mime-info}glob")
    }
    assert patterns == {"*.crmdesk.jsonl", "*.crmdesk.toml", "*.crmview"}
    assert b"MIT License" in found["usr/share/doc/crmdesk/copyright"]


def test_the_window_and_the_desktop_entry_have_one_name() -> None:
    """Wayland finds a window's icon by the name of its desktop entry."""
    assert 'setDesktopFileName("crmdesk")' in (ROOT / "crmdesk" / "app.py").read_text(encoding="utf-8")


def test_the_manual_is_packed_without_a_moment_of_its_own(frozen: Path) -> None:
    packed = next(entry.content for entry in deb.desktop_entries(EPOCH) if entry.path.endswith("crmdesk.1.gz"))
    assert packed[4:8] == b"\0\0\0\0"
    assert gzip.decompress(packed).startswith(b'.TH CRMDESK 1 "2026-09-21"')


def test_the_changelog_tells_of_this_version_in_lines_that_fit(frozen: Path) -> None:
    assert len(deb.changes(crmdesk.__version__)) >= 1
    with pytest.raises(LookupError, match="nothing of version 99"):
        deb.changes("99")
    packed = next(one for one in deb.desktop_entries(EPOCH) if one.path.endswith("changelog.gz"))
    text = gzip.decompress(packed.content).decode()
    assert text.startswith(f"crmdesk ({crmdesk.__version__}) unstable; urgency=medium\n\n  * ")
    assert deb.changes(crmdesk.__version__)[0].split()[0] in text
    assert max(map(len, text.splitlines())) <= 80
