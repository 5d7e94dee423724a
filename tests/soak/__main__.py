# SPDX-License-Identifier: MIT
"""``python -m tests.soak kill [--points N] [--sending N] [--seed N]``: kill the program and count what was lost; 1 where anything was."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.soak import applying, editing


def main(argv: list[str] | None = None) -> int:
    """Run it and print the counts."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("what", choices=("kill",))
    parser.add_argument("--points", type=int, default=500, help="kills while editing")
    parser.add_argument("--sending", type=int, default=100, help="kills while sending to the demo server")
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="to see the same again, as far as time allows"
    )
    arguments = parser.parse_args(argv)
    print(f"seed {arguments.seed}")
    with tempfile.TemporaryDirectory(prefix="crmdesk-soak-") as folder:
        begun = time.monotonic()
        one = editing.soak(Path(folder), arguments.points, arguments.seed)
        print(
            f"editing: {one.points} kills, {one.edits} edits, {one.in_flight} on disk before they were told, "
            f"{one.lost} lost, {one.unreadable} stores unreadable, {time.monotonic() - begun:.0f} s",
            flush=True,
        )
        begun = time.monotonic()
        two = applying.soak(Path(folder), arguments.sending, arguments.seed)
        print(
            f"sending: {two.points} runs, {two.killed} killed, {two.changes} changes, {two.applied} applied, "
            f"{two.unknown} left unknown and marked ({two.found} settled by a look), {two.twice} made twice, "
            f"{two.unmarked} unmarked, {two.claimed} wrongly held for applied, {time.monotonic() - begun:.0f} s"
        )
    return 0 if one.ok and two.ok else 1


if __name__ == "__main__":
    sys.exit(main())
