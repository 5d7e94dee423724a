# SPDX-License-Identifier: MIT
"""Whatever is sent, the server answers HTTP 200 and stands."""

import json
import random
from typing import Any

from crmdesk.demo.dialect import Request
from crmdesk.demo.dialects.opencrm.modules import MODULES
from tests.demo.dialects.opencrm.conftest import Open

_VALUES: tuple[Any, ...] = (None, "", 0, "0", -1, 2**40, 1.5, True, [], {}, [1], "x", "5%", "%", "²", "2026-13-01", "c", "d_F_Y\\", "a|b", "subject|>|3", "accountname|LIKE|[")  # fmt: skip
_NAMES = ("crmid", "limit_start", "limit_end", "query_string", "keywords", "dateOverride", "dateTimeOverride", "change_assignedidtouser", "subject", "closingdate", "duedate", "reportid", "isCustomReport", "parent_id", "child_id", "campaignid", "recordid")  # fmt: skip
_LINE = (
    "lineid",
    "productid",
    "quantity",
    "listprice1",
    "buyprice2",
    "discount",
    "taxclass",
    "linenumber",
    "contract_term",
)


def test_no_request_brings_the_server_down(opened: Open) -> None:
    crm = opened()
    crm.call("get_user_list")
    draw, product = random.Random(7), crm.rows("get_product_list", limit_end=1)[0]["id"]
    methods = [f"{verb}_{name}{tail}" for name in MODULES for verb, tail in (("get", ""), ("get", "_list"), ("get", "_list_full"), ("get", "_list_count"), ("edit", ""))]  # fmt: skip
    methods += ["get_record_list_from_report", "edit_record_link", "add_to_campaign", "login"]
    for _ in range(1500):
        sent = {name: draw.choice(_VALUES) for name in _NAMES if draw.random() < 0.25}
        line = {name: draw.choice((*_VALUES, product)) for name in _LINE if draw.random() < 0.8}
        sent["products"] = draw.choice((None, [line | {"lineid": 0, "productid": product}], [line], "[", {"1": line}))
        method, body = draw.choice(methods), json.dumps({**crm.keys, **sent})
        reply = crm.site.handle(Request("POST", f"/api/rest/{method}", "", {}, body.encode()))
        assert reply.status == 200, (method, body)
        assert not reply.body or json.loads(reply.body) is not ...
