# SPDX-License-Identifier: MIT
"""How many decimals money has (ISO 4217), and documents' totals told by it."""

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from crmdesk.domain.totals import Terms

_USUAL = 2
_WITHOUT = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_THREE = frozenset(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"])
_CODE = re.compile(r"\b[A-Z]{3}\b")


def places_of(currency: str) -> int:
    """Decimals of a currency as a server tells it: "EUR", "Yen (JPY)"; two where no code is in it."""
    for code in _CODE.findall(currency):
        if code in _WITHOUT:
            return 0
        if code in _THREE:
            return 3
    return _USUAL


def as_money(amount: Decimal, places: int) -> Decimal:
    """Half away from zero; never to less than cents, which some servers keep of every currency."""
    return amount.quantize(Decimal(1).scaleb(-max(places, _USUAL)), ROUND_HALF_UP)


def in_currency(terms: Terms, currency: str) -> Terms:
    """The same terms with totals told, and compared with the server's, to the last decimal of the currency."""
    places = max(places_of(currency), terms.rule.shown_places)
    return terms if places == terms.rule.shown_places else replace(terms, rule=replace(terms.rule, shown_places=places))
