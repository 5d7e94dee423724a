# SPDX-License-Identifier: MIT
"""The command line: the same engine without a window."""

import argparse

from crmdesk.cli.parser import build_parser

__all__ = ["build_parser", "run"]


def run(arguments: argparse.Namespace) -> int:
    """Carry out a subcommand other than ``demo-server`` and return the exit code.

    0 done, 1 the server or the data said no, 2 the command line is wrong, 3 some rows applied and some not, 130
    interrupted.
    """
    from crmdesk.cli.running import run as carry_out  # the engine is loaded only when a command needs it

    return carry_out(arguments)
