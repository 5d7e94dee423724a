# SPDX-License-Identifier: MIT
"""The change stream and its filters."""

from typing import Any

from tests.demo.caller import Caller
from tests.demo.conftest import Clock, Door


def _data(crm: Caller, **wish: Any) -> list[dict[str, Any]]:
    changes: list[dict[str, Any]] = crm.result("getStreamData", filter=wish)["changes"]
    return changes


def test_properties_are_as_in_the_document(door: Door) -> None:
    result = door("jonas.b").result("getstreamproperties")
    assert {"name": "Accounts", "id": "6"} in result["modules"]
    assert result["timeframe"] == {"days": [1, 3, 5, 14]}
    assert result["assignment"][0] == {"name": "LBL_ONLY_MINE", "label": "zeige meine Daten"}


def test_change_shows_the_record_who_and_what(crm: Caller, clock: Clock) -> None:
    clock.now += 100
    crm.done("update", element={"id": "3x17", "bill_city": "Espoo"}, options={"patch": True})
    entry = _data(crm, modules="6")[0]
    assert entry["record"]["id"] == 17
    assert entry["record"]["modifiedBy"] == " Administrator"
    assert set(entry["record"]) == {"id", "name", "link", "modifiedOn", "modifiedBy"}
    assert entry["data"][0]["status"] == 2
    assert entry["data"][0]["changes"] == [
        {"field": "bill_city", "label": "Billing City", "old": "Helsinki", "new": "Espoo"}
    ]


def test_filters_narrow_the_stream(crm: Caller, clock: Clock) -> None:
    everything = _data(crm, maxrecords=100)
    assert {entry["module"]["link"] for entry in _data(crm, modules="6,7")} <= {
        f"index.php?module={m}&action=index" for m in ("Accounts", "Leads")
    }
    assert len(_data(crm, maxrecords=5)) == 5
    assert _data(crm, maxrecords=5, pagenumber=2) == everything[5:10]
    assert all(change["changes"] == [] for entry in _data(crm, withchanges=False) for change in entry["data"])
    assert [entry["record"]["id"] for entry in _data(crm, recordid="3x17")] == [17]
    assert _data(crm, timestamp=int(clock.now)) == []
    assert len(_data(crm, timeframe=1, maxrecords=100)) < len(everything)
    assert all(len(entry["data"]) == 1 for entry in _data(crm, maxchanges=1))
    assert _data(crm, assignment="LBL_ONLY_MINE") == []  # the administrator owns nothing
    assert crm.result("getStreamData", filter={"maxrecords": 5, "withpagecount": True})["pagecount"] >= 2


def test_stream_without_a_filter_object_is_denied(crm: Caller) -> None:
    assert crm.code("getStreamData", filter="x") == "ACCESS_DENIED"


def test_user_sees_no_changes_of_modules_hidden_from_him(door: Door) -> None:
    caller = door("anna.k")
    assert "Partner" not in {module["name"] for module in caller.result("getStreamProperties")["modules"]}
