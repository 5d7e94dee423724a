# SPDX-License-Identifier: MIT
"""Collects the licences of everything that is shipped: ours, Python's, each package's, each system library's.

Texts come from what is being shipped itself: the metadata of the installed distributions, Python's own LICENSE.txt, and
on Debian the copyright files of the packages that libraries were copied from. Qt's wheels bring no text; theirs (LGPL
and the GPL it builds on) lie in packaging/licences/. A distribution without any text is an error, not a gap.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

_NAMES = re.compile(r"(^|/)(licen[cs]es?|copying|notice)[^/]*$|\.dist-info/licen[cs]es/", re.IGNORECASE)
_QT = ("pyside6-essentials", "shiboken6")
_QT_WORDS = (
    "Qt for Python and Qt, unchanged, under the GNU Lesser General Public License, version 3. They lie as separate\n"
    "libraries in the folder PySide6, where you may put your own build of the same version in their place. Their source:\n"
    "https://download.qt.io/official_releases/ (QtForPython, qt). The text of both licences follows at the end."
)


class Work(NamedTuple):
    """One thing that is shipped: its name with the version, what its author calls the licence, and the texts."""

    name: str
    licence: str
    texts: tuple[str, ...]


def collected(site: str, lock: str, folder: str, here: str) -> list[Work]:
    """Return everything in a bundle, sorted by name.

    Args:
        site: the site-packages folder it was frozen from.
        lock: the requirement file that names what belongs to the program.
        folder: the bundle's folder of libraries (`_internal`).
        here: packaging/ of the checkout.

    Raises:
        SystemExit: a distribution brings no licence text.
    """
    with open(lock, encoding="utf-8") as file:
        wanted = {_plain(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", file.read(), re.MULTILINE)}
    works = [_python()]
    for one in distributions(path=[site]):
        if _plain(one.metadata["Name"]) in wanted:
            works.append(_work(one))
    works += system_libraries(folder)
    lacking = [work.name for work in works if not work.texts]
    if lacking:
        raise SystemExit(f"No licence text came with: {', '.join(lacking)}.")
    gnu = [Path(here, "licences", name).read_text(encoding="utf-8") for name in ("LGPL-3.0.txt", "GPL-3.0.txt")]
    return [*sorted(works, key=lambda work: work.name.lower()), Work("GNU licences", "the texts", tuple(gnu))]


def as_text(works: list[Work]) -> str:
    """Return one readable file: the list first, then each text once, with the names of all it belongs to."""
    width = max(len(work.name) for work in works)
    lines = [f"{work.name:{width}}  {work.licence}" for work in works[:-1]]
    owners: dict[str, list[str]] = {}
    for work in works:
        for text in work.texts:
            owners.setdefault(text.strip(), []).append(work.name)
    parts = ["crmdesk is shipped with these works of others, each under its own licence:", "\n".join(lines)]
    for text, names in owners.items():
        parts += ["-" * 78, ", ".join(names), text]
    return "\n\n".join(parts) + "\n"


def system_libraries(folder: str) -> list[Work]:
    """Return the libraries that PyInstaller copied from this system, by the package each came from (Debian's kin only)."""
    if sys.platform != "linux":
        return []
    paths = _library_paths()
    found: dict[str, Work] = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if ".so" not in name or os.path.islink(path) or name.startswith("libpython") or name not in paths:
            continue
        package = _package_of(paths[name])
        if package not in found:
            about = Path("/usr/share/doc", package.partition(":")[0], "copyright")
            text = about.read_text(encoding="utf-8", errors="replace") if package and about.is_file() else ""
            found[package] = Work(f"{package or name} (library {name})", "see its text", (text,) if text else ())
    return list(found.values())


def _library_paths() -> dict[str, str]:
    """Return where the loader finds each library: soname -> path."""
    try:
        shown = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True).stdout
    except OSError:
        return {}
    return dict(reversed(re.findall(r"^\s+(\S+) \(.*?\) => (\S+)$", shown, re.MULTILINE)))


def _package_of(path: str) -> str:
    """Return the Debian package that a file belongs to, "" where there is none."""
    for spelling in (path, os.path.realpath(path), os.path.realpath(path).removeprefix("/usr")):
        try:
            shown = subprocess.run(["dpkg-query", "-S", spelling], capture_output=True, text=True)
        except OSError:
            return ""
        if shown.returncode == 0:
            return shown.stdout.partition(": ")[0].partition(":")[0]
    return ""


def _python() -> Work:
    """Python itself: its licence lies in the library's folder, on Debian among the package's documents."""
    version = ".".join(map(str, sys.version_info[:3]))
    short = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [
        Path(sysconfig.get_path("stdlib"), "LICENSE.txt"),
        Path(sys.base_prefix, "LICENSE.txt"),
        Path("/usr/share/doc", f"{short}-minimal", "copyright"),
        Path("/usr/share/doc", short, "copyright"),
    ]
    texts = tuple(place.read_text(encoding="utf-8", errors="replace") for place in places if place.is_file())
    return Work(f"Python {version}", "PSF-2.0", texts[:1])


def _work(one: Distribution) -> Work:
    about = one.metadata
    name = f"{about['Name']} {one.version}"
    if _plain(about["Name"]) in _QT:
        return Work(name, "LGPL-3.0-only", (_QT_WORDS,))
    texts = []
    for path in one.files or ():
        if ".dist-info/" in str(path) and _NAMES.search(str(path)):
            texts.append(Path(str(one.locate_file(path))).read_text(encoding="utf-8", errors="replace"))
    return Work(name, _licence_name(one), tuple(texts))


def _licence_name(one: Distribution) -> str:
    """What the author calls the licence: an expression, else a short word, else the classifiers."""
    about = one.metadata
    for field in ("License-Expression", "License"):
        said = str(about[field] or "").strip() if field in about else ""
        if said and "\n" not in said and len(said) < 60:
            return said
    kinds = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    return ", ".join(kinds) or "see its text"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
