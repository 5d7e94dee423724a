# SPDX-License-Identifier: MIT
"""sync: what changed and what was deleted since a moment.

Measured on vtiger 8.0.0 (November 2026): strictly later than the given second; about 100 records a page, but a second
is never split; "0" counts as not sent; only the caller's own records, which CRM+ alone can be told not to mind.
"""

from typing import Any

from crmdesk.demo.dialects.crmplus.office import Call, moment
from crmdesk.demo.dialects.crmplus.records import shown
from crmdesk.demo.dialects.crmplus.refusals import Crash, denied

PAGE = 100


def sync(call: Call) -> dict[str, Any]:
    """Return {"updated", deleted ids, "more" where it is told, "lastModifiedTime"}."""
    since_text = call.parameters.get("modifiedTime", "")
    name = call.parameters.get("elementType", "")
    if not since_text.isdigit() or since_text == "0":
        raise Crash
    if not name:
        raise Crash
    module = call.module(name)
    if not module.is_entity:
        raise denied()
    since = int(since_text)
    habits = call.office.habits
    own_only = not habits.is_crmplus or call.option("onlyOwn", True)
    mine = call.office.catalogue.wire_id("Users", call.user.number)
    table = call.office.store.table(module.name)
    mark = call.office.stamp(since)
    with call.office.store.lock:
        events: list[tuple[str, int, bool]] = []  # texts of one format sort as their moments do
        for number in table.order:
            row = table.rows[number]
            when = row.get("modifiedtime", "")
            if when > mark and (not own_only or row.get("assigned_user_id") == mine):
                events.append((when, number, False))
        events += [
            (call.office.stamp(gone.when), gone.number, True)
            for gone in table.deletions
            if gone.when > since and (not own_only or gone.owner == mine)
        ]
        events.sort()
        page = events[:PAGE]
        while len(page) < len(events) and events[len(page)][0] == page[-1][0]:
            page.append(events[len(page)])
        updated = [shown(call, module, number, table.rows[number]) for _, number, deleted in page if not deleted]
        deleted_ids = [f"{module.prefix}x{number}" for _, number, deleted in page if deleted]
    last = moment(page[-1][0]) if page else since
    out: dict[str, Any] = {"updated": updated, habits.key_of_deleted: deleted_ids}
    if not habits.is_crmplus or habits.sync_tells_more:
        out["more"] = len(page) < len(events)
    return out | {"lastModifiedTime": last}
