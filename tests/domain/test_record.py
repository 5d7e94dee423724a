# SPDX-License-Identifier: MIT
"""Records and pages: what is absent, and what ends a list."""

from crmdesk.domain.names import Cursor, FieldName, ModuleName, RecordId
from crmdesk.domain.record import Page, Record

ID = RecordId(ModuleName("Things"), "1")


def test_field_that_was_not_read_is_absent_not_empty() -> None:
    record = Record(ID, {FieldName("a"): None})
    assert FieldName("a") in record.values
    assert FieldName("b") not in record.values


def test_a_label_is_shown_before_the_value() -> None:
    name, owner = FieldName("name"), FieldName("owner")
    record = Record(ID, {name: 12, owner: RecordId(ModuleName("Users"), "7")}, {owner: "Ann"})
    assert [record.shown(name), record.shown(owner), record.shown(FieldName("other"))] == ["12", "Ann", ""]


def test_records_do_not_share_their_labels() -> None:
    assert Record(ID, {}).labels is not Record(ID, {}).labels


def test_page_without_next_is_the_last_and_may_be_empty() -> None:
    assert Page(()).next is None
    assert Page((), Cursor("2")).next == "2"
    assert Page(()).total is None
    assert not Page(()).restarted
