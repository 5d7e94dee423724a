# SPDX-License-Identifier: MIT
"""What is read although it is no JSON, and that damaged texts are given up in time that grows as they do."""

import time

import pytest

from crmdesk.connectors.vendors.opencrm.loose import as_printed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": "1,]", }', {"a": "1,]"}),
        ('[{"a": "\\",}"},]', [{"a": '",}'}]),
        ('"products": [{"lineid": 1},], {"crmid": "2",}', {"products": [{"lineid": 1}], "crmid": "2"}),
        ('{"a": "never closed, }', None),
        ('{"a": "closed" "b, }', None),
        ('{"a": "\\', None),
    ],
)
def test_commas_too_many_are_passed_over_outside_of_texts(text: str, value: object) -> None:
    assert as_printed(text) == value


def test_a_text_that_is_never_closed_is_looked_through_once() -> None:
    """40 KB took ten seconds: a search began at each of its quotation marks and went to the end."""
    begun = time.process_time()
    assert as_printed('["' + '\\"' * 20_000) is None
    assert time.process_time() - begun < 2
