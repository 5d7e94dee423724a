# SPDX-License-Identifier: MIT
"""``crmdesk call``: the vendor's own operations, guarded as in the window."""

import argparse
import json
import os
from collections.abc import Sequence

from crmdesk.cli.output import print_json, standard_output
from crmdesk.cli.shapes import operation_shape, part_shape
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.connectors.port import OperationInfo
from crmdesk.domain.errors import CrmError
from crmdesk.engine.calls import CallDone, Calls, is_secret_part, parts_of
from crmdesk.engine.desk import Account
from crmdesk.translation import tr


async def call(arguments: argparse.Namespace, account: Account) -> None:
    """One documented operation, its decoded result as JSON.

    Raises:
        Usage: no such operation or parameter, or it changes data and ``--write`` is not there.
        Refused: its answer was lost. CrmError.
    """
    calls, out = Calls(account), standard_output()
    operations = await calls.operations()
    if arguments.operation is None:
        print_json(out, [operation_shape(operation) for operation in operations])
        return
    operation = _operation(arguments.operation, operations)
    if arguments.describe:
        print_json(out, {**operation_shape(operation), "parts": [part_shape(part) for part in parts_of(operation)]})
        return
    bare = dict(arguments.parameters)
    given = {**bare, **_from_environment(arguments.parameter_env)}
    names = {*operation.parameters, *(part.name for part in operation.parts)}
    unknown = [name for name in given if name not in names]
    if unknown:
        known = ", ".join(sorted(names)) or tr("none")
        raise Usage(
            tr(
                "{operation} has no parameter “{unknown}”. Its parameters: {known}.",
                operation=operation.name,
                unknown=unknown[0],
                known=known,
            )
        )
    for part in parts_of(operation):
        if bare.get(part.name) and is_secret_part(part):
            raise Usage(
                tr(
                    "A secret on the command line can be read by everybody on this computer: write --parameter-env "
                    "{name}=VARIABLE, with the name of a variable that holds it.",
                    name=part.name,
                )
            )
    if operation.is_write and not arguments.write:
        raise Usage(tr("{operation} changes data on the server: add --write if you mean it.", operation=operation.name))
    done = await _called(calls, operation, given)
    out.write(json.dumps(done.result, ensure_ascii=False, indent=2, default=str) + "\n")


def _from_environment(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    found = {name: os.environ.get(variable, "") for name, variable in pairs}
    for name, variable in pairs:
        if not found[name]:
            raise Usage(tr("The environment variable {variable} is not set, or empty.", variable=variable))
    return found


async def _called(calls: Calls, operation: OperationInfo, given: dict[str, str]) -> CallDone:
    try:
        return await calls.call(operation.name, given)
    except CrmError as error:
        if operation.is_write and error.may_be_done:
            raise Refused(
                tr(
                    "It is not known whether {operation} was carried out: {reason} Look on the server first.",
                    operation=operation.name,
                    reason=error.user_text,
                )
            ) from error
        raise


def _operation(name: str, operations: Sequence[OperationInfo]) -> OperationInfo:
    for operation in operations:
        if operation.name.casefold() == name.casefold():
            return operation
    known = ", ".join(operation.name for operation in operations)
    raise Usage(tr("There is no operation “{name}”. Choose one of: {known}.", name=name, known=known))
