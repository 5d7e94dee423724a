# SPDX-License-Identifier: MIT
"""The state of a review: what is chosen, undecided, to be typed, counted."""

from crmdesk.domain.capabilities import Locking
from crmdesk.domain.changes import Applied, Refused, Skipped, Unknown, merge3
from crmdesk.domain.errors import NotFound, NotPermitted, OutcomeUnclear
from crmdesk.domain.names import FieldName, ModuleName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.applying import Checked, Decision
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Kind, StagedRecord
from crmdesk.ui.changes.review import Review
from crmdesk.ui.changes.review_words import result_words, window_words

A = FieldName("a")
LEADS = ModuleName("Leads")


def checked(key: str, *, theirs: str = "old", gone: bool = False) -> Checked:
    record = Record(RecordId(LEADS, key), {A: "old"})
    staged = StagedRecord(Kind.UPDATE, record, {A: "new"})
    now = Record(record.id, {A: theirs})
    return Checked(
        staged,
        None if gone else now,
        merge3(record.values, staged.values, now.values),
        NotFound("Gone.") if gone else None,
    )


def review(*ones: Checked, environment: Environment = Environment.SANDBOX) -> Review:
    return Review(environment, ones)


def test_what_is_gone_or_left_out_is_not_sent() -> None:
    state = review(checked("1"), checked("2", gone=True), checked("3"))
    state.toggle(2)
    assert list(state.chosen) == [0]
    state.toggle(2)
    assert list(state.chosen) == [0, 2]


def test_conflicts_of_left_out_records_need_no_decision() -> None:
    state = review(checked("1", theirs="x"), checked("2", theirs="y"))
    assert state.undecided == 2
    state.toggle(1)
    assert state.undecided == 1
    state.decide(0, A, Decision.MINE)
    assert state.undecided == 0
    assert len(state.conflicting) == 2


def test_changes_are_counted_as_they_would_be_sent() -> None:
    state = review(checked("1", theirs="x"), checked("2"), checked("3", theirs="new"))
    assert state.change_count == 2  # the third holds the wanted value by now
    state.decide(0, A, Decision.THEIRS)
    assert state.change_count == 1


def test_the_number_is_typed_for_more_than_fifty_in_production_only() -> None:
    many = [checked(str(n)) for n in range(51)]
    assert review(*many, environment=Environment.PRODUCTION).must_type == 51
    assert review(*many[:50], environment=Environment.PRODUCTION).must_type == 0
    assert review(*many).must_type == 0


def test_results_are_told_in_a_sentence() -> None:
    ones = [checked(str(n)) for n in range(4)]
    state = review(*ones)
    change = ones[0].staged.change()
    state.outcomes = {
        0: Applied(change, None, None, surprises=(A,)),
        1: Refused(change, NotPermitted("No.")),
        2: Unknown(change, OutcomeUnclear("Hm.")),
        3: Skipped(change, "Stopped."),
    }
    said, tone = result_words(state)
    assert said.startswith("1 record applied · 1 refused · 1 unknown · 1 not sent.")
    assert "1 field is stored differently." in said
    assert tone == "bad"


def test_an_abandoned_record_is_one_where_nothing_is_left() -> None:
    one = checked("1", theirs="x")
    state = review(one)
    state.decide(0, A, Decision.THEIRS)
    state.outcomes = {0: Skipped(one.staged.change(), "Nothing left.")}
    assert state.is_abandoned(0)
    state.decisions.clear()
    assert not state.is_abandoned(0)


def test_what_may_be_overwritten_is_said_with_the_measured_time() -> None:
    said = window_words(Locking.NONE, 37.6)
    assert "38 ms" in said
    assert "would be overwritten" in said
    assert "1 ms" in window_words(Locking.NONE, 0.2)  # never "0 ms": that would promise something
    assert window_words(Locking.NONE, None) == ""
    assert window_words(Locking.VERSION, 37.6) == ""
