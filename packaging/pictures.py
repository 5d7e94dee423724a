# SPDX-License-Identifier: MIT
"""Every picture of the README and of the user guide, taken anew from the demo; runs in the environment of the checkout.

    python3 packaging/run.py pictures            take them all; needs no display, wants the font Inter
    python3 packaging/run.py pictures --from DIR out of pictures that `--screenshots DIR` wrote before

Which ones are wanted is read from the texts that show them, so that a new one is had by naming it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "packaging" / "screenshots"
GUIDE = ROOT / "resources" / "help"
_GUIDE_WIDTH = 800
"""Pixels: a little more than the Help window shows; all of them travel in the installer."""


def wanted_by_readme() -> set[str]:
    """Names of the README's pictures."""
    return set(re.findall(r"\]\(packaging/screenshots/([\w-]+)\.png\)", (ROOT / "README.md").read_text("utf-8")))


def wanted_by_guide() -> set[str]:
    """Names of the guide's pictures."""
    texts = (page.read_text("utf-8") for page in GUIDE.glob("*/*.md"))
    return {name for text in texts for name in re.findall(r"!\[[^\]]*\]\(([\w-]+)\)", text)}


def keep(taken: Path) -> list[str]:
    """Copy what is wanted out of a folder of pictures, and remove what nobody wants any more.

    Returns:
        Names that are wanted and were not taken.
    """
    readme, guide = wanted_by_readme(), wanted_by_guide()
    missing = sorted(name for name in readme | guide if not (taken / f"{name}.png").is_file())
    if missing:
        return missing
    for folder, names in ((SHOTS, readme), (GUIDE / "pictures", guide)):
        folder.mkdir(exist_ok=True)
        for old in folder.glob("*.png"):
            if old.stem not in names:
                old.unlink()
    for name in readme:
        shutil.copyfile(taken / f"{name}.png", SHOTS / f"{name}.png")
    for name in guide:
        image = QImage(str(taken / f"{name}.png"))
        smaller = image.scaledToWidth(_GUIDE_WIDTH, Qt.TransformationMode.SmoothTransformation)
        smaller.convertToFormat(QImage.Format.Format_RGB888).save(str(GUIDE / "pictures" / f"{name}.png"))
    return []


def main(argv: list[str]) -> int:
    """Take the pictures; 1 if one that a text shows was not taken."""
    parser = argparse.ArgumentParser(prog="run.py pictures", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--from", dest="taken", type=Path, metavar="DIR", help="pictures that were taken before")
    asked = parser.parse_args(argv)
    if asked.taken is not None:
        return _told(keep(asked.taken))
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "CRMDESK_LANG": "en"}
        command = [sys.executable, "-m", "crmdesk", "--demo", "--screenshots", folder]
        if subprocess.run(command, cwd=ROOT, env=environ).returncode != 0:
            print("The tour did not reach its end; no picture was changed.", file=sys.stderr)
            return 1
        return _told(keep(Path(folder)))


def _told(missing: list[str]) -> int:
    if missing:
        print("The tour takes no picture called: " + ", ".join(missing), file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
