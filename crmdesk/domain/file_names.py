# SPDX-License-Identifier: MIT
"""Names of files as a server tells them: what may be saved under that name, and what may be opened at all."""

import unicodedata

_MOST_CHARACTERS, _MOST_BYTES, _LONGEST_ENDING = 150, 200, 12
"""A folder's path comes before; common file systems take 255 bytes for a name, Windows 260 characters for all of it."""

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FORBIDDEN = frozenset('<>:"|?*')
# Windows opens a device under these names in any folder and with any ending (Microsoft: Naming Files, Paths, and Namespaces).
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"}
    | {f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"}
)

_PROGRAMS = frozenset(
    [
        "action",
        "ade",
        "adp",
        "apk",
        "app",
        "appimage",
        "appinstaller",
        "application",
        "appref-ms",
        "appx",
        "appxbundle",
        "bas",
        "bat",
        "bin",
        "chm",
        "cmd",
        "com",
        "command",
        "cpl",
        "csh",
        "deb",
        "desktop",
        "diagcab",
        "dll",
        "dmg",
        "exe",
        "flatpakref",
        "fxp",
        "gadget",
        "hlp",
        "hta",
        "inf",
        "ins",
        "iso",
        "img",
        "isp",
        "its",
        "jar",
        "jnlp",
        "js",
        "jse",
        "ksh",
        "library-ms",
        "lnk",
        "mad",
        "maf",
        "mag",
        "mam",
        "maq",
        "mar",
        "mas",
        "mat",
        "mau",
        "mav",
        "maw",
        "mda",
        "mdb",
        "mde",
        "mdt",
        "mdw",
        "mdz",
        "mht",
        "mhtml",
        "msc",
        "msh",
        "msh1",
        "msh1xml",
        "msh2",
        "msi",
        "msix",
        "msixbundle",
        "msp",
        "mst",
        "ocx",
        "ops",
        "osd",
        "out",
        "pcd",
        "pif",
        "pkg",
        "pl",
        "plg",
        "prf",
        "prg",
        "ps1",
        "ps1xml",
        "ps2",
        "psc1",
        "psc2",
        "psd1",
        "psdm1",
        "py",
        "pyc",
        "pyo",
        "pyw",
        "pyz",
        "rb",
        "reg",
        "rpm",
        "run",
        "scf",
        "scpt",
        "scptd",
        "scr",
        "sct",
        "search-ms",
        "settingcontent-ms",
        "sh",
        "shb",
        "shs",
        "snap",
        "svg",
        "sys",
        "terminal",
        "theme",
        "tmp",
        "udl",
        "url",
        "vb",
        "vbe",
        "vbp",
        "vbs",
        "vhd",
        "vhdx",
        "vsmacros",
        "vsw",
        "webloc",
        "website",
        "wim",
        "workflow",
        "ws",
        "wsc",
        "wsf",
        "wsh",
        "xbap",
        "xll",
        "xnk",
        "zsh",
    ]
)
"""Endings that a system runs, mounts or follows when the file is opened, on any of the three systems."""


def safe_name(name: str) -> str:
    """A server's file name without folders, marks that hide or turn letters, devices' names and what Windows forbids.

    Never empty, hidden or overlong; the ending stays.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join("_" if letter in _FORBIDDEN or not letter.isprintable() else letter for letter in last).strip(" .")
    stem, dot, ending = clean.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = clean, "", ""
    tail = dot + ending
    stem = stem[: _MOST_CHARACTERS - len(tail)]
    while len((stem + tail).encode()) > _MOST_BYTES:
        stem = stem[:-1]
    short = stem.rstrip(" .") + tail
    if short.split(".")[0].strip().lower() in _DEVICES:
        short = f"_{short}"
    return short or "document"


def unturned(text: str) -> str:
    """A text without the marks that turn the direction of letters: ``offer\u202efdp.exe`` would be read offerexe.pdf."""
    return "".join(letter for letter in text if letter not in _TURNING)


def is_program(name: str) -> bool:
    """Whether opening a file of this (safe) name would run something, whatever other endings stand before the last."""
    return name.rpartition(".")[2].strip().lower() in _PROGRAMS
