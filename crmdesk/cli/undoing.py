# SPDX-License-Identifier: MIT
"""``crmdesk undo``: take a batch of the journal back."""

import argparse
import sys

from crmdesk.cli.changing import PARTLY, SAID_NO, Job, Row, carry_out
from crmdesk.cli.output import Progress
from crmdesk.cli.shapes import one_line
from crmdesk.domain.errors import NotPermitted
from crmdesk.domain.sentence import sentence
from crmdesk.domain.values import plain
from crmdesk.engine.desk import Account
from crmdesk.engine.row_files import Json, value_shape
from crmdesk.engine.undo import Undoer
from crmdesk.engine.undo_plan import LeftOut, Remark, UndoPlan
from crmdesk.translation import told, tr


async def undo(arguments: argparse.Namespace, account: Account) -> int:
    """Plan the opposite, tell what stays as it is, send; the exit code.

    3 where something was taken back and something was not, 1 where nothing could be.
    """
    if not account.profile.may_write:
        raise NotPermitted(sentence("This account is set to read only. Nothing was sent."))
    await account.applier.confirm_identity()
    progress = Progress()
    plan = await Undoer(account.session, account.journal, account.staged).plan(
        arguments.batch, lambda done, _: progress(done)
    )
    progress.clear()
    checked = await account.applier.check(plan.restored, progress)
    progress.clear()
    if not arguments.json:
        _say(plan)
    job = Job(
        [Row(one) for one in checked],
        summary=sentence("Undo of batch {batch}: {summary}", batch=plan.batch.id, summary=plan.batch.summary),
        extra={
            "undoes": plan.batch.id,
            "already": plan.already,
            "left_out": [_left(one) for one in plan.left_out],
            "cannot": [_remark(one) for one in plan.cannot],
            "remarks": [_remark(one) for one in plan.remarks],
        },
    )
    code = await carry_out(arguments, account, job)
    if code == 0 and (plan.left_out or plan.cannot):
        return PARTLY if plan.restored else SAID_NO
    return code


def _say(plan: UndoPlan) -> None:
    for left in plan.left_out:
        print(
            tr(
                "left out: {title} ({key}) {field}: this batch wrote {wrote}, somebody changed it to {now}",
                title=one_line(left.title),
                key=left.record.key,
                field=left.field,
                wrote=one_line(plain(left.wrote)) or tr("(empty)"),
                now=one_line(plain(left.now)) or tr("(empty)"),
            ),
            file=sys.stderr,
        )
    for word, remarks in ((tr("cannot"), plan.cannot), (tr("note"), plan.remarks)):
        for one in remarks:
            key = f" ({one.record.key})" if one.record is not None else ""
            print(f"{word}: {one_line(one.title)}{key}: {one_line(told(one.text))}", file=sys.stderr)


def _left(one: LeftOut) -> dict[str, Json]:
    return {
        "module": one.record.module,
        "id": one.record.key,
        "title": one.title,
        "field": one_line(one.field),
        "wrote": value_shape(one.wrote),
        "now": value_shape(one.now),
    }


def _remark(one: Remark) -> dict[str, Json]:
    return {"id": None if one.record is None else one.record.key, "title": one.title, "text": one.text}
