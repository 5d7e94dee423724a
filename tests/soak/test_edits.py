# SPDX-License-Identifier: MIT
"""A few edits of each world in every run of the tests; ``python -m tests.soak edits`` does thousands."""

from pathlib import Path

import pytest

from tests.soak import documents, edits
from tests.soak.watching import Event, judged
from tests.soak.worlds import WORLDS, World

PLACE = ("3x1", "city")


def among(*names: str) -> pytest.MarkDecorator:
    """Some of the worlds, as all of them take a minute."""
    return pytest.mark.parametrize("world", [one for one in WORLDS if one.name in names], ids=lambda one: one.name)


@pytest.mark.slow
@among("crmplus", "opencrm", "webcrm", "crmservice/rest", "sugarsoap/splendid")
def test_nothing_is_lost_while_somebody_else_writes(world: World, tmp_path: Path) -> None:
    result = edits.soak(world, tmp_path, 40, 7)
    assert result.ok, edits.troubles(result)
    assert result.edits >= 40
    assert result.applied
    assert result.others
    assert result.findings.windows_ms


@pytest.mark.slow
@among("crmplus/vtiger", "webcrm")
def test_nothing_is_lost_or_made_twice_while_things_go_wrong(world: World, tmp_path: Path) -> None:
    result = edits.soak(world, tmp_path, 40, 7, faults=True)
    assert result.ok, edits.troubles(result)
    assert result.made <= result.creates


@pytest.mark.slow
@among("crmplus", "webcrm", "crmservice/soap")
def test_edits_of_headers_leave_the_lines_alone(world: World, tmp_path: Path) -> None:
    result = documents.soak(world, "headers", tmp_path, 20, 7)
    assert result.ok, result.trouble


@pytest.mark.slow
@among("crmplus", "opencrm", "webcrm", "crmservice/rest")
def test_after_edits_of_lines_ours_and_the_servers_agree(world: World, tmp_path: Path) -> None:
    result = documents.soak(world, "lines", tmp_path, 8, 7)
    assert result.ok, result.trouble
    assert result.edits == 8


# ---- the judge itself ------------------------------------------------------------------------------------------------


def event(is_ours: bool, old: str = "", new: str = "", read: str = "", at: float = 0.0) -> Event:
    return Event(at, is_ours, read, {PLACE: (old, new)} if new else {})


LOOK, LATE = event(True, read="3x1"), event(True, read="3x1", at=0.5)
THEIRS, OURS = event(False, "Espoo", "f1"), event(True, "f1", "o1", at=0.52)


def test_a_save_before_our_last_look_that_nobody_knew_of_is_silent() -> None:
    found = judged([LOOK, THEIRS, LATE, OURS], {"o1": frozenset({"Espoo"})})
    assert (len(found.silent), found.in_window) == (1, 0)
    assert found.windows_ms == [pytest.approx(20)]


def test_a_save_behind_our_last_look_is_in_the_window() -> None:
    found = judged([LOOK, LATE, THEIRS, OURS], {"o1": frozenset({"Espoo"})})
    assert (found.silent, found.in_window) == ([], 1)


def test_a_save_that_the_person_saw_may_be_overwritten() -> None:
    found = judged([LOOK, THEIRS, LATE, OURS], {"o1": frozenset({"Espoo", "f1"})})
    assert (found.silent, found.in_window) == ([], 0)


def test_a_field_put_back_by_a_write_of_the_whole_record_is_found() -> None:
    back = event(True, "f1", "Espoo")
    found = judged([LOOK, THEIRS, LATE, back], {})
    assert len(found.silent) == 1


def test_a_value_of_ours_taken_away_by_another_write_of_ours_is_found() -> None:
    found = judged([LOOK, event(True, "Espoo", "o1"), event(True, "o1", "Espoo")], {"o1": frozenset()})
    assert len(found.own) == 1
