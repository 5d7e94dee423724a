# SPDX-License-Identifier: MIT
"""A seat: what one lane of an account talks over, with a login of its own."""

from dataclasses import dataclass

from crmdesk.connectors.port import Connector, Http
from crmdesk.domain.identity import Identity


@dataclass(slots=True)
class Seat:
    """Made, used and left on its lane's thread; ``identity`` None = not signed in yet."""

    connector: Connector
    http: Http
    identity: Identity | None = None


def leave(seat: Seat) -> None:
    """Sign out where the vendor knows such a thing, and close the connections."""
    seat.connector.close()
    seat.http.close()


def interrupt(seat: Seat) -> None:
    """Break off what it waits for, from any thread."""
    seat.http.abort()
