# SPDX-License-Identifier: MIT
"""The licences of everything that is shipped: out of the bundle's own list, in a checkout out of what is installed."""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

LIST: Final = "licences.txt"
"""What packaging/licences.py writes into a bundle: the list, then each text once below the names of all it belongs to."""
_OURS: Final = "crmdesk"
_RULE: Final = "-" * 78
_TEXTS: Final = re.compile(r"(^|/)(licen[cs]es?|copying|notice)[^/]*$|\.dist-info/licen[cs]es/", re.IGNORECASE)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that is shipped: name and version, what its author calls the licence, the text ("" = none came with it)."""

    name: str
    licence: str
    text: str


def shipped() -> tuple[Work, ...]:
    """Every work, by name; ours first. Reads files: some 50 ms."""
    bundle = getattr(sys, "_MEIPASS", None)
    if isinstance(bundle, str) and (Path(bundle) / LIST).is_file():
        return (_ours(), *parsed((Path(bundle) / LIST).read_text("utf-8", errors="replace")))
    return (_ours(), *installed())


def parsed(text: str) -> tuple[Work, ...]:
    """The works of a bundle's list."""
    head, *sections = text.split(f"\n\n{_RULE}\n\n")
    texts: dict[str, list[str]] = {}
    for section in sections:
        owners, _, body = section.partition("\n\n")
        for owner in owners.split(", "):
            texts.setdefault(owner, []).append(body.strip())
    lines = [re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in head.splitlines()[2:] if line.strip()]
    listed = [(line[0], line[1] if len(line) > 1 else "") for line in lines]
    rest = [(owner, "") for owner in texts if owner not in dict(listed)]
    return tuple(Work(name, licence, "\n\n".join(texts.get(name, ()))) for name, licence in (*listed, *rest))


def installed() -> tuple[Work, ...]:
    """Python and every distribution that the program needs, as they are installed here."""
    short = f"python{sys.version_info.major}.{sys.version_info.minor}"
    places = [
        Path(sys.base_prefix, "lib", short, "LICENSE.txt"),
        Path(sys.base_prefix, "LICENSE.txt"),
        Path("/usr/share/doc", f"{short}-minimal", "copyright"),
    ]
    text = next((place.read_text("utf-8", errors="replace") for place in places if place.is_file()), "")
    python = Work(f"Python {'.'.join(map(str, sys.version_info[:3]))}", "PSF-2.0", text)
    works = [python, *(_work(one) for one in _needed())]
    return tuple(sorted(works, key=lambda work: work.name.casefold()))


def _needed() -> Iterator[Distribution]:
    """What our distribution asks for, and what that asks for, without extras and what is for other systems."""
    seen, waiting = {_OURS}, [_OURS]
    while waiting:
        name = waiting.pop()
        lines: Iterable[str] = ()
        try:
            found = distribution(name)
            lines = found.requires or ()
            if name != _OURS:
                yield found
        except PackageNotFoundError:  # of another system; or we are run from a checkout that was never installed
            if name == _OURS:
                lines = _asked_here()
        for line in lines:
            asked = _NAME.match(line)
            plain = re.sub(r"[-_.]+", "-", asked[0]).lower() if asked else ""
            if plain and plain not in seen and "extra ==" not in line:
                seen.add(plain)
                waiting.append(plain)


def _asked_here() -> list[str]:
    """What a checkout's own file asks for."""
    try:
        with (Path(__file__).parents[2] / "pyproject.toml").open("rb") as file:
            return [str(line) for line in tomllib.load(file)["project"]["dependencies"]]
    except (OSError, KeyError, tomllib.TOMLDecodeError):
        return []


def _work(one: Distribution) -> Work:
    texts = [
        Path(str(one.locate_file(path))).read_text("utf-8", errors="replace")
        for path in one.files or ()
        if ".dist-info/" in str(path) and _TEXTS.search(str(path)) and Path(str(one.locate_file(path))).is_file()
    ]
    name = str(one.metadata["Name"])
    if not texts and name.lower().startswith(("pyside6", "shiboken6")):  # Qt's wheels bring no text
        texts = [_gnu(file) for file in ("LGPL-3.0.txt", "GPL-3.0.txt")]
        return Work(f"{name} {one.version}", "LGPL-3.0-only", "\n\n".join(filter(None, texts)))
    return Work(f"{name} {one.version}", _called(one), "\n\n".join(texts))


def _called(one: Distribution) -> str:
    """What the author calls the licence: an expression, else a short word, else the classifiers."""
    about = one.metadata
    for field in ("License-Expression", "License"):
        said = str(about[field] or "").strip() if field in about else ""
        if said and "\n" not in said and len(said) < 60:
            return said
    kinds = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier") or () if line.startswith("License ::")]
    return ", ".join(kinds)


def _ours() -> Work:
    from crmdesk import __version__

    places = [Path(__file__).parents[2] / "LICENSE"]
    try:
        mine = distribution(_OURS)
        places += [Path(str(mine.locate_file(path))) for path in mine.files or () if path.name == "LICENSE"]
    except PackageNotFoundError:
        pass
    text = next((place.read_text("utf-8", errors="replace") for place in places if place.is_file()), "")
    return Work(f"{_OURS} {__version__}", "MIT", text)


def _gnu(file: str) -> str:
    path = Path(__file__).parents[2] / "packaging" / "licences" / file
    return path.read_text("utf-8") if path.is_file() else ""
