# SPDX-License-Identifier: MIT
"""The grammar of the command line. Imports nothing but argparse: the window's start pays for it too."""

import argparse
from pathlib import Path
from typing import TypeAlias

from crmdesk import __version__
from crmdesk.translation import mark, tr

FORMATS = ("table", "json", "jsonl", "csv", "xlsx", "parquet")
_EXIT_CODES = mark(
    "Exit codes: 0 done; 1 the server or the data said no; 2 the command line is wrong; 3 some rows applied and some not; "
    "130 interrupted."
)
_FILES_HELP = mark("""\
FILE is one of
  JSON lines   {"op":"update","module":"Accounts","id":"3x17","set":{"bill_city":"Espoo"},"was":{"bill_city":"Esbo"}}
               op: update, create (with a key it is never made twice), delete, document (with lines).
               A missing field is left alone, null clears it. Where the server holds something else than "was",
               that change is a conflict and is not sent.
  TOML         a recipe: module, where (or ids), [[change]] with field and set, clear, replace/with, prefix, suffix,
               copy or compute; [expect] with records, never_touch, stop_after_failures
  CSV, XLSX    rows of one module (--module) with an id, or a column to find records by (--match); empty cells leave
               fields alone, numbers are written 1234.56 and dates 2026-12-24
""")
_FORMATS_HELP = mark("""\
table     for reading, with labels instead of stored values
json      one array; jsonl: one object a line, written as rows arrive
csv       UTF-8, quoted as RFC 4180 says; values are exact, so open files from strangers with care: a spreadsheet
          takes a text that begins with = for a formula (xlsx keeps it a text)
xlsx      dates, times and numbers as such (moments in UTC), everything else as text
parquet   typed columns, for analysts; needs the extra “analysis” (pyarrow)
""")


def build_parser() -> argparse.ArgumentParser:
    """The whole grammar. ``command`` is None for the window, else the subcommand's name."""
    parser = argparse.ArgumentParser(
        prog="crmdesk",
        allow_abbrev=False,
        description=tr("Browse and mend the data of a CRM. Without a command, the window opens."),
        epilog=tr(_EXIT_CODES),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"crmdesk {__version__}",
        help=tr("show program's version number and exit"),
    )
    parser.add_argument("--demo", action="store_true", help=tr("the window on the embedded demo server"))
    parser.add_argument(
        "--screenshots", metavar="DIR", type=Path, help=tr("with --demo: write pictures of every main screen and leave")
    )
    parser.set_defaults(command=None)
    commands = parser.add_subparsers(title=tr("commands"), metavar="COMMAND", dest="command")
    _add_accounts(commands)
    _add_vendors(commands)
    _add_modules(commands)
    _add_query(commands)
    _add_get(commands)
    _add_search(commands)
    _add_mirror(commands)
    _add_apply(commands)
    _add_journal(commands)
    _add_undo(commands)
    _add_call(commands)
    _add_demo_server(commands)
    return parser


_Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(commands: _Commands, name: str, text: str, *parents: argparse.ArgumentParser) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "-v", "--verbose", action="store_true", help=tr("with an error, an excerpt of what was exchanged")
    )
    return commands.add_parser(
        name,
        help=text,
        description=text[0].upper() + text[1:] + ".",
        parents=[*parents, common],
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _secret_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    group = options.add_argument_group(tr("secrets (never arguments; otherwise from the keychain)"))
    group.add_argument(
        "--secret-env",
        metavar="[FIELD=]NAME",
        action="append",
        default=[],
        help=tr("read a secret from an environment variable; FIELD where the vendor has several"),
    )
    group.add_argument(
        "--secret-stdin",
        action="store_true",
        help=tr("read secrets from standard input, a line for each secret field of the vendor, in their order"),
    )
    return options


def _address_options(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--vendor", metavar="NAME", help=tr("which CRM (see “crmdesk vendors”)"))
    group.add_argument("--url", metavar="ADDRESS", help=tr("where it is"))
    group.add_argument(
        "--set",
        metavar="FIELD=VALUE",
        action="append",
        default=[],
        help=tr("the vendor's other fields, such as user=admin"),
    )
    group.add_argument("--proxy", metavar="ADDRESS", default="", help=tr("a proxy's address, or “none”"))
    group.add_argument("--ca-file", metavar="FILE", default="", help=tr("further certificates to trust"))


def _account_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False, parents=[_secret_options()])
    group = options.add_argument_group(tr("account: --account, or --vendor and --url for one that is not saved"))
    group.add_argument("-a", "--account", metavar="NAME", help=tr("a saved account"))
    _address_options(group)
    return options


def _json_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=tr("JSON instead of text"))


def _add_accounts(commands: _Commands) -> None:
    accounts = _command(commands, "accounts", tr("saved accounts"))
    actions = accounts.add_subparsers(title=tr("actions"), metavar="ACTION", dest="action", required=True)
    _json_option(_command(actions, "list", tr("the saved accounts")))
    add = _command(actions, "add", tr("save an account; asks for its secrets without showing them"), _secret_options())
    add.add_argument("name", metavar="NAME", help=tr("how you want to call it"))
    _address_options(add.add_argument_group(tr("the account")))
    add.add_argument(
        "--environment",
        choices=("production", "sandbox", "read-only"),
        default="production",
        help=tr("how careful to be"),
    )
    remove = _command(actions, "remove", tr("forget an account and its secrets; its journal stays"))
    remove.add_argument("name", metavar="NAME")
    test = _command(actions, "test", tr("sign in and list the modules"), _account_options())
    test.add_argument("name", metavar="NAME", nargs="?", help=tr("a saved account"))
    _json_option(test)


def _add_vendors(commands: _Commands) -> None:
    _json_option(_command(commands, "vendors", tr("the vendors, their fields and what each can do")))


def _add_modules(commands: _Commands) -> None:
    modules = _command(commands, "modules", tr("name, label, number of records and operations"), _account_options())
    modules.add_argument("--all", action="store_true", help=tr("also helpers that nobody browses"))
    _json_option(modules)
    describe = _command(commands, "describe", tr("the fields of a module"), _account_options())
    describe.add_argument("module", metavar="MODULE")
    _json_option(describe)


def _add_query(commands: _Commands) -> None:
    query = _command(commands, "query", tr("the records of a module"), _account_options())
    query.epilog = f"{tr('Formats:')}\n{tr(_FORMATS_HELP)}\n{tr(_EXIT_CODES)}"
    query.add_argument("module", metavar="MODULE", nargs="?")
    query.add_argument(
        "--native",
        metavar="TEXT",
        default="",
        help=tr("instead of MODULE: a query in the vendor's own language, read only"),
    )
    query.add_argument(
        "--where",
        metavar="FILTER",
        default="",
        help=tr("\"city = 'Helsinki' and employees > 10\"; times without a zone are UTC"),
    )
    query.add_argument(
        "--fields", metavar="A,B", default="", help=tr("what to show; otherwise everything, a table some")
    )
    query.add_argument("--order", metavar="KEYS", default="", help=tr('"name, modifiedtime desc"'))
    query.add_argument("--limit", metavar="N", type=_number, help=tr("at most so many records"))
    query.add_argument("--offset", metavar="N", type=_number, default=0, help=tr("leave out the first so many"))
    query.add_argument("--count", action="store_true", help=tr("only how many there are"))
    query.add_argument(
        "--explain",
        action="store_true",
        help=tr(
            "what the server filters, what is filtered here, and the vendor's own query text; records are read only "
            "where --format, --output or --count ask for them (the explanation then goes to standard error)"
        ),
    )
    query.add_argument("--format", metavar="|".join(FORMATS), type=_format, help=tr("default: table"))
    query.add_argument("--output", metavar="FILE", type=Path, help=tr("written whole or not at all"))
    _offline_option(query)


def _add_get(commands: _Commands) -> None:
    get = _command(commands, "get", tr("one record, whole"), _account_options())
    get.add_argument("module", metavar="MODULE")
    get.add_argument("id", metavar="ID")
    _json_option(get)
    get.add_argument("--lines", action="store_true", help=tr("with line items and totals"))
    get.add_argument("--related", action="store_true", help=tr("with related records"))
    get.add_argument("--raw", action="store_true", help=tr("the server's reply as it came, nothing else"))
    _offline_option(get)


def _offline_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--offline",
        action="store_true",
        help=tr("from the local copy (“crmdesk mirror”) alone; the server is not asked"),
    )


def _add_search(commands: _Commands) -> None:
    what = tr("look for a name, number, phone, e-mail or city in the local copies")
    search = _command(commands, "search", what, _account_options())
    search.add_argument(
        "text", metavar="TEXT", help=tr("any part of it; without --account every account's copy is searched")
    )
    search.add_argument("--limit", metavar="N", type=_number, help=tr("at most so many hits"))
    _json_option(search)


def _add_mirror(commands: _Commands) -> None:
    what = tr("the local copy of an account, for searching and for work without the server")
    mirror = _command(commands, "mirror", what)
    actions = mirror.add_subparsers(title=tr("actions"), metavar="ACTION", dest="action", required=True)
    update = _command(actions, "update", tr("copy modules, or bring their copies up to date"), _account_options())
    update.add_argument(
        "modules", metavar="MODULE", nargs="*", help=tr("otherwise every module that is copied already")
    )
    update.add_argument(
        "--lines",
        action="store_true",
        help=tr("with the lines of their sales documents, one question for each; kept up to date from then on"),
    )
    update.add_argument("--whole", action="store_true", help=tr("copy them anew instead of asking what changed"))
    update.add_argument(
        "--limit-mb", metavar="N", type=_number, help=tr("let the copy grow to so many megabytes; 0: without limit")
    )
    update.add_argument(
        "--store",
        metavar="ADDRESS",
        help=tr(
            "bring a team's copy up to date as well: postgresql://user@host/database; its password from the keychain, "
            "or --secret-env store=NAME"
        ),
    )
    _json_option(update)
    stands = _command(
        actions, "status", tr("what is copied, how fresh it is, how much room it takes"), _account_options()
    )
    _json_option(stands)
    drop = _command(actions, "drop", tr("forget the copy of some modules, or of all"), _account_options())
    drop.add_argument("modules", metavar="MODULE", nargs="*")
    drop.add_argument("--all", action="store_true", help=tr("the whole copy"))


def _change_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help=tr("do everything but send"))
    parser.add_argument(
        "--yes", action="store_true", help=tr("send more than 50 records of a production account unasked")
    )
    _json_option(parser)


def _add_apply(commands: _Commands) -> None:
    apply = _command(
        commands, "apply", tr("check a file of changes against the server and send it"), _account_options()
    )
    apply.epilog = f"{tr(_FILES_HELP)}\n{tr(_EXIT_CODES)}"
    apply.add_argument("file", metavar="FILE", type=Path, help=tr("- reads JSON lines from standard input"))
    _change_options(apply)
    apply.add_argument(
        "--expect", metavar="N", type=_number, help=tr("send nothing unless exactly so many would change")
    )
    apply.add_argument("--stop-after-failures", metavar="N", type=_number, help=tr("send nothing more after so many"))
    apply.add_argument(
        "--no-events", action="store_true", help=tr("do not run the server's workflows, where it has the switch")
    )
    apply.add_argument("--module", metavar="NAME", help=tr("of the rows of a CSV or XLSX file"))
    apply.add_argument("--match", metavar="COLUMN", help=tr("find records by this column instead of id"))
    apply.add_argument("--mode", choices=("update", "create", "upsert", "delete"), help=tr("what rows become"))


def _add_journal(commands: _Commands) -> None:
    journal = _command(commands, "journal", tr("what was changed from this computer, when, by whom, before and after"))
    actions = journal.add_subparsers(title=tr("actions"), metavar="ACTION", dest="action", required=True)
    every = _command(actions, "list", tr("every batch, newest first"), _account_options(), _search_options())
    every.add_argument("--limit", metavar="N", type=_number, default=0, help=tr("at most so many batches"))
    _json_option(every)
    show = _command(actions, "show", tr("one batch with its changes"), _account_options(), _search_options())
    show.add_argument("batch", metavar="JOURNAL-ID", type=_number)
    _json_option(show)
    export = _command(actions, "export", tr("changes as a file"), _account_options(), _search_options())
    export.add_argument("batch", metavar="JOURNAL-ID", type=_number, nargs="*", help=tr("otherwise all"))
    export.add_argument("--format", choices=("csv", "jsonl"), default="jsonl", help=tr("csv has a row for each field"))
    export.add_argument("--output", metavar="FILE", type=Path, help=tr("written whole or not at all"))


def _search_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--search", metavar="WORDS", default="", help=tr("in titles, fields, values and reasons"))
    options.add_argument("--outcome", choices=("applied", "refused", "unknown", "skipped"), default="")
    return options


def _add_undo(commands: _Commands) -> None:
    undo = _command(commands, "undo", tr("take a batch of the journal back"), _account_options())
    undo.epilog = (
        tr("Fields that somebody has changed since are left out and listed, and so is what cannot come back.")
        + "\n"
        + tr(_EXIT_CODES)
    )
    undo.add_argument("batch", metavar="JOURNAL-ID", type=_number)
    _change_options(undo)


def _add_call(commands: _Commands) -> None:
    call = _command(commands, "call", tr("one documented vendor operation as it is"), _account_options())
    call.add_argument("operation", metavar="OPERATION", nargs="?", help=tr("without one: lists the operations"))
    call.add_argument(
        "parameters", metavar="NAME=VALUE", nargs="*", type=_pair, help=tr("as the vendor documents them")
    )
    call.add_argument(
        "--parameter-env",
        metavar="NAME=VARIABLE",
        action="append",
        default=[],
        type=_pair,
        help=tr("a parameter out of the environment: for passwords"),
    )
    call.add_argument(
        "--describe", action="store_true", help=tr("what the operation takes, as JSON; nothing is called")
    )
    call.add_argument("--write", action="store_true", help=tr("allow operations that change data"))


def _add_demo_server(commands: _Commands) -> None:
    server = _command(
        commands, "demo-server", tr("the demo server alone; prints its accounts as a line of JSON, then serves")
    )
    server.add_argument("--port", metavar="N", type=_number, default=0, help=tr("0 takes a free one"))
    server.add_argument("--rows", metavar="N", type=_number, help=tr("number of leads"))
    server.add_argument("--latency-ms", metavar="N", type=_number, default=0, help=tr("delay of each answer"))
    server.add_argument(
        "--fault", metavar="KIND[:every=N]", action="append", default=[],
        help=tr("a fault that befalls every answer, or every so many; may be given several times"),
    )  # fmt: skip


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(tr("{given} is not a number from 0 up", given=text))
    return int(text)


def _format(text: str) -> str:
    if text not in FORMATS:
        raise argparse.ArgumentTypeError(tr("{given} is none of {known}", given=text, known=", ".join(FORMATS)))
    return text


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(tr("{given} is not NAME=VALUE", given=text))
    return name, value
