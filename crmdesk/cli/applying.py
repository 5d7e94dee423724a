# SPDX-License-Identifier: MIT
"""``crmdesk apply``: a change file (JSON lines, CSV, XLSX) or a recipe, checked against the server and sent."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from crmdesk.cli.changing import Job, Row, carry_out
from crmdesk.cli.output import Progress, say
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.domain.errors import Invalid, NotPermitted
from crmdesk.domain.names import ModuleName
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import PLAIN
from crmdesk.engine.applying import Checked
from crmdesk.engine.change_file import Wish, adopted, read_lines, schema_of, wishes
from crmdesk.engine.desk import Account
from crmdesk.engine.import_cells import Action, read_cells
from crmdesk.engine.import_plan import ID, ColumnMap, ImportPlan, Mode, suggest, trouble
from crmdesk.engine.importing import Importer
from crmdesk.engine.recipes import Kitchen, read_recipe
from crmdesk.engine.sheets import Sheet, detect, load
from crmdesk.translation import tr

_TABLES = (".csv", ".tsv", ".xlsx", ".xlsm")


async def apply(arguments: argparse.Namespace, account: Account) -> int:
    """Read the file, check every change, send; the exit code."""
    if not account.profile.may_write:
        raise NotPermitted(tr("This account is set to read only. Nothing was sent."))
    path: Path = arguments.file
    ending = path.suffix.lower()
    if ending not in _TABLES and (arguments.module or arguments.match or arguments.mode):
        raise Usage(tr("--module, --match and --mode belong to CSV and XLSX files; other files say it themselves."))
    await account.applier.confirm_identity()
    if ending == ".toml":
        job = await _recipe(account, _text(path))
    elif ending in _TABLES:
        job = await _table(arguments, account, path)
    else:
        job = await _changes(account, _text(path))
    if not job.summary:
        job.summary = f"{path.name}" if str(path) != "-" else "changes from standard input"
    return await carry_out(arguments, account, job)


def _text(path: Path) -> str:
    try:
        if str(path) == "-":
            return sys.stdin.read()
        return path.expanduser().read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(tr("{path} is not UTF-8: {error}.", path=path.name, error=error)) from error
    except OSError as error:
        raise Refused(tr("{path} cannot be read: {strerror}.", path=path, strerror=error.strerror or error)) from error


async def _checked(account: Account, wanted: Sequence[Wish]) -> list[Checked]:
    """Held against the server; schemas are known by then."""
    progress = Progress()
    found = await account.applier.check([one.staged for one in wanted], progress)
    progress.clear()
    checked = []
    for one, wish in zip(found, wanted, strict=True):
        checked.append(adopted(one, wish, await account.session.schema(wish.staged.id.module)))
    return checked


async def _changes(account: Account, text: str) -> Job:
    wanted = await wishes(account.session, read_lines(text.splitlines()))
    checked = await _checked(account, wanted)
    return Job([Row(one, wish.place) for one, wish in zip(checked, wanted, strict=True)])


async def _recipe(account: Account, text: str) -> Job:
    recipe, progress = read_recipe(text), Progress()
    kitchen = Kitchen(account.session, account.staged)
    found = await kitchen.work_out(recipe, progress)
    progress.clear()
    checked = await account.applier.check(found.wishes, progress)
    progress.clear()
    schema = await account.session.schema(recipe.module)
    refused = [(0, record.id.key, record.shown(schema.title_field), why) for record, why in found.refused]
    refused += [(0, key, "", tr("There is no such record.")) for key in found.missing]
    return Job(
        [Row(one) for one in checked],
        refused,
        recipe.title,
        frozenset(str(name) for name in recipe.never_touch),
        recipe.stop_after_failures,
        {"found": found.records, "unchanged": found.same},
    )


# ---- tables ------------------------------------------------------------------------------------------------------


async def _table(arguments: argparse.Namespace, account: Account, path: Path) -> Job:
    """A CSV or XLSX file with a column of ids, or one that records are found by. Empty cells leave fields alone."""
    if not arguments.module:
        raise Usage(tr("Say which module the rows are of: --module NAME."))
    form = detect(path.expanduser())
    sheet = load(path.expanduser(), form)
    guessed = () if form.is_certain else (tr("{path} is read as {encoding}.", path=path.name, encoding=form.encoding),)
    for note in (*guessed, *form.notes, *sheet.notes):
        say(note)
    schema = await schema_of(account.session, ModuleName(arguments.module))
    plan = _plan(arguments, sheet, schema)
    if said := trouble(plan, schema):
        raise Invalid(tr("{said} Nothing was sent.", said=said))
    importer = Importer(account.session, account.staged)
    progress = Progress()
    rows = await importer.match(read_cells(sheet, plan, schema), plan, progress)
    progress.clear()
    wanted = await importer.wishes(rows, plan)
    changing = [row for row in rows if row.action in (Action.UPDATE, Action.CREATE, Action.DELETE)]
    places = {row.record.id: row.line for row in changing if row.record is not None}
    new = iter(row.line for row in changing if row.record is None)
    checked = await account.applier.check(wanted, progress)
    progress.clear()
    refused = [
        (row.line, row.keys[0] if row.keys else "", "", " ".join(row.errors.values()))
        for row in rows
        if row.action is Action.REFUSED
    ]
    return Job([Row(one, places.get(one.staged.id) or next(new, 0)) for one in checked], refused)


def _plan(arguments: argparse.Namespace, sheet: Sheet, schema: Schema) -> ImportPlan:
    """Columns by their fields' names or labels; one that means nothing is refused, never dropped."""
    columns = suggest(sheet.headers, schema)
    lost = [one.header for one in columns if one.field is None]
    if lost:
        raise Invalid(
            tr(
                "{records} have no field for the column “{lost}”. Nothing was sent.",
                records=schema.module.label_plural,
                lost=lost[0],
            )
        )
    match = arguments.match
    if match and not any(match in (one.header, one.field) for one in columns):
        raise Usage(tr("The file has no column {match} to find records by.", match=match))
    mode = Mode(arguments.mode or "update")
    found = tuple(
        ColumnMap(
            header=one.header,
            field=one.field,
            is_match=mode is not Mode.CREATE and (match in (one.header, one.field) if match else one.field == ID),
        )
        for one in columns
    )
    return ImportPlan(module=schema.module.name, mode=mode, columns=found, ways=PLAIN)
