# SPDX-License-Identifier: MIT
"""Finding products for lines: what was asked once is remembered while the tab is open, and fast typing asks once."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from crmdesk.domain.errors import ConnectionFailed, CrmError
from crmdesk.domain.names import ModuleName, RecordId
from crmdesk.domain.sales import ProductHit
from crmdesk.engine.reading import Reading
from crmdesk.ui.tasks import TaskScope
from crmdesk.ui.translation import told
from crmdesk.ui.wording import tr

MOST_HITS = 20
_KEPT = 200


@dataclass(frozen=True, slots=True)
class FoundProducts:
    """The answer to one search; ``problem`` is a sentence where there is nothing to show."""

    hits: tuple[ProductHit, ...]
    problem: str = ""


class ProductSearch:
    """Owned by a sales tab, in whose scope it works; a new question replaces the old one."""

    def __init__(self, reading: Reading, module: ModuleName, scope: TaskScope) -> None:
        self._reading, self._module, self._scope = reading, module, scope
        self._found: OrderedDict[str, tuple[ProductHit, ...]] = OrderedDict()
        self.known: dict[RecordId, ProductHit] = {}

    def remembered(self, words: str) -> tuple[ProductHit, ...] | None:
        """What an earlier search found, None = it must be asked."""
        return self._found.get(_key(words))

    def ask(self, words: str, answer: Callable[[FoundProducts], None]) -> None:
        """Search and call ``answer``, at once where it is remembered; errors come as a sentence."""
        hits = self.remembered(words)
        if hits is not None:
            answer(self._told(words, hits))
        else:
            self._scope.start(self._look(words, answer), slot="products")

    def stop(self) -> None:
        """Nobody waits for an answer any longer."""
        self._scope.cancel("products")

    async def _look(self, words: str, answer: Callable[[FoundProducts], None]) -> None:
        try:
            hits = await self.find(words)
        except CrmError as error:
            answer(FoundProducts((), told(error.user_text)))
            return
        answer(self._told(words, hits))

    async def find(self, words: str) -> tuple[ProductHit, ...]:
        """Products with these words in name or number.

        Raises:
            CrmError.
        """
        remembered = self.remembered(words)
        if remembered is not None:
            return remembered
        asked = " ".join(words.split())
        away = self._reading.is_away
        hits = await self._reading.find_products(self._module, asked, MOST_HITS)
        if not away:  # what a copy does not know the server may
            self._found[_key(words)] = hits
        self.known |= {hit.line.product: hit for hit in hits if hit.line.product is not None}
        while len(self._found) > _KEPT:
            self._found.popitem(last=False)
        return hits

    async def one(self, words: str) -> ProductHit | None:
        """The single product that the words mean: by number, else by its whole name, else the only one found."""
        hits = await self.find(words)
        key = _key(words)
        for same in (
            [hit for hit in hits if key in (_key(hit.number), _key(hit.detail)) and key],
            [hit for hit in hits if _key(hit.name) == key],
            hits,
        ):
            if len(same) == 1:
                return same[0]
        return None

    async def whole(self, hit: ProductHit) -> ProductHit:
        """The product with everything a line begins with; as it is where the server tells no more.

        Raises:
            CrmError.
        """
        product = hit.line.product
        if hit.is_whole or product is None:
            return hit
        known = self.known.get(product)
        if known is not None and known.is_whole:
            return known
        hits = await self._reading.known_products((product,))
        self.known |= {one.line.product: one for one in hits if one.line.product is not None}
        return next(iter(hits), hit)

    def doubt(self, hit: ProductHit) -> str:
        """What is to be said of a product that begins a line though not all is known of it, "" = nothing."""
        if hit.is_whole or not self._reading.is_away:
            return ""
        return tr("Offline: of {name} only what a list told is known, its tax may be missing. Look at the line again when the "
                  "server answers.", name=hit.name)  # fmt: skip

    async def learn(self, products: Iterable[RecordId]) -> bool:
        """Ask for numbers and units of products that lines name; whether anything was learnt."""
        wanted = tuple(dict.fromkeys(one for one in products if one not in self.known))
        if not wanted:
            return False
        try:
            hits = await self._reading.known_products(wanted)
        except ConnectionFailed:
            return False  # lines are read and edited without their products' numbers, too
        self.known |= {hit.line.product: hit for hit in hits if hit.line.product is not None}
        return bool(hits)

    def _told(self, words: str, hits: tuple[ProductHit, ...]) -> FoundProducts:
        if hits:
            return FoundProducts(hits)
        if self._reading.is_away:
            return FoundProducts((), tr("Offline: no product that this computer knows is called so."))
        return FoundProducts((), _none_words(words))


def _none_words(words: str) -> str:
    return tr("No product is called {name}.", name=words.strip()) if words.strip() else tr("There are no products.")


def _key(words: str) -> str:
    return " ".join(words.split()).casefold()
