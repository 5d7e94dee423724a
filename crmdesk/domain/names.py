# SPDX-License-Identifier: MIT
"""Names and identities: what tells one account, module, field or record from another."""

from dataclasses import dataclass
from typing import NewType

ModuleName = NewType("ModuleName", str)
"""A module as the server calls it, for example ``SalesOrder``; case matters."""
FieldName = NewType("FieldName", str)
"""A field as the server calls it, for example ``bill_city``."""
VendorName = NewType("VendorName", str)
AccountId = NewType("AccountId", str)
"""An account of this program: made once, never changed, safe as a file name."""
Cursor = NewType("Cursor", str)
"""Where the next page begins; only the connector that made it can read it."""


@dataclass(frozen=True, slots=True)
class RecordId:
    """One record on one server.

    Attributes:
        module: the module it lives in; empty where the server does not tell.
        key: opaque, the vendor's own spelling ("12x345", a GUID, "4711").
    """

    module: ModuleName
    key: str

    def __str__(self) -> str:
        return self.key
