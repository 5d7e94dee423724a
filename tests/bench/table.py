# SPDX-License-Identifier: MIT
"""What a benchmark says: lines of figure, bound, what was seen and whether that is within; and a little statistics."""

import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. ``ok`` None = for information, no bound."""

    figure: str
    bound: str
    seen: str
    ok: bool | None = None

    @property
    def verdict(self) -> str:
        """ok, short, or nothing."""
        return "" if self.ok is None else "ok" if self.ok else "SHORT"


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of them lies, 0 <= share <= 1; the largest for 1.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """Median, least and most."""
    return f"{statistics.median(values):.0f} {unit} ({min(values):.0f}–{max(values):.0f})"


def tail(values: Sequence[float]) -> str:
    """Median, p95, p99 and most, in ms."""
    parts = (statistics.median(values), quantile(values, 0.95), quantile(values, 0.99), max(values))
    return "median {:.1f}, p95 {:.1f}, p99 {:.1f}, most {:.1f} ms".format(*parts)


def at_most(figure: str, seen: float, bound: float, unit: str, note: str = "") -> Line:
    """A line of a figure with an upper bound."""
    shown = f"{seen:.2f}" if unit == "x" else f"{seen:.1f}"
    words = f"{shown} {unit}" + (f"   {note}" if note else "")
    return Line(figure, f"≤ {bound:g} {unit}", words, seen <= bound)


def told(figure: str, seen: str) -> Line:
    """A line for information."""
    return Line(figure, "", seen)


def write(lines: Sequence[Line], out: TextIO = sys.stdout) -> None:
    """Print lines as a table."""
    heads = Line("figure", "bound", "seen")
    wide = [max(len(getattr(line, name)) for line in (heads, *lines)) for name in ("figure", "bound")]
    for line in (heads, *lines):
        row = f"{line.figure:{wide[0]}}  {line.bound:{wide[1]}}  {line.verdict:5}  {line.seen}"
        print(row.rstrip(), file=out, flush=True)
