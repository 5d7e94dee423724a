# SPDX-License-Identifier: MIT
"""``crmdesk mirror update``, ``status`` and ``drop``: the local copy of an account, and a team's copy on a server."""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from time import monotonic

from crmdesk.cli.output import Progress as Line
from crmdesk.cli.output import print_json, print_table, standard_output
from crmdesk.cli.search import moment_text
from crmdesk.cli.shapes import one_line
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import ModuleName
from crmdesk.engine.desk import Account
from crmdesk.engine.mirror import Mirror, ModuleState, Progress, Updated
from crmdesk.engine.row_files import Json
from crmdesk.translation import plural, told, tr

STORE = "store="
"""``--secret-env store=NAME`` is the password of the team's copy; everything else is the account's."""


def take_store_secret(arguments: argparse.Namespace) -> None:
    """Keep the store's password apart from the account's secrets, before those are looked at.

    Raises:
        Usage: the variable is not set, the store is none, or holds a password.
    """
    mine = [pair for pair in arguments.secret_env if pair.startswith(STORE)]
    arguments.secret_env = [pair for pair in arguments.secret_env if not pair.startswith(STORE)]
    arguments.store_secret = None
    address = getattr(arguments, "store", None)
    if mine and not address:
        raise Usage(tr("--secret-env store=NAME is for --store ADDRESS."))
    if mine:
        name = mine[-1].removeprefix(STORE)
        arguments.store_secret = os.environ.get(name, "")
        if not arguments.store_secret:
            raise Usage(tr("The environment variable {variable} is not set, or empty.", variable=name))
    if address:
        from crmdesk.engine.mirror.team_store import StoreAddress

        try:
            arguments.store = StoreAddress.of(address)
        except ProfileError as error:
            raise Usage(told(error.user_text)) from error


async def mirror(arguments: argparse.Namespace, account: Account) -> int:
    """The action that was asked for; 3 where some modules were brought up to date and some not.

    Raises:
        Usage, Refused, CrmError.
    """
    match arguments.action:
        case "status":
            await _status(arguments, account.mirror)
        case "drop":
            await _drop(arguments, account.mirror)
        case _:
            return await _update(arguments, account)
    return 0


async def _update(arguments: argparse.Namespace, account: Account) -> int:
    names = [await _named(name, account) for name in arguments.modules] or None
    if names is None and not (await account.mirror.status()).modules:
        raise Usage(
            tr("Nothing is copied yet. Name the modules to begin with: crmdesk mirror update Accounts Contacts …")
        )
    if arguments.limit_mb is not None:
        account.mirror.limit_bytes = arguments.limit_mb * 1_000_000
    line, shown = Line(), _Shown()
    stop = account.mirror.progress.connect(lambda progress: shown(progress, line))
    try:
        done = await account.mirror.update(account.session, names, whole=arguments.whole)
        if arguments.lines:
            done = await _with_lines(account, done)
    finally:
        stop()
        line.clear()
    if arguments.store is not None:
        await _push(arguments, account, [one.module for one in done if not one.trouble])
    if arguments.json:
        print_json(standard_output(), [_updated_shape(one) for one in done])
    else:
        for one in done:
            print(_sentence(one), file=sys.stderr)
    broken = sum(bool(one.trouble) for one in done)
    return 0 if not broken else 1 if broken == len(done) else 3


async def _with_lines(account: Account, done: Sequence[Updated]) -> tuple[Updated, ...]:
    """Copy the lines of the documents of these modules, too, from now on; of others there are none."""
    documents = {one.name for one in await account.session.modules() if one.is_sales_document}
    wanted = [one.module for one in done if one.module in documents and not one.trouble]
    for name in wanted:
        await account.mirror.lines.want(name, wanted=True)
    again = {one.module: one for one in await account.mirror.update(account.session, wanted)} if wanted else {}
    return tuple(
        replace(one, trouble=again[one.module].trouble, changed=one.changed + again[one.module].changed)
        if one.module in again
        else one
        for one in done
    )


async def _push(arguments: argparse.Namespace, account: Account, names: Sequence[ModuleName]) -> None:
    from crmdesk.engine.mirror.team_store import push

    for name in names:
        pushed = await push(account.mirror, name, arguments.store, arguments.store_secret)
        text = tr(
            "{module}: {written} records written to {table}, {deleted} removed.",
            module=name, written=f"{pushed.written:,}", table=pushed.table, deleted=f"{pushed.deleted:,}",
        )  # fmt: skip
        print(text, file=sys.stderr)


async def _named(name: str, account: Account) -> ModuleName:
    """A module as it was typed; upper and lower case may be mixed up where it stays clear.

    Raises:
        Refused: there is no such module.
    """
    from crmdesk.cli.reading import known_schema

    return (await known_schema(account.session, name)).module.name


class _Shown:
    """A line of progress a few times a second."""

    def __init__(self) -> None:
        self._module: ModuleName | None = None
        self._at = 0.0

    def __call__(self, progress: Progress, line: Line) -> None:
        if sys.stderr is None or not sys.stderr.isatty():
            return
        if progress.module != self._module:
            line.clear()
            self._module = progress.module
            text = tr("{module} ({n} of {all})", module=progress.module, n=progress.module_number, all=progress.modules)
            print(text, file=sys.stderr)
        if monotonic() - self._at >= 0.2:
            self._at = monotonic()
            line(progress.rows)


def _sentence(one: Updated) -> str:
    if one.trouble:
        return tr("{module}: {trouble}", module=one.module, trouble=told(one.trouble))
    text = tr(
        "{module}: {changed} new or changed, {deleted} gone.",
        module=one.module, changed=f"{one.changed:,}", deleted=f"{one.deleted:,}",
    )  # fmt: skip
    if one.left_out:
        text += " " + plural(
            one.left_out,
            "{n} record came without an id and was left out.",
            "{n} records came without an id and were left out.",
        )
    return text


def _updated_shape(one: Updated) -> dict[str, Json]:
    return {
        "module": one.module,
        "changed": one.changed,
        "deleted": one.deleted,
        "whole": one.whole,
        "left_out": one.left_out,
        "trouble": str(one.trouble) or None,
    }


async def _status(arguments: argparse.Namespace, mirror: Mirror) -> None:
    status = await mirror.status()
    if arguments.json:
        modules: list[Json] = [_state_shape(one) for one in status.modules]
        shape: dict[str, Json] = {
            "account": mirror.profile.name,
            "used_bytes": status.used_bytes,
            "limit_bytes": status.limit_bytes or None,
            "modules": modules,
        }
        print_json(standard_output(), shape)
        return
    rows = [
        [str(one.module), one_line(one.label), f"{one.rows:,}", _size(one.used_bytes), moment_text(one.synced_at),
         one_line(told(one.trouble)) or ("" if one.complete else tr("the first copy is not finished"))]
        for one in status.modules
    ]  # fmt: skip
    print_table(
        standard_output(),
        [tr("module"), tr("name"), tr("records"), tr("size"), tr("up to date at"), ""],
        rows,
        right=[2, 3],
    )
    used = _size(status.used_bytes)
    if status.limit_bytes:
        print(tr("{used} of {limit} are used.", used=used, limit=_size(status.limit_bytes)), file=sys.stderr)
    else:
        print(tr("{used} are used.", used=used), file=sys.stderr)


def _size(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


def _state_shape(one: ModuleState) -> dict[str, Json]:
    return {
        "module": one.module,
        "label": one.label,
        "records": one.rows,
        "used_bytes": one.used_bytes,
        "complete": one.complete,
        "synced_at": moment_text(one.synced_at, exact=True) or None,
        "trouble": str(one.trouble) or None,
    }


async def _drop(arguments: argparse.Namespace, mirror: Mirror) -> None:
    status = await mirror.status()
    if not arguments.modules and not arguments.all:
        raise Usage(tr("Name the modules to drop, or --all for the whole copy."))
    if arguments.all:
        await mirror.drop_all()
        print(tr("Dropped the whole local copy."), file=sys.stderr)
        return
    known = {str(one.module).casefold(): one.module for one in status.modules}
    missing = [name for name in arguments.modules if name.casefold() not in known]
    if missing:
        copied = ", ".join(known.values()) or tr("none")
        raise Refused(
            tr("There is no local copy of {modules}. Copied are: {copied}.", modules=", ".join(missing), copied=copied)
        )
    for name in arguments.modules:
        await mirror.drop(known[name.casefold()])
        print(tr("Dropped the local copy of {module}.", module=known[name.casefold()]), file=sys.stderr)
