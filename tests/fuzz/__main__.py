# SPDX-License-Identifier: MIT
"""Hostile inputs for every decoder, 1 where one breaks: ``python -m tests.fuzz [--count N] [--decoder NAME] [--seed N]``.

500 of each run with the tests; 10,000 in the nightly run: ``python -m tests.fuzz --count 10000``.

``--guided NAME --seconds N`` lets coverage choose the inputs (atheris, ``pip install .[fuzz]``), from the corpus in
tests/fuzz/corpus and back into it: ``python -m tests.fuzz --guided soap --seconds 600``, ``--guided crmplus/vtiger``.
"""

import argparse
import logging
import os
import sys
import time

HEAD = f"{'decoder':<20}{'inputs':>8}{'slowest ms':>12}{'largest MB':>12}{'grown MB':>10}{'s':>7}  result"


def main(argv: list[str] | None = None) -> int:
    """Run and print a line for each decoder."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzz", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=500, help="inputs for each decoder")
    parser.add_argument("--decoder", default="", help="one, or all of a vendor")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="to see the same again")
    parser.add_argument("--guided", default="", metavar="NAME", help="let coverage choose, for one decoder")
    parser.add_argument("--seconds", type=int, default=60, help="how long a guided run takes")
    arguments = parser.parse_args(argv)
    logging.disable(logging.CRITICAL)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if arguments.guided:
        from tests.fuzz.guided import guided

        return guided(arguments.guided, arguments.seconds)
    from tests.fuzz.decoders import chosen
    from tests.fuzz.running import run

    print(f"seed {arguments.seed}\n{HEAD}", flush=True)
    held = True
    for decoder in chosen(arguments.decoder):
        r = run(decoder, arguments.count, arguments.seed)
        word = "ok" if r.ok else f"BROKEN {r.trouble}"
        print(
            f"{r.name:<20}{r.inputs:>8}{r.slowest_s * 1000:>12.0f}{r.largest_mb:>12.0f}{r.grown_mb:>10.0f}{r.seconds:>7.1f}  {word}",
            flush=True,
        )
        held = held and r.ok
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
