# SPDX-License-Identifier: MIT
"""The decoders of what comes from elsewhere or was kept: update notices, saved views, certificates, local copies, marks."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from crmdesk.assets import resource
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import Cursor, ModuleName
from crmdesk.domain.query import Query
from crmdesk.engine.mirror import Mirror
from tests.fuzz.files import SCHEMA, folder


def update_seeds() -> list[bytes]:
    """What a company's own server tells of a newer version."""
    return [
        b'{"version": "2.1", "url": "https://crm.example.com/crmdesk", "notes": "Faster."}',
        b'{"version":"9.0.0rc1","url":"http://example.com/","notes":null}',
    ]


def check_update(data: bytes) -> None:
    """An update notice, and what is remembered of it."""
    from crmdesk.engine import updates

    told = updates.read(data.decode("utf-8", "replace"), "1.0")
    assert told is None or (told.url.startswith("http") and len(told.notes) < 100_000)


def view_file_seeds() -> list[bytes]:
    """A saved view as it is sent by mail."""
    return [
        b'{"crmview":1,"name":"Big","vendor":"crmplus","module":"Accounts","columns":["text","url"],'
        b'"filter":"text = \'a\'","order":[["text",true]]}',
    ]


def check_view_file(data: bytes) -> None:
    """A saved view, fitted to a module and written again."""
    from crmdesk.engine import views

    with suppress(CrmError):
        view = views.from_text(data.decode("utf-8", "replace"))
        with suppress(CrmError):
            view, _ = views.fitted(view, SCHEMA)
        views.from_text(views.to_text(view))


def mark_seeds() -> list[bytes]:
    """Sentences with their making, places in lists, marks of updates, favourites."""
    from crmdesk.domain.sentence import joined, packed, sentence

    said = packed(joined(sentence("{n} of {host}", n=3, host="x"), " "))
    return [
        said.encode(), b'{"offset":3,"last":"3x1"}', b'["Accounts","3x1","Koch","Account"]',
        b'{"since":"2026-01-02T03:04:05+00:00","newest":"","began":1.5,"cursor":null}',
    ]  # fmt: skip


def check_marks(data: bytes) -> None:
    """Small texts that were kept; whoever can write the file, or the server that is quoted in it, may have spoilt them."""
    from dataclasses import dataclass

    from crmdesk.connectors.wire.cursors import place_of
    from crmdesk.domain.sentence import english, unpacked
    from crmdesk.engine.saved_text import read_list

    @dataclass
    class Place:
        offset: int = 0
        last: str = ""

    text = data.decode("utf-8", "replace")
    assert isinstance(unpacked(text), str)
    english(text)
    read_list(text)
    with suppress(CrmError):
        place_of(Place, Cursor(text))


def certificate_seeds() -> list[bytes]:
    """A company's own authority, and what people choose instead."""
    whole = resource("demo", "tls_expired.pem").read_bytes()
    return [whole, whole[whole.index(b"-----BEGIN CERT") :], b"\x30\x82\x01\x0a\x02\x82"]


def check_certificate(data: bytes) -> None:
    """A file of certificates to trust."""
    from crmdesk.connectors.wire.transport import system_context

    path = folder() / "authority.pem"
    path.write_bytes(data)
    with suppress(CrmError):
        system_context(str(path))


def _copy() -> Path:
    """A local copy of a few records."""
    from tests.engine.fake_vendor import ACCOUNTS, FakeServer
    from tests.engine.mirror.support import Desk

    place = folder() / "copied"
    if not place.exists():
        place.mkdir()
        server = FakeServer()
        for number in range(6):
            server.add(f"a{number}", accountname=f"Köln {number}", bill_city="Espoo", employees=number)
        desk = Desk(place, server)
        asyncio.run(desk.mirror.update(desk.session, [ACCOUNTS]))
        desk.close()
        with sqlite3.connect(desk.mirror.path) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        _PATHS.append(desk.mirror.path)
    return _PATHS[0]


_PATHS: list[Path] = []


def copy_seeds() -> list[bytes]:
    """A local copy's file; and the texts of its modules."""
    path = _copy()
    with sqlite3.connect(path) as db:
        texts = [text for table, column in _columns(db) for (text,) in db.execute(f"SELECT {column} FROM {table}")]
    db.close()
    return [
        path.read_bytes(),
        *(text.encode() for text in texts if isinstance(text, str) and text.startswith(("{", "["))),
    ]


def _columns(db: sqlite3.Connection) -> list[tuple[str, str]]:
    """Every column with a declared text, of every plain table."""
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [
        (f'"{table}"', f'"{column[1]}"')
        for table in tables
        if not table.startswith("sqlite_") and "_fts" not in table
        for column in db.execute(f'PRAGMA table_info("{table}")')
    ]


async def _rows(mirror: Mirror) -> None:
    """All of them, as a table reads them."""
    view = await mirror.view(Query(ModuleName("Accounts")))
    await view.rest()
    view.read(0, len(view))


def check_copy(data: bytes) -> None:
    """A local copy, or one text put into each place of it where such a text stood: opened, listed, searched."""
    from tests.engine.bench import profile_of

    for old in folder().glob("mirror*"):
        old.unlink(missing_ok=True)  # the last one may be closing still
    path = folder() / "mirror.sqlite"
    if data.startswith(b"SQLite"):
        path.write_bytes(data)
    else:
        path.write_bytes(_copy().read_bytes())
        text = data.decode("utf-8", "replace")
        with sqlite3.connect(path) as db:
            for table, column in _columns(db):
                with suppress(sqlite3.Error):
                    db.execute(f"UPDATE {table} SET {column} = ? WHERE substr({column}, 1, 1) IN ('{{', '[')", (text,))
        db.close()

    async def read() -> None:
        mirror = Mirror(profile_of(), path)
        works: tuple[Callable[[], object], ...] = (
            mirror.status, mirror.modules, lambda: mirror.schema(ModuleName("Accounts")),
            lambda: mirror.count(ModuleName("Accounts")), lambda: mirror.search("köln"), mirror.recent,
            lambda: _rows(mirror),
        )  # fmt: skip
        try:
            for work in works:
                with suppress(CrmError):
                    await work()  # type: ignore[misc]
        finally:
            mirror.close(2)

    asyncio.run(read())
