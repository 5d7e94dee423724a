# SPDX-License-Identifier: MIT
"""The in-memory store."""

from concurrent.futures import ThreadPoolExecutor

from crmdesk.demo.store import Store, StoredFile


def _store() -> Store:
    return Store(lambda: 1000.9)


def test_numbers_are_shared_by_all_modules_and_never_used_twice() -> None:
    store = _store()
    store.insert("a", 17, {})
    store.insert("b", 8, {})
    assert store.new_number() == 18
    assert (store.module_of(17), store.module_of(8), store.module_of(99)) == ("a", "b", None)
    store.remove("a", 17, "me")
    assert store.new_number() == 19


def test_numbers_apart_belong_to_no_module() -> None:
    store = _store()
    store.insert("users", 1, {}, shared_number=False)
    assert store.module_of(1) is None
    assert store.get("users", 1) == {}


def test_order_stays_ascending_whatever_comes_in() -> None:
    store = _store()
    for number in (5, 2, 9, 3):
        store.insert("a", number, {})
    store.remove("a", 3, "")
    assert store.table("a").order == [2, 5, 9]


def test_removing_takes_relations_lines_and_file_along_and_leaves_a_note() -> None:
    store = _store()
    store.insert("a", 1, {})
    store.insert("b", 2, {})
    store.relate(1, 2)
    store.files[1] = StoredFile("n", "m", b"c")
    store.lines[1] = [{}]
    assert store.neighbours(2, "a") == [1]
    store.remove("a", 1, "owner")
    assert store.neighbours(2, "a") == []
    assert (store.files, store.lines) == ({}, {})
    assert [(gone.when, gone.number, gone.owner) for gone in store.table("a").deletions] == [(1000, 1, "owner")]
    store.remove("a", 1, "owner")
    assert len(store.table("a").deletions) == 1


def test_referring_finds_records_by_any_of_the_fields() -> None:
    store = _store()
    store.insert("a", 1, {"x": "3x1"})
    store.insert("a", 2, {"y": "3x1"})
    store.insert("a", 3, {"z": "3x1"})
    assert list(store.referring("a", ("x", "y"), "3x1")) == [1, 2]


def test_history_keeps_old_and_new() -> None:
    store = _store()
    store.note("a", 1, 5, 2, {"city": ("A", "B")})
    assert store.history[0].fields == (("city", "A", "B"),)


def test_numbers_are_unique_under_threads() -> None:
    store = _store()
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: store.new_number(), range(500)))
    assert len(set(numbers)) == 500
