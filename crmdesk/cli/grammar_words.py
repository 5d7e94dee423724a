# SPDX-License-Identifier: MIT
"""Python's own words in help and usage, in the person's language: argparse says them through gettext, we through ``tr``."""

import argparse
from typing import Final

from crmdesk.translation import mark, tr

_WORDS: Final = (
    mark("usage: "),
    mark("options"),
    mark("positional arguments"),
    mark("show this help message and exit"),
    mark("show program's version number and exit"),
    mark("%(prog)s: error: %(message)s\n"),
    mark("argument %(argument_name)s: %(message)s"),
    mark("the following arguments are required: %s"),
    mark("unrecognized arguments: %s"),
    mark("not allowed with argument %s"),
    mark("expected one argument"),
    mark("expected at least one argument"),
    mark("expected at most one argument"),
    mark("expected %s argument"),
    mark("expected %s arguments"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
    mark("unknown parser %(parser_name)r (choices: %(choices)s)"),
)
"""As Python 3.11 to 3.14 have them; one that a newer Python words otherwise stays English."""


def translate_argparse() -> None:
    """From now on argparse speaks as we do. Its module looks its two functions up by these names at every use."""
    vars(argparse)["_"] = tr
    vars(argparse)["ngettext"] = lambda one, many, count: tr(one if count == 1 else many)
