# SPDX-License-Identifier: MIT
"""Makes dist/crmdesk_VERSION_ARCH.deb out of the bundle, without root and without Debian's tools.

    python3 packaging/run.py deb [--rebuild]

The package holds the bundle (/usr/lib/crmdesk), a command, a desktop entry, icons, AppStream metainfo, file types, a man
page and the licences. Libraries that Debian maintains (OpenSSL, SQLite, X, ...) are left to it: what each shipped file
asks the loader for becomes a dependency, and one that nobody knows is an error. It has no scripts of its own. The same
bundle and the same SOURCE_DATE_EPOCH (the last commit's where not given) give the same bytes. Where appstreamcli,
desktop-file-validate and dpkg-deb are installed they check it; what is skipped is said.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import lzma
import os
import platform
import shutil
import string
import subprocess
import sys
import tarfile
import tempfile
import textwrap
from datetime import UTC, datetime
from typing import NamedTuple

import bundle
import elf
import manpage
import parts
from debian import DEPENDENCIES, RECOMMENDED, dependency

ROOT = bundle.ROOT
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
LIBRARY = "usr/lib/crmdesk"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


class Entry(NamedTuple):
    """One file of the package: its path without a leading slash, and either its bytes or where a link leads."""

    path: str
    content: bytes = b""
    mode: int = 0o644
    link: str = ""


def main(argv: list[str]) -> int:
    """Make the package; see the top of the file."""
    parser = argparse.ArgumentParser(prog="run.py deb", description="Make a Debian package out of the bundle.")
    parser.add_argument("--rebuild", action="store_true", help="make the bundle anew even if there is one")
    options = parser.parse_args(argv)
    if sys.platform != "linux" or platform.machine() not in ARCHITECTURES:
        print("Skipped: a .deb is made on 64-bit Linux, out of a bundle for it.")
        return 2
    if options.rebuild or not os.path.exists(bundle.program()):
        code = bundle.main(["--no-trial"])
        if code:
            return code
    epoch = int(bundle.epoch())
    entries = [*program_entries(bundle.folder()), *desktop_entries(epoch)]
    control = control_text(entries, needs(bundle.folder()))
    target = package_path()
    with open(target, "wb") as file:
        file.write(package(control, entries, epoch))
    size = os.path.getsize(target)
    print(f"{target}: {size / 1e6:.1f} MB, {installed_bytes(entries) / 1e6:.1f} MB installed")
    return 0 if checked(target, entries) else 1


def package_path() -> str:
    """Return where the package is made."""
    name = f"crmdesk_{parts.version(ROOT)}_{ARCHITECTURES.get(platform.machine(), 'unknown')}.deb"
    return os.path.join(ROOT, "dist", name)


def program_entries(folder: str) -> list[Entry]:
    """Return the bundle's files under /usr/lib/crmdesk, less what Debian provides, and the command."""
    found = [Entry("usr/bin/crmdesk", link="../lib/crmdesk/crmdesk", mode=0o777)]
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            inside = f"{LIBRARY}/{os.path.relpath(path, folder)}"
            if name in DEPENDENCIES and not os.path.islink(path):
                continue
            if os.path.islink(path):
                found.append(Entry(inside, link=os.readlink(path), mode=0o777))
                continue
            with open(path, "rb") as file:
                found.append(Entry(inside, file.read(), 0o755 if os.access(path, os.X_OK) else 0o644))
    return found


def desktop_entries(epoch: int) -> list[Entry]:
    """Return what makes it a good citizen of a desktop: entry, icons, metainfo, file types, manual, copyright."""
    linux, icons = os.path.join(ROOT, "packaging", "linux"), os.path.join(ROOT, "resources", "icons")
    moment, version = datetime.fromtimestamp(epoch, UTC), parts.version(ROOT)
    words = {"identifier": parts.IDENTIFIER, "version": version, "date": moment.strftime("%Y-%m-%d")}
    metainfo = string.Template(_read(linux, "metainfo.xml").decode()).substitute(words).encode()
    share = "usr/share"
    found = [
        Entry(f"{share}/applications/crmdesk.desktop", _read(linux, "crmdesk.desktop")),
        Entry(f"{share}/metainfo/{parts.IDENTIFIER}.metainfo.xml", metainfo),
        Entry(f"{share}/mime/packages/crmdesk.xml", _read(linux, "crmdesk-mime.xml")),
        Entry(f"{share}/icons/hicolor/scalable/apps/crmdesk.svg", _read(icons, "crmdesk.svg")),
        Entry(f"{share}/man/man1/crmdesk.1.gz", _packed(manual(version, words["date"]))),
        Entry(f"{share}/doc/crmdesk/changelog.gz", _packed(_changelog(version, moment))),
        Entry(f"{share}/doc/crmdesk/copyright", _copyright()),
    ]
    for size in ICON_SIZES:
        picture = _read(icons, f"crmdesk-{size}.png")
        found.append(Entry(f"{share}/icons/hicolor/{size}x{size}/apps/crmdesk.png", picture))
    return found


def manual(version: str, date: str) -> bytes:
    """Return the man page; the grammar is imported from the checkout and needs no package."""
    sys.path.insert(0, ROOT)
    try:
        from crmdesk.cli.parser import build_parser
    finally:
        sys.path.remove(ROOT)
    return manpage.page(build_parser(), version, date).encode()


def needs(folder: str) -> list[str]:
    """Return the dependencies of the bundle's files, as Debian writes them.

    Raises:
        SystemExit: a file needs a library that is neither shipped nor known to Debian.
    """
    shipped, asked, oldest = set(), set(), (2, 34)
    for path in elf.files(folder):
        if os.path.basename(path) in DEPENDENCIES:
            continue
        shipped.add(os.path.basename(path))
        asked |= set(elf.needed(path))
        oldest = max(oldest, elf.glibc(path))
    unknown = sorted(name for name in asked - shipped if name not in DEPENDENCIES)
    if unknown:
        raise SystemExit(f"No package is known for {', '.join(unknown)}; see packaging/debian.py.")
    names = {dependency(name, oldest) for name in asked - shipped}
    return sorted({*names, "ca-certificates", "hicolor-icon-theme", "tzdata"})


def control_text(entries: list[Entry], depends: list[str]) -> str:
    """Return the package's control file."""
    about = (
        "crmdesk shows the data of a customer relationship management system as its server keeps it: accounts side by "
        "side, tables with filters, records with all that belongs to them. Edits are kept on disk, reviewed before they "
        "are sent and read back after; every batch can be taken back. A demo server is built in."
    )
    fields = {
        "Package": "crmdesk",
        "Version": parts.version(ROOT),
        "Architecture": ARCHITECTURES[platform.machine()],
        "Maintainer": "The crmdesk authors <crmdesk@localhost>",
        "Installed-Size": str(-(-installed_bytes(entries) // 1024)),
        "Depends": ", ".join(depends),
        "Recommends": ", ".join(RECOMMENDED),
        "Section": "misc",
        "Priority": "optional",
        "Description": "browse and mend the data of a CRM\n" + textwrap.indent(textwrap.fill(about, 76), " "),
    }
    return "".join(f"{name}: {value}\n" for name, value in fields.items())


def installed_bytes(entries: list[Entry]) -> int:
    """Return what the files take on a disk, in blocks of 4 KiB."""
    return sum(-(-len(entry.content) // 4096) * 4096 for entry in entries)


def package(control: str, entries: list[Entry], epoch: int) -> bytes:
    """Return the bytes of a .deb: an ar of the format's version, the control files and the data (man 5 deb)."""
    sums = "".join(
        f"{hashlib.md5(entry.content, usedforsecurity=False).hexdigest()}  {entry.path}\n"
        for entry in sorted(entries)
        if not entry.link
    )
    about = [Entry("control", control.encode()), Entry("md5sums", sums.encode())]
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.xz": lzma.compress(_tar(about, epoch)),
        "data.tar.xz": lzma.compress(_tar(entries, epoch), preset=6),
    }
    made = b"!<arch>\n"
    for name, content in members.items():
        made += f"{name:<16}{epoch:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode()
        made += content + b"\n" * (len(content) % 2)
    return made


def checked(target: str, entries: list[Entry]) -> bool:
    """Let Debian's own tools look at the package; print what they say and what was skipped."""
    held = True
    with tempfile.TemporaryDirectory(prefix="crmdesk-deb-") as folder:
        for entry in entries:
            if entry.path.endswith((".desktop", ".metainfo.xml", "crmdesk.1.gz")):
                with open(os.path.join(folder, os.path.basename(entry.path)), "wb") as file:
                    file.write(entry.content)
        metainfo = os.path.join(folder, f"{parts.IDENTIFIER}.metainfo.xml")
        desktop, page = os.path.join(folder, "crmdesk.desktop"), os.path.join(folder, "crmdesk.1.gz")
        for command in (
            ["appstreamcli", "validate", "--no-net", metainfo],
            ["desktop-file-validate", desktop],
            ["man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", page],
            ["dpkg-deb", "--info", target],
            ["dpkg-deb", "--contents", target],
        ):
            if not shutil.which(command[0]):
                print(f"skipped  {command[0]} is not installed")
                continue
            done = subprocess.run(command, capture_output=True, text=True, errors="replace")
            good = done.returncode == 0 and not (command[0] == "man" and done.stderr)
            held = held and good
            print(f"{'ok    ' if good else 'FAILED'} {' '.join(command[:2])}")
            if not good:
                print(done.stdout[-2000:] + done.stderr[-2000:])
    return held


def _tar(entries: list[Entry], epoch: int) -> bytes:
    """A tar of the entries and the folders above them, in one order, owned by root, all of one moment."""
    folders = {""}
    for entry in entries:
        pieces = entry.path.split("/")[:-1]
        folders |= {"/".join(pieces[:count]) for count in range(1, len(pieces) + 1)}
    everything: list[tuple[str, Entry | None]] = [(path, None) for path in folders]
    everything += [(entry.path, entry) for entry in entries]
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar:
        for path, one in sorted(everything, key=lambda pair: pair[0]):
            info = tarfile.TarInfo(f"./{path}" if path else ".")
            info.mtime, info.uname, info.gname = epoch, "root", "root"
            if one is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(info)
            elif one.link:
                info.type, info.linkname, info.mode = tarfile.SYMTYPE, one.link, one.mode
                tar.addfile(info)
            else:
                info.size, info.mode = len(one.content), one.mode
                tar.addfile(info, io.BytesIO(one.content))
    return packed.getvalue()


def _copyright() -> bytes:
    """Our licence, then everything the bundle collected."""
    collected = _read(bundle.folder(), "_internal", "licences.txt")
    gnu = b"On Debian systems the GNU licences lie in /usr/share/common-licenses, too.\n"
    return _read(ROOT, "LICENSE") + b"\n" + gnu + b"\n" + collected


def _changelog(version: str, moment: datetime) -> bytes:
    stamp = moment.strftime("%a, %d %b %Y %H:%M:%S +0000")
    lines = [line for change in changes(version) for line in textwrap.wrap(f"* {change}", 76, subsequent_indent="  ")]
    told = "\n".join(f"  {line}" for line in lines)
    return (
        f"crmdesk ({version}) unstable; urgency=medium\n\n{told}\n\n -- The crmdesk authors <crmdesk@localhost>  {stamp}\n"
    ).encode()


def changes(version: str) -> list[str]:
    """What packaging/CHANGELOG.md tells of a version.

    Raises:
        LookupError: nothing.
    """
    chapters = _read(ROOT, "packaging", "CHANGELOG.md").decode().split("\n## ")[1:]
    text = next((chapter for chapter in chapters if chapter.split()[0] == version), "")
    found = [" ".join(one.split()) for one in text.split("\n* ")[1:]]
    if not found:
        raise LookupError(f"packaging/CHANGELOG.md tells nothing of version {version}")
    return found


def _packed(content: bytes) -> bytes:
    return gzip.compress(content, 9, mtime=0)


def _read(*pieces: str) -> bytes:
    with open(os.path.join(*pieces), "rb") as file:
        return file.read()
