# SPDX-License-Identifier: MIT
"""Lines of sales documents, and products that can become lines, in the mirror's file.

A document is kept as it was read, header and lines together, packed; beside it what its header said of its last change,
so that one whose header has moved since is known to be old. No vendor lists lines with the headers, so a document's
lines cost one question each: they are copied where the person wants that, and kept of every document that was opened.
"""

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from crmdesk.domain.matching import folded
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.sales import ProductHit, SalesDocument
from crmdesk.domain.values import plain
from crmdesk.engine.codec import UNREADABLE, document_from_json, document_to_json, dumps, loads
from crmdesk.engine.line_codec import hit_from_json, hit_to_json
from crmdesk.engine.mirror.choice import looks_secret, stamp_field
from crmdesk.engine.mirror.layout import Layout, quoted
from crmdesk.engine.mirror.reading import fetch_one, fetch_rows, moment_of
from crmdesk.engine.mirror.tables import narrowed
from crmdesk.engine.moments import now_us

if TYPE_CHECKING:
    from crmdesk.engine.mirror.store import Seat

_OLD_US = 24 * 3600 * 1_000_000
"""Where a header does not tell when it was changed, its lines are read again after a day."""


@dataclass(frozen=True, slots=True)
class CopiedDocument:
    """A document out of the copy.

    Attributes:
        at: when it was read from the server. is_old: its header was changed there since; its lines may have been, too.
    """

    document: SalesDocument
    at: datetime | None
    is_old: bool


def put(db: sqlite3.Connection, layout: Layout, documents: Iterable[tuple[SalesDocument, int]]) -> None:
    """Keep documents with the moments at which they were asked for; later questions count. In a transaction."""
    name = stamp_field(layout.schema)
    for document, asked in documents:
        stamp = plain(document.header.values.get(name)) if name is not None else ""
        body = zlib.compress(dumps(document_to_json(_without_secrets(document))).encode())
        db.execute(
            "INSERT INTO crmdesk_document (module, key, asked, stamp, body) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (module, key) DO UPDATE SET asked = excluded.asked, stamp = excluded.stamp, body = excluded.body "
            "WHERE excluded.asked >= asked",
            (layout.number, document.header.id.key, asked, stamp, body),
        )


def _without_secrets(document: SalesDocument) -> SalesDocument:
    header = document.header
    values = {name: value for name, value in header.values.items() if not looks_secret(name)}
    return replace(document, header=replace(header, values=values, raw=""))


def remove(db: sqlite3.Connection, layout: Layout, keys: Iterable[str]) -> None:
    """These are gone. In a transaction."""
    db.executemany("DELETE FROM crmdesk_document WHERE module = ? AND key = ?", [(layout.number, key) for key in keys])


def get(db: sqlite3.Connection, layout: Layout, record: RecordId) -> CopiedDocument | None:
    """One document, None where it was never read, or what was kept cannot be read any more."""
    row = db.execute(
        "SELECT asked, stamp, body FROM crmdesk_document WHERE module = ? AND key = ?", (layout.number, record.key)
    ).fetchone()
    if row is None:
        return None
    try:
        document = document_from_json(loads(zlib.decompress(row[2]).decode()))
    except (*UNREADABLE, zlib.error):
        return None
    name, held = stamp_field(layout.schema), fetch_one(db, layout, record.key)
    stamp = plain(held.values.get(name)) if held is not None and name is not None else row[1]
    return CopiedDocument(document, moment_of(row[0]), stamp != row[1])


def lacking(db: sqlite3.Connection, layout: Layout) -> list[str]:
    """The documents whose lines are not there, or are older than their headers."""
    have = {key: (asked, stamp) for key, asked, stamp in db.execute(
        "SELECT key, asked, stamp FROM crmdesk_document WHERE module = ?", (layout.number,))}  # fmt: skip
    name, now, found = stamp_field(layout.schema), now_us(), []
    for record in fetch_rows(db, layout, Query(layout.module), narrowed(layout, [name] if name is not None else [])):
        held = have.get(record.id.key)
        if held is None or (now - held[0] > _OLD_US if name is None else plain(record.values.get(name)) != held[1]):
            found.append(record.id.key)
    return found


def forget_gone(db: sqlite3.Connection, layout: Layout) -> None:
    """Documents whose headers are no more. In a transaction."""
    db.execute(
        f"DELETE FROM crmdesk_document WHERE module = ? AND key NOT IN "
        f"(SELECT _key FROM {quoted(layout.table)} WHERE _gone IS NULL)",
        (layout.number,),
    )


def wants_lines(db: sqlite3.Connection, module: ModuleName) -> bool:
    """Whether the lines of all of a module's documents are to be copied."""
    row = db.execute("SELECT lines FROM crmdesk_module WHERE name = ?", (module,)).fetchone()
    return bool(row and row[0])


# ---- products ---------------------------------------------------------------------------------------------------------


def put_products(db: sqlite3.Connection, hits: Sequence[ProductHit]) -> None:
    """Keep products ready to be a line. One that is known whole is not replaced by half of it. In a transaction."""
    for hit in hits:
        product = hit.line.product
        if product is None:
            continue
        words = folded(" ".join((hit.name, hit.number, hit.detail)))
        db.execute(
            "INSERT INTO crmdesk_product (module, key, words, whole, hit) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (module, key) DO UPDATE SET words = excluded.words, whole = excluded.whole, hit = excluded.hit "
            "WHERE excluded.whole >= whole",
            (product.module, product.key, words, int(hit.is_whole), dumps(hit_to_json(hit))),
        )


def find_products(db: sqlite3.Connection, words: str, limit: int) -> tuple[ProductHit, ...]:
    """Products whose name, number or code holds every word, those that begin with them first."""
    wanted = [folded(word) for word in words.split()]
    where = " AND ".join("instr(words, ?) > 0" for _ in wanted) or "1"
    first = folded(words).strip()
    rows = db.execute(
        f"SELECT hit FROM crmdesk_product WHERE {where} ORDER BY instr(words, ?) <> 1, words LIMIT ?",
        (*wanted, first, limit),
    )
    return tuple(hit for (text,) in rows if (hit := _hit(text)) is not None)


def known_products(db: sqlite3.Connection, products: Iterable[RecordId]) -> tuple[ProductHit, ...]:
    """These products, as far as they are kept."""
    found = []
    for one in dict.fromkeys(products):
        row = db.execute(
            "SELECT hit FROM crmdesk_product WHERE module = ? AND key = ?", (one.module, one.key)
        ).fetchone()
        hit = _hit(row[0]) if row is not None else None
        if hit is not None:
            found.append(hit)
    return tuple(found)


def unknown_products(seat: "Seat", named: Iterable[RecordId]) -> tuple[RecordId, ...]:
    """Products that lines name, and those whose module is copied, as far as they are not kept."""
    have = set(seat.db.execute("SELECT module, key FROM crmdesk_product").fetchall())
    modules = {module for module, _ in have} | {one.module for one in named}
    wanted = list(named)
    for name in modules:
        layout = seat.layouts().get(ModuleName(name))
        if layout is not None:
            keys = seat.db.execute(f"SELECT _key FROM {quoted(layout.table)} WHERE _gone IS NULL")
            wanted += [RecordId(layout.module, key) for (key,) in keys]
    return tuple(one for one in dict.fromkeys(wanted) if (one.module, one.key) not in have)


def _hit(text: str) -> ProductHit | None:
    try:
        return hit_from_json(loads(text))
    except UNREADABLE:
        return None
