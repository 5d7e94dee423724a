# SPDX-License-Identifier: MIT
"""Every request this vendor's connector can make is valid by the vendor's own description; and how much of it is used."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from crmdesk.connectors.vendors.webcrm import dto, operations
from crmdesk.connectors.vendors.webcrm.connector import WebCrmConnector
from crmdesk.connectors.vendors.webcrm.operations import all_specs, infos
from crmdesk.connectors.vendors.webcrm.resources import SUB_LISTS, resources
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import Invalid, NotPermitted, OutcomeUnclear
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.query import Compare, Op, Order, Query
from crmdesk.domain.sales import LineItem
from crmdesk.domain.schema import Field, FieldType, Operation, Schema
from crmdesk.domain.values import Value
from tests.connectors.contract import everything
from tests.connectors.webcrm.description import description, hold_against, needs_description, operation_ids
from tests.connectors.webcrm.support import Office, connector_to, small_office

pytestmark = needs_description

LEFT_OUT: Mapping[str, str] = {
    "Hooks": "web hooks call a server of the company's own; nothing for a person at a desk",
    "LinkedDataDelete": "removes ALL linked data of a kind at once; out of reach on purpose",
    "AuthPost": "another way to log in; the application token is the documented one",
    "AuthCrmLoginPost": "another way to log in",
    "AuthApiRefreshPost": "the token is fetched anew with the application token instead",
    "AuthCrmRefreshPost": "belongs to the other way to log in",
}


def reason_for(name: str) -> str:
    return next(
        (why for part, why in LEFT_OUT.items() if (part in name if part == "Hooks" else name.endswith(part))), ""
    )


def sample(field: Field) -> Value:
    """A value of a field that may be written."""
    match field.type:
        case FieldType.INTEGER | FieldType.PERCENT:
            return 3
        case FieldType.DECIMAL | FieldType.MONEY:
            return Decimal("12.50")
        case FieldType.BOOLEAN:
            return True
        case FieldType.DATE:
            return date(2026, 2, 3)
        case FieldType.DATETIME:
            return datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
        case FieldType.CHOICE:
            return field.choices[0].value
        case FieldType.MULTI_CHOICE:
            return ("1", "2")
        case FieldType.REFERENCE:
            return RecordId(field.refers_to[0], "2")
        case _:
            return "Søren's “text”"


def samples(schema: Schema) -> dict[FieldName, Value]:
    return {f.name: sample(f) for f in schema.fields if not f.read_only}


def full_office() -> Office:
    office = small_office()
    for name, one in resources().items():
        if name not in office.rows and one.entity != "ActivityNote":
            office.add(name, **{one.title: "A title"} if one.title != "Combined" else {})
    office.add("Organisations", Name="Firma 6")
    return office


def live(crm: WebCrmConnector, office: Office) -> None:
    """A long day: everything a person can do in every module."""
    for module in crm.list_modules():
        schema = crm.describe(module.name)
        everything(crm, Query(module.name), 2)
        if any(f.sortable for f in schema.fields):
            everything(crm, Query(module.name, (schema.title_field,), order=(Order(schema.title_field),)), 2)
        for field in {f.type: f for f in schema.fields if f.filterable}.values():
            for op in (Op.EQ, Op.GE):
                query = Query(module.name, where=Compare(field.name, op, sample(field)))
                crm.explain(query, 10)
                crm.fetch_page(query, None, 10)
        if module.name == "ActivityNotes":
            continue
        values = samples(schema)
        if Operation.CREATE in module.operations:
            crm.create(Create("t", module.name, values))
        record = crm.fetch(everything(crm, Query(module.name), 100)[0].id)
        if Operation.UPDATE in module.operations:
            record = crm.update(Update(record, values))
            known = {f.name: f for f in schema.fields}
            free = [name for name in values if not known[name].required]
            emptied = {name: None for name in free if known[name].type is not FieldType.CHOICE}
            record = crm.update(Update(record, emptied))
            for name in free:
                if known[name].type is FieldType.CHOICE:
                    with suppress(Invalid):  # a closed list that cannot be emptied
                        crm.update(Update(record, {name: None}))
        for relation in crm.list_relations(record.id):
            crm.list_related(record.id, relation)
        if resources()[module.name].linked_kind:
            made = crm.upload("A file", "ä.pdf", "application/pdf", b"%PDF", record.id)
            crm.list_attachments(record.id)
            crm.download(crm.list_attachments(made.id)[0])
        if Operation.DELETE in module.operations:
            crm.delete(Delete(record))


def sell(crm: WebCrmConnector) -> None:
    for module, key in (("Deliveries", "158"), ("Opportunities", "1")):
        before = crm.fetch_document(RecordId(ModuleName(module), key))
        new = LineItem(key=None, position=9, text="Neu", quantity=Decimal(2), unit_price=Decimal("9.90"))
        changed = tuple(replace(line, quantity=line.quantity + 1) for line in before.lines)
        crm.save_document(SaveDocument(before, replace(before, lines=(*changed, new))))
        after = crm.fetch_document(RecordId(ModuleName(module), key))
        crm.save_document(SaveDocument(after, replace(after, lines=after.lines[1:])))


def relate(crm: WebCrmConnector) -> None:
    owner = RecordId(ModuleName("Organisations"), "3")
    for relation in crm.list_relations(owner):
        if relation.module in ("Persons", "Activities", "Opportunities", "SupportCases"):
            crm.link(owner, relation, (RecordId(relation.module, "1"),))
    activity = RecordId(ModuleName("Activities"), "1")
    note: dict[FieldName, Value] = {FieldName("ActivityId"): activity, FieldName("Comment"): "a note"}
    crm.delete(Delete(crm.create(Create("t", ModuleName("ActivityNotes"), note))))
    for module, key in (("Opportunities", "1"), ("Deliveries", "158"), ("Activities", "1")):
        for action in crm.list_actions(ModuleName(module)):
            crm.act(RecordId(ModuleName(module), key), action.key, {"level": "1", "NewOrganisationId": "3"})
    with suppress(NotPermitted):  # where the office answers no queries
        crm.run_query("SELECT * FROM Person")


def call_everything(crm: WebCrmConnector) -> None:
    values = {"status": "Planned", "entityTypes": "All", "level": "1"}
    for info in infos():
        one = all_specs()[info.name.lower()]
        given = {name: values.get(name, "1") for name in info.parameters}
        given |= {name: "2026-01-02T03:04:05Z" for name in given if name.endswith("Date")}
        if "ByStatus" in one.path:
            told = description()["paths"][one.path]["get"]["parameters"]
            given["status"] = next(p for p in told if p["name"] == "status")["schema"]["enum"][0]
        if "script" in given:
            given["script"] = "SELECT * FROM Person"
        if "include" in given:
            given["include"] = "SecurityInfo"
        if "body" in given:
            schema = description()["paths"][one.path][one.verb.lower()]["requestBody"]["content"]["application/json"][
                "schema"
            ]
            given["body"] = json.dumps(_least(schema))
        crm.call(info.name, given)


def _least(schema: Mapping[str, object]) -> object:
    if schema.get("type") == "array":
        items = schema["items"]
        assert isinstance(items, dict)
        return [_least(items)]
    name = str(schema["$ref"]).rpartition("/")[2]
    found: dict[str, object] = {}
    for key in description()["components"]["schemas"][name].get("required", []):
        found[key] = 0
    return found or {"Comment": "x"}


def judged(office: Office) -> set[str]:
    """The operations that were sent, each different request held against the description once."""
    different = {(str(one), one.body, frozenset(one.params)): one for one in office.sent}
    return {hold_against(one) for one in different.values()}


def test_whatever_is_sent_is_valid_by_the_description(capsys: pytest.CaptureFixture[str]) -> None:
    used: set[str] = set()
    by_the_window: set[str] = set()
    for can_query, linked in ((True, False), (False, True)):
        office = full_office()
        office.no_query, office.linked = (frozenset() if can_query else None), linked
        crm = connector_to(office, login=False)
        crm.login()
        live(crm, office)
        sell(crm)
        relate(crm)
        by_the_window |= judged(office)
    used |= by_the_window
    office = full_office()
    crm = connector_to(office, login=False)
    crm.login()
    for name in all_specs():  # answers are not what is judged here
        office.answers.setdefault(_plain(name), [])
    office = _answering_all(office)
    call_everything(connector_to(office))
    used |= judged(office)
    everyone = set(operation_ids())
    assert len(everyone) == 270
    rest = everyone - used
    without_reason = {name for name in rest if not reason_for(name)}
    with capsys.disabled():
        print(
            f"\nwebCRM: {len(used)} of {len(everyone)} operations are spoken ({len(used) / len(everyone):.0%}), all valid;"
        )
        print(
            f"  {len(by_the_window)} of them by working in modules, forms and lists, the others by name (crmdesk call)."
        )
        for why in dict.fromkeys(reason_for(name) for name in sorted(rest)):
            names = sorted(name for name in rest if reason_for(name) == why)
            print(f"  left out, {why}: {len(names)}: {', '.join(names)}")
    assert not without_reason
    assert len(used) == len(all_specs())


def _plain(name: str) -> str:
    one = all_specs()[name]
    return f"{one.verb} {one.path}"


def _answering_all(office: Office) -> Office:
    """An office that says yes to everything."""

    class Yes(dict[str, list[object]]):
        def get(self, key: str, default: object = None) -> list[object] | None:  # type: ignore[override]
            return None if key == "POST /Auth/ApiLogin" else [[]]

    office.answers = Yes()
    office.sent.clear()
    return office


def test_the_operations_are_those_of_the_description() -> None:
    known = operation_ids()
    for one in all_specs().values():
        assert known.get(one.name) == f"{one.verb} {one.path}"
        told = description()["paths"][one.path][one.verb.lower()]
        names = {p["name"] for p in told.get("parameters", [])}
        assert (("Page" in names), ("include" in names)) == (one.is_paged, one.takes_include), one.name
        if one.path != "/Auth/ApiLogin":
            assert set(operations.parameters(one)) == names | ({"body"} if "requestBody" in told else set())
            needed = {p["name"] for p in told.get("parameters", []) if p.get("required")} - {
                "Page",
                "Size",
            }  # filled in
            marked = {part.name for part in operations.parts(one) if part.required}
            assert needed <= marked, one.name
            assert marked <= needed | {"body", "script"}, one.name


def test_the_fields_are_those_of_the_description() -> None:
    schemas = description()["components"]["schemas"]
    names = {"EmailSupport": "SupportCaseEmailDto"}
    kinds = {"string": "text", "integer": "integer", "number": "number", "boolean": "truth", "array": "list"}
    for one in resources().values():
        told = schemas[names.get(one.entity, f"{one.entity}Dto")]["properties"]
        ours = {p.name: p for p in dto.properties(one.entity)}
        assert set(ours) == set(told), one.entity
        for name, schema in told.items():
            kind = (
                "choice"
                if "enum" in schema
                else "moment"
                if schema.get("format") == "date-time"
                else kinds.get(schema.get("type", ""), "")
            )
            assert ours[name].kind == (kind or ("object" if "$ref" in schema else "any")), name
            assert list(ours[name].choices) == [v for v in schema.get("enum", []) if v is not None], name


def test_the_lists_are_those_of_the_description() -> None:
    for lists in SUB_LISTS.values():
        for one in lists:
            told = description()["paths"][one.path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            name = str((told.get("items") or told)["$ref"]).rpartition("/")[2]
            entity = resources()[one.module].entity
            assert name == f"{entity}Dto", one.path


def test_the_judge_sees_what_is_wrong() -> None:
    """A test that passes everything would prove nothing."""
    office = small_office()
    crm = connector_to(office)
    crm.update(Update(crm.fetch(RecordId(ModuleName("Persons"), "1")), {FieldName("PersonTitle"): "Dr."}))
    good = office.last("PUT /Persons/1")
    assert hold_against(good) == "PersonsByIdPut"
    for body in (b"{}", b'{"PersonId": "x"}', b'{"PersonId": 1, "PersonTitle": null}', b"[]", b""):
        with pytest.raises(Exception, match=r".") as caught:
            hold_against(replace(good, body=body))
        assert not isinstance(caught.value, OutcomeUnclear)
    for path in ("/Persons/x", "/Persons", "/Orders/1"):
        with pytest.raises((Exception, AssertionError), match=r"."):
            hold_against(replace(good, path=path))
    listed = office.last("GET /Queries")
    with pytest.raises(Exception, match=r"."):
        hold_against(replace(listed, params={"script": "x"}))
    with pytest.raises(AssertionError):
        hold_against(replace(listed, params={**listed.params, "limit": "1"}))
