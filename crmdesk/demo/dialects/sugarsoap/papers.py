# SPDX-License-Identifier: MIT
"""What the seeded quotes, orders and invoices add up to."""

from decimal import Decimal

from crmdesk.demo.seed import Entry, World

_CENT = Decimal("0.01")


def totals(world: World, paper: Entry) -> dict[str, Decimal]:
    """Return what a paper's lines add up to: SUBTOTAL, DISCOUNT, SHIPPING, TAX, TOTAL, to the cent."""
    subtotal = Decimal(0)
    tax = Decimal(0)
    share = 1 - Decimal(paper["discount"] or 0) / 100
    for line in paper["lines"]:
        net = Decimal(line["quantity"]) * Decimal(line["price"]) * (1 - Decimal(line["discount"]) / 100)
        subtotal += net
        tax += net * share * Decimal(world.items[line["item"]]["tax"]) / 100
    discount, shipping = subtotal * (1 - share), Decimal(paper["shipping"])
    found = {"SUBTOTAL": subtotal, "DISCOUNT": discount, "SHIPPING": shipping, "TAX": tax}
    found = {name: amount.quantize(_CENT) for name, amount in found.items()}
    return found | {"TOTAL": found["SUBTOTAL"] - found["DISCOUNT"] + found["SHIPPING"] + found["TAX"]}
