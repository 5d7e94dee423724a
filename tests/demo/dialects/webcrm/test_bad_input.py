# SPDX-License-Identifier: MIT
"""Whatever is sent, the server answers in JSON and stands."""

import json
import random
from typing import Any

from crmdesk.demo.dialect import Request
from crmdesk.demo.dialects.webcrm.catalogue import RESOURCES, shape_of
from tests.demo.dialects.webcrm.conftest import Open

_VALUES: tuple[Any, ...] = (
    None,
    "",
    0,
    -1,
    2**40,
    1.5,
    True,
    [],
    {},
    [1],
    "x",
    "2026-13-01T00",
    "ü" * 300,
    "'",
    "999999",
)
_PLACES = ("1", "2", "-1", "x", "²", "999999", "2026-01-01", "Planned", "%00")
_TAILS = ("", "/{}", "/{}/Move", "/{}/QuotationLines", "/LinkedData", "/LinkedData/{}", "/Hooks", "/Hooks/{}", "/ByStatus/{}", "/{}/Download", "/{}/Notes")  # fmt: skip
_SQL = ("PersonName", "PersonId", "PersonUpdatedAt", "PersonStatus", "=", "LIKE", "'%a[b'", "'[^]'", "1", "'1'", "AND", "OR", "NOT", "(", ")", "IN", "IS", "NULL", "BETWEEN", "ORDER", "BY", ",")  # fmt: skip


def test_no_request_brings_the_server_down(opened: Open) -> None:
    crm = opened(calls_per_minute=None, nulls=True)
    crm.rows("/Users", 1)
    draw, headers = random.Random(7), {"authorization": f"Bearer {crm.token}"}
    for _ in range(3000):
        resource = draw.choice(list(RESOURCES.values()))
        names = list(shape_of(resource).kinds)
        sent = {draw.choice(names): draw.choice(_VALUES) for _ in range(5)} | {
            f"{resource.entity}Id": draw.choice((0, 0, 1, "1", None)),
            draw.choice(("NewOrganisationId", "Comment", "TargetUrl")): draw.choice(_VALUES),
        }
        body = json.dumps(draw.choice((sent, sent, [sent, 7], None, "x")))
        path = f"/{resource.path}{draw.choice(_TAILS).format(draw.choice(_PLACES))}"
        query = draw.choice(("", "Page=1&Size=5", "Page=x", "Size=-1"))
        verb = draw.choice(("GET", "POST", "PUT", "PATCH", "DELETE"))
        reply = crm.site.handle(Request(verb, path, query, headers, body.encode()))
        assert reply.status in (200, 204, 400, 404, 405), (verb, path, body)
        assert not reply.body or "Download" in path or json.loads(reply.body) is not ...


def test_no_query_brings_the_server_down(opened: Open) -> None:
    crm = opened(calls_per_minute=None)
    draw, headers = random.Random(7), {"authorization": f"Bearer {crm.token}"}
    for _ in range(2000):
        words = "%20".join(draw.choice(_SQL) for _ in range(draw.randint(1, 7))).replace("%a", "%25a")
        reply = crm.site.handle(
            Request("GET", "/Queries", f"script=SELECT%20*%20FROM%20Person%20WHERE%20{words}&Size=1", headers, b"")
        )
        assert reply.status in (200, 400), words
