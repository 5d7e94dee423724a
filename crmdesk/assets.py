# SPDX-License-Identifier: MIT
"""Finds the files of resources/ (icons, style, demo data, translations) in a checkout, a wheel and a frozen bundle."""

import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path


def _candidates() -> tuple[Path, ...]:
    """Where resources/ may lie, likeliest first."""
    package = Path(__file__).resolve().parent
    bundle = getattr(sys, "_MEIPASS", None)  # PyInstaller's unpacked folder
    frozen = (Path(bundle) / "resources",) if isinstance(bundle, str) else ()
    # A wheel carries the folder inside the package, a checkout beside it.
    return (*frozen, package / "resources", package.parent / "resources")


@cache
def resources_folder() -> Path:
    """The folder that holds icons/, style/, demo/ and i18n/.

    Raises:
        FileNotFoundError: The program was installed without its resources.
    """
    for folder in _candidates():
        if (folder / "style").is_dir():
            return folder
    raise FileNotFoundError("resources/ is missing; looked in: " + ", ".join(str(c) for c in _candidates()))


def resource(*parts: str) -> Path:
    """The path of one file or folder below resources/, e.g. `resource("icons", "crmdesk.svg")`.

    Raises:
        FileNotFoundError: There is no such file.
    """
    path = resources_folder().joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(path)
    return path


def package_folder(package: str) -> Path:
    """The folder of an installed package, found without importing it.

    Raises:
        FileNotFoundError: The package is not installed (or not collected into the bundle).
    """
    bundle = getattr(sys, "_MEIPASS", None)
    if isinstance(bundle, str) and (Path(bundle) / package).is_dir():
        return Path(bundle) / package
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(package)
    return Path(spec.origin).parent
