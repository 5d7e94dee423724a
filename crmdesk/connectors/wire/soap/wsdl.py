# SPDX-License-Identifier: MIT
"""A server's WSDL: fetched through our own client, kept on disk, read by zeep; nothing is fetched from elsewhere."""

from collections.abc import Mapping
from datetime import datetime

from crmdesk.connectors.port import Http
from crmdesk.connectors.wire.soap.names import SoapVersion
from crmdesk.connectors.wire.soap.parts import SoapOperation

WEEK_S = 7 * 86400.0


class Wsdl:
    """What a server says of itself; read when first asked for. One thread uses it.

    Attributes:
        address: where it came from, without parameters. fetched_at: when.
    """

    address: str
    fetched_at: datetime

    @property
    def target_namespace(self) -> str:
        """The namespace of its operations."""
        raise NotImplementedError

    @property
    def versions(self) -> frozenset[SoapVersion]:
        """The versions that it has a binding for."""
        raise NotImplementedError

    @property
    def operations(self) -> Mapping[str, SoapOperation]:
        """Every operation by its name, in the WSDL's order."""
        raise NotImplementedError

    def matching(self, *prefixes: str) -> tuple[SoapOperation, ...]:
        """The operations whose names begin with one of these, without regard to case."""
        raise NotImplementedError


def load_wsdl(
    http: Http,
    url: str,
    *,
    params: Mapping[str, str],
    cache_dir: str = "",
    max_age_s: float = WEEK_S,
    fresh: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Wsdl:
    """The WSDL at an address: from the cache where it is young enough, else from the server.

    Args:
        cache_dir: "" = keep nothing. fresh: ask the server in any case.

    Raises:
        ConnectionFailed, NotACrm (a page instead of a WSDL), MalformedReply, ServerFault, NotPermitted, NotFound.
    """
    raise NotImplementedError
