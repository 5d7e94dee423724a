# SPDX-License-Identifier: MIT
"""A team's copy: the local copy's modules in a PostgreSQL server, for reports, with the same tables and columns.

The local copy does the talking with the CRM; what it learnt since the last time goes to the team's server in one
transaction for each module. Several computers may feed one copy: of two states of a record the one asked for later
stays. Every CRM has a schema of its own there, named after vendor and address. Needs the extra "postgres".
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl, urlsplit

from crmdesk.connectors.wire.address import is_this_computer
from crmdesk.domain.errors import AccessDenied, ConnectionFailed, CrmError, ProfileError, ServerFault
from crmdesk.domain.names import AccountId, ModuleName
from crmdesk.domain.schema import FieldType
from crmdesk.domain.sentence import sentence
from crmdesk.engine.mirror.layout import OWN, Column, Layout, quoted
from crmdesk.engine.mirror.mirror import Mirror
from crmdesk.engine.mirror.reading import layout_for
from crmdesk.engine.mirror.store import Seat
from crmdesk.engine.mirror.tables import Row, row_select
from crmdesk.engine.profiles import Profile
from crmdesk.engine.secrets import Secrets

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, MetaData, Table

_CHUNK = 1000
_CONNECT_S = 10
_KEPT = ("_key", "_version", "_asked", "_more", "_odd")
"""Of our own columns those that mean something there."""


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Where a team's copy is; never with a password.

    Attributes:
        text: as it is shown, ``postgresql://user@host:5432/database``.
    """

    text: str

    @staticmethod
    def of(text: str) -> "StoreAddress":
        """Read an address.

        Raises:
            ProfileError: it is none, or it holds a password.
        """
        parts = urlsplit(text.strip())
        asked = dict(parse_qsl(parts.query))
        if parts.password is not None or "password" in asked:
            raise ProfileError(
                sentence(
                    "Take the password out of the store's address: it would stay in the shell's history. It comes from the "
                    "keychain, or with --secret-env store=NAME."
                )
            )
        if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
            raise ProfileError(sentence("A store's address looks like this: postgresql://user@host/database."))
        _port(parts)
        return StoreAddress(f"postgresql://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else ""))

    @property
    def secret_name(self) -> AccountId:
        """Under what the keychain has its password."""
        parts = urlsplit(self.text)
        return AccountId(f"store {parts.netloc}{parts.path}")


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError as error:
        raise ProfileError(sentence("The port in the store's address is no number.")) from error


@dataclass(frozen=True, slots=True)
class Pushed:
    """What went to the team's copy. ``table`` is its name there."""

    table: str
    written: int
    deleted: int


async def push(
    mirror: Mirror, module: ModuleName, address: StoreAddress, password: str | None, secrets: Secrets | None = None
) -> Pushed:
    """Bring a module of the team's copy to what the local copy knows.

    Args:
        password: None = from the keychain, if it has one; servers that need none get none.

    Raises:
        ProfileError: the extra is not installed. AccessDenied, ConnectionFailed, ServerFault: the store says no.
        Unsupported: the module is not copied here.
    """
    known = secrets or Secrets()

    def job(seat: Seat) -> Pushed:
        secret = password if password is not None else known.read(address.secret_name, "password")
        engine = _engine(address, secret)
        try:
            return _push(seat, layout_for(seat, module), mirror.profile, engine)
        finally:
            engine.dispose()

    return await mirror.lend(job)


def schema_name(profile: Profile) -> str:
    """The same on every computer that copies this CRM: vendor, host, and a few letters for the whole address."""
    host = re.sub(r"\W+", "_", urlsplit(profile.url).hostname or "").strip("_")[:40]
    mark = sha256(profile.url.rstrip("/").lower().encode()).hexdigest()[:6]
    return f"{profile.vendor}_{host}_{mark}".lower()


def encryption(address: StoreAddress, environ: Mapping[str, str]) -> dict[str, str]:
    """What the driver is told beside the address: over the network nothing is sent unencrypted.

    Its own default asks for encryption and goes on without. Whoever says ``sslmode`` in the address, in ``PGSSLMODE``
    or by a service file is obeyed, be it for less or for more (``verify-full`` looks at the certificate as well).
    """
    parts = urlsplit(address.text)
    asked = dict(parse_qsl(parts.query))
    if "sslmode" in asked or "service" in asked or {"PGSSLMODE", "PGSERVICE"} & environ.keys():
        return {}
    names = [parts.netloc.rpartition("@")[2], asked.get("host", "")]
    named = [
        *(names if any(names) else [environ.get("PGHOST", "")]),
        asked.get("hostaddr") or environ.get("PGHOSTADDR", ""),
    ]
    hosts = [host for text in named for host in text.split(",") if host]
    return {} if all(_is_here(host) for host in hosts) else {"sslmode": "require"}


def _is_here(host: str) -> bool:
    """Whether it is this computer: a socket's folder, its name, or a number of its own, with a port or without."""
    if host.startswith(("/", "@", "%2f", "%2F")):
        return True
    name = host[1:].partition("]")[0] if host.startswith("[") else host
    name = name.rpartition(":")[0] if name.count(":") == 1 else name
    return is_this_computer(name)


def _engine(address: StoreAddress, password: str | None) -> "Engine":
    try:
        import psycopg  # noqa: F401  the driver that the engine loads
        from sqlalchemy import create_engine
        from sqlalchemy.engine import make_url
    except ImportError as error:
        raise ProfileError(
            sentence(
                "A team's copy needs libraries that are not installed here. Install crmdesk with its extra “postgres”: "
                "pip install 'crmdesk[postgres]'."
            )
        ) from error
    url = make_url(address.text).set(drivername="postgresql+psycopg")
    told = {"connect_timeout": _CONNECT_S, **encryption(address, os.environ)}
    return create_engine(url.set(password=password) if password else url, connect_args=told)


def _push(seat: Seat, layout: Layout, profile: Profile, engine: "Engine") -> Pushed:
    from sqlalchemy import MetaData
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    space = schema_name(profile)
    try:
        with engine.begin() as there:
            notes = _notes(there, MetaData(), space)
            table = _fitted(there, MetaData(), layout, space)
            since = _pushed_until(there, notes, layout)
            written, until = _write(seat, layout, there, table, since)
            deleted = _remove(seat, layout, there, table)
            _note(there, notes, layout, until)
        return Pushed(f"{space}.{layout.table}", written, deleted)
    except DBAPIError as error:
        raise _told(error) from error
    except SQLAlchemyError as error:
        raise ServerFault(sentence("The team's copy could not be written."), str(error)[:500]) from error


def _told(error: Any) -> CrmError:
    """What the server complains about, without the values that were sent."""
    reason = str(error.orig).strip().splitlines()[0] if error.orig is not None else ""
    state = getattr(error.orig, "sqlstate", None) or ""
    if state.startswith("28") or "password" in reason:
        return AccessDenied(sentence("The store refuses this user or its password: {reason}", reason=reason))
    if state.startswith("42501"):
        return AccessDenied(sentence("The user may not write in the store: {reason}", reason=reason))
    if not state and "SSL was required" in reason:
        return ConnectionFailed(
            sentence(
                "The store does not offer encryption, so nothing was sent. Ask who runs it to switch it on; if everybody "
                "may read along, write ?sslmode=disable behind its address."
            ),
            reason,
        )
    if not state or state.startswith(("08", "57")):
        return ConnectionFailed(sentence("The store cannot be reached: {reason}", reason=reason))
    return ServerFault(sentence("The store says: {reason}", reason=reason), code=state)


# ---- tables ----------------------------------------------------------------------------------------------------------


def _notes(there: "Connection", metadata: "MetaData", space: str) -> "Table":
    from sqlalchemy import BigInteger, Column, DateTime, Table, Text
    from sqlalchemy.schema import CreateSchema

    there.execute(CreateSchema(space, if_not_exists=True))
    notes = Table(
        "crmdesk_module",
        metadata,
        Column("name", Text, primary_key=True),
        Column("label", Text),
        Column("table_name", Text),
        Column("asked", BigInteger),
        Column("written_at", DateTime(timezone=True)),
        schema=space,
    )
    metadata.create_all(there)
    return notes


def _types() -> Mapping[FieldType, Any]:
    from sqlalchemy import BigInteger, Boolean, Date, DateTime, Numeric, Time
    from sqlalchemy.dialects.postgresql import JSONB

    return {
        FieldType.INTEGER: BigInteger(),
        FieldType.DECIMAL: Numeric(),
        FieldType.MONEY: Numeric(),
        FieldType.PERCENT: Numeric(),
        FieldType.BOOLEAN: Boolean(),
        FieldType.DATE: Date(),
        FieldType.DATETIME: DateTime(timezone=True),
        FieldType.TIME: Time(),
        FieldType.MULTI_CHOICE: JSONB(),
    }


def _fitted(there: "Connection", metadata: "MetaData", layout: Layout, space: str) -> "Table":
    """The module's table as the server describes the module now; a column of another type is made anew."""
    from sqlalchemy import BigInteger, Table, Text, inspect
    from sqlalchemy import Column as There
    from sqlalchemy.schema import CreateColumn

    types = _types()
    columns: list[There[Any]] = [
        There("_key", Text, primary_key=True),
        There("_version", Text),
        There("_asked", BigInteger, nullable=False),
    ]
    columns += [There("_more", Text), There("_odd", Text)]
    for column in layout.columns:
        columns.append(There(column.name, types.get(column.field.type, Text())))
        if column.label:
            columns.append(There(column.label, Text))
    table = Table(layout.table, metadata, *columns, schema=space)
    look = inspect(there)
    if not look.has_table(layout.table, schema=space):
        metadata.create_all(there)
        return table
    name, dialect = f"{quoted(space)}.{quoted(layout.table)}", there.dialect
    had = {one["name"]: one["type"].compile(dialect) for one in look.get_columns(layout.table, schema=space)}
    for one in table.columns:
        if one.name in had and had[one.name] != one.type.compile(dialect):
            there.exec_driver_sql(f"ALTER TABLE {name} DROP COLUMN {quoted(one.name)}")
            del had[one.name]
        if one.name not in had:
            there.exec_driver_sql(f"ALTER TABLE {name} ADD COLUMN {CreateColumn(one).compile(dialect=dialect)}")
    for gone in had.keys() - {one.name for one in table.columns}:
        there.exec_driver_sql(f"ALTER TABLE {name} DROP COLUMN {quoted(gone)}")
    return table


def _pushed_until(there: "Connection", notes: "Table", layout: Layout) -> int:
    """What was asked for later than this is not there yet; 0 = nothing is, or another table is described now."""
    from sqlalchemy import select

    row = there.execute(select(notes.c.asked).where(notes.c.name == _sign(layout))).first()
    return int(row[0]) if row is not None and row[0] is not None else 0


def _sign(layout: Layout) -> str:
    """A module with its columns: where they are others, all rows go anew."""
    columns = sha256(repr([(c.name, c.field.type.name) for c in layout.columns]).encode()).hexdigest()[:12]
    return f"{layout.module} {columns}"


def _note(there: "Connection", notes: "Table", layout: Layout, until: int) -> None:
    from sqlalchemy import delete, insert

    label = layout.schema.module.label_plural
    there.execute(delete(notes).where(notes.c.table_name == layout.table))
    values = {"name": _sign(layout), "label": label, "table_name": layout.table, "asked": until, "written_at": datetime.now(UTC)}  # fmt: skip
    there.execute(insert(notes).values(**values))


# ---- rows ------------------------------------------------------------------------------------------------------------


def _write(seat: Seat, layout: Layout, there: "Connection", table: "Table", since: int) -> tuple[int, int]:
    """(rows written, the latest moment among them)."""
    from sqlalchemy.dialects.postgresql import insert

    written, until = 0, since
    upsert = insert(table)
    fresh = {column.name: upsert.excluded[column.name] for column in table.columns if column.name != "_key"}
    upsert = upsert.on_conflict_do_update(
        index_elements=["_key"], set_=fresh, where=table.c["_asked"] <= upsert.excluded["_asked"]
    )
    for rows in _rows_since(seat, layout, since):
        there.execute(upsert, [_values(row, layout) for row in rows])
        written, until = written + len(rows), max(until, *(int(row[3]) for row in rows))
    return written, until


def _rows_since(seat: Seat, layout: Layout, since: int) -> Iterator[list[Row]]:
    cursor = seat.db.execute(f"{row_select(layout)} WHERE _gone IS NULL AND _asked > ? ORDER BY _row", (since,))
    while rows := cursor.fetchmany(_CHUNK):
        yield rows


def _values(row: Row, layout: Layout) -> dict[str, object]:
    own = dict(zip(OWN, row, strict=False))
    values: dict[str, object] = {name: _clean(own[name]) for name in _KEPT}
    cells = dict(zip(layout.value_columns, row[len(OWN) :], strict=True))
    for column in layout.columns:
        values[column.name] = _value(cells[column.name], column)
        if column.label:
            values[column.label] = _clean(cells[column.label])
    return values


def _clean(cell: object) -> object:
    """PostgreSQL's texts hold no null characters."""
    return cell.replace("\x00", "") if isinstance(cell, str) else cell


def _value(cell: Any, column: Column) -> object:
    kind = column.field.type
    if cell is None:
        return None
    simple: dict[FieldType, Callable[[Any], object]] = {
        FieldType.BOOLEAN: bool,
        FieldType.DATE: date.fromisoformat,
        FieldType.DATETIME: lambda text: datetime.fromisoformat(f"{text}+00:00"),
        FieldType.TIME: time.fromisoformat,
        FieldType.MULTI_CHOICE: _loaded,
    }
    if kind in simple:
        return simple[kind](cell)
    if kind.is_number and kind is not FieldType.INTEGER:
        from decimal import Decimal

        return Decimal(repr(cell))
    return _clean(cell)


def _loaded(text: str) -> object:
    import json

    return json.loads(text.replace("\\u0000", ""))


def _remove(seat: Seat, layout: Layout, there: "Connection", table: "Table") -> int:
    """Take out what the local copy does not have (any more), once it is a whole one."""
    from sqlalchemy import delete, select

    complete = seat.db.execute("SELECT complete FROM crmdesk_module WHERE number = ?", (layout.number,)).fetchone()
    if not complete or not complete[0]:
        return 0
    here = f"SELECT 1 FROM {quoted(layout.table)} WHERE _key = ? AND _gone IS NULL"
    keys = [key for (key,) in there.execute(select(table.c["_key"])) if not seat.db.execute(here, (key,)).fetchone()]
    for part in _parts(keys):
        there.execute(delete(table).where(table.c["_key"].in_(part)))
    return len(keys)


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for at in range(0, len(keys), _CHUNK):
        yield keys[at : at + _CHUNK]
