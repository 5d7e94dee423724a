# SPDX-License-Identifier: MIT
"""Sets crmdesk up on a bare machine, then starts it. Standard library alone; no pip, no venv package, no display needed.

    python3 packaging/run.py                   the window on the embedded demo
    python3 packaging/run.py --screenshots DIR pictures of the demo instead of a window (needs no display)
    python3 packaging/run.py -- ARGS           crmdesk with exactly these arguments
    python3 packaging/run.py query ...         a command of crmdesk, as it is (see `crmdesk --help`)
    python3 packaging/run.py test [ARGS]       every check: python -m tests.check ARGS
    python3 packaging/run.py setup             only the set-up, for the window and the tests
    python3 packaging/run.py i18n [ARGS]       the texts for translators, and Qt's translation files; see i18n.py
    python3 packaging/run.py pictures          the pictures of README and guide, anew from the demo; see pictures.py
    python3 packaging/run.py prove [ARGS]      all of this in a minimal Debian; see prove.py

    python3 packaging/run.py audit [--offline] what is known against the locked packages; see audit.py
    python3 packaging/run.py sbom [FILE]       the bill of materials of the lock (CycloneDX); see sbom.py

and what makes installers of it, into `dist` of the checkout (each has --help):

    python3 packaging/run.py bundle            the program with its Python and Qt in one folder, tried out; bundle.py
    python3 packaging/run.py deb               a package for Debian and Ubuntu out of the bundle; deb.py
    python3 packaging/run.py check-deb         that package installed, used and removed in a minimal Debian; check_deb.py
    python3 packaging/run.py appimage          the bundle as one file, where appimagetool is installed; appimage.py
    python3 packaging/run.py starts            the start of the bundle beside the same program from .venv; starts.py

The set-up lives in `.venv` of the checkout: what packaging/requirements/ pins, every file checked against its hash. It
is done once; a stamp tells the next start that nothing changed. This file is all that a start reads when the set-up is
complete, and it must parse on every Python 3, so that an old one gets a sentence and not a SyntaxError. Exit codes of
its own: 2 cannot start here (no display, old Python), 3 the set-up failed; otherwise those of what it started.
"""

from __future__ import annotations

import os
import sys

OLDEST_PYTHON = (3, 11)
NEWEST_PYTHON_TRIED = 14
# The real path: a checkout reached through a link is the same checkout, and needs no second set-up.
ROOT = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
RUN_ITSELF = "python3 packaging/run.py"
# Commands that are scripts of their own beside this file.
TOOLS = {
    "prove": "prove",
    "bundle": "bundle",
    "deb": "deb",
    "check-deb": "check_deb",
    "appimage": "appimage",
    "starts": "starts",
    "audit": "audit",
    "sbom": "sbom",
}
# ... and those that need what the set-up brings.
INNER_TOOLS = ("i18n", "pictures")
NO_WINDOW = ("--screenshots", "--version", "--help", "-h")


def main(argv: list[str]) -> int:
    """Do what the command line says; return the exit code (on POSIX a successful start never returns)."""
    if sys.version_info < OLDEST_PYTHON:
        return _leave_old_python(argv)
    command = argv[0] if argv else ""
    if command in TOOLS:
        from importlib import import_module

        return int(import_module(TOOLS[command]).main(argv[1:]))
    arguments = crmdesk_arguments(argv)
    window = command not in ("test", "setup", *INNER_TOOLS) and wants_window(arguments)
    if window and not has_display():
        _say(
            "There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open; "
            f"pictures of the demo need none: {RUN_ITSELF} --screenshots DIR"
        )
        return 2
    profile = "test" if command in ("test", "setup") else "run"

    import stamp

    if not stamp.is_ready(ROOT, profile, window):
        import environment

        try:
            environment.prepare(ROOT, profile, window)
        except environment.SetupError as error:
            _say(str(error))
            return 3
        except KeyboardInterrupt:
            _say("Stopped; the next start takes the set-up up again.")
            return 130
    if command == "setup":
        _say("crmdesk is set up.")
        return 0
    if command == "test":
        os.chdir(ROOT)
        return _become([stamp.environment_python(ROOT), "-m", "tests.check", *argv[1:]])
    if command in INNER_TOOLS:
        return _become([stamp.environment_python(ROOT), os.path.join(ROOT, "packaging", f"{command}.py"), *argv[1:]])
    # -P: nothing that lies in the user's own directory is taken for a module of ours.
    return _become([stamp.environment_python(ROOT), "-P", "-m", "crmdesk", *arguments])


def crmdesk_arguments(argv: list[str]) -> list[str]:
    """Return what crmdesk gets: the demo unless a command of its own, or `--` and exact arguments, are given."""
    if argv and argv[0] == "--":
        return argv[1:]
    if (argv and not argv[0].startswith("-")) or "--demo" in argv:
        return argv
    return ["--demo", *argv]


def wants_window(arguments: list[str]) -> bool:
    """Tell whether crmdesk opens a window with these arguments: not for a command, pictures, the version or help."""
    words = [argument.split("=")[0] for argument in arguments]
    if any(word in NO_WINDOW for word in words):
        return False
    first = next((word for word in words if word != "--demo"), "-")
    return first.startswith("-")


def has_display() -> bool:
    """Tell whether Qt finds a screen: always on Windows and macOS; elsewhere by the environment."""
    if sys.platform in ("win32", "darwin"):
        return True
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return any(os.environ.get(name) for name in names)


def _become(command: list[str]) -> int:
    """Replace this process by the command (on Windows: run it and return its exit code)."""
    environ = dict(os.environ)
    # Without compiled modules every start pays for compiling; these directories are ignored by git.
    environ.pop("PYTHONDONTWRITEBYTECODE", None)
    environ.pop("PYTHONHOME", None)
    if not has_display():
        environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform != "win32":
        os.execve(command[0], command, environ)
    import subprocess

    return subprocess.call(command, env=environ)


def _leave_old_python(argv: list[str]) -> int:
    """Start again in a newer Python where the machine has one or uv can bring one; else say what is needed."""
    import shutil
    import subprocess

    itself = [os.path.abspath(__file__), *argv]
    for minor in range(NEWEST_PYTHON_TRIED, OLDEST_PYTHON[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        # A version manager leaves launchers on the path for versions that it does not have.
        if found and subprocess.run([found, "-c", ""], capture_output=True).returncode == 0:
            return _become([found, *itself])
    uv = shutil.which("uv")
    if uv:
        return _become([uv, "run", "--no-project", "--python", ">=3.11", "python", *itself])
    have, need = (".".join(map(str, version[:2])) for version in (sys.version_info, OLDEST_PYTHON))
    line = ""
    if shutil.which("apt-get"):
        sudo = "" if os.geteuid() == 0 else "sudo "
        line = f": {sudo}apt-get install -y --no-install-recommends python{need} python{need}-venv"
    _say(f"crmdesk needs Python {need} or newer and this is {have}; install one and start again{line}")
    return 2


def _say(text: str) -> None:
    """Print one line of progress or trouble; standard output belongs to what is started."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
