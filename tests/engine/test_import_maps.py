# SPDX-License-Identifier: MIT
"""Mappings that are kept: for the next file of the kind, and under names."""

from dataclasses import replace

from crmdesk.domain.names import FieldName
from crmdesk.domain.values import Conventions
from crmdesk.engine.import_maps import LAST, MapStore, fitted, saved_map, shares_columns
from crmdesk.engine.import_plan import ID, Blank, ColumnMap, Mode
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, CITY, NAME, SCHEMA

WAYS = Conventions(decimal_point=",", group=".", date_order="dmy")
COLUMNS = (
    ColumnMap(header="Kunde", field=ID, is_match=True),
    ColumnMap(header="Stadt", field=CITY, blank=Blank.CLEAR),
    ColumnMap(header="Notiz"),
)
SAVED = saved_map(COLUMNS, Mode.UPDATE, WAYS)


def test_a_mapping_comes_back_as_it_was(bench: Bench) -> None:
    async def go() -> None:
        store = MapStore(bench.storage)
        assert await store.all(ACCOUNTS) == {}
        await store.keep(ACCOUNTS, LAST, SAVED)
        await store.keep(ACCOUNTS, "Fairs", replace(SAVED, mode=Mode.UPSERT))
        found = await MapStore(bench.storage).all(ACCOUNTS)
        assert found == {LAST: SAVED, "Fairs": replace(SAVED, mode=Mode.UPSERT)}
        assert found[LAST].ways(Conventions(yes="ja")) == replace(WAYS, yes="ja")
        await store.drop(ACCOUNTS, "Fairs")
        assert list(await store.all(ACCOUNTS)) == [LAST]

    run(go())


def test_what_cannot_be_read_is_as_if_it_were_not_there(bench: Bench) -> None:
    async def go() -> None:
        for text in (
            "no json",
            "[1]",
            '{"a": {"mode": "guess"}}',
            '{"a": {"mode": "update", "columns": [["x", null]]}}',
        ):
            await bench.storage.remember(f"import:{ACCOUNTS}", text)
            assert await MapStore(bench.storage).all(ACCOUNTS) == {}

    run(go())


def test_another_file_of_the_kind_goes_where_this_one_went() -> None:
    found = fitted(SAVED, ("Stadt", "Kunde", "City", "Account name", "Notiz"), SCHEMA)
    assert [(c.header, c.field) for c in found] == [
        ("Stadt", CITY),
        ("Kunde", ID),
        ("City", None),  # its field is taken
        ("Account name", NAME),
        ("Notiz", None),
    ]
    assert found[0].blank is Blank.CLEAR
    assert shares_columns(SAVED, ("Kunde", "Stadt"))
    assert not shares_columns(SAVED, ("Kunde", "Ort"))


def test_a_field_that_is_gone_is_suggested_anew() -> None:
    gone = saved_map((ColumnMap(header="City", field=FieldName("old_city")),), Mode.CREATE, WAYS)
    assert [c.field for c in fitted(gone, ("City",), SCHEMA)] == [CITY]
