# SPDX-License-Identifier: MIT
"""Installs the .deb in a minimal Debian or Ubuntu, uses it there as a clerk without a display, and removes it.

    python3 packaging/run.py check-deb [--base DIR] [--suite NAME] [--rebuild]

    --base DIR     keep the bare system in DIR, or use the one that is there (making one takes a minute or two)
    --suite NAME   the release to make; the machine's own where not given
    --rebuild      make bundle and package anew first

Needs root, debootstrap and a network, as prove.py does; where they are missing it says that it skipped the check and
exits with 2. Otherwise 0 if all held and 1 if something did not. The bare system has no Python and no Qt.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile

import deb
import parts
import trial
from prove import NEEDED_PROGRAMS, Proof, System, bare_system, clear, connect, enter_own_namespace

APT = "DEBIAN_FRONTEND=noninteractive apt-get -o Dpkg::Use-Pty=0 -qq -y"
# What changes there by itself: logs, caches, package lists, what a user keeps.
_MOVING = "( -path /proc -o -path /sys -o -path /dev -o -path /tmp -o -path /root -o -path /home -o -path /var/log -o "
_MOVING += "-path /var/cache -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/tmp ) -prune -o -print"
_SNAPSHOT = f"find / -xdev {_MOVING} | sort".replace("(", r"\(").replace(")", r"\)")


def main(argv: list[str]) -> int:
    """Make the check; see the top of the file."""
    parser = argparse.ArgumentParser(prog="run.py check-deb", description="Try the .deb in a minimal Debian.")
    parser.add_argument("--base", help="where to keep the bare system")
    parser.add_argument("--suite", help="the release to make")
    parser.add_argument("--rebuild", action="store_true", help="make bundle and package anew first")
    options = parser.parse_args(argv)
    lacking = [name for name in NEEDED_PROGRAMS if not shutil.which(name)]
    if sys.platform != "linux" or os.geteuid() != 0 or lacking:
        print(f"Skipped: the check needs Linux, root and {', '.join(lacking or NEEDED_PROGRAMS)}.")
        return 2
    if (options.rebuild or not os.path.exists(deb.package_path())) and "CRMDESK_PROOF_NAMESPACE" not in os.environ:
        code = deb.main(["--rebuild"] if options.rebuild else [])
        if code:
            return code
    enter_own_namespace("check-deb", argv)
    place = tempfile.mkdtemp(prefix="crmdesk-check-", dir="/var/tmp")
    os.chmod(place, 0o755)  # the clerk in there passes through it
    try:
        base = bare_system(options.base or os.path.join(place, "base"), options.suite)
        system = base.copy_of(os.path.join(place, "office"))
        system.mount_proc()
        connect(system, "ca-certificates", "shared-mime-info")
        proof = Proof()
        _check(system, proof)
    finally:
        clear(place)
    print("All of it held." if not proof.failed else f"{proof.failed} did not hold.")
    return 1 if proof.failed else 0


def _check(system: System, proof: Proof) -> None:
    package = os.path.join(system.path, "var", "tmp", os.path.basename(deb.package_path()))
    shutil.copy(deb.package_path(), package)
    inside = package.removeprefix(system.path)
    done = system.run("command -v python3 qmake6 Xvfb")
    proof.check("the bare system has neither Python nor Qt nor a display", done.output == "", done)
    done = system.run(f"{APT} install --no-install-recommends {inside}")
    if not proof.check("root: apt-get install ./crmdesk.deb brings its dependencies", done.code == 0, done):
        return
    done = system.run(f"{APT} purge crmdesk")
    proof.check("root: it can be removed at once", done.code == 0, done)
    before = system.run(_SNAPSHOT).output
    done = system.run(f"dpkg -i {inside}")
    proof.check("root: dpkg -i installs it silently, asking nothing", done.code == 0, done)
    _looked_at(system, proof)
    _used(system, proof)
    done = system.run(f"{APT} purge crmdesk && ! dpkg-query -s crmdesk")
    proof.check("root: apt-get purge removes it", done.code == 0, done)
    after = system.run(_SNAPSHOT)
    left = sorted(set(after.output.splitlines()) ^ set(before.splitlines()))
    proof.check(
        f"nothing is left of it ({len(before.splitlines())} files as before)",
        not left,
        after._replace(output="\n".join(left)),
    )


def _looked_at(system: System, proof: Proof) -> None:
    """What the desktop gets to know of it."""
    done = system.run("ls /usr/share/mime/application/ | grep crmdesk")
    known = {line.partition(".xml")[0].rpartition(".")[2] for line in done.output.splitlines()}
    proof.check("its file types are known to the system", known == {"changes+json", "recipe+toml", "view+json"}, done)
    done = system.run("dpkg -L crmdesk | grep -c 'hicolor/.*apps/crmdesk'")
    proof.check("icons in eight sizes and one that scales", done.output == "9", done)
    done = system.run("dpkg -V crmdesk")
    proof.check("every installed file is as packed (dpkg -V)", done.code == 0 and not done.output, done)
    done = system.run("ldd $(find /usr/lib/crmdesk -name '*.so*' -type f) | grep 'not found' | sort -u")
    proof.check("no library lacks another (ldd)", done.output == "", done)
    done = system.run("du -s --block-size=1000000 /usr/lib/crmdesk | cut -f1")
    limit = parts.LIMIT_BYTES // 1_000_000
    proof.check(f"{done.output} MB on the disk, at most {limit}", done.code == 0 and int(done.output) <= limit, done)


def _used(system: System, proof: Proof) -> None:
    """A clerk without a display: one sentence, then everything that the bundle must pass, and no trace of the demo."""
    done = system.run("crmdesk --demo", clerk=True)
    calm = len(done.output.splitlines()) == 1 and "--screenshots" in done.output
    proof.check("clerk: without a display one sentence names --screenshots", done.code == 1 and calm, done)
    home = "/home/clerk"
    # What a command reads of an account that is not saved is kept: in the places that the administrator names.
    places = {"CRMDESK_CONFIG_DIR": f"{home}/named/config", "CRMDESK_DATA_DIR": f"{home}/named/data"}
    environ = {"PATH": "/usr/bin:/bin", "HOME": home, "LANG": "C.UTF-8", **places}
    command = (shutil.which("chroot") or "chroot", "--userspec=clerk:clerk", system.path, "/usr/bin/crmdesk")
    program = trial.Program(command, environ, system.path)
    for one in trial.findings(program, parts.version(deb.ROOT), "/home/clerk/pictures"):
        if not trial.tell(one):
            proof.failed += 1
    # fontconfig keeps a cache for every program that paints text.
    keep = " -o ".join(
        [
            "-name '.bash*'",
            "-name .profile",
            f"-path {home}/.cache",
            *(f"-path '{home}/{name}*'" for name in ("pictures", "named", ".cache/fontconfig")),
        ]
    )
    done = system.run(f"find {home} -mindepth 1 -not \\( {keep} \\)", clerk=True)
    proof.check("nothing lies in the clerk's home but where it was told to", done.output == "", done)
    done = system.run("ls /tmp")
    proof.check("nor in /tmp", done.output == "", done)
