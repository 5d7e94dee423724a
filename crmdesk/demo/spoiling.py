# SPDX-License-Identifier: MIT
"""What a fault makes of an answer or of a connection."""

import contextlib
import socket
import ssl
import struct
from pathlib import Path

from crmdesk.demo.dialect import Reply
from crmdesk.demo.faults import FaultKind, Faults

_NOISE = b"<br />\n<b>Deprecated</b>:  Creation of dynamic property Field::$x is deprecated in <b>/srv/www/include/Field.php</b> on line <b>12</b><br />\n"
_LOGIN_PAGE = b'<!DOCTYPE html><html><head><title>Sign in</title></head><body><form method="post"><input name="user"><input name="password" type="password"></form></body></html>'


def tls_of(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def reset(connection: socket.socket) -> None:
    """End a connection the hard way: the other side reads "connection reset by peer"."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.shutdown(socket.SHUT_RD)
        connection.close()


def instead(faults: Faults, kind: FaultKind | None) -> Reply | None:
    """Return the answer that a fault gives without asking the site."""
    match kind:
        case FaultKind.HTTP500:
            return Reply(500, b"", "text/html")
        case FaultKind.PLAIN_TEXT:
            return Reply(200, b"Sorry! Attempt to access restricted file.", "text/html")
        case FaultKind.HUGE:
            return Reply(200, b'{"success":true,"result":[{"id":"' + b"x" * faults.huge_bytes + b'"}]}')
        case FaultKind.REDIRECT:
            return Reply(302, b"", "text/html", {"Location": faults.redirect_to})
        case FaultKind.MOVED:
            return Reply(301, b"", "text/html", {"Location": faults.redirect_to})
        case FaultKind.TOO_MANY:
            return Reply(429, b"", "text/html", {"Retry-After": "1"})
        case FaultKind.HTML_LOGIN:
            return Reply(200, _LOGIN_PAGE, "text/html; charset=utf-8")
        case FaultKind.PROXY_LOGIN:
            return Reply(407, b"", "text/html", {"Proxy-Authenticate": 'Basic realm="proxy"'})
        case FaultKind.UNAVAILABLE:
            return Reply(503, b"<html><body>Down for maintenance</body></html>", "text/html", {"Retry-After": "1"})
    return None


def spoiled(reply: Reply, kind: FaultKind | None) -> Reply:
    """Return the site's answer as the fault leaves it."""
    match kind:
        case FaultKind.HTTP500_AFTER:
            return Reply(500, b"", "text/html")
        case FaultKind.HALF_PAGE:
            return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.content_type)
        case FaultKind.WRONG_TYPE:
            return Reply(reply.status, reply.body, "text/html; charset=iso-8859-1")
        case FaultKind.HTML_NOISE:
            return Reply(reply.status, _NOISE + reply.body, reply.content_type)
    return reply
