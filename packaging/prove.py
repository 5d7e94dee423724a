# SPDX-License-Identifier: MIT
"""Proves README's two commands on a bare machine: a minimal Debian or Ubuntu with Python and git and nothing else.

    python3 packaging/run.py prove [--base DIR] [--suite NAME] [--tests ARGS...]

    --base DIR     keep the bare system in DIR, or use the one that is there (making one takes a minute or two)
    --suite NAME   the release to make; the machine's own where not given
    --tests ARGS   what `run.py test` gets, for a shorter proof; everything after it

Needs root, debootstrap and a network: it makes the system with debootstrap from the machine's own package mirror, takes
over the machine's settings for reaching a network (resolver, proxies, certificates, pip's configuration), clones the last
commit into it and plays an administrator (root) and a clerk (no rights). Nothing outside a temporary directory and --base
is touched. Prints one line for each thing proved; exit code 0 if all held, 1 if one did not, 2 if the proof cannot be
made here. What it skips it says.
"""

from __future__ import annotations

import argparse
import glob
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INSIDE = "CRMDESK_PROOF_NAMESPACE"
NEEDED_PROGRAMS = ("debootstrap", "chroot", "unshare", "mount", "git")
BARE = ("python3", "git", "ca-certificates")
# How this machine reaches a network; the bare one is told the same.
SETTINGS_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/ssl/certs/ca-certificates.crt")
SETTINGS_VARIABLES = re.compile(
    r"(PIP_(CERT|INDEX_URL|PROXY|DEFAULT_TIMEOUT)|SSL_CERT_(FILE|DIR)|(HTTPS?|NO|ALL)_PROXY)", re.I
)
RUN = "python3 packaging/run.py"


class Done(NamedTuple):
    """How a command in the bare system ended; `output` is both streams."""

    code: int
    output: str
    took_s: float


class System:
    """One bare system under a directory; commands run in it as root or as the clerk."""

    def __init__(self, path: str) -> None:
        self.path = path

    def run(self, command: str, clerk: bool = False, network: bool = True, timeout_s: float | None = None) -> Done:
        """Run a shell command in the checkout of that user; a timeout kills it with all its children (code -9)."""
        home = "/home/clerk" if clerk else "/root"
        settings = {name: value for name, value in os.environ.items() if SETTINGS_VARIABLES.fullmatch(name)}
        environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": home, "LANG": "C.UTF-8", **settings}
        chroot = ["chroot", *(["--userspec=clerk:clerk"] if clerk else []), self.path]
        chroot = [*([] if network else ["unshare", "--net"]), *chroot]
        if timeout_s is not None:
            chroot = ["timeout", "--signal=KILL", str(timeout_s), *chroot]
        began = time.monotonic()
        done = subprocess.run(
            [*chroot, "sh", "-c", f"cd {home}/crmdesk 2>/dev/null || cd /; {command}"],
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        return Done(done.returncode, done.stdout.strip(), time.monotonic() - began)

    def copy_of(self, path: str) -> System:
        """Return a second system like this one, under another path."""
        subprocess.run(["cp", "-a", "--one-file-system", self.path, path], check=True)
        return System(path)

    def mount_proc(self) -> None:
        """Give it /proc, in our own mount namespace only."""
        subprocess.run(["mount", "-t", "proc", "proc", os.path.join(self.path, "proc")], check=True)


class Proof:
    """Collects what held and what did not, and prints it as it comes."""

    def __init__(self) -> None:
        self.failed = 0

    def check(self, claim: str, holds: bool, done: Done) -> bool:
        """Note one claim; the output is shown where it does not hold."""
        print(f"{'ok    ' if holds else 'FAILED'} {done.took_s:6.1f} s  {claim}", flush=True)
        if not holds:
            self.failed += 1
            print(
                "\n".join(f"          {line}" for line in [f"exit code {done.code}", *done.output.splitlines()[-40:]])
            )
        return holds


def main(argv: list[str]) -> int:
    """Make the proof; see the top of the file."""
    parser = argparse.ArgumentParser(prog="run.py prove", description="Prove the set-up on a bare Debian or Ubuntu.")
    parser.add_argument("--base", help="where to keep the bare system")
    parser.add_argument("--suite", help="the release to make")
    parser.add_argument("--tests", nargs=argparse.REMAINDER, default=[], help="what `run.py test` gets")
    options = parser.parse_args(argv)
    lacking = [program for program in NEEDED_PROGRAMS if not shutil.which(program)]
    if sys.platform != "linux" or os.geteuid() != 0 or lacking:
        print(f"Skipped: the proof needs Linux, root and {', '.join(lacking or NEEDED_PROGRAMS)}.")
        return 2
    enter_own_namespace("prove", argv)
    place = tempfile.mkdtemp(prefix="crmdesk-proof-", dir="/var/tmp")
    try:
        return _prove(options, place)
    finally:
        clear(place)


def enter_own_namespace(command: str, argv: list[str]) -> None:
    """Start run.py's command again where mounts are ours alone; returns in that second start."""
    if INSIDE not in os.environ:
        os.environ[INSIDE] = "1"
        itself = [sys.executable, os.path.join(ROOT, "packaging", "run.py"), command, *argv]
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", *itself])


def clear(place: str) -> None:
    """Take away the systems made under a directory."""
    subprocess.run(["umount", "--quiet", *glob.glob(os.path.join(place, "*", "proc"))], stderr=subprocess.DEVNULL)
    subprocess.run(["rm", "-rf", "--one-file-system", place])


def _prove(options: argparse.Namespace, place: str) -> int:
    base = bare_system(options.base or os.path.join(place, "base"), options.suite)
    proof = Proof()
    bare = base.copy_of(os.path.join(place, "bare"))
    _furnish(bare)
    office = bare.copy_of(os.path.join(place, "office"))
    office.mount_proc()
    _clerk(office, proof)
    server = bare.copy_of(os.path.join(place, "server"))
    server.mount_proc()
    _administrator(server, proof, options.tests)
    print("All of it held." if not proof.failed else f"{proof.failed} did not hold.")
    return 1 if proof.failed else 0


def bare_system(path: str, suite: str | None) -> System:
    """Return the bare system at the path, made with debootstrap where it is not there."""
    if os.path.exists(os.path.join(path, "etc", "os-release")):
        return System(path)
    codename, mirror = _release()
    began = time.monotonic()
    print(f"Making a minimal {suite or codename} with debootstrap ...", flush=True)
    command = ["debootstrap", "--variant=minbase", "--components=main,universe", suite or codename, path, mirror]
    if _os_release().get("ID") != "ubuntu":
        command.remove("--components=main,universe")
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    print(f"... done in {time.monotonic() - began:.0f} s.", flush=True)
    return System(path)


def _os_release() -> dict[str, str]:
    with open("/etc/os-release", encoding="utf-8") as file:
        return {name: value.strip('"') for name, _, value in (line.strip().partition("=") for line in file)}


def _release() -> tuple[str, str]:
    """Return this machine's release and the first package mirror of its own sources."""
    text = ""
    for path in ["/etc/apt/sources.list", *sorted(glob.glob("/etc/apt/sources.list.d/*"))]:
        if path.endswith((".list", ".sources")) and os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                text += file.read()
    found = re.search(r"^(?:URIs:|deb(?: \[.*?\])?)\s+(\S+)", text, re.MULTILINE)
    if not found:
        raise SystemExit("Skipped: this machine's apt sources name no mirror.")
    return _os_release().get("VERSION_CODENAME", ""), found[1]


def connect(system: System, *packages: str) -> None:
    """Tell the system how to reach a network, and add packages and a clerk."""
    settings = [*SETTINGS_FILES, *filter(_is_about_the_network, glob.glob("/etc/apt/apt.conf.d/*"))]
    for path in settings:
        if os.path.isfile(path):
            os.makedirs(system.path + os.path.dirname(path), exist_ok=True)
            shutil.copy(path, system.path + path)
    install = "DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends"
    done = system.run(f"apt-get update -q && {install} {' '.join(packages)}")
    if done.code:
        raise SystemExit(f"Skipped: the bare system cannot be reached by apt.\n{done.output}")
    # The machine's own certificates again: installing ca-certificates has written that file anew.
    if os.path.exists(SETTINGS_FILES[-1]):
        shutil.copy(SETTINGS_FILES[-1], system.path + SETTINGS_FILES[-1])
    system.run("useradd --create-home --user-group clerk; chmod 1777 /dev/shm")


def _furnish(system: System) -> None:
    """Connect the system, add Python and git, and a clone of the last commit for root and the clerk."""
    connect(system, *BARE)
    clone = os.path.join(system.path, "root", "crmdesk")
    subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
    commit = subprocess.run(["git", "-C", clone, "log", "-1", "--format=%h %s"], capture_output=True, text=True).stdout
    system.run("cp -r /root/crmdesk /home/clerk/ && chown -R clerk:clerk /home/clerk")
    print(f"The bare system has {', '.join(BARE)}, no pip, no venv package, no display; the commit is {commit.strip()}")


def _is_about_the_network(path: str) -> bool:
    """Tell apt's settings for fetching (proxies, dates) from those that call programs a bare system lacks."""
    with open(path, encoding="utf-8", errors="replace") as file:
        text = file.read()
    return "Acquire::" in text and "Invoke" not in text


def _clerk(system: System, proof: Proof) -> None:
    """Somebody without rights: told what to paste, then served; also a lost network and an interrupted set-up."""
    done = system.run(RUN, clerk=True)
    sentence = "--screenshots" in done.output and len(done.output.splitlines()) == 1
    proof.check("clerk: without a display one sentence names --screenshots", done.code == 2 and sentence, done)
    done = system.run(f"{RUN} test", clerk=True)
    lines = [line for line in done.output.splitlines() if "apt-get install" in line]
    if not proof.check("clerk: one exact line to paste", done.code == 3 and len(lines) == 1, done):
        return
    # The clerk's administrator pastes it: what `su -c` or `sudo` would run as root.
    line = lines[0].replace("sudo ", "")
    pasted = shlex.split(line)[-1] if line.startswith("su -c") else line
    done = system.run(pasted)
    proof.check("clerk: the line works as it is", done.code == 0, done)
    done = system.run(f"{RUN} setup", clerk=True, network=False)
    calm = "Traceback" not in done.output and "cannot be reached" in done.output
    proof.check("clerk: without a network one sentence says so", done.code == 3 and calm, done)
    done = system.run(f"{RUN} setup", clerk=True, timeout_s=5)
    proof.check("clerk: the set-up is killed after 5 s", done.code != 0, done)
    done = system.run(f"{RUN} setup", clerk=True)
    proof.check("clerk: the next start heals it", done.code == 0 and "Set up in" in done.output, done)
    done = system.run(f"{RUN} setup", clerk=True, network=False)
    proof.check(
        "clerk: from then on no network is needed and nothing is done", done.code == 0 and done.took_s < 0.5, done
    )


def _administrator(system: System, proof: Proof, tests: list[str]) -> None:
    """Root: everything is installed by the command itself."""
    done = system.run(RUN)
    proof.check("root: without a display one sentence names --screenshots", done.code == 2, done)
    done = system.run(f"{RUN} test {shlex.join(tests)}")
    proof.check("root: `run.py test` sets everything up and the tests pass", done.code == 0, done)
    print("          " + "\n          ".join(done.output.splitlines()[-3:]))
    done = system.run(f"{RUN} setup")
    proof.check("root: the second start adds less than half a second", done.code == 0 and done.took_s < 0.5, done)
    if not os.path.exists(os.path.join(ROOT, "crmdesk", "app.py")):
        print("skipped           pictures and the window: this commit has no crmdesk/app.py")
        return
    done = system.run(f"{RUN} --screenshots /tmp/pictures && ls /tmp/pictures")
    proof.check("root: --screenshots writes at least eight pictures", done.output.count(".png") >= 8, done)
    done = system.run(WINDOW)
    waited = re.search(r"(\d+) ms after the command", done.output)
    claim = (
        f"root: the window is there {int(waited[1]) / 1000:.1f} s after the second start"
        if waited
        else "root: a window opens"
    )
    proof.check(f"{claim}, on a virtual screen", done.code == 0 and waited is not None and int(waited[1]) < 2000, done)


# Starts the program a second time on a virtual screen, waits for its window, and ends both.
WINDOW = rf"""
Xvfb :77 -screen 0 1440x900x24 >/dev/null 2>&1 & screen=$!
sleep 1; export DISPLAY=:77; began=$(date +%s%N)
{RUN} >/tmp/window.log 2>&1 & program=$!
for i in $(seq 200); do
  if xdotool search --onlyvisible --name . >/dev/null 2>&1; then
    echo "the window was there $(( ($(date +%s%N) - began) / 1000000 )) ms after the command"; code=0; break
  fi
  sleep 0.05
done
kill $program; kill $screen; cat /tmp/window.log | head -5 >&2; exit ${{code:-1}}
"""
