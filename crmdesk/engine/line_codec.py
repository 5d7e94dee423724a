# SPDX-License-Identifier: MIT
"""What lines can hold, and products ready to be a line, as JSON and back; for what is kept for the time without a server."""

from decimal import Decimal
from typing import Any

from crmdesk.domain.names import FieldName
from crmdesk.domain.sales import HeaderDiscount, LineKind, LineShape, ProductHit
from crmdesk.domain.sentence import packed, unpacked
from crmdesk.engine.codec import field_from_json, field_to_json, line_from_json, line_to_json

Json = Any

_PLAIN = (
    "has_percent",
    "has_amount",
    "needs_product",
    "can_be_empty",
    "can_begin",
    "keeps_order",
    "quantity_places",
    "heading_field",
    "heading_text_field",
    "tax_field",
)


def shape_to_json(shape: LineShape) -> Json:
    """What lines can hold."""
    return {
        **{name: getattr(shape, name) for name in _PLAIN},
        "kinds": [kind.name for kind in shape.kinds],
        "taxes": {name: packed(label) for name, label in shape.taxes.items()},
        "rates": {name: [str(rate) for rate in rates] for name, rates in shape.rates.items()},
        "text_label": packed(shape.text_label),
        "fields": [field_to_json(field) for field in shape.fields],
        "shown": list(shape.shown),
        "header_discount": shape.header_discount.name,
    }


def shape_from_json(data: Json) -> LineShape:
    """The inverse of ``shape_to_json``. Raises what is in ``codec.UNREADABLE``."""
    return LineShape(
        **{name: data[name] for name in _PLAIN},
        kinds=tuple(LineKind[name] for name in data["kinds"]),
        taxes={name: unpacked(label) for name, label in data["taxes"].items()},
        rates={name: tuple(Decimal(rate) for rate in rates) for name, rates in data["rates"].items()},
        text_label=unpacked(data["text_label"]),
        fields=tuple(field_from_json(field) for field in data["fields"]),
        shown=tuple(FieldName(name) for name in data["shown"]),
        header_discount=HeaderDiscount[data["header_discount"]],
    )


def hit_to_json(hit: ProductHit) -> Json:
    """A product that was found."""
    told = {name: getattr(hit, name) for name in ("number", "unit", "detail", "title", "is_whole")}
    return {**told, "line": line_to_json(hit.line)}


def hit_from_json(data: Json) -> ProductHit:
    """The inverse of ``hit_to_json``. Raises what is in ``codec.UNREADABLE``."""
    return ProductHit(**{**data, "line": line_from_json(data["line"])})
