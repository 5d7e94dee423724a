# SPDX-License-Identifier: MIT
"""Every exchange recorded with real servers becomes values or one clear error, by the connector's own code."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from crmdesk.connectors.port import Reply
from crmdesk.connectors.vendors.crmplus import documents, line_items, meta, parse, relations, sync
from crmdesk.connectors.vendors.crmplus.envelope import decode
from crmdesk.connectors.vendors.crmplus.operations import spec_of
from crmdesk.domain.errors import CrmError
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Module, Schema
from tests.beside import beside

READING = parse.Reading()
_PART = re.compile(r'name="(\w+)"\r?\n\r?\n(.*?)\r?\n--', re.DOTALL)
_MODULE = re.compile(r"\bfrom\s+(\w+)", re.IGNORECASE)


def exchanges(folder: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for path in sorted(Path(beside(f"wire/{folder}")).glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            yield f"{path.name}:{number}", json.loads(line)


def parameters(exchange: Mapping[str, Any]) -> dict[str, str]:
    found = dict(parse_qsl(urlsplit(exchange["url"]).query, keep_blank_values=True))
    body = exchange["request_body"] or ""
    return found | dict(_PART.findall(body)) if "form-data" in body else found | dict(parse_qsl(body))


class Reader:
    """Reads results as the connector does, with the schemas that the same server described."""

    def __init__(self, folder: str) -> None:
        self.schemas: dict[str, Schema] = {}
        for _, exchange in exchanges(folder):
            if parameters(exchange).get("operation") == "describe" and exchange["status"] == 200:
                try:
                    found = meta.described(self.decoded(exchange))
                except CrmError:
                    continue
                if len(found.schema.fields) > len(self.schemas.get(found.schema.module.name, found.schema).fields) - 1:
                    self.schemas[found.schema.module.name] = found.schema

    def decoded(self, exchange: Mapping[str, Any]) -> object:
        operation = parameters(exchange).get("operation", "")
        spec = spec_of(operation)
        reply = Reply(
            status=exchange["status"],
            headers=exchange["response_headers"],
            body=(exchange["response_body"] or "").encode(),
            url=exchange["url"],
        )
        return decode(reply, operation, write=spec.is_write if spec else exchange["method"] == "POST")

    def schema(self, module: str, row: Mapping[str, object]) -> Schema:
        """The described schema, else every key as text."""
        if module in self.schemas:
            return self.schemas[module]
        fields = tuple(Field(name=FieldName(name), label=name) for name in row if name != "id")
        name = ModuleName(module)
        return Schema(Module(name=name, label=name, label_plural=name), fields, FieldName("id"))

    def record(self, row: object, module: str) -> Record:
        assert isinstance(row, dict)
        found = parse.record(row, self.schema(module, row), READING, with_raw=True)
        for name, value in found.values.items():
            assert value is None or isinstance(
                value, (str, bool, int, Decimal, date, datetime, time, RecordId, tuple)
            ), name
            assert not isinstance(value, datetime) or value.tzinfo is not None
        return found

    def values(self, exchange: Mapping[str, Any]) -> object:
        """The result as values; raises CrmError where the exchange is a failure."""
        sent = parameters(exchange)
        operation = sent.get("operation", "").lower()
        result = self.decoded(exchange)
        module = sent.get("elementType", "")
        match operation:
            case "getchallenge" | "login" | "extendsession" | "logout" | "delete" | "add_related" | "setrelation":
                assert result is True or isinstance(result, dict)
            case "listtypes":
                return meta.modules(result)
            case "describe" if isinstance(result, dict) and "fields" not in result:
                return [meta.described(one) for one in result.values()]  # coreBOS: "Leads,Accounts"
            case "describe":
                return meta.described(result)
            case "query" if re.match(r"(?i)\s*select\s+count\s*\(", sent["query"]):
                return parse.count_of(result)
            case "query" | "query_related":
                of = _MODULE.search(sent["query"])
                return [self.record(row, of[1] if of else "") for row in parse.rows(result, "query")]
            case "retrieve_related":
                return [self.record(row, sent["relatedType"]) for row in parse.rows(result, "query")]
            case "getrelatedrecords":
                assert isinstance(result, dict)
                return [str(row["id"]) for row in parse.rows(result["records"], "related")]
            case "relatedtypes":
                return relations.parse_related_types(result)
            case "files_retrieve":
                return documents.content_of(result)
            case "sync":
                return sync.page(result, self.schema(module, {}), READING, 1, 1)
            case "retrieve" | "create" | "update" | "revise":
                return self.whole(result, module)
            case "convertlead":
                assert isinstance(result, dict)
            case _:
                raise AssertionError(f"nobody reads {operation}")
        return result

    def whole(self, result: object, module: str) -> object:
        found = self.record(result, module or "")
        assert isinstance(result, dict)
        if "LineItems" in result:
            return found, line_items.from_vtiger(result["LineItems"]), line_items.totals_of(result)
        if "pdoInformation" in result:
            return found, line_items.from_corebos(result["pdoInformation"]), line_items.totals_of(result)
        return found


def outcome(reader: Reader, where: str, exchange: Mapping[str, Any]) -> str:
    """ "values", or the kind of the error, whose sentence is checked."""
    try:
        reader.values(exchange)
    except CrmError as error:
        sentence = error.user_text.strip()
        if len(sentence) < 20 or not sentence.endswith((".", "!")):
            pytest.fail(f"{where}: no clear sentence: {sentence}")
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 the test's very question
        pytest.fail(f"{where} {exchange['note']}: {error!r}")
    return "values"


@pytest.mark.parametrize("folder", ["vtiger", "corebos"])
def test_every_recorded_exchange_becomes_values_or_one_clear_error(folder: str) -> None:
    reader = Reader(folder)
    seen: Counter[str] = Counter()
    for where, exchange in exchanges(folder):
        seen[outcome(reader, f"{folder}/{where}", exchange)] += 1
    print(f"\n{folder}: {sum(seen.values())} exchanges: " + ", ".join(f"{n} {k}" for k, n in seen.most_common()))
    assert seen["values"] > 40
    assert seen["CrmError"] == 0
    assert seen["NotACrm"] == 0


def test_successes_are_values_and_failures_are_errors() -> None:
    """The envelope's own word decides: no success becomes an error, no failure becomes values."""
    for folder in ("vtiger", "corebos"):
        reader = Reader(folder)
        for where, exchange in exchanges(folder):
            body = exchange["response_body"] or ""
            try:
                reader.values(exchange)
                was_good = True
            except CrmError:
                was_good = False
            assert was_good == ('"success":true' in body), f"{folder}/{where} {exchange['note']}"
