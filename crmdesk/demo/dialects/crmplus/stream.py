# SPDX-License-Identifier: MIT
"""The change stream: getStreamProperties and getStreamData with its nine filters.

The document names the filters and shows one reply; what it leaves open is marked GUESS.
"""

import time
from typing import Any

from crmdesk.demo.dialects.crmplus.office import Call
from crmdesk.demo.dialects.crmplus.refusals import denied
from crmdesk.demo.store import Change

_DAY_S = 86_400
_DAYS = (1, 3, 5, 14)


def get_stream_properties(call: Call) -> dict[str, Any]:
    """Return the modules that track changes (by tab number), the time frames and the assignments."""
    german = call.user.language.startswith("de")
    modules = [
        m
        for m in call.office.catalogue.modules.values()
        if m.is_entity and m.tab and call.may_see(m) and not m.is_admins
    ]
    return {
        "modules": [{"name": module.name, "id": str(module.tab)} for module in sorted(modules, key=lambda m: m.tab)],
        "timeframe": {"days": list(_DAYS)},
        "assignment": [
            {"name": "LBL_ONLY_MINE", "label": "zeige meine Daten" if german else "show my data"},
            {"name": "LBL_ALL_RECORDS", "label": "zeige alle Daten" if german else "show all data"},
        ],
    }


def get_stream_data(call: Call) -> dict[str, Any]:
    """Return changed records, newest first, each with its latest changes.

    Filters: modules (tab number, list or comma list), assignment, timestamp (later than), timeframe (days back),
    maxchanges (per record), maxrecords (per page), withchanges, withpagecount, recordid, pagenumber (from 1).
    """
    wish = call.json("filter")
    if not isinstance(wish, dict):
        raise denied("for filter")
    by_record: dict[tuple[str, int], list[Change]] = {}
    for change in _chosen(call, wish):
        by_record.setdefault((change.module, change.number), []).append(change)
    newest_first = sorted(by_record.items(), key=lambda item: (item[1][-1].when, item[0][1]), reverse=True)
    size = _number(wish.get("maxrecords")) or 20
    page = max(_number(wish.get("pagenumber")), 1)
    window = newest_first[(page - 1) * size : page * size]
    most = _number(wish.get("maxchanges")) or 10
    with_changes = wish.get("withchanges", True) not in (False, 0, "0", "false")
    out: dict[str, Any] = {"lastSyncTime": call.office.store.now()}
    out["changes"] = [
        _entry(call, module, number, found[::-1][:most], with_changes) for (module, number), found in window
    ]
    if wish.get("withpagecount") in (True, 1, "1", "true"):
        out["pagecount"] = -(-len(newest_first) // size)  # GUESS: the key is not shown
    return out


def _chosen(call: Call, wish: dict[str, Any]) -> list[Change]:
    """Return the history that the filters let through, oldest first."""
    asked = wish.get("modules")
    tabs = {
        str(tab).strip()
        for tab in (asked if isinstance(asked, list) else str(asked or "").split(","))
        if str(tab).strip()
    }
    catalogue, store = call.office.catalogue, call.office.store
    names = {
        m.name
        for m in catalogue.modules.values()
        if call.may_see(m) and (not tabs or str(m.tab) in tabs or m.name in tabs)
    }
    since = _number(wish.get("timestamp"))
    if _number(wish.get("timeframe")):
        since = max(since, store.now() - _number(wish["timeframe"]) * _DAY_S)
    record = str(wish.get("recordid") or "").rpartition("x")[2]
    mine = catalogue.wire_id("Users", call.user.number) if wish.get("assignment") == "LBL_ONLY_MINE" else ""
    with store.lock:
        return [
            change
            for change in store.history
            if change.module in names
            and change.when > since
            and (not record or str(change.number) == record)
            and (not mine or (store.get(change.module, change.number) or {}).get("assigned_user_id") == mine)
        ]


def _entry(call: Call, name: str, number: int, changes: list[Change], with_changes: bool) -> dict[str, Any]:
    office = call.office
    module = office.catalogue.modules[name]
    values = office.store.get(name, number)
    newest = changes[0]
    return {
        "record": {
            "id": number,
            "name": office.title(module, values) if values is not None else "",
            "link": f"index.php?module={name}&action=DetailView&record={number}" if values is not None else "",
            "modifiedOn": _minute(newest.when),
            "modifiedBy": _user_name(call, newest.user),
        },
        "module": {
            "label": office.catalogue.translate(module.label, call.user.language),
            "link": f"index.php?module={name}&action=index",
        },
        "data": [
            {
                "datetime": _minute(change.when),
                "status": change.status,
                "changes": _fields(call, change) if with_changes else [],
            }
            for change in changes
        ],
    }


def _fields(call: Call, change: Change) -> list[dict[str, str]]:
    """Return the changed fields. GUESS: the document's sample has an empty list."""
    module = call.office.catalogue.modules[change.module]
    translate, language = call.office.catalogue.translate, call.user.language
    return [
        {"field": name, "label": translate(module.by_name[name].label, language), "old": old, "new": new}
        for name, old, new in change.fields
        if name in module.by_name and not call.hides(module, name)
    ]


def _minute(when: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(when))


def _user_name(call: Call, number: int) -> str:
    """Return first and last name joined by a blank, also where the first is empty (" Administrator", as in the sample)."""
    row = call.office.store.get("Users", number) or {}
    return f"{row.get('first_name', '')} {row.get('last_name', '')}"


def _number(value: Any) -> int:
    text = str(value or "0")
    return int(text) if text.isdigit() else 0
