# SPDX-License-Identifier: MIT
"""What changed since a moment: ``query_string=crmentity.modifiedtime|>|…`` on the full list (the guide's own example).

``>`` is not among the operators that the guide lists, so every row is held against the moment once more. Deletions are
not told. The moments are the server's own clock, as text. The mark is the newest one met, less the time that the
reading took: what was changed behind our back while page after page was read is asked for again.
"""

import json
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from time import time

from crmdesk.connectors.port import SyncPage
from crmdesk.connectors.vendors.opencrm import catalog, paging, parse
from crmdesk.connectors.vendors.opencrm.parse import Reading, Row
from crmdesk.connectors.vendors.opencrm.query import Window
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import ModuleName
from crmdesk.domain.sentence import sentence

_PAGE = 200
_ANY_CLOCK = timedelta(hours=13)
"""A server's clock shows at least so much less than UTC, if it is right to an hour."""


def token_of_now() -> str:
    """A token from which on nothing is missed, whatever zone the server's clock is in."""
    since = (datetime.now(UTC) - _ANY_CLOCK).strftime("%Y-%m-%d %H:%M:%S")
    return json.dumps({"since": since, "newest": ""})


def changes_since(
    rows_of: Callable[[dict[str, str]], tuple[Row, ...]], module: ModuleName, reading: Reading, token: str
) -> SyncPage:
    """One page.

    Args:
        rows_of: parameters of the full list -> its rows.
        token: "" or one of a former page.

    Raises:
        Invalid: the token is not one of ours.
    """
    since, newest, place, began = _understood(token)
    asked = time()

    def window(part: Window) -> tuple[Row, ...]:
        condition = {"query_string": f"crmentity.{catalog.MODIFIED}|>|{since}"} if since else {}
        return rows_of({**condition, **part.parameters()})

    part = paging.read(window, place, _PAGE)
    changed = [row for row in part.rows if not since or _clock(row) > since or not _clock(row)]
    newest = max([newest, *(_clock(row) for row in part.rows)])
    updated = tuple(parse.record(row, module, reading) for row in changed)
    if part.after is not None:
        told = {
            "since": since,
            "newest": newest,
            "began": began or asked,
            "at": part.after.at,
            "last": part.after.last,
            "again": part.after.restarts,
        }
        return SyncPage(updated, (), json.dumps(told), True)
    until = max(since, _before(newest, took_s=max(0.0, time() - began) if began else 0.0))
    return SyncPage(updated, (), json.dumps({"since": until, "newest": newest}), False)


def _understood(token: str) -> tuple[str, str, paging.Place | None, float]:
    """Since when, the newest moment met, the place where reading goes on, and when it began (our clock, seconds)."""
    if not token:
        return "", "", None, 0.0
    try:
        told = json.loads(token)
        since, newest, began = str(told["since"]), str(told["newest"]), float(told.get("began", 0))
        place = paging.Place(int(told["at"]), str(told["last"]), int(told["again"])) if "at" in told else None
        if since:
            datetime.fromisoformat(since)
    except (ArithmeticError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise Invalid(sentence("The mark of the last update is damaged. Update from the beginning.")) from error
    return since, newest, place, began


def _clock(row: Row) -> str:
    """``Y-m-d H:i:s`` on the server's clock, "" where the row does not tell."""
    text = to_text(row.get(catalog.MODIFIED))[:19].replace("T", " ")
    return text if len(text) == 19 and not text.startswith("0000") else ""


def _before(newest: str, took_s: float) -> str:
    """Earlier by what the reading took, and by a second: another record may have been written in it after we asked."""
    try:
        return str(datetime.fromisoformat(newest) - timedelta(seconds=1 + math.ceil(took_s))) if newest else ""
    except ValueError:
        return ""
