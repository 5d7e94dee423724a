# SPDX-License-Identifier: MIT
"""Other records named in a file: by id or by name, found before anything is staged, never guessed."""

from collections.abc import Mapping

import pytest

from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.domain.values import PLAIN
from crmdesk.engine.import_cells import Action, ImportRow, read_cells
from crmdesk.engine.import_plan import ID, ColumnMap, ImportPlan, Mode
from crmdesk.engine.importing import Importer
from crmdesk.engine.sheets import Sheet, SheetRow
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, NAME, SCHEMA

PARENT = FieldName("parent")
MOTHER = RecordId(ACCOUNTS, "M1")


def plan_of(mode: Mode) -> ImportPlan:
    by = ColumnMap(header="id", field=ID, is_match=True) if mode is Mode.UPDATE else ColumnMap(header="id", field=NAME)
    return ImportPlan(module=ACCOUNTS, mode=mode, columns=(by, ColumnMap(header="Mother", field=PARENT)), ways=PLAIN)


def matched(bench: Bench, rows: Mapping[str, str], mode: Mode = Mode.UPDATE) -> tuple[ImportRow, ...]:
    sheet = Sheet(("id", "Mother"), tuple(SheetRow(n, row) for n, row in enumerate(rows.items(), 2)))
    plan = plan_of(mode)
    return run(Importer(bench.session, bench.staged).match(read_cells(sheet, plan, SCHEMA), plan))


@pytest.fixture
def family(bench: Bench) -> Bench:
    bench.server.add("M1", accountname="Mother AG")
    bench.server.add("M2", accountname="Twin GmbH")
    bench.server.add("M3", accountname="Twin GmbH")
    for key in ("A1", "A2", "A3", "A4", "A5"):
        bench.server.add(key, accountname=f"Daughter {key}")
    held = Record(RecordId(ACCOUNTS, "A6"), {NAME: "Daughter A6", PARENT: MOTHER}, {PARENT: "The Mother"})
    bench.server.records["A6"] = held
    return bench


def test_a_name_an_id_and_what_names_nothing_or_several(family: Bench) -> None:
    rows = matched(family, {"A1": "mother ag", "A2": "M2", "A3": "Twin GmbH", "A4": "Nobody", "A5": ""})
    assert [row.action for row in rows] == [Action.UPDATE, Action.UPDATE, Action.REFUSED, Action.REFUSED, Action.SAME]
    assert (rows[0].values[PARENT], rows[0].labels) == (MOTHER, {PARENT: "mother ag"})
    assert rows[1].values[PARENT] == RecordId(ACCOUNTS, "M2")
    assert rows[2].errors == {"Mother": "2 records are called “Twin GmbH” (M2, M3). Write the id instead."}
    assert rows[3].errors == {"Mother": "No record for Member of is called “Nobody”, and none has that id."}


def test_the_name_that_the_server_shows_for_it_changes_nothing(family: Bench) -> None:
    """An export of names comes back without a change, although the record's own title is another."""
    before = family.server.did("fetch_page")
    (row,) = matched(family, {"A6": "The mother"})
    assert (row.action, row.values[PARENT]) == (Action.SAME, MOTHER)
    assert family.server.did("fetch_page") == before
    rows = matched(family, {"A6": "The Mother", "A1": "the mother"})
    assert [row.action for row in rows] == [Action.SAME, Action.UPDATE]
    assert rows[1].values[PARENT] == MOTHER


def test_new_records_are_held_against_the_server_as_well(family: Bench) -> None:
    rows = matched(family, {"New one": "Mother AG", "Other": "Nobody"}, Mode.CREATE)
    assert [row.action for row in rows] == [Action.CREATE, Action.REFUSED]
    run(Importer(family.session, family.staged).stage(rows, plan_of(Mode.CREATE), "x"))
    (staged,) = family.staged.all()
    assert (dict(staged.values), dict(staged.labels)) == (
        {NAME: "New one", PARENT: MOTHER},
        {PARENT: "Mother AG"},
    )


def test_many_names_are_found_by_reading_the_module_through(family: Bench) -> None:
    rows = matched(family, {f"New {n}": f"Firm {n}" for n in range(600)} | {"Last": "Mother AG"}, Mode.CREATE)
    assert sum(row.action is Action.REFUSED for row in rows) == 600
    assert rows[-1].values[PARENT] == MOTHER
    assert family.server.did("fetch") == 0
