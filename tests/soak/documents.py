# SPDX-License-Identifier: MIT
"""Random edits of sales documents through the whole engine: edits of headers leave the lines alone; after each edit of
lines, ours and the server's agree, and so do the totals where it tells them."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

from crmdesk.connectors.port import EditsLines
from crmdesk.domain.changes import Applied, Outcome, Refused, Unknown
from crmdesk.domain.errors import CrmError
from crmdesk.domain.line_edit import (
    AMOUNT,
    NEW_LINE,
    OWN,
    PERCENT,
    PRICE,
    QUANTITY,
    Lines,
    changed,
    copied,
    inserted,
    moved,
    sendable,
    without,
)
from crmdesk.domain.line_pairs import line_differences
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.sales import LineDifference, LineItem, LineShape, SalesDocument
from crmdesk.domain.schema import FieldType
from crmdesk.domain.totals import compute, deviations
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.desk import Account
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.staging import Edit
from tests.soak.edits import FAULTS
from tests.soak.worlds import World, opened, serving

_DOCUMENTS, _LOOKED_AT, _MOST_LINES = 8, 60, 14


@dataclass(slots=True)
class Result:
    """What was seen in one world.

    Attributes:
        edits: sent and applied. refused, unknown: outcomes; an unknown is looked up.
        moved: headers' edits after which a line or a total was not as before. differences: lines not as they were sent.
        cents: totals that are not the server's. compared: documents whose totals the server told.
        trouble: the first sentences.
    """

    world: str
    edits: int = 0
    refused: int = 0
    unknown: int = 0
    moved: int = 0
    differences: int = 0
    cents: int = 0
    compared: int = 0
    seconds: float = 0.0
    trouble: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether everything held."""
        return not (self.moved or self.differences or self.cents)


HEAD = (
    f"{'vendor':<19}{'edits':>7}{'refused':>8}{'unknown':>8}{'lines moved':>12}{'differences':>12}{'cents':>6}"
    f"{'totals compared':>16}{'s':>6}"
)


def line(r: Result) -> str:
    """One row under ``HEAD``."""
    return (
        f"{r.world:<19}{r.edits:>7}{r.refused:>8}{r.unknown:>8}{r.moved:>12}{r.differences:>12}{r.cents:>6}"
        f"{r.compared:>16}{r.seconds:>6.0f}"
    )


async def _some(account: Account, world: World) -> list[SalesDocument]:
    """Documents with two lines or more, where that is told."""
    found: list[SalesDocument] = []
    seen, feed = 0, PageFeed(account.session, Query(ModuleName(world.orders)))
    while not feed.exhausted and seen < _LOOKED_AT and len(found) < _DOCUMENTS:
        for row in (await feed.next_page()).records:
            document = await account.session.fetch_document(row.id)
            seen += 1
            fits = 2 <= len(document.lines) <= _MOST_LINES or not world.tells_lines
            if fits and len(found) < _DOCUMENTS:
                found.append(document)
    assert found, f"{world.name} has no document with lines"
    return found


async def _apply(account: Account, result: Result) -> list[Outcome]:
    """Check and send everything; unknowns are looked up."""
    checked = await account.applier.check(account.staged.all())
    sent = await account.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
    outcomes = list(sent.outcomes)
    for at, outcome in enumerate(outcomes):
        if isinstance(outcome, Refused):
            result.refused += 1
            result.trouble.append(f"refused: {outcome.error.user_text}")
        if isinstance(outcome, Unknown):
            result.unknown += 1
            with suppress(CrmError):
                outcomes[at] = await account.applier.look_up(outcome)
    return outcomes


# ---- headers ---------------------------------------------------------------------------------------------------------


async def _headers(world: World, account: Account, site: object, draw: random.Random, count: int, r: Result) -> None:
    documents = await _some(account, world)
    schema = await account.session.schema(ModuleName(world.orders))
    names = [FieldName(n) for n in world.headers if (f := schema.field(FieldName(n))) is not None and not f.read_only]
    assert names, f"none of {world.headers} is there"
    before = deepcopy(world.lines(site))
    assert before, f"{world.name} keeps no lines"
    told = [(one.lines, one.server_totals) for one in documents]
    while r.edits < count:
        for document in documents:
            record = await account.session.fetch(document.header.id)
            for name in draw.sample(names, draw.randint(1, len(names))):
                await account.staged.edit([Edit(record, name, f"h{r.edits} äöß&<'\" {draw.randint(0, 9)}")])
                r.edits += 1
        outcomes = await _apply(account, r)
        r.moved += sum(not isinstance(one, Applied) for one in outcomes)
        if world.lines(site) != before:
            r.moved += 1
            r.trouble.append("a line is not as it was")
    for document, (lines, totals) in zip(documents, told, strict=True):
        now = await account.session.fetch_document(document.header.id)
        if now.lines != lines or now.server_totals != totals:
            r.moved += 1
            r.trouble.append(f"{document.header.id.key}: lines or totals read otherwise")


# ---- lines -----------------------------------------------------------------------------------------------------------


def _one_edit(lines: Lines, shape: LineShape, new: list[LineItem], draw: random.Random) -> Lines:
    """Something a person does to one line."""
    one = draw.choice(lines)
    key, key_of_new = one.key or "", f"{NEW_LINE}{uuid4().hex[:8]}"
    places = 0 if shape.quantity_places is None else min(2, shape.quantity_places)
    quantity = Decimal(draw.randint(1, 99 * 10**places)).scaleb(-places)
    work: dict[str, Callable[[], Lines]] = {
        "quantity": lambda: changed(lines, key, QUANTITY, quantity),
        "price": lambda: changed(lines, key, PRICE, Decimal(draw.randint(1, 999_999)).scaleb(-2)),
        "move": lambda: moved(lines, [key], draw.choice((-2, -1, 1, 2))),
    }
    if shape.has_percent:
        work["percent"] = lambda: changed(lines, key, PERCENT, Decimal(draw.randint(0, 80)) / 2)
    if shape.has_amount:
        work["amount"] = lambda: changed(lines, key, AMOUNT, Decimal(draw.randint(0, 500)).scaleb(-2))
    if ticks := [field.name for field in shape.fields if field.type is FieldType.BOOLEAN and not field.read_only]:
        name = draw.choice(ticks)
        work["tick"] = lambda: changed(lines, key, f"{OWN}{name}", one.extras.get(name) is not True)
    if shape.kinds and len(lines) < _MOST_LINES:
        work["copy"] = lambda: inserted(lines, [copied(one, key_of_new, shape.settable)], draw.randint(0, len(lines)))
        if new:
            work["add"] = lambda: inserted(
                lines, [replace(draw.choice(new), key=key_of_new)], draw.randint(0, len(lines))
            )
    if len(lines) > 1:
        work["delete"] = lambda: without(lines, [key])
    return work[draw.choice(sorted(work))]()


async def _lines(
    world: World, account: Account, draw: random.Random, count: int, r: Result, trip: Callable[[], None]
) -> None:
    session, module = account.session, ModuleName(world.orders)
    ids = [one.header.id for one in await _some(account, world)]
    shape = await session.line_shape(module)
    hits = await session.ask_role(EditsLines, lambda server: server.find_products(module, "pump", 20))
    new = [hit.line for hit in hits if hit.is_whole]
    while r.edits < count:
        trip()
        with suppress(CrmError):  # a fault; what it hit is seen to with the next edit
            await _edit_one(account, draw.choice(ids), shape, new, draw, r)
        await account.staged.discard_all()


async def _edit_one(
    account: Account, record: RecordId, shape: LineShape, new: list[LineItem], draw: random.Random, r: Result
) -> None:
    document = await account.session.fetch_document(record)

    def edit(lines: Lines) -> Lines:
        for _ in range(draw.choice((1, 1, 2, 3))):
            lines = _one_edit(lines, shape, new, draw)
        return lines

    await account.staged.edit_lines(document, edit)
    staged = account.staged.lines_of(record)
    if staged is None:
        return  # what was wanted was so already
    wanted = sendable(document, staged.lines)
    (outcome,) = await _apply(account, r)
    if isinstance(outcome, Refused):
        held = await account.session.fetch_document(record)
        _compare(r, document, document, held, account, "after a refusal")
        return
    if not isinstance(outcome, Applied):
        return
    r.edits += 1
    held = await account.session.fetch_document(record)
    if outcome.differences:
        r.differences += 1
        r.trouble.append(f"{record.key}: {_told(outcome.differences[0])}")
    _compare(r, wanted, document, held, account, "after saving")


def _told(one: LineDifference) -> str:
    """What differs, without everything else the two lines hold."""

    def short(line: LineItem | None) -> str:
        return "none" if line is None else f"key {line.key} at {line.position}, {line.quantity} x {line.called!r}"

    return f"{one.trouble.value} {', '.join(one.parts)}: wanted {short(one.wanted)}; held {short(one.held)}"


def _compare(
    r: Result, wanted: SalesDocument, before: SalesDocument, held: SalesDocument, account: Account, when: str
) -> None:
    """Ours beside the server's: lines in their order, and totals to the cent by the vendor's rule."""
    shape = account.session.known_line_shape(held.header.id.module)
    found = line_differences(wanted, held, before, None if shape is None else shape.settable)
    if found:
        r.differences += 1
        r.trouble.append(f"{held.header.id.key} {when}: {_told(found[0])}")
    of = account.session.plugin.terms
    if of is None or held.server_totals is None:
        return
    terms = of(held)
    if terms is None:
        return  # it tells too little to be computed
    r.compared += 1
    for one in deviations(compute(held, terms), held.server_totals, terms.rule):
        r.cents += 1
        r.trouble.append(f"{held.header.id.key} {when}: {one}")


# ---- the run ---------------------------------------------------------------------------------------------------------


async def _work(world: World, what: str, folder: Path, count: int, seed: int, faults: bool) -> Result:
    result, draw = Result(world.name), random.Random(f"{seed} {world.name} {what}")
    with serving(world) as server:
        server.faults.delay_ms = 60.0

        def trip() -> None:
            if faults and draw.random() < 0.4:
                server.faults.add(draw.choice(FAULTS), 1, skip=draw.randint(0, 12))

        account = await opened(world, server, folder)
        try:
            if what == "headers":
                await _headers(world, account, server.site(world.vendor), draw, count, result)
            else:
                await _lines(world, account, draw, count, result, trip)
        finally:
            await asyncio.to_thread(account.close, 2)
    return result


def soak(world: World, what: str, folder: Path, count: int, seed: int, *, faults: bool = False) -> Result:
    """Edit "headers" or "lines" of one world's documents until so many edits are sent."""
    begun = time.monotonic()
    result = asyncio.run(_work(world, what, folder / world.name.replace("/", "-"), count, seed, faults))
    result.seconds = time.monotonic() - begun
    return result
