# SPDX-License-Identifier: MIT
"""The window between the last look and the write."""

import pytest

from crmdesk.domain.changes import Applied, Update
from crmdesk.domain.record import Record
from crmdesk.engine.applying import ApplyOptions, Decision
from crmdesk.engine.staging import Edit
from crmdesk.engine.window import Window
from tests.engine.bench import Bench, run
from tests.engine.fake_vendor import CITY, FakeConnector


def test_nothing_is_claimed_before_something_was_measured() -> None:
    assert Window().usual_ms is None


def test_looks_stand_in_until_something_was_sent() -> None:
    window = Window()
    for took in (10.0, 12.0, 11.0):
        window.looked(took)
    assert window.usual_ms == 12.0
    window.left(40.0)
    assert window.usual_ms == 40.0


def test_one_slow_write_among_a_hundred_does_not_count() -> None:
    window = Window()
    for _ in range(99):
        window.left(20.0)
    window.left(5000.0)
    assert window.usual_ms == 20.0


def test_old_measurements_are_forgotten() -> None:
    window = Window()
    for _ in range(500):
        window.left(900.0)
    for _ in range(500):
        window.left(20.0)
    assert window.usual_ms == 20.0


def test_a_connector_is_told_what_the_last_look_saw(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """It compares with that when it reads the record again itself; what was loaded is older than the decision."""
    bench.server.add("a", version="1", bill_city="Espoo")
    told: list[Record] = []
    update = FakeConnector.update

    def watched(self: FakeConnector, change: Update) -> Record:
        told.append(change.before)
        return update(self, change)

    monkeypatch.setattr(FakeConnector, "update", watched)

    async def go() -> None:
        loaded = bench.server.records["a"]
        await bench.staged.edit([Edit(loaded, CITY, "Turku")])
        bench.server.poke("a", bill_city="Vantaa")
        checked = await bench.applier.check(bench.staged.all())
        seen = bench.applier.window.usual_ms
        assert seen is not None
        decisions = {(loaded.id, CITY): Decision.MINE}
        (outcome,) = (await bench.applier.apply(checked, decisions, ApplyOptions(), lambda *_: None)).outcomes
        assert isinstance(outcome, Applied)
        assert [record.values[CITY] for record in told] == ["Vantaa"]
        assert bench.applier.window.usual_ms is not None

    run(go())
