# SPDX-License-Identifier: MIT
"""From a file's rows to staged changes: nothing guessed in silence, nothing lost, nothing sent."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.query import Compare, Op, Query
from crmdesk.domain.schema import Field
from crmdesk.domain.values import PLAIN, Conventions
from crmdesk.engine import importing
from crmdesk.engine.applying import ApplyOptions
from crmdesk.engine.feed import PageFeed
from crmdesk.engine.import_cells import Action, ImportRow, read_cells
from crmdesk.engine.import_plan import ID, Blank, ColumnMap, ImportPlan, Mode, suggest, trouble
from crmdesk.engine.importing import Importer
from crmdesk.engine.session import AccountSession
from crmdesk.engine.sheets import Cell, Sheet, SheetRow
from crmdesk.engine.staging import Kind
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA, STAFF

GERMAN = Conventions(decimal_point=",", group=".", date_order="dmy", yes="ja", no="nein")
NUMBER = FieldName("account_no")


def sheet(headers: str, *rows: tuple[Cell, ...]) -> Sheet:
    return Sheet(tuple(headers.split()), tuple(SheetRow(n, row) for n, row in enumerate(rows, 2)))


def plan_of(mode: Mode, *columns: ColumnMap, ways: Conventions = PLAIN) -> ImportPlan:
    return ImportPlan(module=ACCOUNTS, mode=mode, columns=columns, ways=ways)


def col(field: FieldName | None, *, match: bool = False, blank: Blank = Blank.LEAVE) -> ColumnMap:
    return ColumnMap(header=str(field), field=field, is_match=match, blank=blank)


BY_ID = col(ID, match=True)


def test_columns_find_their_fields_by_name_label_and_likeness() -> None:
    found = {c.header: c.field for c in suggest(["ID", "City", "Account Name", "employes", "Colour"], SCHEMA)}
    assert found == {"ID": ID, "City": CITY, "Account Name": NAME, "employes": STAFF, "Colour": None}
    assert [c.is_match for c in suggest(["id", "City"], SCHEMA)] == [True, False]


def test_a_header_whose_words_one_field_alone_has_finds_it() -> None:
    told = (("billing_pc", "Billing Postal Code"), ("shipping_pc", "Shipping Postal Code"), ("town", "Billing City"))
    fields = tuple(Field(name=FieldName(name), label=label) for name, label in told)
    schema = replace(SCHEMA, fields=fields)
    found = {c.header: c.field for c in suggest(["Billing Code", "Postal Code", "City"], schema)}
    assert found == {"Billing Code": "billing_pc", "Postal Code": None, "City": None}  # two have a postal code


def test_no_field_is_proposed_twice() -> None:
    found = [c.field for c in suggest(["City", "bill_city", "Citty"], SCHEMA)]
    assert found.count(CITY) == 1


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (plan_of(Mode.UPDATE), "No column goes to a field yet."),
        (plan_of(Mode.UPDATE, col(CITY)), "Choose the column by which records are found"),
        (plan_of(Mode.UPDATE, BY_ID), "No column holds anything to change."),
        (plan_of(Mode.UPDATE, BY_ID, col(CITY), ColumnMap(header="b", field=CITY)), "Two columns go to City."),
        (plan_of(Mode.UPSERT, BY_ID, col(CITY)), "A record that is not there yet has no id."),
        (plan_of(Mode.CREATE, col(CITY)), "A new record needs Account name"),
        (plan_of(Mode.UPDATE, BY_ID, col(FieldName("gone"))), "have no field gone any more"),
        (plan_of(Mode.UPDATE, BY_ID, col(CITY)), ""),
        (plan_of(Mode.DELETE, BY_ID), ""),
        (plan_of(Mode.UPSERT, col(NAME, match=True), col(CITY)), ""),
    ],
)
def test_plans_that_cannot_be_are_told(plan: ImportPlan, sentence: str) -> None:
    found = trouble(plan, SCHEMA)
    assert sentence in found
    assert bool(found) == bool(sentence)


def test_cells_are_read_by_the_stated_conventions() -> None:
    fields = [FieldName(n) for n in ("revenue", "founded", "active", "industry", "tags")]
    plan = plan_of(Mode.UPDATE, BY_ID, *(col(f) for f in fields), ways=GERMAN)
    (row,) = read_cells(sheet("id a b c d e", ("3x1", "1.234,50", "31.1.2026", "ja", "Food", "a; b")), plan, SCHEMA)
    assert row.errors == {}
    assert list(row.values.values()) == [Decimal("1234.50"), date(2026, 1, 31), True, "food", ("a", "b")]


def test_every_cell_that_cannot_be_read_has_its_sentence() -> None:
    fields = [STAFF, FieldName("founded"), FieldName("industry")]
    plan = plan_of(Mode.UPDATE, BY_ID, *(col(f) for f in fields))
    (row,) = read_cells(sheet("id a b c", ("3x1", "many", "yesterday", "zoo")), plan, SCHEMA)
    assert sorted(row.errors) == ["employees", "founded", "industry"]
    assert row.errors["industry"] == "“zoo” is not in the list of Industry."
    assert row.values == {}


def test_an_empty_cell_leaves_or_clears_as_the_column_says() -> None:
    some = sheet("id city staff name", ("3x1", None, "", None))
    leave = read_cells(some, plan_of(Mode.UPDATE, BY_ID, col(CITY), col(STAFF), col(NAME)), SCHEMA)
    assert leave[0].values == {}
    clear = plan_of(
        Mode.UPDATE, BY_ID, col(CITY, blank=Blank.CLEAR), col(STAFF, blank=Blank.CLEAR), col(NAME, blank=Blank.CLEAR)
    )
    (row,) = read_cells(some, clear, SCHEMA)
    assert row.values == {CITY: None, STAFF: None}
    assert row.errors == {"accountname": "Account name must stay filled."}


def test_a_cell_of_nothing_but_blanks_is_an_empty_one() -> None:
    """It must not clear what the column says to leave."""
    some = sheet("id city staff", ("3x1", "   ", "\u00a0"))
    (row,) = read_cells(some, plan_of(Mode.UPDATE, BY_ID, col(CITY), col(STAFF)), SCHEMA)
    assert row.values == {}
    clear = plan_of(Mode.UPDATE, BY_ID, col(CITY, blank=Blank.CLEAR), col(STAFF, blank=Blank.CLEAR))
    assert read_cells(some, clear, SCHEMA)[0].values == {CITY: None, STAFF: None}


def test_two_rows_for_one_record_are_refused_both_times_but_the_first() -> None:
    rows = read_cells(
        sheet("id city", ("3x1", "Espoo"), ("3X1", "Turku"), (None, "Oulu")),
        plan_of(Mode.UPDATE, BY_ID, col(CITY)),
        SCHEMA,
    )
    assert [row.errors.get("", "") for row in rows] == [
        "",
        "Line 2 is about the same record.",
        "Nothing to find the record by: the cell is empty.",
    ]


def filled(bench: Bench) -> None:
    for number, city in enumerate(("Espoo", "Turku", "Oulu"), 1):
        bench.server.add(f"r{number}", accountname=f"Name {number}", bill_city=city, employees=number)
    bench.server.add("r9", accountname="Name 1", bill_city="Vaasa", employees=9)


async def matched(bench: Bench, plan: ImportPlan, some: Sheet) -> tuple[ImportRow, ...]:
    importer = Importer(bench.session, bench.staged)
    return await importer.match(read_cells(some, plan, SCHEMA), plan)


def test_rows_are_matched_by_id_and_only_what_differs_is_staged(bench: Bench) -> None:
    filled(bench)
    plan = plan_of(Mode.UPDATE, BY_ID, col(CITY), col(STAFF))
    some = sheet("id city staff", ("r1", "Espoo", "1"), ("r2", "Turku", "20"), ("gone", "X", "1"), ("r3", "Oulu", "x"))

    async def go() -> None:
        rows = await matched(bench, plan, some)
        assert [row.action for row in rows] == [Action.SAME, Action.UPDATE, Action.REFUSED, Action.REFUSED]
        assert rows[2].errors == {"": "There is no such record on the server."}
        assert await Importer(bench.session, bench.staged).stage(rows, plan, "addresses.csv") == 1
        (staged,) = bench.staged.all()
        assert (staged.kind, dict(staged.values), staged.title) == (Kind.UPDATE, {STAFF: 20}, "Name 2")
        assert bench.staged.undo_text == "Import addresses.csv: 1 records"

    run(go())
    assert bench.server.records["r2"].values[STAFF] == 2


def test_rows_are_matched_by_a_column_blind_to_case_and_ambiguity_is_refused(bench: Bench) -> None:
    filled(bench)
    plan = plan_of(Mode.UPSERT, col(NAME, match=True), col(CITY))
    some = sheet("name city", ("name 2", "Helsinki"), ("Name 1", "X"), ("New one", "Kemi"))

    async def go() -> None:
        rows = await matched(bench, plan, some)
        assert [row.action for row in rows] == [Action.UPDATE, Action.REFUSED, Action.CREATE]
        assert rows[1].errors[""].startswith("2 records have this: ")
        assert rows[0].values == {CITY: "Helsinki"}  # found blind to case, not renamed by it
        assert await Importer(bench.session, bench.staged).stage(rows, plan, "x") == 2
        kinds = [(s.kind, dict(s.values)) for s in bench.staged.all()]
        assert kinds == [(Kind.UPDATE, {CITY: "Helsinki"}), (Kind.CREATE, {NAME: "New one", CITY: "Kemi"})]
        await bench.staged.undo()
        assert bench.staged.count == 0

    run(go())


def test_several_columns_together_find_a_record(bench: Bench) -> None:
    """A name alone stands for two records; with the city beside it, and a number that is no text, for one."""
    filled(bench)
    bench.server.add("r9", accountname="Name 1", bill_city="Kemi", employees=1)
    by = (col(NAME, match=True), col(CITY, match=True), col(STAFF, match=True))
    plan = plan_of(Mode.UPDATE, *by, col(FieldName("industry")))
    some = sheet("name city staff industry", ("name 1", "KEMI", "1", "food"), ("Name 1", "Oulu", "1", "food"))

    async def go() -> None:
        rows = await matched(bench, plan, some)
        assert [row.action for row in rows] == [Action.UPDATE, Action.REFUSED]
        assert rows[0].record is not None
        assert (rows[0].record.id.key, rows[0].values) == ("r9", {FieldName("industry"): "food"})
        assert rows[1].errors == {"": "There is no such record on the server."}

    run(go())


def test_the_server_is_asked_by_the_first_column_that_is_a_text(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number stands first: the module is not read through for that."""
    filled(bench)
    bench.server.add("r9", accountname="Name 1", employees=7)
    plan = plan_of(Mode.UPDATE, col(STAFF, match=True), col(NAME, match=True), col(CITY))
    asked: list[Query] = []

    def feed(session: AccountSession, query: Query) -> PageFeed:
        asked.append(query)
        return PageFeed(session, query)

    monkeypatch.setattr(importing, "PageFeed", feed)

    async def go() -> None:
        rows = await matched(bench, plan, sheet("staff name city", ("7", "Name 1", "Kemi")))
        assert [row.record and row.record.id.key for row in rows] == ["r9"]

    run(go())
    assert [query.where for query in asked] == [Compare(NAME, Op.IN, ("Name 1",))]


def test_a_column_to_find_by_is_read_as_its_field_is(bench: Bench) -> None:
    """A date, a number and a word of a list name the same record however the file writes them."""
    filled(bench)
    bench.server.add("r8", accountname="A", founded=date(2026, 1, 31), revenue=Decimal("1234.5"), industry="food")
    by = [col(FieldName(name), match=True) for name in ("founded", "revenue", "industry")]
    plan = plan_of(Mode.UPDATE, *by, col(CITY), ways=GERMAN)
    some = sheet("a b c city", ("31.1.2026", "1.234,50", "Food", "Kemi"), ("31.1.2026", "many", "Food", "Kemi"))

    async def go() -> None:
        rows = await matched(bench, plan, some)
        assert [(row.action, row.record and row.record.id.key) for row in rows] == [
            (Action.UPDATE, "r8"), (Action.REFUSED, None),
        ]  # fmt: skip

    run(go())


def test_new_records_need_their_required_fields(bench: Bench) -> None:
    plan = plan_of(Mode.CREATE, col(NAME), col(CITY))
    some = sheet("name city", ("Koch", "Espoo"), (None, "Espoo"))

    async def go() -> None:
        rows = await matched(bench, plan, some)
        assert [row.action for row in rows] == [Action.CREATE, Action.REFUSED]
        assert rows[1].errors == {"Account name": "Account name must be filled."}

    run(go())


def test_deletes_are_staged_with_the_record_as_it_is(bench: Bench) -> None:
    filled(bench)
    plan = plan_of(Mode.DELETE, BY_ID)

    async def go() -> None:
        rows = await matched(bench, plan, sheet("id", ("r1",), ("gone",)))
        assert [row.action for row in rows] == [Action.DELETE, Action.REFUSED]
        await Importer(bench.session, bench.staged).stage(rows, plan, "x")
        (staged,) = bench.staged.all()
        assert staged.kind is Kind.DELETE
        assert staged.base.values[CITY] == "Espoo"

    run(go())


def test_what_was_staged_for_a_record_before_stays(bench: Bench) -> None:
    filled(bench)
    plan = plan_of(Mode.UPDATE, BY_ID, col(CITY))

    async def go() -> None:
        from crmdesk.engine.staging import Edit

        record = bench.server.records["r1"]
        await bench.staged.edit([Edit(record, STAFF, 77)])
        rows = await matched(bench, plan, sheet("id city", ("r1", "Kemi")))
        await Importer(bench.session, bench.staged).stage(rows, plan, "x")
        (staged,) = bench.staged.all()
        assert dict(staged.values) == {STAFF: 77, CITY: "Kemi"}

    run(go())


def test_many_ids_are_found_by_reading_the_module_through(bench: Bench) -> None:
    for number in range(30):
        bench.server.add(f"r{number}", accountname=f"Name {number}", bill_city="Espoo")
    plan = plan_of(Mode.UPDATE, BY_ID, col(CITY))
    some = Sheet(("id", "city"), tuple(SheetRow(n, (f"r{n}", "Kemi")) for n in range(600)))

    async def go() -> None:
        rows = await matched(bench, plan, some)
        assert sum(row.action is Action.UPDATE for row in rows) == 30
        assert sum(row.action is Action.REFUSED for row in rows) == 570

    run(go())
    assert not [one for one in bench.server.log if one[0] == "fetch"]


def test_fifty_thousand_rows_are_read_without_reading_the_same_text_twice() -> None:
    plan = plan_of(Mode.UPDATE, BY_ID, col(CITY), col(STAFF), col(FieldName("founded")))
    some = Sheet(
        ("id", "city", "staff", "founded"),
        tuple(SheetRow(n, (f"3x{n}", f"City {n % 50}", str(n % 90), "2026-01-31")) for n in range(50_000)),
    )
    rows = read_cells(some, plan, SCHEMA)
    assert len(rows) == 50_000
    assert rows[-1].values[STAFF] == 49_999 % 90
    assert RecordId(ACCOUNTS, rows[0].keys[0]).key == "3x0"


def test_what_was_refused_at_apply_stays_and_is_all_that_is_tried_again(bench: Bench) -> None:
    """The rows that were applied are gone from the stage; a second apply, and a second import, touch them no more."""
    filled(bench)
    plan = plan_of(Mode.UPSERT, col(NAME, match=True), col(CITY))
    some = sheet("name city", ("Name 2", "Kemi"), ("Name 3", "Kemi"), ("New one", "Kemi"))

    async def apply() -> list[str]:
        checked = await bench.applier.check(bench.staged.all())
        result = await bench.applier.apply(checked, {}, ApplyOptions(), lambda *_: None)
        return [type(one).__name__ for one in result.outcomes]

    async def go() -> None:
        rows = await matched(bench, plan, some)
        await Importer(bench.session, bench.staged).stage(rows, plan, "x")
        bench.server.fail("update", Invalid("The city is not allowed."))
        bench.server.fail("create", Invalid("No more records."))
        assert sorted(await apply()) == ["Applied", "Refused", "Refused"]
        assert len(bench.staged.all()) == 2
        updates = bench.server.did("update")
        assert await apply() == ["Applied", "Applied"]
        assert (bench.server.did("update"), bench.server.did("create")) == (updates + 1, 2)
        again = await matched(bench, plan, some)
        assert [row.action for row in again] == [Action.SAME] * 3
        assert sum(one.values[NAME] == "New one" for one in bench.server.records.values()) == 1

    run(go())
