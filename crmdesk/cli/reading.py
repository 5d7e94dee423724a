# SPDX-License-Identifier: MIT
"""``crmdesk modules``, ``describe`` and ``get``."""

import argparse
import asyncio
import sys
from collections.abc import Sequence
from typing import TextIO

from crmdesk.cli.offline import copied_schema
from crmdesk.cli.output import print_json, print_table, standard_output
from crmdesk.cli.shapes import (
    field_shape,
    line_shape,
    module_shape,
    one_line,
    short,
    shown,
    totals_shape,
)
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.connectors.port import RelatesRecords, Relation
from crmdesk.domain.errors import AccessDenied, BadCredentials, ConnectionFailed, CrmError, ProfileError
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.totals import as_totals, deviations
from crmdesk.engine.desk import Account
from crmdesk.engine.row_files import Json, value_shape
from crmdesk.engine.session import AccountSession
from crmdesk.engine.whole_document import Figured, figured
from crmdesk.translation import mark, told, tr


async def modules(arguments: argparse.Namespace, account: Account) -> None:
    """Every module with the number of its records, where the server tells it."""
    found = [m for m in await account.session.modules(fresh=True) if m.is_listed or arguments.all]
    counts = await asyncio.gather(*(_count(account.session, module) for module in found))
    shapes = [module_shape(module, count) for module, count in zip(found, counts, strict=True)]
    if arguments.json:
        print_json(standard_output(), shapes)
        return
    rows = [
        [module.name, one_line(module.label_plural), "" if count is None else f"{count:,}", ", ".join(_words(shape))]
        for module, count, shape in zip(found, counts, shapes, strict=True)
    ]
    print_table(standard_output(), [tr("name"), tr("label"), tr("count"), tr("operations")], rows, right=[2])


async def describe(arguments: argparse.Namespace, account: Account) -> None:
    """The fields of a module."""
    schema = await known_schema(account.session, arguments.module)
    if arguments.json:
        print_json(standard_output(), [field_shape(field) for field in schema.fields])
        return
    rows = [
        [
            f.name,
            one_line(f.label),
            f.type.name.lower(),
            tr("required") if f.required else "",
            tr("read-only") if f.read_only else "",
            one_line(", ".join(f.refers_to) or ", ".join(choice.value for choice in f.choices)),
        ]
        for f in schema.fields
    ]
    print_table(
        standard_output(),
        [tr("name"), tr("label"), tr("type"), tr("required"), tr("read-only"), tr("choices, refers to")],
        rows,
    )


async def get(arguments: argparse.Namespace, account: Account) -> None:
    """One record, whole."""
    session, out = account.session, standard_output()
    if arguments.offline:
        await _get_copy(arguments, account, out)
        return
    schema = await known_schema(session, arguments.module)
    record_id = RecordId(schema.module.name, arguments.id)
    if arguments.raw:
        out.write((await session.fetch(record_id)).raw.rstrip("\n") + "\n")
        return
    found: Figured | None = None
    if arguments.lines:
        if not schema.module.is_sales_document:
            raise Refused(tr("{records} have no line items.", records=schema.module.label_plural))
        found = await figured(session, await session.fetch_document(record_id))
    record = found.document.header if found is not None else await session.fetch(record_id)
    related = await _related(session, record.id) if arguments.related else None
    if arguments.json:
        print_json(out, _record_shape(record, found, related))
        return
    _print_record(out, record, schema)
    if found is not None:
        _print_lines(out, found)
    if related is not None:
        _print_related(out, related)


async def _get_copy(arguments: argparse.Namespace, account: Account, out: TextIO) -> None:
    """One record out of the local copy.

    Raises:
        Usage: something that only the server knows. Refused: the copy does not have it.
    """
    for name in ("related", "raw"):
        if getattr(arguments, name):
            raise Usage(tr("--{option} needs the server; leave out --offline.", option=name))
    schema = await copied_schema(account, arguments.module)
    record = await account.mirror.record(RecordId(schema.module.name, arguments.id))
    if record is None:
        raise Refused(tr("The local copy has no record {id} in {module}.", id=arguments.id, module=schema.module.name))
    found: Figured | None = None
    if arguments.lines:
        found = await _copied_lines(account, schema, record.id)
        record = found.document.header
    if arguments.json:
        print_json(out, _record_shape(record, found, None))
        return
    _print_record(out, record, schema)
    if found is not None:
        _print_lines(out, found)


async def _copied_lines(account: Account, schema: Schema, record: RecordId) -> Figured:
    """A document with its lines as the copy holds it.

    Raises:
        Refused: it has none, or the copy does not hold them.
    """
    if not schema.module.is_sales_document:
        raise Refused(tr("{records} have no line items.", records=schema.module.label_plural))
    account.session.away = True  # nothing is asked of the server
    held = await account.mirror.lines.document(record)
    if held is None:
        raise Refused(
            tr("The local copy does not hold the lines of {id}. “crmdesk mirror update {module} --lines” copies them.",
               id=record.key, module=schema.module.name)
        )  # fmt: skip
    return await figured(account.reading, held.document)


async def known_schema(session: AccountSession, name: str) -> Schema:
    """The fields of the module that was typed; upper and lower case may be mixed up where it stays clear.

    Raises:
        Refused: the server has no such module. CrmError.
    """
    try:
        return await session.schema(ModuleName(name))
    except (BadCredentials, ConnectionFailed, ProfileError):
        raise
    except CrmError:
        # Servers answer a wrong name in many ways; only their own list tells it from other troubles.
        modules = await session.modules()
        if any(module.name == name for module in modules):
            raise
    alike = [
        m for m in modules if name.casefold() in (m.name.casefold(), m.label.casefold(), m.label_plural.casefold())
    ]
    if len(alike) == 1:
        return await session.schema(alike[0].name)
    from rapidfuzz import process

    near = process.extract(name, [str(m.name) for m in modules], limit=3, score_cutoff=60)
    hint = (
        tr(" Did you mean {near}?", near=", ".join(hit[0] for hit in near))
        if near
        else tr(" “crmdesk modules” lists them.")
    )
    raise Refused(tr("There is no module “{name}” for this user.{hint}", name=name, hint=hint))


async def _count(session: AccountSession, module: Module) -> int | None:
    if not session.capabilities.can_count:
        return None
    try:
        return await session.count(Query(module.name))
    except (BadCredentials, ConnectionFailed):
        raise
    except CrmError:
        return None  # some modules cannot be counted; the others shall be shown all the same


def _words(shape: dict[str, Json]) -> list[str]:
    operations = shape["operations"]
    return [str(word) for word in operations] if isinstance(operations, Sequence) else []


_FIGURES = (mark("net"), mark("discount"), mark("tax"), mark("charges"), mark("adjustment"), mark("gross"))

Related = tuple[Relation, tuple[Record, ...] | None]


async def _related(session: AccountSession, record: RecordId) -> list[Related]:
    """Each relation with its records; None where the server does not give them to this user."""

    async def one(relation: Relation) -> Related:
        if relation.count == 0:
            return relation, ()
        try:
            return relation, await session.ask_role(RelatesRecords, lambda c: c.list_related(record, relation))
        except (AccessDenied, ConnectionFailed) as error:
            if not isinstance(error, AccessDenied) or isinstance(error, BadCredentials):
                raise
            return relation, None

    relations = await session.ask_role(RelatesRecords, lambda c: c.list_relations(record))
    return list(await asyncio.gather(*(one(relation) for relation in relations)))


def _record_shape(record: Record, found: Figured | None, related: list[Related] | None) -> dict[str, Json]:
    """The keys are always there; what was not asked for is null."""
    return {
        "id": record.id.key,
        "module": record.id.module,
        "values": {name: value_shape(value) for name, value in record.values.items()},
        "labels": {str(name): label for name, label in record.labels.items()},
        "version": record.version,
        "lines": None if found is None else [line_shape(line) for line in found.document.lines],
        "totals": None if found is None else _totals_shape(found),
        "related": None if related is None else [_relation_shape(*one) for one in related],
    }


def _totals_shape(found: Figured) -> dict[str, Json]:
    """Ours are null where no rule of this vendor is known; ``agree`` is null where the server tells no totals."""
    theirs = found.document.server_totals
    if found.terms is None or found.figures is None:
        return {"ours": None, "server": totals_shape(theirs), "agree": None}
    ours, rule = found.figures, found.terms.rule
    told = theirs is not None and (theirs.net is not None or theirs.gross is not None)
    agree = not deviations(ours, theirs, rule) if told and theirs is not None else None
    return {"ours": totals_shape(as_totals(ours, rule)), "server": totals_shape(theirs), "agree": agree}


def _relation_shape(relation: Relation, records: tuple[Record, ...] | None) -> dict[str, Json]:
    return {
        "relation": relation.key,
        "label": relation.label,
        "module": relation.module,
        "count": relation.count if records is None else len(records),
        "records": None if records is None else [
            {"id": r.id.key, **{name: value_shape(value) for name, value in r.values.items() if name != "id"}}
            for r in records
        ],
    }  # fmt: skip


def _print_record(out: TextIO, record: Record, schema: Schema) -> None:
    """Label and value, block by block; empty fields are left out."""
    width = max((len(told(field.label)) for field in schema.fields), default=0)
    blocks: dict[str, list[str]] = {}
    for field in schema.fields:
        text = shown(record, field.name, field)
        if text:
            blocks.setdefault(field.block, []).append(f"  {one_line(told(field.label)):<{width}}  {text}\n")
    out.write(f"{told(schema.module.label)} {record.id.key}\n")
    for block, lines in blocks.items():
        out.write("".join([f"\n{one_line(told(block))}\n" if block else "\n", *lines]))


def _print_lines(out: TextIO, found: Figured) -> None:
    document, terms, ours = found.document, found.terms, found.figures
    rows = []
    for line in document.lines:
        figures = (line.quantity, line.unit_price, line.total)
        rows.append(
            [
                str(line.position),
                one_line(line.called),
                *("" if figure is None else short(figure) for figure in figures),
            ]
        )
    out.write(f"\n{tr('Lines')}\n")
    print_table(out, [tr("line"), tr("what"), tr("quantity"), tr("unit price"), tr("total")], rows, right=[0, 2, 3, 4])
    totals = as_totals(ours, terms.rule) if ours is not None and terms is not None else None
    rows = []
    for name in _FIGURES:
        both = (getattr(totals, name, None), getattr(document.server_totals, name, None))
        if any(both):
            rows.append([tr(name), *("" if figure is None else short(figure) for figure in both)])
    if rows:
        out.write("\n" + tr("Totals {currency}", currency=document.currency).rstrip() + "\n")
        print_table(out, ["", tr("ours"), tr("the server's")], rows, right=[1, 2])
    if ours is not None and terms is not None and document.server_totals is not None:
        for one in deviations(ours, document.server_totals, terms.rule):
            out.write(
                tr(
                    "The {what} differs: ours is {ours}, the server's {theirs}.",
                    what=tr(one.name),
                    ours=short(one.ours),
                    theirs=short(one.theirs),
                )
                + "\n"
            )


def _print_related(out: TextIO, related: list[Related]) -> None:
    out.write(f"\n{tr('Related')}\n")
    for relation, records in related:
        if records is None:
            print(tr("{relation}: not for this user.", relation=relation.label), file=sys.stderr)
        elif records:
            out.write(f"  {told(relation.label)} ({len(records)})\n")
            for record in records:
                texts = [v for v in record.values.values() if isinstance(v, str) and v and v != record.id.key]
                out.write(f"    {record.id.key}  {one_line(' · '.join(texts[:2]))}\n")
