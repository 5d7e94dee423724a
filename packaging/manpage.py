# SPDX-License-Identifier: MIT
"""Writes crmdesk(1) from the command line's own grammar, so that the page cannot say anything else than --help does."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

_ENVIRONMENT = (
    ("CRMDESK_CONFIG_DIR", "the folder of accounts.json and the window's settings"),
    ("CRMDESK_DATA_DIR", "the folder of the accounts' files: staged edits and the journal"),
    ("HTTPS_PROXY, HTTP_PROXY, NO_PROXY", "how servers are reached, where the account names no proxy"),
    ("PYTHON_KEYRING_BACKEND", "another keychain than the system's"),
)
_FILES = (
    ("~/.config/crmdesk", "accounts (never a secret) and the window's settings"),
    ("~/.local/share/crmdesk", "a file for each account: edits not yet sent, and the journal"),
)


def page(parser: argparse.ArgumentParser, version: str, date: str) -> str:
    """Return the page as roff.

    Args:
        parser: the whole grammar, with its commands.
        date: ISO 8601, shown at the foot.
    """
    lines = [f'.TH CRMDESK 1 "{date}" "crmdesk {version}" "User Commands"', ".SH NAME"]
    lines += ["crmdesk \\- browse and mend the data of a CRM", ".SH SYNOPSIS", *_usage(parser)]
    lines += [".SH DESCRIPTION", _plain(parser.description or ""), ".SH OPTIONS", *_options(parser)]
    lines.append(".SH COMMANDS")
    for command in _commands(parser):
        lines += _command(command)
    status = (parser.epilog or "").removeprefix("Exit codes: ").rstrip(".")
    lines.append(".SH EXIT STATUS")
    for one in status.split("; "):
        code, _, meaning = one.partition(" ")
        lines += [".TP", _plain(code), _plain(meaning)]
    for title, rows in (("ENVIRONMENT", _ENVIRONMENT), ("FILES", _FILES)):
        lines.append(f".SH {title}")
        for name, meaning in rows:
            lines += [".TP", f".B {_plain(name)}", _plain(meaning)]
    return "\n".join(lines) + "\n"


def _command(parser: argparse.ArgumentParser) -> Iterator[str]:
    """A command, then the actions below it."""
    yield f'.SS "{_plain(parser.prog)}"'
    yield from _usage(parser)
    yield ".PP"
    yield _plain(parser.description or "")
    yield from _options(parser)
    epilog = (parser.epilog or "").partition("Exit codes:")[0].rstrip()
    if epilog:
        yield ".PP"
        yield ".nf"
        yield from (_plain(line) for line in epilog.splitlines())
        yield ".fi"
    for below in _commands(parser):
        yield from _command(below)


def _usage(parser: argparse.ArgumentParser) -> list[str]:
    text = " ".join(parser.format_usage().removeprefix("usage: ").split())
    program, rest = parser.prog, text.removeprefix(parser.prog).strip()
    return [f".B {_plain(program)}", _plain(rest)] if rest else [f".B {_plain(program)}"]


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Every argument of every group but the commands themselves; a group with a title of its own keeps it."""
    for group in parser._action_groups:
        actions = [one for one in group._group_actions if not isinstance(one, argparse._SubParsersAction)]
        told = " " in parser.prog  # --help is said once, at the top
        shown = [
            one
            for one in actions
            if one.help != argparse.SUPPRESS and not (told and isinstance(one, argparse._HelpAction))
        ]
        if shown and group.title not in ("options", "positional arguments", None):
            yield ".PP"
            yield _plain(str(group.title)[0].upper() + str(group.title)[1:]) + ":"
        for one in shown:
            yield ".TP"
            yield ", ".join(_spellings(one))
            yield _plain(_help(parser, one))


def _spellings(action: argparse.Action) -> list[str]:
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    shown = _plain(value if isinstance(value, str) else " ".join(value))
    if not action.option_strings:
        return [f"\\fI{shown}\\fR"]
    tail = "" if action.nargs == 0 else f" \\fI{shown}\\fR"
    return [f"\\fB{_plain(name)}\\fR{tail}" for name in action.option_strings]


def _help(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """The help text with its placeholders filled, as argparse would show it; a sentence where there is none."""
    if not action.help:
        return f"The {action.dest.replace('_', ' ')}."
    return parser._get_formatter()._expand_help(action)


def _commands(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    found: list[argparse.ArgumentParser] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            found += [one for one in action.choices.values() if one not in found]
    return found


def _plain(text: str) -> str:
    """Text as roff shows it letter by letter: no requests, no escapes, hyphens that can be copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.MULTILINE)
