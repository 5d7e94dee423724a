# SPDX-License-Identifier: MIT
"""PURE: lines that are offered in place of another line.

CRM+ keeps an alternative by the id of the line it stands for (``alternativeParentId`` of addLineItem and
updateLineItem, "0" = none; getLineItems tells it beside ``alternativeLineItem``). Ids change when lines are saved, and a
new line has none; so people tick a line, and which line is meant is told by the order: the one it has stood for, else
the nearest above it that is no alternative itself.
"""

from collections.abc import Mapping, Sequence

from crmdesk.connectors.vendors.crmplus.line_items import ALTERNATIVE, NO_PARENT, PARENT
from crmdesk.domain.errors import Invalid
from crmdesk.domain.sales import LineItem
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain


def is_alternative(line: LineItem) -> bool:
    """Whether a line is offered in place of another one."""
    return plain(line.extras.get(ALTERNATIVE)).casefold() in ("true", "1", "on", "yes")


def parents(before: Sequence[LineItem], after: Sequence[LineItem]) -> dict[int, int]:
    """Place of each alternative, from 0 -> the place of the line it stands for, in the wanted order.

    Raises:
        Invalid: there is no such line, or it is to be removed.
    """
    ranked = sorted(after, key=lambda line: line.position)
    places = {line.key: place for place, line in enumerate(ranked) if line.key is not None}
    known = {line.key for line in before}
    stood_for = {line.key: plain(line.extras.get(PARENT)) for line in before if is_alternative(line)}
    found: dict[int, int] = {}
    for place, line in enumerate(ranked):
        if not is_alternative(line):
            continue
        old = stood_for.get(line.key) if line.key is not None else None
        if old in places:
            found[place] = places[old]
        elif old in known:
            raise Invalid(
                sentence(
                    "Line {position} is an alternative to a line that is to be removed. Remove it too, or untick “Alternative”.",
                    position=line.position,
                )
            )
        else:
            found[place] = _above(ranked, place)
    return found


def _above(ranked: Sequence[LineItem], place: int) -> int:
    above = (at for at in range(place - 1, -1, -1) if not is_alternative(ranked[at]))
    at = next(above, None)
    if at is None:
        raise Invalid(
            sentence(
                "Line {position} is an alternative, but no line stands above it that it could replace. Move it down, or untick “Alternative”.",
                position=ranked[place].position,
            )
        )
    return at


def first_wrong(current: Sequence[LineItem], wanted: Mapping[int, int]) -> tuple[str, str] | None:
    """The id of the first line that stands for another one than wanted, and whose alternative it shall be."""
    for place, line in enumerate(current):
        shall = current[wanted[place]].key if place in wanted else NO_PARENT
        stands_for = plain(line.extras.get(PARENT)) if is_alternative(line) else NO_PARENT
        if line.key and shall and stands_for != shall:
            return line.key, shall
    return None
