# SPDX-License-Identifier: MIT
"""One pretended OpenCRM: finds the method, checks the keys, says results and errors as the real one does."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from crmdesk.demo.dialect import Reply, Request, Settings
from crmdesk.demo.dialects.opencrm import USER, grid, lists, passkey_of, records, reports
from crmdesk.demo.dialects.opencrm.fill import fill
from crmdesk.demo.dialects.opencrm.keys import Keys
from crmdesk.demo.dialects.opencrm.modules import MODULES, ModuleDef
from crmdesk.demo.dialects.opencrm.office import Call, Habits, Office, Refusal, plain
from crmdesk.demo.dialects.opencrm.parameters import SECRET, all_sent, in_address, method_of
from crmdesk.demo.faults import FaultKind
from crmdesk.demo.seed import World
from crmdesk.demo.store import Store
from crmdesk.demo.warm import WarmSite

_BLOCKED = b"<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center></body></html>"
_EDITS_OF: Mapping[str, str] = {
    "edit_helpdesk": "ticket", "edit_contracts": "contract", "edit_contact_custom1": "contact", "edit_contact_custom2": "contact",
}  # fmt: skip


class OpenCrmSite(WarmSite):
    """The whole dialect behind one address.

    Attributes:
        office: The data, the switches and the tally; tests look at it.
        keys: Who is let in.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings.rows)
        known = {f.name for f in fields(Habits)}
        habits = Habits(**{name: value for name, value in settings.options.items() if name in known})
        key = settings.keys[USER]
        self.office = Office(habits, Store(settings.clock), settings.clock)
        self.keys = Keys(key, passkey_of(key), habits.idle_s, settings.clock)

    def _fill(self, world: World) -> None:
        fill(self.office, world)

    def operation(self, request: Request) -> str:
        """Return the method's name in lower case."""
        return method_of(request)

    def break_session(self, request: Request, kind: FaultKind) -> None:
        """Forget the access key that the request names; there is only one way for it to end."""
        try:
            self.keys.forget(plain(all_sent(request).get("accesskey")))
        except Refusal:
            return

    def handle(self, request: Request) -> Reply:
        """Answer: HTTP 200 whatever happens, short of the firewall, the limit and the wrong address."""
        habits = self.office.habits
        agent = request.headers.get("user-agent", "").lower()
        if habits.blocks_agents and ("python" in agent or agent.startswith("curl/")):
            return Reply(403, _BLOCKED, "text/html")
        name = method_of(request)
        if not name:
            return Reply(404, b"<html><body><h1>Not Found</h1></body></html>", "text/html")
        if request.method != "POST" and (habits.post_only or request.method != "GET"):
            return Reply(405, b"<html><body><h1>Method Not Allowed</h1></body></html>", "text/html", {"Allow": "POST"})
        if habits.calls_per_minute is not None and not self.keys.count_call(habits.calls_per_minute):
            return Reply(429, b"<html><body><h1>Too Many Requests</h1></body></html>", "text/html")
        tally = self.office.tally
        tally.calls[name] = tally.calls.get(name, 0) + 1
        if SECRET & in_address(request).keys():
            tally.keys_in_url += 1
        try:
            return self._answer(name, request)
        except Refusal as refusal:
            if refusal.text == "Record not found" and habits.missing_record == "empty":
                return _encoded(habits.empty_list)
            return Reply(refusal.status, json.dumps({"error": refusal.text}).encode())

    def _answer(self, name: str, request: Request) -> Reply:
        sent = all_sent(request)
        if name == "login":
            token = self.keys.log_in(sent, request.headers)
            styles = {"bare": token, "braces": f'{{"{token}"}}'}
            return _encoded(styles.get(self.office.habits.login_style, f'"{token}"'))
        self.keys.check(sent, request.headers)
        habits = self.office.habits
        work = None if name in habits.refused_methods else _METHODS.get(name)
        if work is None:
            raise Refusal("Invalid method", habits.unknown_status)
        self.warm_up()
        result = work(Call(self.office, sent))
        if isinstance(result, list):
            if not result:
                return _encoded(habits.empty_list)
            if len(result) == 1 and habits.one_row_as_object:
                result = result[0]
        return _encoded(json.dumps(result, separators=(",", ":")))


def _encoded(text: str) -> Reply:
    return Reply(200, text.encode("utf-8"), "application/json; charset=utf-8")


def _single(call: Call, module: ModuleDef) -> dict[str, Any]:
    """Return one record; a sales record has its lines as `products`, which are always a list."""
    record = lists.single(call, module)
    if module.is_sales:
        return {"products": grid.shown_lines(call, call.number("crmid")), **record}
    return record


_Work = Callable[[Call], Any]


def _bound(work: Callable[[Call, ModuleDef], Any], module: ModuleDef) -> _Work:
    return lambda call: work(call, module)


def _methods() -> dict[str, _Work]:
    """Return every method by name."""
    out: dict[str, _Work] = {
        "get_user_list": records.user_list,
        "get_record_list_from_report": reports.run,
        "edit_record_link": records.link,
        "add_to_campaign": records.add_to_campaign,
    }
    for name, module in MODULES.items():
        out[f"get_{name}_list_count"] = _bound(lists.count, module)
        out[f"get_{name}_list"] = _bound(lists.basic_list, module)
        out[f"get_{name}_list_full"] = _bound(lists.full_list, module)
        out[f"get_{name}"] = _bound(_single, module)
        out[f"edit_{name}"] = _bound(records.edit, module)
    return out | {name: _bound(records.edit, MODULES[module]) for name, module in _EDITS_OF.items()}


_METHODS = _methods()
