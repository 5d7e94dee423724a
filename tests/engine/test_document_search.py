# SPDX-License-Identifier: MIT
"""Looking for the document to compare with."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crmdesk.domain.errors import NotReachable
from crmdesk.domain.names import RecordId
from crmdesk.engine.document_search import DocumentSearch
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import ACCOUNTS, MODULE, SCHEMA, FakeServer


def bench_of(path: Path) -> Bench:
    module = replace(MODULE, is_sales_document=True)
    bench = Bench(path, FakeServer(schema=replace(SCHEMA, module=module)))
    rows = (
        ("o1", "Spare parts", "SO-1", 1, None),
        ("o2", "Training", "SO-2", 9, None),
        ("o3", "Spare parts v2", "SO-3", 2, None),
        ("o4", "Installation", "SO-4", 3, RecordId(ACCOUNTS, "o1")),
        ("o5", "Filters", "SO-5", 5, None),
    )
    for key, title, number, day, parent in rows:
        moment = datetime(2026, 1, day, tzinfo=UTC)
        bench.server.add(key, accountname=title, account_no=number, modified=moment, parent=parent)
    return bench


def test_versions_and_what_names_it_come_first_then_the_newest(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)

    async def go() -> None:
        of = await bench.session.fetch(RecordId(ACCOUNTS, "o1"))
        found = await DocumentSearch(bench.session).find(of)
        assert [one.record.key for one in found] == ["o3", "o4", "o2", "o5"]
        assert [one.is_version for one in found] == [True, True, False, False]
        assert (found[0].number, found[0].kind) == ("SO-3", "Account")

    run(go())
    bench.close()


def test_by_title_or_number_as_it_is_typed(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)

    async def go() -> None:
        of = await bench.session.fetch(RecordId(ACCOUNTS, "o1"))
        search = DocumentSearch(bench.session)
        assert [one.record.key for one in await search.find(of, "train")] == ["o2"]
        assert [one.record.key for one in await search.find(of, "SO-5")] == ["o5"]
        assert await search.find(of, "nothing is called so") == ()

    run(go())
    bench.close()


def test_a_server_that_is_away_is_said(tmp_path: Path) -> None:
    bench = bench_of(tmp_path)

    async def go() -> None:
        of = await bench.session.fetch(RecordId(ACCOUNTS, "o1"))
        await bench.session.schema(ACCOUNTS)
        bench.server.fail("fetch_page", NotReachable("Not reachable."), times=9)
        with pytest.raises(NotReachable):
            await DocumentSearch(bench.session).find(of)

    run(go())
    bench.close()
