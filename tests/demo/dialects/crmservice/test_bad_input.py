# SPDX-License-Identifier: MIT
"""Whatever is sent, the server answers in the form of the door and stands."""

import json
import random
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from lxml import etree

from crmdesk.demo.dialect import Reply, Request
from crmdesk.demo.dialects.crmservice.catalogue import MODULES, Field
from crmdesk.demo.dialects.crmservice.contract import MANAGERS, TYPES
from tests.demo.dialects.crmservice.conftest import ENVELOPE, MIME, NAMESPACE, Caller, Open

_VALUES: tuple[Any, ...] = (None, "", 0, -1, 2**40, 1.5, True, [], {}, [1], ["Pumps"], "x", "2026-13-01", "2026-01-01T00:00:00Z", "ü" * 300, "10000", 10000, "NaN", 1e300, "\x00", "\ud800")  # fmt: skip
_OPERATORS = ("$eq", "$ne", "$gt", "$lte", "$beg", "$cts", "$not.cts", "$like", "$regex", "$in", "$nin", "$between", "$is.null", "$not.null", "$and", "$or", "$nor", "$not", "$x", "name")  # fmt: skip
_TAILS = (
    "",
    "/{}",
    "/{}/contacts",
    "/{}/rows",
    "/{}/owner",
    "/{}/files",
    "/{}/relationships/account",
    "/{}/x",
    "/{}/relationships/x",
)
_PLACES = ("1", "10000", "10000", "10001", "-1", "x", "²", "99999999999999999999", "%00", "")


def _expression(draw: random.Random, fields: list[str], depth: int = 0) -> Any:
    """Return something like a filter, rarely a good one."""
    if depth > 3 or draw.random() < 0.2:
        return draw.choice(_VALUES)
    operator = draw.choice(_OPERATORS)
    if operator in ("$and", "$or", "$nor"):
        return {operator: [_expression(draw, fields, depth + 1) for _ in range(draw.randrange(3))]}
    if operator == "$not":
        return {operator: _expression(draw, fields, depth + 1)}
    name = draw.choice((*fields, "account.name", "owner.id", "rows.total", "x"))
    return {operator: [name, *(draw.choice(_VALUES) for _ in range(draw.randrange(3)))]}


def _good(field: Field) -> Any:
    """Return a value that most fields of the kind take."""
    return {"ref": 10000, "date": "2026-01-01", "decimal": 1}.get(field.kind, "x")


def _ask(crm: Caller, request: Request) -> Reply:
    """Hand a request to the site itself: the same as over HTTP, and ten times as fast."""
    crm.site.operation(request)
    return crm.site.handle(request)


def test_no_json_request_brings_the_server_down(opened: Open) -> None:
    crm, draw = opened(), random.Random(7)
    headers = {"authorization": f"Bearer {crm.token}", "content-type": MIME, "host": "h"}
    seen = set()
    for _ in range(3000):
        module = draw.choice(list(MODULES.values()))
        fields = list(module.fields)
        known = [str(each) for each in crm.site.office.tables[module.name]]
        number = draw.choice(known) if known and draw.random() < 0.6 else draw.choice(_PLACES)
        path = f"/{draw.choice((module.name, module.name, module.name, 'schema', 'entities', 'reporting'))}{draw.choice(_TAILS).format(number)}"
        attributes: dict[str, Any] = {name: _good(field) for name, field in module.fields.items() if field.is_required}
        attributes |= {
            draw.choice([*fields, *fields, "x"]): draw.choice(_VALUES) for _ in range(draw.choice((0, 1, 4)))
        }
        relationships: Any = draw.choice(({}, {}, {"owner": draw.choice(_VALUES)}, []))
        parts = {
            "type": module.name,
            "id": draw.choice((number, number, "5")),
            "attributes": draw.choice((attributes, attributes, attributes, [], None)),
            "relationships": relationships,
        }
        sent: dict[str, Any] = {"data": parts}
        report = {"from": module.name, "select": "$count.distinct(id) as n", "where": _expression(draw, fields)}
        url = {
            "filter": json.dumps(_expression(draw, fields)) if draw.random() < 0.6 else "[",
            "sort": draw.choice(("", "name", "-id", "x", ",,", "--id")), "include": draw.choice(("", "owner", "account,rows", "x")),
            "page[size]": draw.choice(("", "3", "x", "0")), "offset": draw.choice(("", "1", "²")), f"fields[{module.name}]": draw.choice(("", "name", "x")),
        }  # fmt: skip
        query = "&".join(f"{quote(name)}={quote(value)}" for name, value in url.items() if draw.random() < 0.5)
        verb = draw.choice(("GET", "GET", "POST", "POST", "PATCH", "DELETE", "PUT"))
        body = json.dumps(draw.choice((sent, sent, sent, report, [], 5))).encode()
        reply = _ask(crm, Request(verb, f"/api/v1{path}", query, headers, body))
        seen.add(reply.status)
        assert 200 <= reply.status < 500 or reply.status == 501
        assert reply.status == 204 or json.loads(reply.body)
        if reply.status >= 400:
            assert json.loads(reply.body)["errors"][0]["detail"]
    assert {200, 201, 204, 400, 403, 404, 405, 409, 422} <= seen


def _element(draw: random.Random, name: str, kind: str, depth: int = 0) -> str:
    """Return an element of a type, now and then with something else in it."""
    chance = draw.random()
    if chance < 0.08:
        return draw.choice(
            (
                "",
                f"<{name}/>",
                f'<{name} href="#x"/>',
                f'<{name} xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="1"/>',
                f"<{name}>x</{name}>",
                f"<{name}><a/><b>1</b></{name}>",
            )
        )
    if kind.endswith("[]"):
        return f"<{name}>{''.join(_element(draw, 'item', kind[:-2], depth + 1) for _ in range(draw.randrange(3)))}</{name}>"
    if kind in TYPES:
        return f"<{name}>{''.join(_element(draw, part, inner, depth + 1) for part, inner in TYPES[kind] if draw.random() < 0.7)}</{name}>"
    text = draw.choice(
        (
            "1",
            "10000",
            "10001",
            "-1",
            "x",
            "",
            "1.5",
            "true",
            "2026-01-01",
            "Customer",
            "%",
            "[{}]",
            '[{"lastname":"x"}]',
            "Leads",
            "Accounts",
            "id",
            "ä&<",
        )
    )
    return f"<{name}>{escape(text)}</{name}>"


def test_no_envelope_brings_the_server_down(opened: Open) -> None:
    crm, draw = opened().open_session(), random.Random(11)
    seen = set()
    session = f"<session><sessionID>{crm.session}</sessionID></session>"
    for _ in range(3000):
        manager = draw.choice(list(MANAGERS))
        operation = draw.choice(MANAGERS[manager])
        if operation.name == "destroySession":
            continue
        inside = session + "".join(_element(draw, name, kind) for name, kind in operation.parts)
        envelope = f'<s:Envelope xmlns:s="{ENVELOPE}" xmlns:n="{NAMESPACE}"><s:Body><n:{operation.name}>{inside}</n:{operation.name}></s:Body></s:Envelope>'.encode()
        if draw.random() < 0.05:
            place = draw.randrange(len(envelope))
            envelope = envelope[:place] + bytes([draw.randrange(256)]) + envelope[place + 1 :]
        reply = _ask(crm, Request("POST", "/CrmIntegrationWebservice/service.php", f"class={manager}", {}, envelope))
        seen.add(reply.status)
        root = etree.fromstring(reply.body)
        assert (root.find(f".//{{{ENVELOPE}}}Fault") is not None) == (reply.status == 500)
    assert seen == {200, 500}


def test_entities_are_not_expanded(crm: Caller) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>' + crm.envelope("createSession", "<apiKey>&b;</apiKey>")
    status, body = crm.post("sessionManager", bomb)
    assert status == 500
    assert b"DTD are not supported by SOAP" in body
