# SPDX-License-Identifier: MIT
"""PURE: lets nothing but a SELECT through to ``/Queries``.

The server says it refuses inserts, and nothing of updates and deletes. So the text is parsed, in the dialects a server
might read it in, and every one of them must see one SELECT and nothing in it that changes anything. Looking at the
first word would let ``SELECT 1; DELETE …`` and ``WITH … DELETE`` pass. One thing no parser of single statements sees:
T-SQL needs nothing between two statements, so ``SELECT 1 DELETE FROM x`` is two there and one with an odd name
elsewhere; the words that begin such statements are refused wherever they stand bare.
"""

import logging
from typing import TYPE_CHECKING

from crmdesk.domain.errors import Invalid
from crmdesk.domain.sentence import sentence

if TYPE_CHECKING:  # sqlglot costs 100 ms; it is imported with the first query that a person types
    from sqlglot.expressions import Expr

_DIALECTS = ("tsql", "", "mysql", "postgres")
_REFUSED = sentence("Only a SELECT can be run here: it reads and changes nothing.")
_COMMENTS = sentence("Take the comments out: what a server reads in them cannot be checked.")
_MAX_CHARS = 6000
_BARE = frozenset(
    [
        "ALTER",
        "BACKUP",
        "BULK",
        "CALL",
        "COMMIT",
        "CREATE",
        "DBCC",
        "DECLARE",
        "DELETE",
        "DENY",
        "DROP",
        "EXEC",
        "EXECUTE",
        "GRANT",
        "INSERT",
        "INTO",
        "KILL",
        "LOAD",
        "LOCK",
        "MERGE",
        "OPENDATASOURCE",
        "OPENQUERY",
        "OPENROWSET",
        "RECONFIGURE",
        "RENAME",
        "RESTORE",
        "REVOKE",
        "ROLLBACK",
        "SHUTDOWN",
        "TRUNCATE",
        "UPDATE",
        "UPDATETEXT",
        "UPSERT",
        "WAITFOR",
        "WRITETEXT",
    ]
)
_PREFIXES = ("XP_", "SP_", "DBLINK", "LO_", "PG_")


def checked_select(text: str) -> str:
    """The query without a closing semicolon.

    Raises:
        Invalid: it is anything but one SELECT.
    """
    from sqlglot.errors import SqlglotError

    asked = text.strip()
    while asked.endswith(";"):
        asked = asked[:-1].rstrip()
    if not asked:
        raise Invalid(sentence("Type a SELECT first."))
    if len(asked) > _MAX_CHARS:
        raise Invalid(
            sentence(
                "The query has {n} characters; {max_chars} fit into an address.", n=len(asked), max_chars=_MAX_CHARS
            )
        )
    logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of commands, which are refused here
    problem: BaseException | None = None
    understood = False
    for dialect in _DIALECTS:
        try:
            _check(asked, dialect)
            understood = True
        except (SqlglotError, RecursionError) as error:
            problem = problem or error  # no text of that dialect, so no server of that kind would run it
    if not understood:
        raise Invalid(
            sentence("This is no SELECT that can be understood: {first_line}", first_line=_first_line(problem))
        ) from problem
    return asked


def _check(asked: str, dialect: str) -> None:
    """One reading of the text.

    Raises:
        Invalid: it is no SELECT in this dialect. SqlglotError: it is no text of this dialect.
    """
    import sqlglot
    from sqlglot import TokenType, exp

    found = [one for one in sqlglot.parse(asked, read=dialect or None) if one is not None]
    if len(found) != 1 or not isinstance(found[0], exp.Select | exp.SetOperation):
        raise Invalid(_REFUSED)
    if any(_changes(node) for node in found[0].walk()):
        raise Invalid(_REFUSED)
    for token in sqlglot.tokenize(asked, read=dialect or None):
        if token.comments:
            raise Invalid(_COMMENTS)
        word = token.text.upper()
        is_bare = token.token_type not in (TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.IDENTIFIER)
        if is_bare and (word in _BARE or word.startswith(_PREFIXES)):
            raise Invalid(sentence("{refused} “{token}” is not taken.", refused=_REFUSED, token=token.text))


def _changes(node: "Expr") -> bool:
    from sqlglot import exp

    if isinstance(node, exp.Query):
        return False
    writes = (exp.DML, exp.DDL, exp.Command, exp.Into, exp.Lock, exp.Set, exp.Drop, exp.Alter, exp.TruncateTable)
    return isinstance(node, writes) or bool(node.comments)


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0][:200]
