# SPDX-License-Identifier: MIT
"""The ways in which the pretended server says no; codes and texts as recorded from vtiger 8.0.0 and coreBOS (November 2026)."""


class Refusal(Exception):
    """Answered as {"success": false, "error": {"message", "code"}} with HTTP 200; the code may be the number 0."""

    def __init__(self, code: str | int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Crash(Exception):
    """A PHP fatal: HTTP 500 with an empty body."""


class Sorry(Exception):
    """HTTP 200 with one sentence of plain text."""


def denied(what: str = "") -> Refusal:
    """ACCESS_DENIED: also said for "gone", "never existed", "wrong verb" and "missing parameter"."""
    text = "Permission to perform the operation is denied"
    return Refusal("ACCESS_DENIED", f"{text} {what}".rstrip())


def bad_id() -> Refusal:
    """INVALID_ID_ATTRIBUTE."""
    return Refusal("INVALID_ID_ATTRIBUTE", "Id specified is incorrect")


def missing(field: str) -> Refusal:
    """MANDATORY_FIELDS_MISSING."""
    return Refusal("MANDATORY_FIELDS_MISSING", f"{field} does not have a value")


def unknown_error() -> Refusal:
    """INTERNAL_SERVER_ERROR, what the query lexer says about anything it cannot read."""
    return Refusal("INTERNAL_SERVER_ERROR", "Unknown Error while processing request")


def database_error() -> Refusal:
    """DATABASE_QUERY_ERROR."""
    return Refusal("DATABASE_QUERY_ERROR", "Database error while performing requested operation")
