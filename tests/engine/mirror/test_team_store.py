# SPDX-License-Identifier: MIT
"""A team's copy in a real PostgreSQL: types, updates, deletions, other columns, two computers, and who may not in."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crmdesk.domain.errors import AccessDenied, ConnectionFailed, ProfileError
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.schema import Field, FieldType
from crmdesk.engine.mirror.team_store import Pushed, StoreAddress, encryption, push, schema_name
from tests.engine.bench import profile_of, run
from tests.engine.fake_vendor import ACCOUNTS, SCHEMA
from tests.engine.mirror.postgres_server import Served, served
from tests.engine.mirror.support import Desk


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    pytest.importorskip("psycopg", reason="the extra “postgres” is not installed")
    pytest.importorskip("sqlalchemy", reason="the extra “postgres” is not installed")
    with served(tmp_path_factory.mktemp("postgres") / "server") as made:
        yield made


@pytest.fixture
def space(store: Served) -> Iterator[str]:
    yield schema_name(profile_of())
    rows(store, f"DROP SCHEMA IF EXISTS {schema_name(profile_of())} CASCADE")


def rows(store: Served, sql: str) -> list[dict[str, Any]]:
    import psycopg
    from psycopg.rows import dict_row

    with psycopg.connect(store.address, password=store.password, autocommit=True, row_factory=dict_row) as db:
        done = db.execute(sql)
        return done.fetchall() if done.description else []


async def pushed(desk: Desk, store: Served) -> Pushed:
    done = await desk.update()
    assert not done.trouble
    return await push(desk.mirror, ACCOUNTS, StoreAddress.of(store.address), store.password)


def test_every_type_arrives_and_what_changes_follows(desk: Desk, store: Served, space: str) -> None:
    desk.server.add(
        "1", accountname="Äijälä\x00 😀", employees=5, revenue=Decimal("12345678.25"), founded=date(2020, 5, 1),
        modified=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), opens=time(8, 30), active=True, industry="it", tags=("a", "ä"),
        parent=RecordId(ACCOUNTS, "2"),
    )  # fmt: skip
    desk.server.add("2", accountname="Empty")
    desk.server.add("3", accountname="Odd", employees="many")

    async def work() -> None:
        first = await pushed(desk, store)
        assert (first.written, first.deleted) == (3, 0)
        assert first.table == f"{space}.Accounts"
        one, two, three = rows(store, f'SELECT * FROM {space}."Accounts" ORDER BY _key')
        assert one["accountname"] == "Äijälä 😀"
        assert one["revenue"] == Decimal("12345678.25")
        assert (one["founded"], one["opens"], one["active"]) == (date(2020, 5, 1), time(8, 30), True)
        assert one["modified"] == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        assert (one["tags"], one["parent"], one["employees"]) == (["a", "ä"], "2", 5)
        assert two["revenue"] is None
        assert three["employees"] is None
        assert "many" in three["_odd"]
        assert (await pushed(desk, store)).deleted == 0
        desk.server.poke("2", accountname="Filled")
        del desk.server.records["3"]
        again = await pushed(desk, store)
        assert again.deleted == 1
        found = rows(store, f'SELECT accountname FROM {space}."Accounts" ORDER BY _key')
        assert [row["accountname"] for row in found][1:] == ["Filled"]

    run(work(), 60)


def test_columns_follow_the_servers_description(desk: Desk, store: Served, space: str) -> None:
    desk.server.add("1", accountname="Firm", employees=5, vip="yes")

    async def work() -> None:
        await pushed(desk, store)
        vip = Field(name=FieldName("vip"), label="VIP")
        desk.server.schema = replace(SCHEMA, fields=(*(f for f in SCHEMA.fields if f.name != "employees"), vip))
        await pushed(desk, store)
        (row,) = rows(store, f'SELECT * FROM {space}."Accounts"')
        assert row["vip"] == "yes"
        assert "employees" not in row
        desk.server.schema = replace(SCHEMA, fields=(*SCHEMA.fields, replace(vip, type=FieldType.INTEGER)))
        desk.server.poke("1", vip=7)
        await pushed(desk, store)
        (row,) = rows(store, f'SELECT * FROM {space}."Accounts"')
        assert (row["vip"], row["employees"], row["accountname"]) == (7, 5, "Firm")

    run(work(), 60)


def test_of_two_computers_the_later_question_counts(desk: Desk, store: Served, space: str, tmp_path: Path) -> None:
    desk.server.add("1", accountname="Old")
    other = Desk(tmp_path / "other", desk.server)

    async def work() -> None:
        await desk.update()
        desk.server.poke("1", accountname="New")
        await pushed(other, store)
        await push(desk.mirror, ACCOUNTS, StoreAddress.of(store.address), store.password)
        (row,) = rows(store, f'SELECT accountname FROM {space}."Accounts"')
        assert row["accountname"] == "New"

    try:
        run(work(), 60)
    finally:
        other.close()


def test_a_wrong_password_and_a_dead_store_are_told(desk: Desk, store: Served) -> None:
    desk.server.add("1", accountname="Firm")

    async def work() -> None:
        await desk.update()
        with pytest.raises(AccessDenied, match="refuses"):
            await push(desk.mirror, ACCOUNTS, StoreAddress.of(store.address), "wrong")
        with pytest.raises(ConnectionFailed):
            await push(desk.mirror, ACCOUNTS, StoreAddress.of("postgresql://u@127.0.0.1:1/x"), "x")

    run(work(), 60)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("postgresql://me:pw@host/db", "password"), ("postgresql://host/db?password=x", "password"), ("mysql://host/db", "looks"),
        ("postgresql://host", "looks"), ("postgresql://host:port/db", "port"), ("", "looks"),
    ],
)  # fmt: skip
def test_an_address_with_a_password_is_refused(address: str, says: str) -> None:
    with pytest.raises(ProfileError, match=says) as told:
        StoreAddress.of(address)
    assert "pw" not in told.value.user_text


@pytest.mark.parametrize(
    "place", ["", "localhost", "LOCALHOST:5433", "127.0.0.1:5432", "[::1]:5432", "[::1]", "%2Frun%2Fpg"]
)
def test_this_computer_needs_no_encryption(place: str) -> None:
    assert encryption(StoreAddress.of(f"postgresql://u@{place}/db".replace("u@/", "/")), {}) == {}
    assert encryption(StoreAddress.of("postgresql:///db?host=/run/postgresql"), {"PGHOST": "db.example"}) == {}
    assert encryption(StoreAddress.of("postgresql://localhost/db"), {"PGHOST": "db.example"}) == {}


@pytest.mark.parametrize(
    ("address", "environ"),
    [
        ("db.example/x", {}), ("db.example:5432/x", {}), ("127.evil.example/x", {}), ("10.0.0.1/x", {}), ("[fe80::1]:5/x", {}),
        ("localhost,db.example:5432/x", {}), ("/x?host=db.example", {}), ("localhost/x?hostaddr=10.0.0.1", {}),
        ("/x", {"PGHOST": "db.example"}), ("localhost/x", {"PGHOSTADDR": "10.0.0.1"}),
    ],
)  # fmt: skip
def test_over_the_network_encryption_is_demanded_unless_somebody_says_otherwise(
    address: str, environ: dict[str, str]
) -> None:
    asked = StoreAddress.of(f"postgresql://u@{address}".replace("u@/", "/"))
    assert encryption(asked, environ) == {"sslmode": "require"}
    more = StoreAddress.of(asked.text + ("&" if "?" in asked.text else "?") + "sslmode=verify-full")
    assert encryption(more, environ) == {}
    assert encryption(asked, {**environ, "PGSSLMODE": "verify-full"}) == {}


def test_a_store_without_encryption_is_told_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that answers "no" to the question for TLS hears neither who we are nor the password."""
    pytest.importorskip("psycopg", reason="the extra “postgres” is not installed")
    for name in ("PGSSLMODE", "PGSERVICE"):
        monkeypatch.delenv(name, raising=False)
    desk.server.add("1", accountname="Firm")
    heard: list[bytes] = []

    def serve(door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                visitor, _ = door.accept()
                with visitor:
                    visitor.settimeout(10)
                    heard.append(visitor.recv(8))
                    visitor.sendall(b"N")
                    heard.append(visitor.recv(1000))

    async def work(port: int) -> None:
        await desk.update()
        place = StoreAddress.of(f"postgresql://anna@store.example:{port}/x?hostaddr=127.0.0.1&gssencmode=disable")
        with pytest.raises(ConnectionFailed, match="does not offer encryption"):
            await push(desk.mirror, ACCOUNTS, place, "secret")

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=serve, args=(door,), daemon=True)
        thread.start()
        run(work(door.getsockname()[1]), 60)
        door.shutdown(socket.SHUT_RDWR)
    thread.join(10)
    assert heard == [b"\0\0\0\x08\x04\xd2\x16\x2f", b""]


def test_a_schema_is_the_same_on_every_computer() -> None:
    one = profile_of()
    assert schema_name(one) == schema_name(replace(one, name="Other", url=one.url + "/"))
    assert schema_name(one) != schema_name(replace(one, url="http://fake.invalid/second"))
    assert schema_name(one).isidentifier()
