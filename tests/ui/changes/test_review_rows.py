# SPDX-License-Identifier: MIT
"""A new record that looks like one that is there already: a warning in its row and above the table."""

from pathlib import Path

from crmdesk.domain.changes import merge3
from crmdesk.domain.names import FieldName, RecordId
from crmdesk.domain.record import Record
from crmdesk.engine.applying import Checked
from crmdesk.engine.profiles import Environment
from crmdesk.engine.staging import Kind, StagedRecord
from crmdesk.ui.changes.change_words import ChangeWords
from crmdesk.ui.changes.review import Review
from crmdesk.ui.changes.review_rows import review_rows
from crmdesk.ui.changes.review_words import changed_words
from crmdesk.ui.table.cells import Segment
from tests.engine.bench import run
from tests.engine.fake_vendor import ACCOUNTS
from tests.ui.changes.stage import FORMATS, Office

NAME = FieldName("accountname")


def test_what_is_there_already_is_told_and_can_be_sent_all_the_same(tmp_path: Path) -> None:
    office = Office(tmp_path)

    async def go() -> None:
        await office.open()
        words = ChangeWords(office.account.session, FORMATS)
        staged = StagedRecord(Kind.CREATE, Record(RecordId(ACCOUNTS, "new-1"), {}), {NAME: "Koch AG"})
        merges = merge3({}, staged.values, {})
        for alike in ((), (office.third,)):
            one = Checked(staged, None, merges, alike=alike)
            ((row, _),) = review_rows(0, one, words, {}, ticked=True)
            texts = [part.text for cell in row.cells for part in cell if isinstance(part, Segment)]
            assert ("there already?" in texts, "Koch AG (A3)" in texts) == (bool(alike), bool(alike))
            review = Review(Environment.SANDBOX, (one,))
            assert ("looks like one" in changed_words(review, words)) is bool(alike)
            assert list(review.chosen) == [0]

    run(go())
    office.close()
