# SPDX-License-Identifier: MIT
"""The queries an account has run, newest first, from one visit to the next."""

import json

from crmdesk.engine.saved_text import read_list
from crmdesk.engine.storage import Storage

_NAME = "queries"
MOST_KEPT = 50


async def recall(storage: Storage) -> list[str]:
    """What was run before; whatever cannot be read counts as nothing.

    Raises:
        ProfileError: the account's file cannot be used.
    """
    saved = await storage.recall(_NAME)
    return [text for text in read_list(saved) if isinstance(text, str)][:MOST_KEPT]


async def note(storage: Storage, text: str) -> list[str]:
    """Put a query at the front; what the history is then.

    Raises:
        ProfileError: the account's file cannot be used.
    """
    kept = [text, *(one for one in await recall(storage) if one != text)][:MOST_KEPT]
    await storage.remember(_NAME, json.dumps(kept, ensure_ascii=False))
    return kept
