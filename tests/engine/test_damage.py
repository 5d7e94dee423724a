# SPDX-License-Identifier: MIT
"""A damaged file is put aside as it is, what can be read of it is taken over, and work goes on."""

import sqlite3
from pathlib import Path

import pytest

from crmdesk.domain.errors import ProfileError
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.staging import Edit, StagedChanges
from crmdesk.engine.storage import Storage
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS, CITY

PAGE = 4096


def filled(path: Path, count: int) -> None:
    """A file with so many staged edits, closed properly."""

    async def go() -> None:
        storage = Storage(path)
        staged = StagedChanges(storage)
        records = [Record(RecordId(ACCOUNTS, f"3x{n}"), {CITY: "Espoo" * 20}) for n in range(count)]
        await staged.edit(Edit(record, CITY, f"Turku {n}") for n, record in enumerate(records))
        await storage.remember("user", "ada")
        storage.close(2)

    run(go())


def reopened(path: Path) -> tuple[int, Path | None, str | None]:
    """How many edits are staged, where a damaged file was put, and what is remembered of the user."""

    async def go() -> tuple[int, Path | None, str | None]:
        storage = Storage(path)
        staged = StagedChanges(storage)
        await staged.load()
        user = await storage.recall("user")
        found = staged.count
        await staged.edit([Edit(Record(RecordId(ACCOUNTS, "more"), {}), FieldName("x"), "y")])  # work goes on
        storage.close(2)
        return found, storage.kept_aside, user

    return run(go())


def test_a_file_that_is_no_database_is_kept_and_a_new_one_begun(tmp_path: Path) -> None:
    path, content = tmp_path / "account.sqlite", b"this is no database, whatever its name says" * 30
    path.write_bytes(content)
    count, aside, _ = reopened(path)
    assert count == 0
    assert aside is not None
    assert aside.name.startswith("account.damaged-")
    assert aside.read_bytes() == content
    assert reopened(path) == (1, None, None)


def test_what_can_be_read_of_a_damaged_file_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    filled(path, 2000)
    content = bytearray(path.read_bytes())
    pages = len(content) // PAGE
    for page in range(pages // 2, pages // 2 + 3):
        content[page * PAGE : (page + 1) * PAGE] = b"\xa5" * PAGE
    path.write_bytes(content)
    count, aside, user = reopened(path)
    assert aside is not None
    assert aside.read_bytes() == bytes(content)
    assert 1500 < count < 2000
    assert user == "ada"


def test_a_file_cut_short_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    filled(path, 500)
    content = path.read_bytes()[: 20 * PAGE + 100]
    path.write_bytes(content)
    _, aside, _ = reopened(path)
    assert aside is not None
    assert aside.read_bytes() == content


def test_two_damaged_files_in_one_second_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "account.sqlite"
    kept = set()
    for number in range(3):
        path.write_bytes(b"no database at all, number %d" % number * 50)
        kept.add(reopened(path)[1])
    assert len(kept) == 3
    assert None not in kept


def test_another_programs_lock_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "account.sqlite"
    filled(path, 3)
    monkeypatch.setattr("crmdesk.engine.storage._BUSY_S", 0.05)
    monkeypatch.setattr("crmdesk.engine.storage.sleep", lambda _: None)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")

    async def go() -> None:
        storage = Storage(path)
        with pytest.raises(ProfileError, match="cannot be used"):
            await storage.recall("user")
        storage.close(2)

    run(go())
    other.close()
    assert reopened(path) == (3, None, "ada")
