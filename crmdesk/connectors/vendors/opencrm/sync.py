# SPDX-License-Identifier: MIT
"""What changed since a moment: ``query_string=crmentity.modifiedtime|>|…`` on the full list (the guide's own example).

``>`` is not among the operators that the guide lists, so every row is held against the moment once more. Deletions are
not told. The moments are the server's own clock, as text.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from crmdesk.connectors.port import SyncPage
from crmdesk.connectors.vendors.opencrm import catalog, paging, parse
from crmdesk.connectors.vendors.opencrm.parse import Reading, Row
from crmdesk.connectors.vendors.opencrm.query import Window
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import Invalid
from crmdesk.domain.names import ModuleName
from crmdesk.domain.sentence import sentence

_PAGE = 200


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
    since, newest, place = _understood(token)

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
            "at": part.after.at,
            "last": part.after.last,
            "again": part.after.restarts,
        }
        return SyncPage(updated, (), json.dumps(told), True)
    return SyncPage(updated, (), json.dumps({"since": _before(newest) or since, "newest": newest}), False)


def _understood(token: str) -> tuple[str, str, paging.Place | None]:
    """Since when, the newest moment met, and the place where reading goes on."""
    if not token:
        return "", "", None
    try:
        told = json.loads(token)
        since, newest = str(told["since"]), str(told["newest"])
        place = paging.Place(int(told["at"]), str(told["last"]), int(told["again"])) if "at" in told else None
        if since:
            datetime.fromisoformat(since)
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid(sentence("The mark of the last update is damaged. Update from the beginning.")) from error
    return since, newest, place


def _clock(row: Row) -> str:
    """``Y-m-d H:i:s`` on the server's clock, "" where the row does not tell."""
    text = to_text(row.get(catalog.MODIFIED))[:19].replace("T", " ")
    return text if len(text) == 19 and not text.startswith("0000") else ""


def _before(newest: str) -> str:
    """A second earlier: another record may have been written in the same second after we asked."""
    try:
        return str(datetime.fromisoformat(newest) - timedelta(seconds=1)) if newest else ""
    except ValueError:
        return ""
