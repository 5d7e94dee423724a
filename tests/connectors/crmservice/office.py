# SPDX-License-Identifier: MIT
"""A JSON:API in memory that answers as the vendor's client expects, and keeps what it was asked."""

import json
from typing import Any
from urllib.parse import unquote

from crmdesk.connectors.port import Reply
from crmdesk.domain.names import FieldName, ModuleName
from tests.connectors.crmservice.support import Sent
from tests.connectors.crmservice.wsdls import URL, reply

ACCOUNTS, ORDERS, ROWS = ModuleName("accounts"), ModuleName("sales_orders"), ModuleName("sales_order_rows")
NAME, CITY = FieldName("name"), FieldName("bill_city")


def link(target: str, relation: str = "") -> dict[str, object]:
    return {"type": "integer", "nullable": True, "relationType": target} | (
        {"relationName": relation} if relation else {}
    )


SCHEMAS: dict[str, dict[str, Any]] = {
    "accounts": {
        "attributes": {
            "id": {"type": "integer"},
            "name": {"type": "string", "size": 20, "nullable": False, "label": "Account name"},
            "bill_city": {"type": "string", "nullable": True},
            "account_type": {"type": "string", "nullable": True, "options": {"C": "Customer"}},
            "employees": {"type": "integer", "nullable": True},
            "owner_id": link("users", "owner"),
            "api_token": {"type": "string"},
            "updated_at": {"type": "datetime"},
        },
        "relations": {
            "contacts": {"type": "hasMany", "class": "contacts"},
            "activities": {"type": "hasMany", "class": "activities"},
            "owner": {"type": "hasOne", "class": "users"},
            "ghosts": {"type": "hasMany", "class": "ghosts"},
        },
        "primaryKey": ["id"],
    },
    "contacts": {"attributes": {"last_name": {"type": "string"}, "account_id": link("accounts", "account")}},
    "activities": {"attributes": {"subject": {"type": "string"}}},
    "users": {"attributes": {"name": {"type": "string"}}},
    "files": {"attributes": {"name": {"type": "string"}, "description": {"type": "string"}}},
    "products": {"attributes": {"name": {"type": "string"}, "product_code": {"type": "string"}, "price": {"type": "decimal"}}},
    "sales_orders": {
        "attributes": {"subject": {"type": "string", "nullable": False}, "total": {"type": "decimal"}},
        "relations": {"rows": {"type": "hasMany", "class": "sales_order_rows"}},
    },
    "sales_order_rows": {
        "attributes": {
            "entity_id": link("sales_orders"),
            "product_id": link("products", "product"),
            "description": {"type": "string"},
            "qty": {"type": "decimal"},
            "unit_price": {"type": "decimal"},
            "vat_percent": {"type": "decimal"},
            "value_period": {"type": "integer"},
            "row_no": {"type": "integer"},
        }
    },
}  # fmt: skip


class Office:
    """A JSON:API in memory that keeps what it was asked.

    Attributes:
        answers: "VERB /path" -> what it answers instead.
    """

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, dict[str, Any]]] = {
            "accounts": {
                "1": {"name": "Acme", "bill_city": "Oslo", "owner_id": 7, "employees": 5, "account_type": "C"},
                "2": {"name": "Berg", "bill_city": None, "owner_id": None, "api_token": "hush"},
            },
            "contacts": {"11": {"last_name": "Hansen", "account_id": 1}},
            "users": {"7": {"name": "Iris Integration"}},
            "products": {"31": {"name": "Pump", "product_code": "P-1", "price": "200.00"}},
            "sales_orders": {"21": {"subject": "Pumps", "total": "438.50"}},
            "sales_order_rows": {
                "1": {"entity_id": 21, "product_id": 31, "qty": "2.000", "unit_price": "200.00", "row_no": 2},
                "2": {"entity_id": 21, "product_id": 31, "qty": "1", "unit_price": "38.5", "row_no": 1, "vat_percent": "24"},
            },
        }  # fmt: skip
        self.answers: dict[str, Any] = {}

    def __call__(self, sent: Sent) -> Reply:
        path = unquote(sent.path.removeprefix("/api/v1"))
        told = self.answers.get(f"{sent.verb} {path}")
        if told is not None:
            told = told(sent) if callable(told) else told
            return told if isinstance(told, Reply) else reply(told)
        if path == "/user":
            return reply({"data": {"type": "users", "id": "7", "attributes": {"name": "Xb"}}})
        if path == "":
            return reply({"links": {"self": {"href": URL}, **{name: {"href": f"/{name}"} for name in SCHEMAS}}})
        parts = path.strip("/").split("/")
        if parts[0] == "schema":
            return reply(SCHEMAS[parts[1]])
        if parts[0] == "reporting":
            return reply({"meta": {"results": 1}, "data": [{"count_value": len(self.rows[sent.json["from"]])}]})
        return self._records(sent, parts)

    def _records(self, sent: Sent, parts: list[str]) -> Reply:
        table = self.rows.setdefault(parts[0], {})
        if len(parts) == 1 and sent.verb == "POST":
            key = str(max(map(int, table), default=0) + 1)
            table[key] = sent.json["data"]["attributes"]
            return reply({"data": {"type": parts[0], "id": key, "attributes": table[key]}}, 201)
        if len(parts) == 1:
            return self._list(sent, parts[0], table)
        if parts[1] not in table:
            return reply({"errors": [{"status": "404", "detail": "Not found"}]}, 404)
        if sent.verb == "DELETE":
            del table[parts[1]]
            return reply(b"", 204)
        if sent.verb == "PATCH":
            table[parts[1]] |= sent.json["data"]["attributes"]
        document: dict[str, Any] = {"data": self._one(parts[0], parts[1])}
        if "owner" in sent.query.get("include", ""):
            document["included"] = [self._one("users", "7")]
        return reply(document)

    def _one(self, module: str, key: str) -> dict[str, Any]:
        return {"type": module, "id": key, "attributes": self.rows[module][key]}

    def _list(self, sent: Sent, module: str, table: dict[str, dict[str, Any]]) -> Reply:
        asked = json.loads(sent.query.get("filter", "{}"))
        keys = [key for key in sorted(table, key=int) if self._fits(asked, key, table[key])]
        offset, size = int(sent.query.get("offset", 0)), int(sent.query.get("page[size]", 20))
        document: dict[str, Any] = {
            "data": [self._one(module, key) for key in keys[offset : offset + size]],
            "meta": {"page_size": size},
        }
        if "owner" in sent.query.get("include", ""):
            document["included"] = [self._one("users", "7")]
        return reply(document)

    def _fits(self, asked: dict[str, Any], key: str, row: dict[str, Any]) -> bool:
        for operator, arguments in asked.items():
            if operator == "$and":
                if not all(self._fits(one, key, row) for one in arguments):
                    return False
            elif operator == "$gt" and arguments[0] == "id":
                if not int(key) > int(arguments[1]):
                    return False
            elif operator == "$in" and arguments[0] == "id":
                if key not in arguments[1]:
                    return False
            elif operator == "$eq" and str(row.get(arguments[0])) != str(arguments[1]):
                return False
        return True
