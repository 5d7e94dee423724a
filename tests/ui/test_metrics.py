# SPDX-License-Identifier: MIT
"""The tokens: complete in every scheme, and readable."""

import pytest
from PySide6.QtGui import QColor

from crmdesk.ui.metrics import ENVIRONMENTS, PAIRS, TOKENS, Colours, Scheme, colours_of, contrast, ink_on, mix

SCHEMES = (Scheme.LIGHT, Scheme.DARK, Scheme.CONTRAST)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_is_readable_on_its_ground(scheme: Scheme) -> None:
    colours, least = colours_of(scheme), 7.0 if scheme is Scheme.CONTRAST else 4.5
    poor = {(ink, ground): contrast(colours.of(ink), colours.of(ground)) for ink, ground in PAIRS}
    assert not {pair: ratio for pair, ratio in poor.items() if ratio < least}


def test_every_token_is_a_field_and_the_other_way_round() -> None:
    assert tuple(TOKENS) == tuple(Colours.__dataclass_fields__)
    with pytest.raises(KeyError):
        colours_of(Scheme.LIGHT).of("purple")


def test_letter_on_environment_is_readable() -> None:
    for colour in ENVIRONMENTS.values():
        assert contrast(ink_on(QColor(colour)), QColor(colour)) >= 4.5


def test_contrast_and_mix_know_their_ends() -> None:
    black, white = QColor("black"), QColor("white")
    assert contrast(black, white) == pytest.approx(21)
    assert contrast(white, white) == pytest.approx(1)
    assert mix(black, white, 0) == black
    assert mix(black, white, 1) == white
