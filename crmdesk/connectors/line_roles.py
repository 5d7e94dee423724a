# SPDX-License-Identifier: MIT
"""The role of a server whose sales documents can be edited line by line; ``port`` hands it on."""

from typing import Protocol, runtime_checkable

from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import LineShape, ProductHit


@runtime_checkable
class EditsLines(Protocol):
    """Knows what lines can hold, and finds products for them."""

    def line_shape(self, module: ModuleName) -> LineShape:
        """What the lines of a module's documents can hold.

        Raises:
            Unsupported: its records have no lines.
        """
        ...

    def find_products(self, module: ModuleName, words: str, limit: int) -> tuple[ProductHit, ...]:
        """Products whose name or number holds the words, for lines of that module; at most ``limit``, best first."""
        ...

    def known_products(self, products: tuple[RecordId, ...]) -> tuple[ProductHit, ...]:
        """Number and unit of products that lines name; what a request or two cannot tell is left out."""
        ...
