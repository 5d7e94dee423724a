# SPDX-License-Identifier: MIT
"""One documented operation as it is, for ``crmdesk call``: conversions, bulk changes, lists by date and the rest."""

import base64
import json
from collections.abc import Mapping

from crmdesk.connectors.vendors.webcrm import parse
from crmdesk.connectors.vendors.webcrm.line_items import failures
from crmdesk.connectors.vendors.webcrm.operations import parameters as parameters_of
from crmdesk.connectors.vendors.webcrm.operations import spec_of
from crmdesk.connectors.vendors.webcrm.query import MAX_PAGE
from crmdesk.connectors.vendors.webcrm.session import Session
from crmdesk.connectors.vendors.webcrm.sql_guard import checked_select
from crmdesk.connectors.wire.json_text import Decoder
from crmdesk.connectors.wire.text import to_text
from crmdesk.domain.errors import Invalid, Unsupported
from crmdesk.domain.numbers import exact
from crmdesk.domain.sentence import sentence


def call(session: Session, operation: str, parameters: Mapping[str, str]) -> object:
    """The decoded answer, secrets masked; of a PATCH, which records failed inside its 200.

    Raises:
        Unsupported: no operation of that name. Invalid: a parameter is unknown, missing or no JSON; nothing was sent.
    """
    one = spec_of(operation)
    if one is None:
        raise Unsupported(sentence("the operation {operation}", operation=operation))
    unknown = set(parameters) - set(parameters_of(one))
    if unknown:
        raise Invalid(
            sentence("{what} has no parameter {unknown}. Nothing was sent.", what=one.name, unknown=sorted(unknown)[0])
        )
    sent = {name: text for name, text in parameters.items() if name not in one.places and name != "body"}
    if one.is_paged:
        sent = {"Page": "1", "Size": str(MAX_PAGE)} | sent
        if not all(sent[name].isdecimal() and int(sent[name]) > 0 for name in ("Page", "Size")):
            raise Invalid(sentence("Page and Size are whole numbers from 1 on. Nothing was sent."))
    if one.path == "/Queries":
        sent["script"] = checked_select(sent.get("script", ""))
    if one.path.endswith("/Download"):
        return {"content_base64": base64.b64encode(session.download(one, parameters)).decode("ascii")}
    body = _body(parameters.get("body", ""), one.name) if one.has_body else None
    result = parse.masked(session.call(one, parameters, params=sent, body=body))
    if one.verb != "PATCH" or not isinstance(result, list):
        return result
    failed = failures(result)
    return {"done": [one for one in result if to_text(one).strip() not in failed], "failed": list(failed)}


def _body(text: str, operation: str) -> object:
    try:
        found = json.loads(text, cls=Decoder, parse_float=exact)
    except ValueError as error:
        raise Invalid(
            sentence("The body of {operation} is no JSON: {error}. Nothing was sent.", operation=operation, error=error)
        ) from error
    if not isinstance(found, (dict, list)):
        raise Invalid(
            sentence(
                "The body of {operation} is a record, or a list of records. Nothing was sent.", operation=operation
            )
        )
    return found
