# SPDX-License-Identifier: MIT
"""Tests of packaging/parts.py: what goes into the bundle, what stays out, and which libraries are the system's."""

from __future__ import annotations

import plistlib
from pathlib import Path

import parts
import pytest

import crmdesk
from tests.packaging.conftest import ROOT


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforms/libqoffscreen.so",
        "PySide6/Qt/plugins/platforms/libqwayland.so",
        "PySide6\\plugins\\platforms\\qwindows.dll",
        "PySide6/Qt/plugins/platforms/libqcocoa.dylib",
        "PySide6/Qt/plugins/imageformats/libqjpeg.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/lib/libQt6Widgets.so.6",
        "PySide6/Qt/lib/libicudata.so.73",
        "libxcb-cursor.so.0",
        "PySide6/Qt/plugins/printsupport/libcupsprintersupport.so",
        "PySide6/Qt/lib/libQt6PrintSupport.so.6",
        "libssl.so.3",
        "libpython3.11.so.1.0",
        "resources/demo/names.json",
        "keyring-25.7.0.dist-info/entry_points.txt",
        "rapidfuzz/fuzz_cpp.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_is_in_use_goes_in(name: str) -> None:
    assert parts.is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platformthemes/libqgtk3.so",
        "PySide6/Qt/plugins/platforms/libqminimal.so",
        "PySide6/Qt/plugins/platforms/libqvnc.so",
        "PySide6/Qt/plugins/imageformats/libqtiff.so",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/translations/qtbase_ja.qm",
        "PySide6/Qt/lib/libQt6Network.so.6",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6/opengl32sw.dll",
        "libglib-2.0.so.0",
        "libfontconfig.so.1",
        "libX11.so.6",
        "libxcb.so.1",
        "libGL.so.1",
        "libgtk-3.so.0",
        "certifi/cacert.pem",
        "rapidfuzz/fuzz_cpp_avx2.cpython-311-x86_64-linux-gnu.so",
    ],
)
def test_what_nobody_uses_or_the_system_has_stays_out(name: str) -> None:
    assert not parts.is_wanted(name)


def test_the_version_is_the_programs_own() -> None:
    assert parts.version(str(ROOT)) == crmdesk.__version__


def test_every_desktop_is_told_of_the_files_that_the_window_opens() -> None:
    from crmdesk.engine import change_staging, views

    told = plistlib.loads(plistlib.dumps(parts.document_types()))
    (view,) = told["UTExportedTypeDeclarations"]
    assert view["UTTypeTagSpecification"] == {"public.filename-extension": [views.ENDING[1:]]}
    owned, other = told["CFBundleDocumentTypes"]
    assert owned["LSItemContentTypes"] == [view["UTTypeIdentifier"]]
    assert f".{other['CFBundleTypeExtensions'][0]}" in change_staging.ENDINGS
    entry = (ROOT / "packaging" / "linux" / "crmdesk.desktop").read_text(encoding="utf-8")
    (kinds,) = [line.partition("=")[2] for line in entry.splitlines() if line.startswith("MimeType=")]
    known = (ROOT / "packaging" / "linux" / "crmdesk-mime.xml").read_text(encoding="utf-8")
    assert all(f'type="{kind}"' in known for kind in kinds.strip(";").split(";"))
    assert f'pattern="*{change_staging.SURE_ENDING}"' in known
    windows = (ROOT / "packaging" / "windows" / "crmdesk.iss").read_text(encoding="utf-8")
    assert views.ENDING in windows
    assert r"Classes\.jsonl\OpenWithProgids" in windows


def test_one_icon_font_is_enough() -> None:
    names = [Path(path).name for path, _ in parts.icon_fonts()]
    assert len(names) == 2
    assert all(name.startswith("phosphor") for name in names)


def test_no_module_that_is_left_out_is_one_that_we_import() -> None:
    """The list was made by hand; a new import of ours must not meet it in the frozen program only."""
    imported = set()
    for path in (ROOT / "crmdesk").rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if len(words) > 1 and words[0] in ("import", "from"):
                imported.add(words[1].rstrip(","))
                if words[0] == "from" and len(words) > 3:
                    imported |= {f"{words[1]}.{word.strip('(,')}" for word in words[3:]}
    assert imported & set(parts.UNUSED_MODULES) == set()
