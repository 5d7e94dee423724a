# SPDX-License-Identifier: MIT
"""Every error and environment has words, and none of them is code."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from crmdesk.domain import errors
from crmdesk.domain.errors import CrmError, Invalid, NotReachable, OutcomeUnclear, ProfileError, RateLimited, TooLarge
from crmdesk.domain.names import FieldName
from crmdesk.engine.profiles import Environment
from crmdesk.ui.wording import (
    changes_in_records,
    clock_words,
    colour_word,
    duration,
    environment_word,
    error_words,
    group_word,
    plural,
    tr,
)

pytestmark = pytest.mark.usefixtures("qapp")


def kinds_of(root: type[CrmError]) -> Iterator[type[CrmError]]:
    """The tree of ``domain.errors``; a room's own refinements come and go with what is imported."""
    for kind in root.__subclasses__():
        if kind.__module__ != errors.__name__:
            continue
        yield kind
        yield from kinds_of(kind)


def made(kind: type[CrmError]) -> CrmError:
    """One error of a class, whatever else its constructor asks for."""
    if issubclass(kind, TooLarge):
        return kind("Text.", limit_bytes=1)
    if issubclass(kind, RateLimited):
        return kind("Text.", retry_after_s=3)
    if issubclass(kind, errors.Conflict):
        return kind("Text.", server=None)  # type: ignore[arg-type]  # the words do not look at it
    return kind("Text.")


@pytest.mark.parametrize("kind", sorted(kinds_of(CrmError), key=str))
def test_every_error_of_ours_has_a_title_of_its_own(kind: type[CrmError]) -> None:
    words = error_words(made(kind))
    assert words.title != "Something went wrong"
    assert kind.__name__ not in words.title
    assert words.text
    assert bool(words.next_step) == kind.retryable


def test_an_error_of_ours_keeps_its_text_and_its_detail() -> None:
    words = error_words(NotReachable("There is no server named crm.x. Check the address.", "gaierror -2"))
    assert words.text == "There is no server named crm.x. Check the address."
    assert words.detail == "gaierror -2"


def test_the_most_special_class_gives_the_title() -> None:
    assert error_words(OutcomeUnclear("x")).title == "The outcome is unknown"
    assert error_words(ProfileError("x")).title == "The account's settings need a look"


def test_what_is_wrong_with_single_fields_is_told_once() -> None:
    error = Invalid("Too long.", per_field={FieldName("a"): "Too long.", FieldName("b"): "Name: 40 letters at most."})
    assert error_words(error).text == "Too long.\nName: 40 letters at most."


def test_a_mistake_of_the_program_says_so_and_keeps_the_traceback() -> None:
    try:
        raise ValueError("inside")
    except ValueError as error:
        words = error_words(error)
    assert words.title == "Something went wrong in crmdesk"
    assert "inside" not in words.text
    assert "ValueError: inside" in words.detail
    assert words.next_step == ""


def test_a_full_disk_is_told_as_what_it_is() -> None:
    words = error_words(OSError(28, "No space left on device", "/home/a/x"))
    assert "No space left on device: /home/a/x" in words.text


def test_counts_agree_with_their_nouns() -> None:
    assert plural(1, "{n} change", "{n} changes") == "1 change"
    assert plural(0, "{n} change", "{n} changes") == "0 changes"
    assert changes_in_records(3, 1) == "3 changes in 1 record"


def test_every_environment_and_colour_has_a_word() -> None:
    assert [environment_word(e) for e in Environment] == ["Production", "Sandbox", "Read only"]
    assert colour_word("red") == "Red"
    assert colour_word("mauve") == "mauve"
    assert group_word("sales") == "Sales"


@pytest.mark.parametrize(
    ("ahead_s", "said"),
    [
        (None, ""),
        (0.4, ""),
        (2.0, "server clock 2 s ahead"),
        (-90, "server clock 90 s behind"),
        (600, "server clock 10 min ahead"),
        (-7200, "server clock 2 h behind"),
    ],
)
def test_clock_differences_are_told_in_fitting_units(ahead_s: float | None, said: str) -> None:
    assert clock_words(ahead_s) == said


def test_short_times_are_milliseconds() -> None:
    assert duration(212.4) == "212 ms"
    assert duration(1440).endswith(" s")


def test_braces_in_a_value_are_left_alone(qapp: QApplication) -> None:
    assert tr("Edit {name}…", name="{x}") == "Edit {x}…"
