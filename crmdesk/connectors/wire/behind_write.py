# SPDX-License-Identifier: MIT
"""What fails behind a write that was carried out: told as a refusal, the write would be sent again."""

from collections.abc import Callable
from typing import TypeVar

from crmdesk.domain.errors import CrmError, OutcomeUnclear
from crmdesk.domain.sentence import sentence

T = TypeVar("T")


def read_back(read: Callable[[], T], *, document: bool = False) -> T:
    """What the server holds after a write.

    Args:
        document: what was saved is a document with its lines.

    Raises:
        OutcomeUnclear: it was written, and cannot be read.
    """
    try:
        return read()
    except CrmError as error:
        raise OutcomeUnclear(_of_document(error) if document else _of_record(error), error.detail) from error


def in_part(work: Callable[[], T]) -> T:
    """The rest of a document of which a part is written; nothing of it is sent again by itself.

    Raises:
        OutcomeUnclear: the rest failed.
    """
    try:
        return work()
    except CrmError as error:
        raise partly(error) from error


def partly(error: CrmError) -> OutcomeUnclear:
    """What to tell of a document that is saved in part."""
    return OutcomeUnclear(
        sentence(
            "A part of the document was saved, then this came: {reason} Reload the document and look.",
            reason=error.user_text,
        ),
        error.detail,
    )


def _of_record(error: CrmError) -> str:
    return sentence(
        "It was saved, but reading it back failed: {reason} Reload the record and look.", reason=error.user_text
    )


def _of_document(error: CrmError) -> str:
    return sentence(
        "It was saved, but reading it back failed: {reason} Reload the document and look.", reason=error.user_text
    )
