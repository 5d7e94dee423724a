# SPDX-License-Identifier: MIT
"""What goes wrong on the command line besides the engine's own errors."""


class Usage(Exception):
    """The command line is wrong: exit code 2. The text is one sentence."""


class Refused(Exception):
    """It cannot be done with this data or on this machine: exit code 1. The text is one sentence."""
