# SPDX-License-Identifier: MIT
"""Finds the files of crmdesk/resources/ (icons, style, demo data), which lie beside this file wherever it lies."""

import sys
from importlib.util import find_spec
from pathlib import Path

_RESOURCES = Path(__file__).resolve().parent / "resources"


def resource(*parts: str) -> Path:
    """The path of one file or folder below resources/, e.g. `resource("icons", "crmdesk.svg")`.

    Raises:
        FileNotFoundError: There is no such file.
    """
    path = _RESOURCES.joinpath(*parts)
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
