# SPDX-License-Identifier: MIT
"""An account with a mirror on a fake server; with or without telling what changed."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from crmdesk.connectors.port import Connector, Endpoint, Http, SyncPage
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Schema
from crmdesk.domain.values import Value
from crmdesk.engine.mirror import Mirror, MirrorView, Updated, tables, writing
from crmdesk.engine.mirror.layout import Layout
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.session import AccountSession
from crmdesk.engine.storage import Storage
from tests.engine.bench import profile_of
from tests.engine.fake_vendor import ACCOUNTS, SCHEMA, FakeConnector, FakeHttp, FakeServer, plugin_of


@dataclass
class ChangingServer(FakeServer):
    """It tells what changed: a token is the number of changes that were told.

    Attributes:
        changes: (key, it was deleted) in order. says_deleted: it tells deletions, too.
    """

    changes: list[tuple[str, bool]] = field(default_factory=list)
    says_deleted: bool = True
    page: int = 3

    def touch(self, key: str, **values: Value) -> None:
        """Change or add a record, as another user would."""
        if key in self.records:
            self.poke(key, **values)
        else:
            self.add(key, None, **values)
        self.changes.append((key, False))

    def remove(self, key: str) -> None:
        """Delete a record, as another user would."""
        del self.records[key]
        self.changes.append((key, True))


class ChangingConnector(FakeConnector):
    """The fake with ``SyncsChanges``."""

    def __init__(self, server: ChangingServer, http: Http) -> None:
        super().__init__(server, http)
        self._changing = server

    def changes_since(self, module: ModuleName, token: str, only_own: bool = False) -> SyncPage:
        def tell() -> SyncPage:
            if not token.isdecimal():
                raise Invalid("The mark is damaged.")
            server, begin = self._changing, int(token)
            part = server.changes[begin : begin + server.page]
            updated = tuple(server.records[key] for key, gone in part if not gone and key in server.records)
            dead = tuple(RecordId(ACCOUNTS, key) for key, gone in part if gone and server.says_deleted)
            end = begin + len(part)
            return SyncPage(updated, dead, str(end), end < len(server.changes))

        return self._do("changes_since", token, tell)

    def sync_token(self, module: ModuleName) -> str:
        return self._do("sync_token", "", lambda: str(len(self._changing.changes)))

    def tells_deleted(self, module: ModuleName) -> bool:
        return self._changing.says_deleted


async def no_wait(_: float) -> None:
    """Time flies."""


class Desk:
    """A session and a mirror. Make it in a test; close it."""

    def __init__(self, path: Path, server: FakeServer | None = None) -> None:
        self.server = server if server is not None else FakeServer()
        self.storage = Storage(path / "account.sqlite")
        plugin = plugin_of(self.server)
        if isinstance(self.server, ChangingServer):
            made = self.server

            def connect(endpoint: Endpoint, http: Http) -> Connector:
                return ChangingConnector(made, http)

            plugin = replace(plugin, connect=connect)
        self.session = AccountSession(
            profile_of(), plugin, lambda: Endpoint(url="http://fake.invalid"), FakeHttp, self.storage
        )
        self.mirror = Mirror(profile_of(), path / "account.mirror.sqlite")
        self.mirror.follow(self.session)

    async def update(self, *, whole: bool = False) -> Updated:
        """Bring the one module up to date."""
        (done,) = await self.mirror.update(self.session, [ACCOUNTS], whole=whole, sleep=no_wait)
        return done

    async def view(self, query: Query | None = None) -> MirrorView:
        """All rows of a query."""
        view = await self.mirror.view(query or Query(ACCOUNTS))
        await view.rest()
        return view

    async def keys(self, query: Query | None = None) -> list[str]:
        """The keys of a query's rows."""
        view = await self.view(query)
        return [record.id.key for record in view.read(0, len(view))]

    def close(self) -> None:
        """Let everything go, and wait for it."""
        self.mirror.close(2)
        self.session.close(2)
        self.storage.close(2)


async def filled(store: MirrorStore, records: list[Record], schema: Schema = SCHEMA) -> Layout:
    """A store with these records."""

    def job(seat: Seat) -> Layout:
        layout = tables.fit(seat.db, schema, None).layout
        writing.put(seat.db, layout, records, 1)
        return layout

    return await store.write(job)


def record(key: str, **values: Value) -> Record:
    """One of the fake module's records."""
    return Record(RecordId(ACCOUNTS, key), {FieldName(name): value for name, value in values.items()})
