# SPDX-License-Identifier: MIT
"""A small office that answers as the vendor's documents say, in memory, and keeps what it was sent."""

import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from crmdesk.connectors.port import Endpoint, Reply
from crmdesk.connectors.vendors.webcrm import PLUGIN
from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.connectors.vendors.webcrm.dto import properties
from crmdesk.connectors.vendors.webcrm.resources import resources
from tests.connectors.fake_http import FakeHttp, resolved

CODE = "12345678-90ab-cdef-1234-4567890abcdef"
TOKEN = "67b91fd819c4c0ffee"
URL = "https://api.webcrm.com"


@dataclass(frozen=True)
class Sent:
    """One request as the connector made it."""

    verb: str
    path: str
    params: Mapping[str, str]
    body: bytes | None
    headers: Mapping[str, str]
    write: bool
    form: Mapping[str, str] | None = None

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body or b"null")

    def __str__(self) -> str:
        return f"{self.verb} {self.path}"


def reply(value: object = b"", status: int = 200, **headers: str) -> Reply:
    """An answer; anything but bytes becomes JSON."""
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    told = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status=status, headers=told, body=body, url=URL)


LOGIN = {"AccessToken": TOKEN, "RefreshToken": "r-1", "IsError": False, "ExpiresIn": 3600, "TokenType": "Bearer"}
WITHOUT_ID = ("Organisations", "Events", "Relations", "Users")


@dataclass
class Office(FakeHttp):
    """The server.

    Attributes:
        answers: "VERB /path" -> what it answers instead, one after the other; the last one stays.
        no_query: tables it answers no queries about; None = none at all.
        linked: linked data is on.
    """

    answers: dict[str, list[object]] = field(default_factory=dict)
    no_query: frozenset[str] | None = frozenset()
    linked: bool = False
    tells_ids: bool = False
    rows: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    metadata: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    notes: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    files: dict[int, bytes] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    before: Callable[[Sent], None] | None = None

    # port.Http

    def get(
        self, url: str, params: Mapping[str, str], *, headers: Mapping[str, str] | None = None, write: bool = False
    ) -> Reply:
        return self.request("GET", url, params=params, headers=headers, write=write)

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool = True,
    ) -> Reply:
        return self._answer(Sent("POST", url.removeprefix(URL), {}, None, headers or {}, write, dict(form)))

    def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        write: bool,
    ) -> Reply:
        return self._answer(Sent(method, url.removeprefix(URL), dict(params or {}), body, headers or {}, write))

    # What it holds

    def add(self, module: str, **values: Any) -> int:
        """A record of which only the interesting fields are given."""
        table = self.rows.setdefault(module, {})
        one = resources()[module]  # type: ignore[index]
        key = int(values.pop("Id", max(table, default=0) + 1))
        row: dict[str, Any] = {p.name: "" if p.kind == "text" else None for p in properties(one.entity)}
        row |= {one.prefix + name: value for name, value in values.items()}
        table[key] = {**row, one.id_field: key}
        return key

    def lines(self) -> list[str]:
        """What was sent, in short."""
        return [str(one) for one in self.sent]

    def last(self, start: str) -> Sent:
        """The last request that begins like this."""
        return next(one for one in reversed(self.sent) if str(one).startswith(start))

    # How it answers

    def _answer(self, sent: Sent) -> Reply:
        self.sent.append(sent)
        if self.before is not None:
            self.before(sent)
        told = self.answers.get(str(sent))
        if told is not None:
            answer = told.pop(0) if len(told) > 1 else told[0]
            answer = resolved(answer, sent)
            return answer if isinstance(answer, Reply) else reply(answer)
        if sent.path == "/Auth/ApiLogin":
            return (
                reply(LOGIN) if (sent.form or {}).get("authCode") == CODE else reply({"IsError": True, "Error": "no"})
            )
        if sent.headers.get("Authorization") != f"Bearer {TOKEN}":
            return reply(b"", 401)
        return self._authorized(sent, [unquote(part) for part in sent.path.strip("/").split("/")])

    def _authorized(self, sent: Sent, parts: list[str]) -> Reply:
        if parts[0] == "Auth":
            return reply({"UserName": "Iris Integration", "UserId": 7})
        if parts[0] == "FieldsMetadata":
            return reply(self.metadata.get(parts[1], []))
        if parts[0] == "Queries":
            return self._query(sent)
        if len(parts) > 1 and parts[1] == "LinkedSetup":
            return reply(
                {f"{'QuotationLine' if parts[0] == 'QuotationLines' else ''}LinkedSetupField1": int(self.linked)}
            )
        if len(parts) > 1 and parts[1] == "LinkedData":
            return self._records(sent, f"{parts[0]}LinkedData", parts[2:])
        if len(parts) == 3 and parts[1].startswith(("By", "AllActive")):
            return self._page(sent, parts[0], self._matching(parts[0], parts[1], parts[2]))
        if len(parts) == 4 and parts[1].startswith("FindBy"):
            return self._page(sent, parts[0], list(self.rows.get(parts[0], {}).values()))
        if len(parts) >= 3:
            return self._sub(sent, parts)
        return self._records(sent, parts[0], parts[1:])

    def _matching(self, module: str, how: str, value: str) -> list[dict[str, Any]]:
        names = {"ByOrganisation": "OrganisationId", "ByResponsible": "AssignedTo", "ByResponsible2": "AssignedTo2"}
        more = {"ByStatus": "Status", "ByPipelineLevel": "Level", "ByChannel": "Channel"}
        field_name = resources()[module].prefix + (names | more)[how]  # type: ignore[index]
        return [row for row in self.rows.get(module, {}).values() if str(row.get(field_name)) == value]

    def _sub(self, sent: Sent, parts: list[str]) -> Reply:
        module, key, what = parts[0], int(parts[1]), parts[2]
        if what == "Move":
            prefix = resources()[module].prefix  # type: ignore[index]
            self.rows[module][key][f"{prefix}OrganisationId"] = sent.json["NewOrganisationId"]
            return reply(b"", 204)
        if what.startswith("ConvertTo"):
            other = "Deliveries" if what == "ConvertToDelivery" else "Opportunities"
            return reply(self.add(other, Description="converted"))
        if what == "Notes" and sent.verb == "POST":
            made = {
                "Comment": sent.json["Comment"],
                "CreatedAt": f"2026-01-{len(self.notes.get(key, [])) + 1:02}T08:00:00Z",
            }
            self.notes.setdefault(key, []).append(made)
            return reply(b"", 204)
        if what == "Notes":
            return reply(self.notes.get(key, []) if sent.params["Page"] == "1" else [])
        if what == "NewestNote":
            self.notes[key].pop()
            return reply(b"", 204)
        if what == "Download":
            return Reply(status=200, headers={}, body=self.files.get(key, b""), url=URL)
        prefix = resources()[what].prefix  # type: ignore[index]
        owner = {"Users": "AssignedTo", "Organisations": "OrganisationId", "Persons": "Person1Id"}.get(
            module, "OpportunityId"
        )
        found = [row for row in self.rows.get(what, {}).values() if row.get(prefix + owner) == key]
        return self._page(sent, what, found)

    def _page(self, sent: Sent, module: str, rows: list[dict[str, Any]]) -> Reply:
        page, size = int(sent.params["Page"]), int(sent.params["Size"])
        return reply(rows[(page - 1) * size : page * size])

    def _records(self, sent: Sent, module: str, rest: list[str]) -> Reply:
        table = self.rows.setdefault(module, {})
        one = resources()[module]  # type: ignore[index]
        if rest:
            key = int(rest[0])
            if key not in table:
                return reply({"Message": "not there"}, 404)
            if sent.verb == "PUT":
                table[key] = sent.json
            elif sent.verb == "DELETE":
                del table[key]
            else:
                return reply(table[key])
            return reply(b"")
        if sent.verb == "GET":
            return self._page(sent, module, list(table.values())) if one.is_paged else reply(list(table.values()))
        if sent.verb == "PATCH":
            return reply([self._put(module, body) for body in sent.json])
        return self._made(module, sent.json)

    def _put(self, module: str, body: dict[str, Any]) -> str:
        one = resources()[module]  # type: ignore[index]
        if body[one.id_field] not in self.rows[module]:
            return f"{one.entity} {body[one.id_field]} does not exist"
        self.rows[module][body[one.id_field]] = body
        return str(body[one.id_field])

    def _made(self, module: str, body: dict[str, Any]) -> Reply:
        one = resources()[module]  # type: ignore[index]
        assert body[one.id_field] == 0
        if module == "QuotationLines" and self.linked and not body.get("QuotationLineLinkedDataId"):
            return reply({"Message": "Possible quotation not found", "Type": "ApiException"}, 400)
        if module == "QuotationLines" and body.get("QuotationLineLinkedDataId"):
            item = self.rows["QuotationLinesLinkedData"][body.pop("QuotationLineLinkedDataId")]
            told = {f"QuotationLineData{n}": item.get(f"QuotationLineLinkedDataItemData{n}") for n in range(1, 10)}
            body |= told
        shorts = {name.removeprefix(one.prefix): value for name, value in body.items() if name != one.id_field}
        key = self.add(module, **shorts)
        if module == "Documents":
            import base64

            self.files[key] = base64.b64decode(body.get("DocumentFile", ""))
        if module in WITHOUT_ID and not self.tells_ids:
            return reply(b"")
        return reply(key)

    def _query(self, sent: Sent) -> Reply:
        if self.no_query is None:
            return reply({"Message": "Forbidden"}, 403)
        script = sent.params["script"]
        found = re.search(r"\bFROM\s+(\w+)", script, re.IGNORECASE)
        table = found[1] if found else ""
        one = next((r for r in resources().values() if r.table and r.table.lower() == table.lower()), None)
        if one is None or one.table in self.no_query:
            return reply({"Message": f"Invalid object name '{table}'."}, 500)
        page, size = int(sent.params["Page"]), int(sent.params["Size"])
        return reply(self._run(one.name, one.table, script)[(page - 1) * size : page * size])

    def _run(self, module: str, table: str, script: str) -> list[dict[str, Any]]:
        """The query, run by a database that is nobody's of us."""
        base = sqlite3.connect(":memory:")
        base.row_factory = sqlite3.Row
        names = [p.name for p in properties(table)]
        base.execute(f"CREATE TABLE {table} ({', '.join(names)})")
        marks = ", ".join("?" * len(names))
        for row in self.rows.get(module, {}).values():
            kept = [v if not isinstance(v, (list, dict)) else None for v in (row.get(name) for name in names)]
            base.execute(f"INSERT INTO {table} VALUES ({marks})", kept)
        base.commit()
        base.execute("PRAGMA query_only = ON")
        found = [dict(row) for row in base.execute(script)]
        base.close()
        return found


def endpoint(**settings: str) -> Endpoint:
    return Endpoint(url=URL, settings=settings, secrets={"application_token": CODE})


def connector_to(office: Office, *, login: bool = True, **settings: str) -> WebCrmConnector:
    """A connector, signed in."""
    made = PLUGIN.connect(endpoint(**settings), office)
    assert isinstance(made, WebCrmConnector)
    if login:
        made.login()
        office.sent.clear()
    return made


def small_office() -> Office:
    """Some of everything."""
    office = Office()
    for number in range(1, 6):
        office.add("Organisations", Name=f"Firma {number}", City="Århus" if number % 2 else "Odense", Owner=1)
    office.add("Users", Name="Susi Vertrieb", LoginName="susi")
    office.add("Persons", FirstName="Ada", LastName="Hansen", Name="Ada Hansen", OrganisationId=2)
    office.add("Opportunities", Description="Ein Angebot", OrganisationId=2, PersonId=1, Level=1, AssignedTo=1)
    office.add("Deliveries", Id=158, Description="Delivery", OrganisationId=2, Status="New", CurrencyName="DKK")
    office.add("Activities", Description="Call", OrganisationId=2, Status="Planned", AssignedTo=1)
    for number in range(1, 4):
        of = 158 if number < 3 else 1
        office.add(
            "QuotationLines", Data1=f"Te {number}", OpportunityId=of, OrganisationId=2, Quantity=10.0, ListPrice=450.0,
            Discount=10.0, Price=4050.0, SortOrder=number * 10, VatPercentage=25.0,
        )  # fmt: skip
    return office
