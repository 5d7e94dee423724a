# SPDX-License-Identifier: MIT
"""``crmdesk query``: rows of a module, how many there are, and who filters what."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from crmdesk.cli.offline import CopyFeed, copied_schema
from crmdesk.cli.output import Progress, TableWriter, binary_output, standard_output, text_output
from crmdesk.cli.reading import known_schema
from crmdesk.cli.shapes import every_field, telling_fields
from crmdesk.cli.trouble import Usage
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName
from crmdesk.domain.planning import Plan, is_pushed, why_local
from crmdesk.domain.query import And, Filter, Query, compares
from crmdesk.domain.schema import Schema
from crmdesk.engine.desk import Account
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.filter_text import format_filter, parse_filter, parse_order
from crmdesk.engine.row_files import CsvWriter, JsonLinesWriter, JsonWriter, RowWriter
from crmdesk.engine.session import AccountSession
from crmdesk.translation import plural, told, tr

Feed = PageFeed | CopyFeed
"""Where rows come from."""


async def query(arguments: argparse.Namespace, account: Account) -> None:
    """Print rows, their number, or an explanation.

    Raises:
        Usage, Refused, CrmError.
    """
    if arguments.native:
        from crmdesk.cli.native import native

        await native(arguments, account)
        return
    if arguments.module is None:
        raise Usage(tr("Which module? Name one, or give the vendor's own query with --native."))
    session = account.session
    offline = bool(arguments.offline)
    schema = await (copied_schema(account, arguments.module) if offline else known_schema(session, arguments.module))
    wanted = _query(arguments, schema)
    feed: Feed = CopyFeed(account.mirror, wanted) if offline else PageFeed(session, wanted)
    if arguments.explain and offline:
        raise Usage(tr("--explain tells what the server is asked; with --offline nothing is."))
    if arguments.explain:
        alone = not (arguments.format or arguments.output or arguments.count)
        await _explain(session, wanted, schema, standard_output() if alone or arguments.count else sys.stderr)
        if alone:
            return
    if arguments.count:
        with text_output(arguments.output) as out:
            out.write(f"{await _count(feed, arguments.limit, arguments.offset)}\n")
        return
    with _writer(arguments, wanted, schema) as writer:
        await _copy(feed, writer, arguments.limit, arguments.offset)


def _query(arguments: argparse.Namespace, schema: Schema) -> Query:
    """The query as typed; what to read is narrowed to what will be shown.

    Raises:
        Usage: a filter, order or field that cannot be understood.
    """
    try:
        where = parse_filter(arguments.where, schema)
        order = parse_order(arguments.order, schema)
        # A list of fields is a list of sort keys without direction; the same code finds them by name or label.
        fields = tuple(dict.fromkeys(key.field for key in parse_order(_without_id(arguments.fields), schema)))
    except Invalid as error:
        raise Usage(error.user_text) from error
    if arguments.count:
        fields = (schema.title_field,)
    elif arguments.fields.strip():
        fields = fields or (schema.title_field,)  # --fields id: something must be read; only the id is shown
    elif arguments.format in (None, "table"):
        fields = telling_fields(schema, [*(c.field for c in compares(where)), *(key.field for key in order)])
    return Query(schema.module.name, fields, where, order)


def _without_id(names: str) -> str:
    return ",".join(name for name in names.split(",") if name.strip().lower() != "id")


@contextmanager
def _writer(arguments: argparse.Namespace, wanted: Query, schema: Schema) -> Iterator[RowWriter]:
    """The writer of the format, on its way to where it shall go."""
    fields: Sequence[FieldName] = wanted.fields or every_field(schema)
    if arguments.fields.strip() and not _without_id(arguments.fields).strip(", "):
        fields = ()
    if arguments.format == "xlsx":
        from crmdesk.engine.spreadsheet import SpreadsheetWriter

        with binary_output(arguments.output) as raw:
            sheet = SpreadsheetWriter(raw, fields, schema.module.label_plural or schema.module.name)
            try:
                yield sheet
            except BaseException:
                sheet.give_up()
                raise
        return
    if arguments.format == "parquet":
        with _parquet(arguments, fields, schema) as writer:
            yield writer
        return
    with text_output(arguments.output) as out:
        match arguments.format:
            case "json":
                yield JsonWriter(out, fields)
            case "jsonl":
                yield JsonLinesWriter(out, fields)
            case "csv":
                yield CsvWriter(out, fields)
            case _:
                yield TableWriter(out, fields, schema)


@contextmanager
def _parquet(arguments: argparse.Namespace, fields: Sequence[FieldName], schema: Schema) -> Iterator[RowWriter]:
    """For analysts; what does not fit its column is told."""
    from crmdesk.engine.parquet import MissingExtra, ParquetWriter, is_installed

    if not is_installed():
        raise MissingExtra
    with binary_output(arguments.output) as raw:
        writer = ParquetWriter(raw, fields, schema)
        try:
            yield writer
        except BaseException:
            writer.give_up()
            raise
    if writer.misfits:
        text = plural(
            writer.misfits,
            "{n} value is not of its field's type and is empty in the file.",
            "{n} values are not of their fields' types and are empty in the file.",
        )
        print(text, file=sys.stderr)


async def _copy(feed: Feed, writer: RowWriter, limit: int | None, offset: int) -> None:
    """Rows from the feed to the writer, page by page, until there are no more or enough."""
    skip, left, progress = offset, limit, Progress()
    try:
        while not feed.exhausted and left != 0:
            rows = await feed.next_page(progress=progress, ahead=left is None)
            progress(rows.scanned)
            records = rows.records[skip:]
            skip = max(0, skip - len(rows.records))
            if left is not None:
                records = records[:left]
                left -= len(records)
            writer.write(records)
    finally:
        progress.clear()
    writer.end()


async def _count(feed: Feed, limit: int | None, offset: int) -> int:
    """How many rows the same command would print; asked of the server where it can tell."""
    total = await feed.total()
    if total is None:
        total, progress = 0, Progress()
        try:
            async for page in feed.pages(progress):
                total += len(page)
        finally:
            progress.clear()
    total = max(0, total - offset)
    return total if limit is None else min(limit, total)


async def _explain(session: AccountSession, wanted: Query, schema: Schema, out: TextIO) -> None:
    """Who filters what, who sorts, and the vendor's own text."""
    plan = await session.plan(wanted)
    lines = [tr("Filtered by the server: {what}", what=format_filter(plan.pushed.where) or tr("nothing"))]
    local = list(_local_parts(plan, session, schema))
    lines += [tr("Filtered here: {what}  ({reason})", what=text, reason=reason) for text, reason in local] or [
        tr("Filtered here: nothing")
    ]
    order = ", ".join(f"{key.field} desc" if key.descending else key.field for key in wanted.order)
    if not order:
        lines.append(tr("Sorted: as the server gives them"))
    elif plan.local_order:
        lines.append(
            tr("Sorted here: {order}  (the server cannot, so everything is read before the first row)", order=order)
        )
    else:
        lines.append(tr("Sorted by the server: {order}", order=order))
    lines += [tr("The server is asked:"), *(f"  {line}" for line in (await session.explain(plan.pushed)).splitlines())]
    out.write("\n".join(lines) + "\n")


def _local_parts(plan: Plan, session: AccountSession, schema: Schema) -> Iterator[tuple[str, str]]:
    """Each condition that is kept here, with the reason."""
    if plan.rest is None:
        return
    parts: tuple[Filter, ...] = plan.rest.parts if isinstance(plan.rest, And) and plan.rest.parts else (plan.rest,)
    for part in parts:
        reason = why_local(_culprit(part, session, schema), session.capabilities, schema)
        yield format_filter(part), told(reason)


def _culprit(part: Filter, session: AccountSession, schema: Schema) -> Filter:
    """The condition inside that the server cannot be asked, or the whole where only the combination is at fault."""
    alone = (c for c in compares(part) if not is_pushed(c, session.capabilities, schema))
    return next(alone, part)
