# SPDX-License-Identifier: MIT
"""Every operator and type of field has words."""

import pytest

from crmdesk.domain.query import Op
from crmdesk.domain.schema import FieldType
from crmdesk.ui.field_words import field_type_word, operator_word

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.mark.parametrize("field_type", FieldType)
def test_every_operator_has_a_word_for_every_type(field_type: FieldType) -> None:
    words = [operator_word(op, field_type) for op in Op]
    assert len(set(words)) == len(words)  # two that read alike could not be told apart in a list
    assert field_type_word(field_type)


def test_operators_read_as_people_speak() -> None:
    assert operator_word(Op.IN, FieldType.CHOICE) == "is any of"
    assert operator_word(Op.LT, FieldType.DATE) == "before"
    assert operator_word(Op.GT, FieldType.MONEY) == "is more than"
    assert operator_word(Op.CONTAINS, FieldType.MULTI_CHOICE) == "includes"
