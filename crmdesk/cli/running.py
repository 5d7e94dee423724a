# SPDX-License-Identifier: MIT
"""Runs one command: finds the account, starts the loop, turns what went wrong into a line and an exit code."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import TypeVar

from crmdesk.cli.account import Target, target_of, warn_in_the_clear
from crmdesk.cli.output import say
from crmdesk.cli.terminal import guarded_terminal
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.domain.errors import CrmError, ProfileError
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.places import config_dir, data_dir
from crmdesk.translation import tr

T = TypeVar("T")

INTERRUPTED = 130
_GOODBYE_S = 2.0
"""How long the end of a command waits for the server to hear that the session is over."""
_MOST_TOLD = 300
"""Characters of what an unexpected error says."""

WithAccount = Callable[[argparse.Namespace, Account], Awaitable[int | None]]
"""A command; None is exit code 0."""


def run(arguments: argparse.Namespace) -> int:
    """Carry out the command and return the exit code; every failure is one line on standard error."""
    with guarded_terminal():
        return _run(arguments)


def _run(arguments: argparse.Namespace) -> int:
    verbose = bool(getattr(arguments, "verbose", False))
    desk: Desk | None = None
    try:
        with _clean_end():
            if arguments.demo or arguments.screenshots:
                raise Usage(
                    tr("--demo and --screenshots are for the window; for commands, start “crmdesk demo-server”.")
                )
            desk = Desk(config_dir(), data_dir())
            code = _carry_out(arguments, desk)
            sys.stdout.flush()
            return code
    except KeyboardInterrupt:
        say(tr("Interrupted."))
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not try to flush into the closed pipe again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Usage as error:
        say(str(error))
        return 2
    except Refused as error:
        say(str(error))
        return 1
    except CrmError as error:
        say(error.user_text)
        if verbose and error.detail:
            say(error.detail)
        return 2 if isinstance(error, ProfileError) and getattr(arguments, "vendor", None) else 1
    except Exception as error:  # noqa: BLE001  the outermost place: a traceback is for the log, not for people and scripts
        say(_unexpected(error, desk))
        return 1
    return 0


def _unexpected(error: Exception, desk: Desk | None) -> str:
    """A mistake of ours, or a disk that is full: in a sentence, and where the rest of it stands."""
    from crmdesk.engine.call_log import CallLog
    from crmdesk.engine.logs import note_failure

    redactor = (desk.clients.calls if desk is not None else CallLog()).redactor
    what = redactor.redacted(f"{type(error).__name__}: {error}")[:_MOST_TOLD].rstrip(": .")
    path = note_failure(data_dir() / "logs", error, redactor)
    if path is None:
        return tr("Something unexpected went wrong: {error}.", error=what)
    return tr("Something unexpected went wrong: {error}. The details are in {path}.", error=what, path=path)


@contextlib.contextmanager
def _clean_end() -> Iterator[None]:
    """A scheduler that ends us (SIGTERM) gets the same tidying up as Ctrl+C; the code is the shell's for that signal."""

    def leave(number: int, _frame: object) -> None:
        raise SystemExit(128 + number)

    try:
        before = signal.signal(signal.SIGTERM, leave)
    except ValueError:  # signals belong to the main thread; others go without
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _carry_out(arguments: argparse.Namespace, desk: Desk) -> int:
    match arguments.command:
        case "vendors":
            from crmdesk.cli.vendors import show_vendors

            show_vendors(arguments, desk)
        case "accounts":
            from crmdesk.cli.accounts import prepared

            _loop(desk, prepared(arguments, desk))
        case "search" if not (arguments.account or arguments.vendor):
            from crmdesk.cli.search import search_all

            _loop(desk, search_all(arguments, desk))
        case _:
            asks = _asks_server(arguments)
            if arguments.command == "mirror":
                from crmdesk.cli.mirror import take_store_secret

                take_store_secret(arguments)
            target = target_of(
                arguments, desk, with_secrets=asks
            )  # may read secrets from a terminal or a pipe: before the loop begins
            if asks:
                warn_in_the_clear(target.profile)
            return _loop(desk, _on_account(desk, target, arguments, _command(arguments.command))) or 0
    return 0


def _asks_server(arguments: argparse.Namespace) -> bool:
    """Whether secrets are needed: what is on this computer is told without."""
    if arguments.command == "mirror":
        return bool(arguments.action == "update")
    return arguments.command not in ("journal", "search") and not getattr(arguments, "offline", False)


def _command(name: str) -> WithAccount:
    """The command's code, loaded only now."""
    if name == "search":
        from crmdesk.cli.search import search

        return search
    if name == "mirror":
        from crmdesk.cli.mirror import mirror

        return mirror
    if name == "query":
        from crmdesk.cli.querying import query

        return query
    if name == "apply":
        from crmdesk.cli.applying import apply

        return apply
    if name == "undo":
        from crmdesk.cli.undoing import undo

        return undo
    if name == "journal":
        from crmdesk.cli.journal import journal

        return journal
    if name == "call":
        from crmdesk.cli.calling import call

        return call
    from crmdesk.cli import reading

    return {"modules": reading.modules, "describe": reading.describe, "get": reading.get}[name]


async def _on_account(desk: Desk, target: Target, arguments: argparse.Namespace, command: WithAccount) -> int | None:
    target.lend_secrets(desk)
    return await command(arguments, await desk.open(target.profile, staging=False))


def _loop(desk: Desk, work: Coroutine[object, object, T]) -> T:
    async def main() -> T:
        try:
            return await work
        finally:
            desk.close(wait_s=_GOODBYE_S)

    return asyncio.run(main())
