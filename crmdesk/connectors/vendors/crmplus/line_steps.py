# SPDX-License-Identifier: MIT
"""PURE: the single operations that bring CRM+'s lines to a wanted state, and which line of the server each is meant for.

Ids may change with every operation (the document's sample of deleteLineItem shows it), so a step also knows where its
line stands by then: of two lines that say the same, only the place tells which is which.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crmdesk.connectors.vendors.crmplus import line_items
from crmdesk.domain.errors import Invalid
from crmdesk.domain.sales import LineItem
from crmdesk.domain.sentence import sentence


@dataclass(frozen=True, slots=True)
class Step:
    """One operation on one line.

    Attributes:
        before: the line as it is on the server by then, None = it is added. after: None = it is removed.
        place, count: where it stands among how many lines by then, if nobody else has changed them; 0 is the first.
    """

    before: LineItem | None
    after: LineItem | None
    place: int = 0
    count: int = 0


def steps(before: Sequence[LineItem], after: Sequence[LineItem]) -> list[Step]:
    """Changes, then removals from the end, then moves, then additions in order.

    Moves are worked out on the order the server has by then: a line that only closed up to the gap another one left is
    not told to move, and each one told goes to its final place, from the first on.
    """
    wanted = {line.key: line for line in after if line.key is not None}
    here = {line.key for line in before}
    changes = [
        Step(line, at_home, place, len(before))
        for place, line in enumerate(before)
        if line.key in wanted
        and line_items.changed_fields(line, at_home := replace(wanted[line.key], position=line.position))
    ]
    removals: list[Step] = []
    for place, line in reversed(list(enumerate(before))):
        if line.key not in wanted:
            removals.append(Step(line, None, place, len(before) - len(removals)))
    order: list[str | None] = [line.key for line in before if line.key in wanted]
    moves: list[Step] = []
    ranked = sorted(after, key=lambda line: line.position)
    for place, line in enumerate(line for line in ranked if line.key in wanted and line.key in here):
        if order[place] != line.key:
            stands = order.index(line.key)
            order.insert(place, order.pop(stands))
            moves.append(Step(replace(line, position=0), replace(line, position=place + 1), stands, len(order)))
    return changes + removals + moves + [Step(None, line) for line in ranked if line.key is None]


def key_now(step: Step, current: Sequence[LineItem]) -> str:
    """The id that a step's line has by now, among the lines as they were just read.

    Raises:
        Invalid: no line says the same, or several say nearly the same.
    """
    line = step.before
    assert line is not None, "a new line has no id"
    same = [one for one in current if not line_items.changed_fields(replace(one, position=line.position), line)]
    if len(current) == step.count and any(current[step.place] is one for one in same):
        return current[step.place].key or ""
    if any(one.key == line.key and one.product == line.product for one in current):
        return line.key or ""
    alike = same[-1:] or [one for one in current if one.product == line.product and one.text == line.text]
    if len(alike) == 1 and alike[0].key:
        return alike[0].key
    raise Invalid(
        sentence("Line {position} is no longer what it was on the server. Reload the document.", position=line.position)
    )
