# SPDX-License-Identifier: MIT
"""``crmdesk query --native``: a query in the vendor's own language; it only reads."""

import argparse
import csv
import json

from crmdesk.cli.output import print_json, print_table, text_output
from crmdesk.cli.shapes import one_line
from crmdesk.cli.trouble import Usage
from crmdesk.engine.desk import Account
from crmdesk.engine.native_query import run_query
from crmdesk.translation import tr

_OURS = {
    "module": "MODULE",
    "where": "--where",
    "fields": "--fields",
    "order": "--order",
    "count": "--count",
    "explain": "--explain",
    "offset": "--offset",
}


def check_native(arguments: argparse.Namespace) -> None:
    """What belongs to queries of ours cannot stand beside a native one.

    Raises:
        Usage.
    """
    beside = [word for name, word in _OURS.items() if getattr(arguments, name)]
    if beside:
        raise Usage(tr("--native is the whole query: {beside} cannot stand beside it.", beside=beside[0]))
    if arguments.format == "xlsx":
        raise Usage(tr("The rows of a native query have no types: use csv or json."))


async def native(arguments: argparse.Namespace, account: Account) -> None:
    """The rows, values as the server wrote them.

    Raises:
        Usage, Refused, CrmError; Unsupported: this vendor takes no queries.
    """
    check_native(arguments)
    result = await run_query(account.session, arguments.native)
    rows = [{name: row.get(name, "") for name in result.columns} for row in result.rows[: arguments.limit]]
    with text_output(arguments.output) as out:
        match arguments.format:
            case "json":
                print_json(out, [dict(row) for row in rows])
            case "jsonl":
                out.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            case "csv":
                writer = csv.DictWriter(out, result.columns)
                writer.writeheader()
                writer.writerows(rows)
            case _:
                print_table(out, list(result.columns), [[one_line(text) for text in row.values()] for row in rows])
