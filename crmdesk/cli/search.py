# SPDX-License-Identifier: MIT
"""``crmdesk search``: who is it? Looks through the local copies; asks no server."""

import argparse
from datetime import datetime

from crmdesk.cli.output import print_json, print_table, standard_output
from crmdesk.cli.shapes import one_line
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.engine.desk import Account, Desk
from crmdesk.engine.mirror import Freshness, SearchAnswer, SearchHit
from crmdesk.engine.row_files import Json
from crmdesk.translation import told, tr

MOST = 20


async def search_all(arguments: argparse.Namespace, desk: Desk) -> None:
    """Every account's copy.

    Raises:
        Usage: nothing to look for. Refused: there is no copy, or none can be read.
    """
    _check(arguments)
    if not desk.mirrors():
        raise Refused(tr("There is no local copy yet: “crmdesk mirror update MODULE … --account NAME” makes one."))
    _print(arguments, await desk.search.find(arguments.text, most_each=_most(arguments)))


async def search(arguments: argparse.Namespace, account: Account) -> None:
    """One account's copy.

    Raises:
        Usage, Refused: as above. ProfileError: the copy cannot be used.
    """
    _check(arguments)
    mirror = account.mirror
    if not mirror.exists:
        raise Refused(
            tr(
                "There is no local copy of {account} yet: “crmdesk mirror update MODULE …” makes one.",
                account=account.profile.name,
            )
        )
    hits = await mirror.search(arguments.text, _most(arguments))
    _print(arguments, SearchAnswer(text=arguments.text, hits=hits, settled=True))


def _check(arguments: argparse.Namespace) -> None:
    if not arguments.text.strip():
        raise Usage(tr("What are you looking for? Give a name, a number, a city or any part of one."))


def _most(arguments: argparse.Namespace) -> int:
    return MOST if arguments.limit is None else int(arguments.limit)


def _print(arguments: argparse.Namespace, answer: SearchAnswer) -> None:
    if answer.failed and not answer.hits:
        raise Refused(" ".join(f"{name}: {told(text)}" for name, text in answer.failed))
    hits = answer.hits if arguments.limit is None else answer.hits[: arguments.limit]
    if arguments.json:
        print_json(standard_output(), [hit_shape(hit) for hit in hits])
        return
    rows = [
        [one_line(h.account_name), str(h.record.module), h.record.key, one_line(h.title), _why(h), fresh_text(h.fresh)]
        for h in hits
    ]
    print_table(
        standard_output(), [tr("account"), tr("module"), tr("id"), tr("title"), tr("found by"), tr("fresh")], rows
    )


def _why(hit: SearchHit) -> str:
    if hit.field is None or hit.text == hit.title:
        return one_line(hit.field_label)
    return one_line(f"{hit.field_label}: {hit.text}")


def hit_shape(hit: SearchHit) -> dict[str, Json]:
    """``field`` null = several together; ``fresh``: where it comes from, and since when that is known, ISO 8601."""
    return {
        "account": hit.account_name,
        "module": hit.record.module,
        "id": hit.record.key,
        "title": hit.title,
        "field": hit.field,
        "fresh": fresh_text(hit.fresh, exact=True),
    }


def fresh_text(fresh: Freshness, *, exact: bool = False) -> str:
    """``copy 2026-11-22T14:02:31+00:00``; for people in their own zone, to the minute."""
    return f"{fresh.source.value} {moment_text(fresh.at, exact=exact)}".strip()


def moment_text(moment: datetime | None, *, exact: bool = False) -> str:
    """A moment for a script, or for people; "" = never."""
    if moment is None:
        return ""
    return moment.isoformat(timespec="seconds") if exact else moment.astimezone().strftime("%Y-%m-%d %H:%M")
