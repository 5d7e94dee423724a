# SPDX-License-Identifier: MIT
"""sync: what it tells, and what it never will."""

import pytest

from tests.demo.caller import Caller
from tests.demo.conftest import Clock, Door


def _add(crm: Caller, name: str, owner: str = "19x1") -> str:
    wire_id: str = crm.done("create", elementType="Leads", element={"lastname": name, "assigned_user_id": owner})["id"]
    return wire_id


def test_sync_tells_changed_and_deleted_under_the_documents_key(crm: Caller, clock: Clock) -> None:
    start = int(clock.now)
    clock.now += 1
    kept, gone = _add(crm, "kept"), _add(crm, "gone")
    crm.done("delete", id=gone)
    answer = crm.result("sync", elementType="Leads", modifiedTime=start)
    assert [row["id"] for row in answer["updated"]] == [kept]
    assert answer["deletedeleted"] == [gone]
    assert (set(answer), answer["lastModifiedTime"]) == ({"updated", "deletedeleted", "lastModifiedTime"}, start + 1)


def test_key_of_the_deleted_is_a_switch(door: Door) -> None:
    assert "deleted" in door(sync_key="deleted").result("sync", elementType="Leads", modifiedTime=1)
    assert "deleted" in door(family="vtiger").result("sync", elementType="Leads", modifiedTime=1)


def test_record_written_in_the_same_second_is_never_told(crm: Caller, clock: Clock) -> None:
    start = int(clock.now)
    clock.now += 1
    _add(crm, "A")
    last = crm.result("sync", elementType="Leads", modifiedTime=start)["lastModifiedTime"]
    _add(crm, "B")
    assert crm.result("sync", elementType="Leads", modifiedTime=last)["updated"] == []
    assert len(crm.result("sync", elementType="Leads", modifiedTime=last - 1)["updated"]) == 2


def test_page_never_splits_a_second(door: Door, clock: Clock) -> None:
    crm = door(sync_tells_more=True)
    start = int(clock.now)
    for second in range(3):
        clock.now += 1
        for number in range(60):
            _add(crm, f"{second} {number}")
    first = crm.result("sync", elementType="Leads", modifiedTime=start)
    assert (len(first["updated"]), first["more"]) == (120, True)
    rest = crm.result("sync", elementType="Leads", modifiedTime=first["lastModifiedTime"])
    assert (len(rest["updated"]), rest["more"]) == (60, False)


def test_only_own_records_unless_the_vendors_option_says_otherwise(crm: Caller, clock: Clock, vtiger: Caller) -> None:
    start = int(clock.now)
    clock.now += 1
    for caller in (crm, vtiger):
        _add(caller, "another's", "19x5")
        assert caller.result("sync", elementType="Leads", modifiedTime=start)["updated"] == []
    assert len(crm.result("sync", elementType="Leads", modifiedTime=start, options={"onlyOwn": False})["updated"]) == 1
    assert vtiger.result("sync", elementType="Leads", modifiedTime=start, options={"onlyOwn": False})["updated"] == []


@pytest.mark.parametrize("time", ["0", "abc", "", "2026-01-01 00:00:00"])
def test_zero_and_garbage_are_an_empty_http_500(crm: Caller, time: str) -> None:
    assert crm.get("sync", elementType="Leads", modifiedTime=time) == (500, b"")


def test_sync_by_post_as_in_the_documents_example_is_an_empty_http_500(crm: Caller) -> None:
    assert crm.post("sync", elementType="Leads", modifiedTime="1") == (500, b"")


def test_sync_of_the_future_answers_the_time_that_was_asked(crm: Caller, clock: Clock) -> None:
    later = int(clock.now) + 86_400
    assert crm.result("sync", elementType="Leads", modifiedTime=later)["lastModifiedTime"] == later
