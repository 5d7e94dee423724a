# SPDX-License-Identifier: MIT
"""A bar chart as SVG, laid out by pygal, in the theme's colours, in what QtSvg understands: attributes and no stylesheet."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lxml import etree
from pygal import Bar, Config, HorizontalBar
from pygal.style import Style
from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QColor
from PySide6.QtSvg import QSvgRenderer

from crmdesk.domain.usual import Standing
from crmdesk.ui.theme import theme

# The hook by which pygal finds plug-ins of its own is of a kind that Python left behind; nobody here has such plug-ins.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

_SVG: Final = "{http://www.w3.org/2000/svg}"
_BAR: Final = "bar-"
_SLIVER: Final = 0.005
"""Share of the longest bar that nothing at all is drawn as, so that it can be seen and clicked."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One bar to draw: what stands under it, its length, what stands at its end, and how a stage stands."""

    label: str
    size: float
    told: str
    standing: Standing = Standing.OPEN


class Drawing:
    """A chart ready to be painted.

    Attributes:
        renderer: paints it. places: where each stroke is, in its coordinates; an empty one for nothing to see.
    """

    def __init__(self, strokes: Sequence[Stroke], size: QSize, *, lying: bool) -> None:
        """`lying`: bars run to the right, for names; else upwards, for months."""
        tree = etree.fromstring(_laid_out(strokes, size, lying).encode("utf-8"))
        _dress(tree, strokes)
        self.renderer = QSvgRenderer(QByteArray(etree.tostring(tree)))
        self.places = [self._place(number) for number in range(len(strokes))]

    def _place(self, number: int) -> QRectF:
        name = f"{_BAR}{number}"
        if not self.renderer.elementExists(name):
            return QRectF()
        return self.renderer.transformForElement(name).mapRect(self.renderer.boundsOnElement(name))


def _laid_out(strokes: Sequence[Stroke], size: QSize, lying: bool) -> str:
    small = theme().metrics("small").height() * 0.75
    style = Style(
        font_family=theme().font("small").family(),
        label_font_size=small,
        major_label_font_size=small,
        value_font_size=small,
        value_label_font_size=small,
    )
    config = Config(
        style=style,
        width=size.width(),
        height=size.height(),
        explicit_size=True,
        show_legend=False,
        js=(),
        margin=2,
        spacing=6,
        print_values=True,
        print_values_position="top",
        show_x_guides=False,
        show_y_guides=False,
        show_x_labels=not lying,  # pygal's x and y stay where they are when the bars lie down
        show_y_labels=lying,
        rounded_bars=3,
        disable_xml_declaration=True,
        truncate_label=22 if lying else 8,
        range=(0, max([stroke.size for stroke in strokes], default=0) * (1.3 if lying else 1.12) or 1),
    )
    least = max([stroke.size for stroke in strokes], default=0) * _SLIVER
    in_order = list(reversed(strokes)) if lying else list(strokes)  # lying bars grow from the bottom
    chart = (HorizontalBar if lying else Bar)(config)
    chart.x_labels = [stroke.label for stroke in in_order]
    told = {id_: stroke.told for id_, stroke in enumerate(in_order)}
    chart.add(
        "", [{"value": max(s.size, least), "formatter": lambda _, text=told[n]: text} for n, s in enumerate(in_order)]
    )
    return str(chart.render(is_unicode=True))


def _dress(tree: etree._Element, strokes: Sequence[Stroke]) -> None:
    """Give every element its colour, name the bars, and take out what only a browser uses."""
    c, small = theme().colours, theme().font("small")
    inks = {Standing.OPEN: c.accent, Standing.WON: c.good, Standing.LOST: c.muted}
    for part in tree.xpath(
        "//*[local-name()='style' or local-name()='script' or local-name()='desc' or local-name()='title']"
    ):
        part.getparent().remove(part)
    for part in tree.xpath("//*[contains(concat(' ', @class, ' '), ' background ')] | //*[@class='tooltip']"):
        part.getparent().remove(part)
    for part in tree.iter(f"{_SVG}path"):
        part.set("fill", "none")
        part.set("stroke", "none")
    bars = [part for part in tree.iter(f"{_SVG}rect") if "reactive" in part.get("class", "")]
    lying = "horizontal" in " ".join(part.get("class", "") for part in tree.iter(f"{_SVG}g"))
    numbers = range(len(bars) - 1, -1, -1) if lying else range(len(bars))
    for number, part in zip(numbers, bars, strict=True):
        part.set("id", f"{_BAR}{number}")
        part.set("fill", inks[strokes[number].standing].name())
        part.set("stroke", "none")
    for part in tree.iter(f"{_SVG}text"):
        is_value = "value" in part.get("class", "")
        _ink(part, c.text if is_value else c.muted)
        part.set("font-family", small.family())
        part.set("font-size", f"{theme().metrics('small').height() * 0.75:.1f}")
        part.set("text-anchor", ("start" if is_value else "end") if lying else "middle")


def _ink(part: etree._Element, colour: QColor) -> None:
    part.set("fill", colour.name())
    part.set("stroke", "none")
