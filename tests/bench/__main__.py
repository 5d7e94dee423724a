# SPDX-License-Identifier: MIT
"""``python -m tests.bench [--quick] [FIGURE …]``: measure and print the table; 1 where a bound is missed."""

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator

from tests.bench import dead, fixes, grid, importing, lines, mirror, reading, soap, start, totals, whole
from tests.bench.children import Children, children
from tests.bench.table import Line, write

FIGURES = ("start", "grid", "reading", "soap", "whole", "totals", "lines", "fixes", "import", "mirror", "dead")


def main(argv: list[str] | None = None) -> int:
    """Run the figures named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"some of: {', '.join(FIGURES)}")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and rows, for a first look")
    parser.add_argument("--no-screen", action="store_true", help="offscreen only, even where Xvfb is installed")
    arguments = parser.parse_args(argv)
    unknown = set(arguments.figures) - set(FIGURES)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} processors{load}")
    print("Medians (least–most) of runs by turns; on a machine that others use as well, read them as ±25 %.\n")
    begun = time.monotonic()
    with children(with_screen=not (arguments.no_screen or arguments.quick)) as made:
        found = list(_measured(made, arguments.figures or FIGURES, quick=arguments.quick))
    print()
    write(found)
    short = [line for line in found if line.ok is False]
    print(f"\n{len(found)} figures, {len(short)} short, {time.monotonic() - begun:.0f} s")
    return 1 if short else 0


def _measured(made: Children, wanted: list[str] | tuple[str, ...], *, quick: bool) -> Iterator[Line]:
    """Every line, told on the way as well, since a run takes minutes."""
    makers = {
        "start": lambda: start.figures(made, 3 if quick else 7),
        "grid": lambda: grid.figures(made, *((20, 200_000, 5_000) if quick else (60, 1_000_000, 30_000))),
        "reading": lambda: reading.figures(made, *((3_000, 1) if quick else (20_000, 3))),
        "soap": lambda: soap.figures(made, *((100, 1) if quick else (1_000, 3))),
        "whole": lambda: whole.figures(made),
        "totals": lambda: totals.figures(30 if quick else 200),
        "lines": lambda: lines.figures(made, 3 if quick else 7),
        "import": lambda: importing.figures(made, 5_000 if quick else 50_000),
        "mirror": lambda: mirror.figures(
            made, *((20_000, 50_000, 40, 2_000, 1) if quick else (200_000, 1_000_000, 40, 20_000, 3))
        ),
        "dead": lambda: dead.figures(made, *((300, 1) if quick else (2_000, 3))),
        "fixes": lambda: fixes.figures(made, *((100, 2_000, 5_000) if quick else (1_000, 10_000, 50_000))),
    }
    for name in wanted:
        for line in makers[name]():
            print(f"  {line.figure}: {line.seen}", flush=True)
            yield line


if __name__ == "__main__":
    sys.exit(main())
