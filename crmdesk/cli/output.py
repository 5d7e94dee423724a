# SPDX-License-Identifier: MIT
"""Where output goes and what rows look like there: JSON, JSON lines, CSV, a table."""

import io
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import BinaryIO, TextIO

from crmdesk.cli.shapes import shown
from crmdesk.cli.terminal import beneath, shown_plain
from crmdesk.cli.trouble import Refused, Usage
from crmdesk.domain.names import FieldName
from crmdesk.domain.record import Record
from crmdesk.domain.schema import Field, Schema
from crmdesk.engine.row_files import Json, whole_file
from crmdesk.translation import told, tr


class TableWriter:
    """A table for people; held back until its columns' widths are known."""

    def __init__(self, out: TextIO, fields: Sequence[FieldName], schema: Schema) -> None:
        self._out = out
        self._fields = [name for name in fields if name != "id"]
        self._known: dict[FieldName, Field] = {field.name: field for field in schema.fields}
        self._rows: list[list[str]] = []

    def write(self, records: Sequence[Record]) -> None:
        """Some more rows."""
        for record in records:
            cells = (shown(record, name, self._known.get(name)) for name in self._fields)
            self._rows.append([record.id.key, *cells])

    def end(self) -> None:
        """Write the table."""
        numbers = [i for i, n in enumerate(self._fields, 1) if n in self._known and self._known[n].type.is_number]
        print_table(self._out, ["id", *map(str, self._fields)], self._rows, right=numbers)


def print_table(out: TextIO, head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """A plain table; on a terminal the widest columns are cut until it fits, elsewhere everything is whole.

    Args:
        right: columns whose texts end below one another.
    """
    from tabulate import tabulate
    from wcwidth import wcswidth

    if not rows:
        out.write((tr("no records") if head and head[0] in ("id", tr("id")) else tr("nothing")) + "\n")
        return
    rows = [[told(cell) for cell in row] for row in rows]
    if out.isatty():
        widths = [max(wcswidth(head[i]) + 2, *(wcswidth(row[i]) for row in rows)) for i in range(len(head))]
        room = shutil.get_terminal_size().columns - 2 * (len(head) - 1)
        while sum(widths) > room and max(widths) > 8:
            widths[widths.index(max(widths))] -= 1
        head = [_cut(text, width - 2) for text, width in zip(head, widths, strict=True)]  # tabulate pads heads by 2
        rows = [[_cut(text, width) for text, width in zip(row, widths, strict=True)] for row in rows]
    align = ["right" if i in right else "left" for i in range(len(head))]
    text = tabulate(rows, list(head), tablefmt="simple", disable_numparse=True, colalign=align)
    out.write(text + "\n")


def print_json(out: TextIO, data: Json) -> None:
    """Indented, letters of all scripts as they are."""
    out.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def standard_output() -> TextIO:
    """Standard output as UTF-8 whatever the system's own encoding, line ends as written."""
    stream = beneath(sys.stdout)
    if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="")
    elif isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return sys.stdout


def say(text: str) -> None:
    """Tell people something, in one line; standard output is for scripts, and standard error may be closed."""
    with suppress(OSError, ValueError):
        print(f"crmdesk: {shown_plain(' '.join(told(text).split()))}", file=sys.stderr)


@contextmanager
def text_output(path: Path | None) -> Iterator[TextIO]:
    """Standard output, or a file that takes its name only when it is whole.

    Raises:
        Usage: the folder does not exist. Refused: the file cannot be written.
    """
    if path is None:
        yield standard_output()
        return
    with binary_output(path) as raw:
        out = io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="")
        yield out
        out.flush()
        out.detach()


@contextmanager
def binary_output(path: Path | None) -> Iterator[BinaryIO]:
    """As ``text_output``, for bytes; a terminal is not given any.

    Raises:
        Usage: no file is named and a terminal would get it, or the folder does not exist.
        Refused: the file cannot be written.
    """
    if path is None:
        if sys.stdout.isatty():
            raise Usage(tr("A spreadsheet is not for the terminal: name a file with --output."))
        yield sys.stdout.buffer
        return
    target = path.expanduser()
    if not target.resolve().parent.is_dir():
        raise Usage(tr("There is no folder {parent}.", parent=target.resolve().parent))
    if target.is_dir():
        raise Usage(tr("{target} is a folder.", target=target))
    try:
        with whole_file(target) as out:
            yield out
    except OSError as error:
        raise Refused(
            tr("{target} could not be written: {strerror}.", target=target, strerror=error.strerror or error)
        ) from error


def _cut(text: str, width: int) -> str:
    """At most so many terminal cells; what is missing shows as an ellipsis."""
    from wcwidth import wcswidth, wcwidth

    if wcswidth(text) <= width:
        return text
    kept, used = "", 0
    for letter in text:
        step = max(wcwidth(letter), 0)
        if used + step > width - 1:
            break
        kept, used = kept + letter, used + step
    return kept + "…"


class Progress:
    """``1,200 rows…`` on standard error while rows are read, only on a terminal and only where it takes a while."""

    def __init__(self, quiet_s: float = 0.5) -> None:
        self._from = monotonic() + quiet_s
        self._on = sys.stderr is not None and sys.stderr.isatty()
        self._width = 0

    def __call__(self, rows: int) -> None:
        """So many rows have been read."""
        if self._on and monotonic() >= self._from:
            text = tr("{n} rows…", n=f"{rows:,}")
            self._width = max(self._width, len(text))
            print(f"\r{text}", end="", file=beneath(sys.stderr), flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self._width:
            print(f"\r{' ' * self._width}\r", end="", file=beneath(sys.stderr), flush=True)
            self._width = 0
