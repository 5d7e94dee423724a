# SPDX-License-Identifier: MIT
"""A scripted server for this vendor's tests, and the way to the recordings beside the checkout."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from crmdesk.connectors.port import Endpoint, Reply
from crmdesk.connectors.vendors.crmplus import PLUGIN
from crmdesk.connectors.vendors.crmplus.connector import CrmPlusConnector
from tests.connectors import fake_http
from tests.connectors.fake_http import last_of, resolved

USER, KEY, TOKEN, SESSION = "admin", "s3cr3tAccessKey", "52d5057ebf219", "4a0b52d5057f9f288"

Answer = Callable[[Mapping[str, str]], object]
"""Parameters -> what to answer: a Reply, or the result of a success."""


def reply(body: str | bytes, status: int = 200, **headers: str) -> Reply:
    """An HTTP answer."""
    raw = body.encode() if isinstance(body, str) else body
    return Reply(status=status, headers=headers, body=raw, url="https://crm.example.com/webservice.php")


def success(result: object) -> Reply:
    """The envelope of a success."""
    return reply(json.dumps({"success": True, "result": result}))


def failure(code: object, message: str = "said the server") -> Reply:
    """The envelope of a failure."""
    return reply(json.dumps({"success": False, "error": {"message": message, "code": code}}))


EMPTY_500 = reply(b"", 500)


@dataclass(frozen=True, slots=True)
class Sent:
    """One request as it left. ``params``: of the URL for GET, of the form for POST."""

    verb: str
    url: str
    params: Mapping[str, str]
    write: bool
    files: Mapping[str, tuple[str, bytes, str]] = field(default_factory=dict)

    @property
    def operation(self) -> str:
        """The operation's name."""
        return self.params.get("operation", "")

    def json(self, name: str) -> Any:
        """A parameter that travels as JSON."""
        return json.loads(self.params[name])


class FakeHttp(fake_http.FakeHttp):
    """Answers by operation and keeps what was sent; an operation without an answer is unknown there.

    Args:
        answers: operation -> result, Reply, or a function of the parameters; a list is used up one by one.
        unknown: what an operation without an answer gets.
    """

    def __init__(self, answers: Mapping[str, object], unknown: Reply = EMPTY_500) -> None:
        super().__init__()
        self.answers = dict(answers)
        self.unknown = unknown
        self.sent: list[Sent] = []

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        self.sent.append(Sent("GET", url, dict(params), write))
        return self._answer(params)

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        self.sent.append(Sent("POST", url, dict(form), write, files or {}))
        return self._answer(form)

    def _answer(self, params: Mapping[str, str]) -> Reply:
        answer = resolved(self.answers.get(params["operation"], self.unknown), params)
        return answer if isinstance(answer, Reply) else success(answer)

    def last(self, operation: str) -> Sent:
        """The last request of an operation."""
        return last_of(self.sent, operation)

    def operations(self) -> list[str]:
        """The operations that were sent, in order."""
        return [one.operation for one in self.sent]


LOGIN: Mapping[str, object] = {
    "getchallenge": {"token": TOKEN, "serverTime": 1389692286, "expireTime": 1389692586},
    "login": {"userId": "19x1", "sessionName": SESSION, "first_name": "S&uuml;si", "last_name": "Vertrieb"},
    "logout": {"message": "successfull"},
}
CRMPLUS: Mapping[str, object] = {**LOGIN, "getStreamProperties": {"modules": []}}


def field_of(name: str, kind: str = "string", **more: object) -> dict[str, object]:
    """One field of a describe reply."""
    told = {"name": name, "label": name.title(), "mandatory": False, "nullable": True, "editable": True}
    return {**told, "type": {"name": kind, **dict(more.pop("type", {}))}, "default": "", **more}  # type: ignore[call-overload]


LEADS: Mapping[str, object] = {
    "label": "Leads",
    "name": "Leads",
    "createable": True,
    "updateable": True,
    "deleteable": True,
    "retrieveable": True,
    "fields": [
        field_of("lead_no", editable=False),
        field_of("firstname"),
        field_of("lastname", mandatory=True),
        field_of("company"),
        field_of("city"),
        field_of("annualrevenue", "currency"),
        field_of("noofemployees", "integer"),
        field_of("emailoptout", "boolean"),
        field_of("leadstatus", "picklist", type={"picklistValues": [{"value": "Hot", "label": "Heiß"}]}),
        field_of("cf_853", "multipicklist"),
        field_of("cf_857", "date"),
        field_of("partner_id", "reference", type={"refersTo": ["Partner"]}),
        field_of("assigned_user_id", "owner", mandatory=True),
        field_of("createdtime", "datetime", editable=False),
        field_of("modifiedtime", "datetime", editable=False),
        field_of("description", "text"),
        field_of("id", "autogenerated", editable=False),
    ],
    "idPrefix": "2",
    "isEntity": True,
    "labelFields": "firstname, lastname",
}
TYPES: Mapping[str, object] = {
    "types": ["Leads", "SalesOrder", "Products", "Documents", "Users", "Groups"],
    "information": {
        "Leads": {"isEntity": True, "label": "Leads", "singular": "Lead", "idPrefix": "2"},
        "SalesOrder": {"isEntity": True, "label": "Sales Orders", "singular": "Sales Order", "idPrefix": "16"},
        "Products": {"isEntity": True, "label": "Products", "singular": "Product", "idPrefix": "6"},
        "Documents": {"isEntity": True, "label": "Documents", "singular": "Document", "idPrefix": "7"},
        "Users": {"isEntity": True, "label": "Users", "singular": "User", "idPrefix": "19"},
        "Groups": {"isEntity": False, "label": "Groups", "singular": "Group", "idPrefix": "20"},
    },
}


def connect(http: FakeHttp, **settings: str) -> CrmPlusConnector:
    """A connector over the scripted server, signed in."""
    connector = new_connector(http, **settings)
    connector.login()
    return connector


def new_connector(http: FakeHttp, **settings: str) -> CrmPlusConnector:
    """A connector over the scripted server, not signed in."""
    endpoint = Endpoint(url="https://crm.example.com", settings={"user": USER, **settings}, secrets={"access_key": KEY})
    made = PLUGIN.connect(endpoint, http)
    assert isinstance(made, CrmPlusConnector)
    return made
