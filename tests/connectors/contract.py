# SPDX-License-Identifier: MIT
"""``ConnectorContract``: what every connector must do, whatever the vendor. Subclass it, give it a signed-in connector.

A flag that is off must be off in deed: the method raises ``Unsupported``. A flag that is on must hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar

import pytest

from crmdesk.connectors.port import (
    CallsDocumented,
    Connector,
    EditsLines,
    LinksToWeb,
    RelatesRecords,
    RunsQueries,
    StoresDocuments,
    SwitchesWorkflows,
    SyncsChanges,
)
from crmdesk.domain.changes import Create, Delete, SaveDocument, Update
from crmdesk.domain.errors import CrmError, Invalid, NotFound, NotPermitted, Unsupported
from crmdesk.domain.line_edit import sendable
from crmdesk.domain.line_pairs import line_differences
from crmdesk.domain.matching import matches
from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.planning import plan
from crmdesk.domain.query import And, Compare, Filter, Op, Or, Order, Query
from crmdesk.domain.record import Record
from crmdesk.domain.sales import SalesDocument
from crmdesk.domain.schema import Field, FieldType, Operation, Schema
from crmdesk.domain.values import Value, same
from tests.connectors.behind_write import must_not_look_refused, no_reads_behind_a_write

_SCALARS = (str, bool, int, Decimal, date, datetime, time, RecordId, tuple)


class ConnectorContract:
    """Inherit, set the attributes, and provide the ``connector`` fixture.

    Attributes:
        module: a module with at least 120 records that may be created and changed, and deleted where the vendor can.
        text_field: a text field of it that many records fill, none of them alike everywhere.
        other_field: another text field that may be cleared.
        required: values a create needs.
        sales_module: a module of sales documents, None where the vendor has none.
        missing: the key of a record of ``module`` that never was, for a vendor that cannot delete.
        secrets: texts that must never show up.
        odd_text: a text that the vendor must bring back letter by letter.
    """

    module: ModuleName
    text_field: FieldName
    other_field: FieldName
    required: ClassVar[Mapping[FieldName, Value]]
    sales_module: ModuleName | None = None
    missing: str = ""
    secrets: tuple[str, ...] = ()
    odd_text: str = "Ünïcode 漢字 'q' \"d\" <b> & \\ + % ="

    @pytest.fixture
    def connector(self) -> Iterator[Connector]:
        raise NotImplementedError

    # Reading

    def test_login_tells_who_we_are(self, connector: Connector) -> None:
        identity = connector.login()
        assert identity.user
        assert identity.full_name
        assert identity.server
        assert not any(secret in str(identity) for secret in self.secrets)

    def test_modules_have_names_labels_and_operations(self, connector: Connector) -> None:
        modules = connector.list_modules()
        names = [module.name for module in modules]
        assert self.module in names
        assert len(set(names)) == len(names)
        assert all(module.label and module.label_plural and module.group for module in modules)
        ours = next(module for module in modules if module.name == self.module)
        assert ours.operations >= {Operation.READ, Operation.CREATE, Operation.UPDATE}
        assert bool(self.missing) != self._can_delete(connector)

    def test_every_listed_module_can_be_described_and_read(self, connector: Connector) -> None:
        for module in connector.list_modules():
            assert module.can_be_listed or module.notice, module.name
            if not (module.is_listed and module.can_be_listed) or Operation.READ not in module.operations:
                continue
            schema = connector.describe(module.name)
            names = [field.name for field in schema.fields]
            assert len(set(names)) == len(names), module.name
            assert schema.title_field in names, module.name
            assert schema.number_field is None or schema.number_field in names
            for record in connector.fetch_page(Query(module.name), None, 5).records:
                _check_record(record, schema)

    def test_all_pages_together_are_every_record_once(self, connector: Connector) -> None:
        records = everything(connector, Query(self.module), 37)
        keys = [record.id.key for record in records]
        assert len(keys) >= 120
        assert len(set(keys)) == len(keys)
        if connector.capabilities.can_count:
            assert connector.count(Query(self.module)) == len(keys)

    def test_a_page_is_never_longer_than_asked(self, connector: Connector) -> None:
        for limit in (1, 7, connector.capabilities.max_page_size):
            assert len(connector.fetch_page(Query(self.module), None, limit).records) <= limit

    def test_only_asked_fields_need_come(self, connector: Connector) -> None:
        page = connector.fetch_page(Query(self.module, (self.text_field,)), None, 3)
        assert page.records
        assert all(self.text_field in record.values for record in page.records)

    def test_the_order_holds_in_both_directions(self, connector: Connector) -> None:
        if connector.capabilities.max_order_fields == 0:
            pytest.skip("this vendor cannot sort")
        up = everything(connector, self._sorted(descending=False), 50)
        if not connector.capabilities.can_sort_down:
            with pytest.raises(Unsupported):
                connector.fetch_page(self._sorted(descending=True), None, 5)
            return
        down = everything(connector, self._sorted(descending=True), 50)
        assert {r.id for r in up} == {r.id for r in down}
        assert len(up) == len(down)
        keys = [str(r.values.get(self.text_field) or "") for r in up]
        assert [str(r.values.get(self.text_field) or "") for r in down] == keys[::-1] or sorted(keys) != keys

    def _sorted(self, *, descending: bool) -> Query:
        return Query(self.module, (self.text_field,), order=(Order(self.text_field, descending),))

    def test_filters_find_every_record_they_mean(self, connector: Connector) -> None:
        """For each operator, each combination: the server finds at least what the filter means."""
        schema = connector.describe(self.module)
        everyone = everything(connector, Query(self.module), 100)
        for where in self._filters(everyone):
            planned = plan(Query(self.module, where=where), connector.capabilities, schema)
            found = everything(connector, planned.pushed, 100)
            kept = {r.id for r in found if matches(planned.check, r.values)}
            assert kept == {r.id for r in everyone if matches(where, r.values)}, where

    def _filters(self, records: tuple[Record, ...]) -> Iterator[Filter]:
        texts = [str(r.values[self.text_field]) for r in records if r.values.get(self.text_field)][:40:13]
        for text in texts:
            for op, value in (
                (Op.EQ, text),
                (Op.NE, text),
                (Op.CONTAINS, text[1:4] or text),
                (Op.STARTS_WITH, text[:2].upper()),
                (Op.LT, text),
                (Op.GE, text),
            ):
                yield Compare(self.text_field, op, value)
            yield Compare(self.text_field, Op.IN, (text, "no such text"))
        yield Compare(self.other_field, Op.IS_EMPTY)
        both = tuple(Compare(self.text_field, Op.EQ, text) for text in texts)
        yield Or(both)
        yield And((Compare(self.text_field, Op.STARTS_WITH, texts[0][0]), Compare(self.text_field, Op.CONTAINS, "a")))
        yield And((Or(both), Compare(self.text_field, Op.CONTAINS, "a")))
        for hostile in ("O'", "%", "_", "\\", '"', "&", "<b>", ";", "' or '1'='1"):
            yield Compare(self.text_field, Op.CONTAINS, hostile)
            yield Compare(self.text_field, Op.EQ, hostile)

    def test_counting_is_offered_or_refused(self, connector: Connector) -> None:
        if connector.capabilities.can_count:
            assert connector.count(Query(self.module)) >= 120
        else:
            with pytest.raises(Unsupported):
                connector.count(Query(self.module))

    def test_the_query_can_be_explained_without_secrets(self, connector: Connector) -> None:
        where = Compare(self.text_field, Op.EQ, "Helsinki")
        schema = connector.describe(self.module)
        planned = plan(Query(self.module, where=where), connector.capabilities, schema)
        text = connector.explain(planned.pushed, 100)
        assert text.strip()
        assert not any(secret in text for secret in self.secrets)

    def test_one_record_has_all_its_fields(self, connector: Connector) -> None:
        first = connector.fetch_page(Query(self.module, (self.text_field,)), None, 1).records[0]
        record = connector.fetch(first.id)
        assert record.id == first.id
        assert same(record.values[self.text_field], first.values[self.text_field])
        assert record.raw
        assert not any(secret in record.raw for secret in self.secrets)
        _check_record(record, connector.describe(self.module))

    def test_a_record_that_never_was_is_not_found(self, connector: Connector) -> None:
        gone = RecordId(self.module, self.missing)
        if self._can_delete(connector):
            made = connector.create(Create("gone", self.module, self.required))
            connector.delete(Delete(made))
            gone = made.id
        with pytest.raises((NotFound, NotPermitted)):
            connector.fetch(gone)

    def _can_delete(self, connector: Connector) -> bool:
        return any(Operation.DELETE in m.operations for m in connector.list_modules() if m.name == self.module)

    def _remove(self, connector: Connector, record: Record) -> None:
        """Take a record away again; what cannot be deleted must say so."""
        if self._can_delete(connector):
            connector.delete(Delete(record))
        else:
            with pytest.raises(Unsupported):
                connector.delete(Delete(record))

    # Writing

    def test_create_change_clear_delete(self, connector: Connector) -> None:
        text = self.odd_text
        made = connector.create(Create("new", self.module, {**self.required, self.other_field: text}))
        try:
            assert made.id.key
            assert made.values[self.other_field] == text
            for name, value in self.required.items():
                assert same(made.values[name], value)
            changed = connector.update(Update(made, {self.other_field: "Second"}))
            assert changed.id == made.id
            assert changed.values[self.other_field] == "Second"
            for name, value in self.required.items():
                assert same(changed.values[name], value)
            cleared = connector.update(Update(changed, {self.other_field: None}))
            assert cleared.values[self.other_field] is None
        finally:
            self._remove(connector, made)

    def test_a_required_field_that_is_missing_is_refused(self, connector: Connector) -> None:
        schema = connector.describe(self.module)
        name = next(name for name in self.required if (f := schema.field(name)) is not None and f.required)
        values = {key: value for key, value in self.required.items() if key != name}
        with pytest.raises(Invalid) as caught:
            connector.create(Create("new", self.module, values))
        assert name in caught.value.per_field

    def test_what_the_server_would_damage_is_refused(self, connector: Connector) -> None:
        field = connector.describe(self.module).field(self.other_field)
        assert field is not None
        if field.stores_astral:
            pytest.skip("this vendor stores every character")
        with pytest.raises(Invalid) as caught:
            connector.create(Create("new", self.module, {**self.required, self.other_field: "rocket 🚀"}))
        assert self.other_field in caught.value.per_field

    def test_what_was_written_is_never_told_as_refused(
        self, connector: Connector, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The session ends right behind a write: told as such, the engine would sign in and send the write again."""
        made = connector.create(Create("new", self.module, {**self.required, self.other_field: "First"}))
        document = self._document(connector)
        with no_reads_behind_a_write(monkeypatch) as writes:
            must_not_look_refused(lambda: connector.create(Create("twice", self.module, self.required)))
        if not writes:
            pytest.skip("this connector sends nothing")
        connector.login()
        with no_reads_behind_a_write(monkeypatch) as writes:
            must_not_look_refused(lambda: connector.update(Update(made, {self.other_field: "Second"})))
            assert writes
        if document is None:
            return
        connector.login()
        line = replace(document.lines[0], quantity=document.lines[0].quantity + 1)
        more = replace(document, lines=(line, *document.lines[1:]))
        with no_reads_behind_a_write(monkeypatch) as writes:
            must_not_look_refused(lambda: connector.save_document(SaveDocument(document, more)))
            assert writes

    def _document(self, connector: Connector) -> SalesDocument | None:
        if not isinstance(connector, EditsLines) or self.sales_module is None:
            return None
        found = connector.fetch_page(Query(self.sales_module), None, 20).records
        return next((d for d in (connector.fetch_document(r.id) for r in found) if len(d.lines) > 1), None)

    # Sales documents

    def test_a_document_keeps_its_other_lines(self, connector: Connector) -> None:
        if not isinstance(connector, EditsLines) or self.sales_module is None:
            with pytest.raises(Unsupported):
                connector.fetch_document(RecordId(self.module, "1"))
            return
        before = self._document(connector)
        assert before is not None
        first = replace(before.lines[0], quantity=before.lines[0].quantity + 1)
        after = connector.save_document(SaveDocument(before, replace(before, lines=(first, *before.lines[1:]))))
        assert [line.product for line in after.lines] == [line.product for line in before.lines]
        assert after.lines[0].quantity == first.quantity
        assert [line.unit_price for line in after.lines] == [line.unit_price for line in before.lines]
        assert [line.taxes for line in after.lines[1:]] == [line.taxes for line in before.lines[1:]]
        assert after.tax_mode == before.tax_mode

    def test_lines_are_added_moved_and_removed_with_what_a_product_brings(self, connector: Connector) -> None:
        """A product found by its number is put between two lines, the last line is taken out: so it is held."""
        if self.sales_module is None or not isinstance(connector, EditsLines):
            pytest.skip("this vendor does not offer it")
        shape = connector.line_shape(self.sales_module)
        assert shape.kinds
        assert set(shape.shown) <= {field.name for field in shape.fields}
        hits = connector.find_products(self.sales_module, "P-0002", 5)
        hit = next(hit for hit in hits if "P-0002" in (hit.number, hit.detail))
        assert hit.name
        assert hit.line.product is not None
        assert isinstance(hit.line.unit_price, Decimal)
        assert connector.find_products(self.sales_module, "no such product", 5) == ()
        assert len(connector.find_products(self.sales_module, "a", 3)) == 3
        told = connector.known_products((hit.line.product,))
        assert all((one.number, one.line.product) == (hit.number, hit.line.product) for one in told)
        found = connector.fetch_page(Query(self.sales_module), None, 20).records
        before = next(d for d in (connector.fetch_document(r.id) for r in found) if len(d.lines) > 2)
        wanted = sendable(before, (before.lines[1], replace(hit.line, quantity=Decimal(2)), *before.lines[:1]))
        after = connector.save_document(SaveDocument(before, wanted))
        assert line_differences(wanted, after, before) == ()
        assert [line.quantity for line in after.lines] == [line.quantity for line in wanted.lines]

    def test_lines_of_other_records_are_not_offered(self, connector: Connector) -> None:
        if isinstance(connector, EditsLines):
            with pytest.raises(Unsupported):
                connector.line_shape(self.module)

    # Roles

    def test_relations_are_listed_and_read(self, connector: Connector) -> None:
        if not isinstance(connector, RelatesRecords):
            pytest.skip("this vendor does not offer it")
        record = connector.fetch_page(Query(self.module, (self.text_field,)), None, 1).records[0]
        for relation in connector.list_relations(record.id):
            assert relation.key
            assert relation.label
            related = connector.list_related(record.id, relation)
            assert relation.count is None or len(related) == relation.count

    def test_a_file_comes_back_byte_for_byte(self, connector: Connector) -> None:
        if not isinstance(connector, StoresDocuments):
            pytest.skip("this vendor does not offer it")
        content = bytes(range(256)) * 3
        record = connector.fetch_page(Query(self.module, (self.text_field,)), None, 1).records[0]
        made = connector.upload("Contract file", "päper+1.bin", "application/octet-stream", content, record.id)
        (own,) = connector.list_attachments(made.id)
        assert connector.download(own) == content
        assert made.id.key in {attachment.record.key for attachment in connector.list_attachments(record.id)}

    def test_changes_are_seen_and_reading_them_ends(self, connector: Connector) -> None:
        if not isinstance(connector, SyncsChanges):
            pytest.skip("this vendor does not offer it")
        made = connector.create(Create("sync", self.module, self.required))
        token, seen, gone = "", set(), set()
        for _ in range(200):
            page = connector.changes_since(self.module, token)
            seen |= {record.id.key for record in page.updated}
            token = page.token
            if not page.more:
                break
        else:
            raise AssertionError("the changes never end")
        assert made.id.key in seen
        self._remove(connector, made)
        if not self._can_delete(connector) or not connector.tells_deleted(self.module):
            return
        for _ in range(200):
            page = connector.changes_since(self.module, token)
            gone |= {record.key for record in page.deleted}
            token = page.token
            if not page.more:
                break
        assert made.id.key in gone

    def test_from_now_on_changes_are_told_as_a_list_tells_them(self, connector: Connector) -> None:
        if not isinstance(connector, SyncsChanges):
            pytest.skip("this vendor does not offer it")
        token = connector.sync_token(self.module)
        made = connector.create(Create("synced", self.module, self.required))
        found: dict[str, Record] = {}
        for _ in range(200):
            page = connector.changes_since(self.module, token)
            found |= {record.id.key: record for record in page.updated}
            token = page.token
            if not page.more:
                break
        told = found[made.id.key]
        (listed,) = (r for r in everything(connector, Query(self.module), 100) if r.id == made.id)
        assert told.values == listed.values
        assert told.labels == listed.labels
        self._remove(connector, made)

    def test_other_roles_answer(self, connector: Connector) -> None:
        if isinstance(connector, LinksToWeb):
            record = connector.fetch_page(Query(self.module), None, 1).records[0]
            assert connector.web_address(record.id).startswith("http")
        if isinstance(connector, CallsDocumented):
            assert connector.operations()
            with pytest.raises(CrmError):
                connector.call("no such operation", {})
        if isinstance(connector, RunsQueries):
            with pytest.raises(CrmError):
                connector.run_query("delete from everything")
        assert connector.capabilities.has_workflow_switch <= isinstance(connector, SwitchesWorkflows)

    def test_closing_never_raises(self, connector: Connector) -> None:
        connector.close()
        connector.close()


def everything(connector: Connector, query: Query, limit: int) -> tuple[Record, ...]:
    """All rows of a query, page by page."""
    records: list[Record] = []
    cursor: Cursor | None = None
    for _ in range(500):
        page = connector.fetch_page(query, cursor, limit)
        if page.restarted:
            records.clear()
        records += page.records
        cursor = page.next
        if cursor is None:
            return tuple(records)
    raise AssertionError("the pages never end")


def _check_record(record: Record, schema: Schema) -> None:
    assert record.id.key
    assert record.id.module == schema.module.name
    for name, value in record.values.items():
        field = schema.field(name)
        assert field is not None, name
        assert value is None or isinstance(value, _SCALARS), (name, value)
        _check_type(field, value)


def _check_type(field: Field, value: Value) -> None:
    if isinstance(value, datetime):
        assert value.tzinfo is not None
    if value is None or isinstance(value, str):
        return
    expected: Mapping[FieldType, tuple[type, ...]] = {
        FieldType.INTEGER: (int, Decimal),
        FieldType.DECIMAL: (Decimal,),
        FieldType.MONEY: (Decimal,),
        FieldType.PERCENT: (Decimal, int),
        FieldType.BOOLEAN: (bool,),
        FieldType.DATE: (date,),
        FieldType.DATETIME: (datetime,),
        FieldType.TIME: (time,),
        FieldType.MULTI_CHOICE: (tuple,),
        FieldType.REFERENCE: (RecordId,),
    }
    assert isinstance(value, expected.get(field.type, (object,))), (field.name, value)
