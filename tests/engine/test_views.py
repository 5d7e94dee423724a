# SPDX-License-Identifier: MIT
"""Saved views: there and back through a file, what is refused and why, what does not exist here."""

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmdesk.domain.errors import Invalid, ProfileError
from crmdesk.engine.storage import Storage
from crmdesk.engine.views import MOST_BYTES, SavedView, Views, fitted, from_text, of_tab, read, to_text, write
from tests.engine.fake_vendor import SCHEMA

VIEW = SavedView(
    name="Big ones in Espoo", vendor="fake", module="Accounts", columns=("accountname", "bill_city"),
    filter_text="bill_city = 'Espoo'", order=(("accountname", True),),
)  # fmt: skip


def test_a_view_goes_there_and_back_through_a_file(tmp_path: Path) -> None:
    write(tmp_path / "a.crmview", VIEW)
    assert read(tmp_path / "a.crmview") == VIEW
    assert of_tab(VIEW.name, VIEW.vendor, VIEW.as_tab()) == VIEW
    assert json.loads(to_text(VIEW))["crmview"] == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "not JSON"), ("[]", "no saved view of crmdesk"), ('{"name": "x"}', "no saved view of crmdesk"),
        ('{"crmview": 2, "vendor": "a", "module": "b"}', "newer crmdesk"), ('{"crmview": 1, "module": "b"}', "damaged"),
        ('{"crmview": 1, "vendor": "a", "module": "b", "columns": "x"}', "damaged"),
        ('{"crmview": 1, "vendor": "a", "module": "b", "order": [["x"]]}', "damaged"),
        ('{"crmview": 1, "vendor": "a", "module": "b", "filter": 5}', "damaged"), ("[" * 5000, "not JSON"),
    ],
)  # fmt: skip
def test_a_file_that_is_none_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        from_text(text)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(
    st.sampled_from(["crmview", "name", "vendor", "module", "columns", "filter", "order"]), c), max_leaves=12))  # fmt: skip
def test_any_json_is_a_view_or_refused(data: object) -> None:
    try:
        assert isinstance(from_text(json.dumps(data)), SavedView)
    except Invalid:
        return


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "big.crmview").write_bytes(b"x" * (MOST_BYTES + 1))
    (tmp_path / "bytes.crmview").write_bytes(b"\xff\xfe\x00")
    for name, words in (("big", "too large"), ("bytes", "not text"), ("none", "cannot be read")):
        with pytest.raises(Invalid, match=words):
            read(tmp_path / f"{name}.crmview")
    with pytest.raises(ProfileError, match="could not be written"):
        write(tmp_path / "no" / "a.crmview", VIEW)


def test_fields_that_do_not_exist_here_are_left_out_and_named() -> None:
    foreign = of_tab("x", "fake", {**VIEW.as_tab(), "columns": ["accountname", "cf_9"], "order": [["cf_8", False]]})
    fitting, missing = fitted(foreign, SCHEMA)
    assert fitting.columns == ("accountname",)
    assert fitting.order == ()
    assert missing == ("cf_9", "cf_8")
    assert fitted(VIEW, SCHEMA) == (VIEW, ())


def test_a_filter_over_a_field_that_does_not_exist_is_refused() -> None:
    foreign = of_tab("Mine", "fake", {**VIEW.as_tab(), "filter": "cf_9 = 'x'"})
    with pytest.raises(Invalid, match="cf_9"):
        fitted(foreign, SCHEMA)


def test_an_accounts_views_stay(tmp_path: Path) -> None:
    async def visit() -> None:
        storage = Storage(tmp_path / "account.sqlite")
        views = Views(storage)
        await views.save(VIEW)
        await views.save(of_tab("another", "fake", VIEW.as_tab()))
        await views.save(of_tab(VIEW.name, "fake", {**VIEW.as_tab(), "filter": ""}))
        again = Views(storage)
        await again.load()
        assert [(view.name, view.filter_text) for view in again.all] == [
            ("another", VIEW.filter_text), ("Big ones in Espoo", ""),
        ]  # fmt: skip
        await again.remove("another")
        assert [view.name for view in again.all] == ["Big ones in Espoo"]
        await storage.remember("saved-views", '[{"crmview": 1}, 5, "x"]')
        await again.load()
        assert again.all == ()
        storage.close(2)

    asyncio.run(visit())
