# SPDX-License-Identifier: MIT
"""``crmdesk journal list``, ``show`` and ``export``: what was changed from this computer. Asks no server."""

import argparse

from crmdesk.cli.output import print_json, print_table, standard_output, text_output
from crmdesk.cli.shapes import one_line
from crmdesk.cli.trouble import Refused
from crmdesk.domain.values import plain
from crmdesk.engine.desk import Account
from crmdesk.engine.journal import BatchInfo, Search
from crmdesk.engine.journal_export import ExportFormat, entry_shape, export, fields_of, operation_of, record_of_entry
from crmdesk.engine.row_files import Json
from crmdesk.translation import mark, told, tr

_ALL = -1


async def journal(arguments: argparse.Namespace, account: Account) -> int:
    """The action that was asked for."""
    match arguments.action:
        case "list":
            await _list(arguments, account)
        case "show":
            await _show(arguments, account)
        case _:
            await _export(arguments, account)
    return 0


def _wanted(arguments: argparse.Namespace) -> Search:
    return Search(text=arguments.search, outcome=arguments.outcome)


async def _list(arguments: argparse.Namespace, account: Account) -> None:
    found = await account.journal.batches(arguments.limit or _ALL, _wanted(arguments))
    if arguments.json:
        print_json(standard_output(), [batch_shape(info, account) for info in found])
        return
    rows = [
        [str(i.id), i.began.astimezone().strftime("%Y-%m-%d %H:%M"), one_line(i.user), one_line(i.summary),
         str(i.changes), str(i.applied), str(i.refused), str(i.unknown), _undone(i)]
        for i in found
    ]  # fmt: skip
    head = [
        tr("id"),
        tr("time"),
        tr("user"),
        tr("what"),
        tr("changes"),
        tr("applied"),
        tr("refused"),
        tr("unknown"),
        "",
    ]
    print_table(standard_output(), head, rows, right=[0, 4, 5, 6, 7])


def batch_shape(info: BatchInfo, account: Account) -> dict[str, Json]:
    """One batch; ``undone`` is true where any of it was taken back."""
    return {
        "id": info.id,
        "time": info.began.isoformat(),
        "account": account.profile.name,
        "changes": info.changes,
        "applied": info.applied,
        "refused": info.refused,
        "unknown": info.unknown,
        "undone": info.undone,
        "user": info.user,
        "server": info.server,
        "summary": info.summary,
        "undoes": info.undoes,
        "taken_back": info.taken_back,
        "ended": None if info.ended is None else info.ended.isoformat(),
    }


def _undone(info: BatchInfo) -> str:
    if info.undone:
        return tr("undone") if info.taken_back >= info.applied else tr("{n} undone", n=info.taken_back)
    return tr("undoes {batch}", batch=info.undoes) if info.undoes is not None else ""


async def _one(number: int, account: Account) -> BatchInfo:
    info = await account.journal.batch(number)
    if info is None:
        raise Refused(tr("The journal has no batch {number}.", number=number))
    return info


async def _show(arguments: argparse.Namespace, account: Account) -> None:
    info = await _one(arguments.batch, account)
    entries = await account.journal.entries(info.id, _wanted(arguments))
    if arguments.json:
        shape = batch_shape(info, account)
        print_json(standard_output(), {**shape, "rows": [entry_shape(info, entry) for entry in entries]})
        return
    out = standard_output()
    undone = f" · {_undone(info)}" if _undone(info) else ""
    when = info.began.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    out.write(f"{info.id} · {when} · {one_line(info.user)} · {one_line(info.server)}{undone}\n")
    out.write(f"{one_line(told(info.summary))}\n\n")
    if not info.changes:
        out.write(tr("This line names no change of a record, so nothing of it can be taken back.") + "\n")
        return
    rows = []
    for entry in entries:
        record = record_of_entry(entry)
        head = [tr(entry.outcome or mark("not sent")), "" if record is None else record.key, one_line(entry.title)]
        lines = [
            [one_line(f.name), one_line(plain(f.before)), one_line(plain(f.asked)), one_line(plain(f.stored))]
            for f in fields_of(entry)
        ] or [[operation_of(entry), "", "", ""]]
        rows += [[*(head if n == 0 else ["", "", ""]), *line] for n, line in enumerate(lines)]
        if entry.error:
            rows.append(["", "", "", one_line(entry.error), "", "", ""])
    print_table(out, [tr("result"), tr("id"), tr("record"), tr("field"), tr("before"), tr("asked"), tr("stored")], rows)


async def _export(arguments: argparse.Namespace, account: Account) -> None:
    wanted = _wanted(arguments)
    if arguments.batch:
        batches = tuple([await _one(number, account) for number in arguments.batch])
    else:
        batches = await account.journal.batches(_ALL, wanted)
    with text_output(arguments.output) as out:
        await export(account.journal, out, ExportFormat(arguments.format), batches, wanted)
