# SPDX-License-Identifier: MIT
"""Soaks that print their counts, 1 where something did not hold: ``python -m tests.soak [WHAT] …``, all of them without.

kill [--points N] [--sending N]         kill the program at any moment and count what was lost
edits [--vendor V] [--count N]          random edits while somebody else writes the same records
headers | lines [--vendor V] [--count N]  random edits of sales documents
whole [--minutes N]                     the window with five accounts, a random person, every fault; --minutes alone does too

``--faults`` mixes in slow answers, dropped connections, broken servers and expired sessions; ``--seed N`` draws the same
again, as far as time allows.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.soak import applying, documents, editing, edits
from tests.soak.worlds import chosen

_ALL = ("kill", "edits", "headers", "lines")


def main(argv: list[str] | None = None) -> int:
    """Run it and print the counts."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", default="all", choices=("all", *_ALL, "whole"))
    parser.add_argument("--points", type=int, default=500, help="kills while editing")
    parser.add_argument("--sending", type=int, default=100, help="kills while sending to the demo server")
    parser.add_argument("--vendor", default="", help="one vendor, or one of its interfaces as the table names it")
    parser.add_argument("--count", type=int, help="edits for each; 10000, for documents 1000")
    parser.add_argument("--latency-ms", type=float, default=0, help="of the demo server, for edits")
    parser.add_argument("--faults", action="store_true", help="let things go wrong on the way")
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="to see the same again, as far as time allows"
    )
    parser.add_argument("--minutes", type=float, default=0, help="of the whole program under faults")
    arguments = parser.parse_args(argv)
    if arguments.minutes or arguments.what == "whole":
        return _whole(arguments)
    print(f"seed {arguments.seed}")
    held = True
    for what in _ALL if arguments.what == "all" else (arguments.what,):
        work = {"kill": _kill, "edits": _edits}.get(what, _documents)
        arguments.what = what
        with tempfile.TemporaryDirectory(prefix="crmdesk-soak-") as folder:
            held = work(arguments, Path(folder)) and held
    return 0 if held else 1


def _whole(arguments: argparse.Namespace) -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    from tests.soak import books, whole

    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="crmdesk-soak-") as folder:
        result = whole.soak(Path(folder), arguments.minutes or 20, arguments.seed)
    print(*books.lines(result), sep="\n", flush=True)
    return 1 if result.troubles() else 0


def _kill(arguments: argparse.Namespace, folder: Path) -> bool:
    begun = time.monotonic()
    one = editing.soak(folder, arguments.points, arguments.seed)
    print(
        f"editing: {one.points} kills, {one.edits} edits, {one.in_flight} on disk before they were told, "
        f"{one.lost} lost, {one.unreadable} stores unreadable, {time.monotonic() - begun:.0f} s",
        flush=True,
    )
    begun = time.monotonic()
    two = applying.soak(folder, arguments.sending, arguments.seed)
    print(
        f"sending: {two.points} runs, {two.killed} killed, {two.changes} changes, {two.applied} applied, "
        f"{two.unknown} left unknown and marked ({two.found} settled by a look), {two.twice} made twice, "
        f"{two.unmarked} unmarked, {two.claimed} wrongly held for applied, {time.monotonic() - begun:.0f} s"
    )
    return one.ok and two.ok


def _edits(arguments: argparse.Namespace, folder: Path) -> bool:
    """Every vendor at once would measure this computer; they go one after the other."""
    print(edits.HEAD, flush=True)
    held = True
    for world in chosen(arguments.vendor):
        result = edits.soak(
            world, folder, arguments.count or 10_000, arguments.seed,
            faults=arguments.faults, latency_ms=arguments.latency_ms,
        )  # fmt: skip
        print(edits.line(result), *edits.troubles(result), sep="\n", flush=True)
        held = held and result.ok
    return held


def _documents(arguments: argparse.Namespace, folder: Path) -> bool:
    print(documents.HEAD, flush=True)
    held = True
    with_lines = arguments.what == "lines"
    for world in (one for one in chosen(arguments.vendor) if one.orders and (one.tells_lines or not with_lines)):
        result = documents.soak(
            world, arguments.what, folder, arguments.count or 1000, arguments.seed, faults=arguments.faults
        )
        print(documents.line(result), *(f"  {one}" for one in result.trouble[:5]), sep="\n", flush=True)
        held = held and result.ok
    return held


if __name__ == "__main__":
    sys.exit(main())
