# SPDX-License-Identifier: MIT
"""Tests of packaging/manpage.py: every command and option is on the page, and roff shows each letter by letter."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Iterator

import manpage
import pytest

from crmdesk.cli.parser import build_parser


def everything(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parser and all below it."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for below in action.choices.values():
                yield from everything(below)


def test_every_command_and_every_option_is_there() -> None:
    page = manpage.page(build_parser(), "1.2", "2026-11-22")
    for parser in everything(build_parser()):
        assert manpage._plain(parser.prog) in page
        for action in parser._actions:
            for name in action.option_strings:
                assert f"\\fB{manpage._plain(name)}\\fR" in page
    for title in ("NAME", "SYNOPSIS", "OPTIONS", "COMMANDS", "EXIT STATUS", "ENVIRONMENT", "FILES"):
        assert f".SH {title}\n" in page
    assert ".TP\n130\ninterrupted\n" in page


def test_what_roff_would_take_for_a_request_is_shown() -> None:
    parser = argparse.ArgumentParser(prog="x", description='.SH is no title\n\'nor this; a \\ stays, "quoted"')
    parser.add_argument("--a-b", metavar="'N", default=3, help=".5 to %(default)s")
    page = manpage.page(parser, "1", "2026-11-22")
    assert "\\&.SH is no title\n\\&'nor this; a \\e stays, \\(dqquoted\\(dq" in page
    assert "\\fB\\-\\-a\\-b\\fR \\fI\\&'N\\fR" in page
    assert "\\&.5 to 3" in page


def test_an_option_without_help_gets_a_sentence() -> None:
    parser = argparse.ArgumentParser(prog="x")
    parser.add_argument("only_name")
    assert "The only name." in manpage.page(parser, "1", "2026-11-22")


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_groff_has_nothing_to_complain_of() -> None:
    page = manpage.page(build_parser(), "1.2", "2026-11-22")
    done = subprocess.run(
        ["groff", "-man", "-ww", "-z", "-K", "utf8"], input=page.encode(), stderr=subprocess.PIPE, check=True
    )
    assert done.stderr.decode() == ""
