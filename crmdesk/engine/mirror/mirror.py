# SPDX-License-Identifier: MIT
"""Mirror: the local copy of one account's modules. Reads need no server and no open account; updates need its session."""

import asyncio
from array import array
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from crmdesk.domain.errors import AccessDenied, ConnectionFailed, CrmError, ProfileError, Unsupported
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Filter, Query
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Module, Schema
from crmdesk.domain.sentence import sentence
from crmdesk.engine.events import Event
from crmdesk.engine.mirror import choice, modules, searching, tables, writing
from crmdesk.engine.mirror.figures import buckets
from crmdesk.engine.mirror.layout import Layout
from crmdesk.engine.mirror.lines import CopiedLines
from crmdesk.engine.mirror.passing import InPassing
from crmdesk.engine.mirror.reading import FIRST_ROWS, MirrorView, fetch_one, layout_for, moment_of, places
from crmdesk.engine.mirror.shapes import (
    Bucket,
    Figure,
    Freshness,
    MirrorChange,
    MirrorStatus,
    Progress,
    SearchHit,
    Source,
    Updated,
)
from crmdesk.engine.mirror.store import MirrorStore, Seat
from crmdesk.engine.mirror.updating import CopyFull, Updater, wanted_modules
from crmdesk.engine.moments import Seen, now_us
from crmdesk.engine.profiles import Profile
from crmdesk.engine.session import AccountSession
from crmdesk.engine.staged_record import StagedRecord

T = TypeVar("T")

DEFAULT_LIMIT_BYTES = 2_000_000_000
_MERGE_STEPS = 200


class Mirror:
    """One account's copy. Owned by the desk; used on the loop's thread.

    Attributes:
        profile: whose.
        changed: emitted after rows changed on the disk. stands: the status is different now.
        progress: how far an update is, some times a second. lines: of sales documents, and products.
    """

    def __init__(self, profile: Profile, path: Path, *, limit_bytes: int = DEFAULT_LIMIT_BYTES) -> None:
        self.profile, self._limit_bytes = profile, limit_bytes
        self.changed: Event[MirrorChange] = Event()
        self.stands: Event[MirrorStatus] = Event()
        self.progress: Event[Progress] = Event()
        self.known = MirrorStatus(limit_bytes=limit_bytes)
        self._store = MirrorStore(path)
        self.lines = CopiedLines(self._store)
        self._updating: ModuleName | None = None
        self._busy = False
        self._passing = InPassing(self._store, self.changed)

    @property
    def limit_bytes(self) -> int:
        """The file grows no further, 0 = no limit. A new one counts at once, for an update under way, too."""
        return self._limit_bytes

    @limit_bytes.setter
    def limit_bytes(self, most: int) -> None:
        if most != self._limit_bytes:
            self._limit_bytes = most
            self.known = replace(self.known, limit_bytes=most)
            self.stands.emit(self.known)

    @property
    def path(self) -> Path:
        """The file; it is there once something was mirrored."""
        return self._store.path

    @property
    def exists(self) -> bool:
        """Whether anything was ever mirrored."""
        return self._store.exists

    # ---- how it stands ---------------------------------------------------------------------------------------------

    async def status(self) -> MirrorStatus:
        """Every module's state, the space used, what is under way; also in ``known`` from then on.

        Raises:
            ProfileError: the file cannot be used.
        """
        found = await self._store.read(modules.status) if self.exists else MirrorStatus()
        aside = str(self._store.kept_aside or "")
        self.known = replace(found, limit_bytes=self.limit_bytes, updating=self._updating, kept_aside=aside)
        return self.known

    @staticmethod
    def why_not(module: Module) -> str:
        """A sentence where a module is never copied, "" = it may be."""
        return choice.why_not(module)

    def mirrors(self, module: ModuleName) -> bool:
        """Whether there is a copy of the module, as the last status told; asks nothing."""
        return self.known.state(module) is not None

    def freshness(self, record: RecordId, staged: StagedRecord | None = None) -> Freshness:
        """How fresh what is shown of a record is; asks nothing. ``staged``: the person's own edit lies over it."""
        seen_at = self._passing.seen_at(record)
        if staged is not None:
            return Freshness(Source.EDIT, seen_at)
        if seen_at is not None:
            return Freshness(Source.SERVER, seen_at)
        state = self.known.state(record.module)
        return Freshness(Source.COPY, state.synced_at if state is not None else None)

    # ---- updating --------------------------------------------------------------------------------------------------

    async def update(
        self,
        session: AccountSession,
        names: Sequence[ModuleName] | None = None,
        *,
        whole: bool = False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> tuple[Updated, ...]:
        """Bring modules up to date, one after another; cancelling leaves what was copied, and the next one goes on.

        Args:
            names: None = all that are mirrored; one that is not is mirrored from now on. whole: copy them anew.

        Returns:
            What was done, by module. Trouble with one is told there; a server that is gone ends the others, too.

        Raises:
            Invalid: no such module, or it is never copied. ProfileError: another window updates, no room on the disk or
            in the limit, a file that cannot be used.
        """
        if self._busy:
            raise ProfileError(sentence("An update of this local copy is under way already."))
        self._busy = True
        try:
            await self._store.ready()
            await self._store.claim()
            try:
                return await self._update(session, names, whole, sleep)
            finally:
                await self._store.release()
        finally:
            self._busy, self._updating = False, None
            self.stands.emit(await self.status())

    async def _update(
        self,
        session: AccountSession,
        names: Sequence[ModuleName] | None,
        whole: bool,
        sleep: Callable[[float], Awaitable[None]],
    ) -> tuple[Updated, ...]:
        session.clock.at_least(await self._store.read(lambda seat: writing.newest_asked(seat.db)))
        if names is None:
            names = await self._store.read(lambda seat: list(seat.layouts()))
        done: list[Updated] = []
        try:
            wanted = wanted_modules(await session.modules(), names) if names else []
        except (ConnectionFailed, AccessDenied) as error:
            return tuple(Updated(module=name, trouble=error.user_text) for name in names)
        updater = Updater(
            store=self._store, session=session, most_bytes=lambda: self._limit_bytes, sleep=sleep,
            on_progress=self.progress.emit, on_change=self.changed.emit, modules=len(wanted),
        )  # fmt: skip
        for updater.number, module in enumerate(wanted, 1):
            self._updating = module.name
            self.stands.emit(await self.status())
            try:
                done.append(await updater.update(module, whole=whole))
            except (ConnectionFailed, AccessDenied) as error:
                done += [Updated(module=one.name, trouble=error.user_text) for one in wanted[updater.number - 1 :]]
                break
            except CopyFull as error:
                done.append(Updated(module=module.name, trouble=error.user_text))
            except ProfileError:
                raise
            except CrmError as error:
                done.append(Updated(module=module.name, trouble=error.user_text))
        await self._tidy([one for one in done if one.changed])
        return tuple(done)

    async def _tidy(self, touched: Sequence[Updated]) -> None:
        """Join the pieces of the index that a load leaves behind, a little at a time."""
        for one in touched:
            for step in range(_MERGE_STEPS):
                if not await self._store.write(lambda seat, one=one, step=step: _merge(seat, one.module, step)):  # type: ignore[misc]
                    break

    async def drop(self, module: ModuleName) -> None:
        """Forget the copy of a module and give its room back.

        Raises:
            ProfileError: the file cannot be used.
        """
        if not self.exists:
            return
        await self._store.write(lambda seat: _drop(seat, module))
        await self._store.outside(_shrink)
        self.changed.emit(MirrorChange(module, all_rows=True))
        self.stands.emit(await self.status())

    async def drop_all(self) -> None:
        """Delete the file.

        Raises:
            ProfileError: it is open in another window.
        """
        names = [one.module for one in (await self.status()).modules]
        await self._store.destroy()
        for name in names:
            self.changed.emit(MirrorChange(name, all_rows=True))
        self.stands.emit(await self.status())

    # ---- what the server tells in passing ------------------------------------------------------------------------------

    def follow(self, session: AccountSession) -> None:
        """From now on, what the session reads and writes goes into the copy as well."""
        session.seen.connect(self._passing.hear)

    async def take(self, records: Iterable[Record], asked: int | None = None) -> None:
        """Put records that were just read whole into the copy, of mirrored modules; later questions count.

        Args:
            asked: ``session.clock.asked()`` before they were asked for; None = just now.

        Raises:
            ProfileError: the file cannot be used.
        """
        await self._passing.take(Seen(asked if asked is not None else now_us(), tuple(records)))

    async def settled(self) -> None:
        """Wait until what was seen in passing is on the disk."""
        await self._passing.settled()

    # ---- reading ---------------------------------------------------------------------------------------------------

    async def modules(self) -> tuple[Module, ...]:
        """The mirrored modules."""
        if not self.exists:
            return ()
        return await self._store.read(lambda seat: tuple(one.schema.module for one in seat.layouts().values()))

    async def schema(self, module: ModuleName) -> Schema | None:
        """A module's fields as the server described them last, None where it is not mirrored."""
        if not self.exists:
            return None
        layout = await self._store.read(lambda seat: seat.layouts().get(module))
        return None if layout is None else layout.schema

    async def record(self, record: RecordId) -> Record | None:
        """One record, None where the copy has none."""
        if not self.exists:
            return None

        def job(seat: Seat) -> Record | None:
            layout = seat.layouts().get(record.module)
            return None if layout is None else fetch_one(seat.db, layout, record.key)

        return await self._store.read(job)

    async def view(self, query: Query) -> MirrorView:
        """The rows of a query; it knows the first at once, ``rest`` learns all.

        Raises:
            Unsupported: the module is not mirrored. ProfileError.
        """
        if not self.exists:
            raise Unsupported(sentence("a local copy of {module}", module=query.module))

        def job(seat: Seat) -> tuple["array[int]", modules.Course | None]:
            layout = layout_for(seat, query.module)
            return places(seat.db, layout, query, FIRST_ROWS), modules.course(seat.db, query.module)

        first, stands = await self._store.read(job)
        synced_at = moment_of(stands.synced_at) if stands is not None else None
        return MirrorView(self._store, query, first, synced_at, stands is not None and stands.complete)

    async def lend(self, job: Callable[[Seat], T]) -> T:
        """Let somebody else read the file, on a thread that reads.

        Raises:
            Unsupported: nothing is copied. ProfileError. Whatever ``job`` raises.
        """
        if not self.exists:
            raise Unsupported(sentence("a local copy"))
        return await self._store.read(job)

    async def count(self, module: ModuleName, where: Filter | None = None) -> int:
        """How many records match.

        Raises:
            Unsupported: the module is not mirrored. ProfileError.
        """
        if not self.exists:
            raise Unsupported(sentence("a local copy of {module}", module=module))
        if where is None:
            return await self._store.read(lambda seat: modules.count(seat.db, layout_for(seat, module)))
        return await self._store.read(
            lambda seat: len(places(seat.db, layout_for(seat, module), Query(module, (), where)))
        )

    async def figure(self, figure: Figure) -> tuple[Bucket, ...]:
        """The groups of a figure; dates upwards, others with the largest first.

        Raises:
            Unsupported: the module is not mirrored, or has no such field. ProfileError.
        """
        if not self.exists:
            raise Unsupported(sentence("a local copy of {module}", module=figure.module))
        return await self._store.read(lambda seat: buckets(seat.db, layout_for(seat, figure.module), figure))

    # ---- searching -------------------------------------------------------------------------------------------------

    async def search(self, text: str, most_each: int = 8) -> tuple[SearchHit, ...]:
        """Records that fit, best first; at most so many of each module. Cancelling breaks it off.

        Raises:
            ProfileError.
        """
        if not self.exists:
            return ()
        if not self.known.modules:
            await self.status()  # how fresh the copies are
        found = await self._store.read(lambda seat: searching.search(seat, text, most_each), lane="search")
        return tuple(self._hit(one) for one in found)

    async def recent(self, most: int = 20) -> tuple[SearchHit, ...]:
        """What was changed last on the server, as far as the copy knows; ``text`` is the moment, ISO 8601."""
        if not self.exists:
            return ()
        if not self.known.modules:
            await self.status()

        def job(seat: Seat) -> list[searching.Found]:
            stamps: list[tuple[Layout, FieldName]] = []
            for layout in seat.layouts().values():
                stamp = choice.stamp_field(layout.schema)
                if stamp is not None:
                    stamps.append((layout, stamp))
            return searching.recent(seat, stamps, most)

        return tuple(self._hit(one) for one in await self._store.read(job))

    def _hit(self, found: searching.Found) -> SearchHit:
        return SearchHit(
            account=self.profile.id,
            account_name=self.profile.name,
            record=found.record.id,
            module_label=found.layout.schema.module.label,
            title=found.title,
            field=found.field.name if found.field is not None else None,
            field_label=found.field.label if found.field is not None else "",
            text=found.text,
            fit=found.fit,
            fresh=self.freshness(found.record.id),
            beside=found.beside,
        )

    def close(self, wait_s: float = 0.0) -> None:
        """Close the file; block at most ``wait_s``."""
        self._passing.stop()
        self._store.close(wait_s)


def _drop(seat: Seat, module: ModuleName) -> None:
    layout = seat.layouts().get(module)
    if layout is not None:
        tables.drop(seat.db, layout)


def _shrink(seat: Seat) -> None:
    seat.db.execute("PRAGMA incremental_vacuum").fetchall()
    seat.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _merge(seat: Seat, module: ModuleName, step: int) -> bool:
    """One step of joining; whether there is more to do."""
    layout = seat.layouts().get(module)
    if layout is None:
        return False
    return tables.join_pieces(seat.db, layout, first=step == 0)
