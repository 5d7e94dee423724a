# SPDX-License-Identifier: MIT
"""Makes the bundle into one file that runs without being installed: dist/crmdesk-VERSION-MACHINE.AppImage.

    python3 packaging/run.py appimage

It lays out an AppDir (build/crmdesk.AppDir: the bundle, AppRun, desktop entry, icon, metainfo) and hands it to
appimagetool, which must be on the path: it comes from its project's releases only, with the runtime that it puts in
front. No package registry has either (looked for on 2026-11-22: Debian's libappimage only reads AppImages; PyPI's appimage,
pyproject-appimage, python-appimage and panda3d-appimage, npm's makers for Electron and its app-builder fetch tool and
runtime while they run). Without it the AppDir is made and tried, what is missing is said, and the exit code is 2.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys

import bundle
import deb
import parts

APP_RUN = '#!/bin/sh\nexec "$(dirname "$(readlink -f "$0")")/usr/lib/crmdesk/crmdesk" "$@"\n'


def main(argv: list[str]) -> int:
    """Make it; see the top of the file."""
    argparse.ArgumentParser(prog="run.py appimage", description="Make the bundle into one file.").parse_args(argv)
    if sys.platform != "linux" or not os.path.exists(bundle.program()):
        print(f"An AppImage is made on Linux out of the bundle; first {bundle.RUN} bundle.", file=sys.stderr)
        return 2
    folder = os.path.join(bundle.ROOT, "build", "crmdesk.AppDir")
    lay_out(folder, bundle.folder())
    done = subprocess.run([os.path.join(folder, "AppRun"), "--version"], capture_output=True, text=True)
    good = done.stdout.strip() == f"crmdesk {parts.version(bundle.ROOT)}"
    print(f"{'ok    ' if good else 'FAILED'} {folder}: AppRun --version")
    if not good:
        return 1
    tool = shutil.which("appimagetool")
    if not tool:
        print("skipped  appimagetool is not installed; get it from its project's releases and start again")
        return 2
    target = os.path.join(bundle.ROOT, "dist", f"crmdesk-{parts.version(bundle.ROOT)}-{platform.machine()}.AppImage")
    environ = {**os.environ, "ARCH": platform.machine(), "VERSION": parts.version(bundle.ROOT)}
    return subprocess.run([tool, "--no-appstream", folder, target], env=environ).returncode


def lay_out(folder: str, frozen: str) -> None:
    """Make the AppDir anew: the bundle as it is (other distributions' libraries are not ours to count on), and the rest."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(frozen, os.path.join(folder, "usr", "lib", "crmdesk"), symlinks=True)
    for entry in deb.desktop_entries(int(bundle.epoch())):
        if "/man/" not in entry.path and "/doc/" not in entry.path:
            target = os.path.join(folder, entry.path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(entry.content)
    shutil.copy(os.path.join(folder, "usr/share/applications/crmdesk.desktop"), folder)
    shutil.copy(os.path.join(folder, "usr/share/icons/hicolor/256x256/apps/crmdesk.png"), folder)
    run = os.path.join(folder, "AppRun")
    with open(run, "w", encoding="utf-8") as script:
        script.write(APP_RUN)
    os.chmod(run, 0o755)
