# SPDX-License-Identifier: MIT
"""The mirror: chosen modules of an account copied to this computer, for search as you type, offline work and figures."""

from crmdesk.engine.mirror.finder import MirrorSearch
from crmdesk.engine.mirror.mirror import DEFAULT_LIMIT_BYTES, Mirror
from crmdesk.engine.mirror.reading import FIRST_ROWS, MirrorView
from crmdesk.engine.mirror.shapes import (
    Bucket,
    Figure,
    Fit,
    Freshness,
    MirrorChange,
    MirrorStatus,
    ModuleState,
    Phase,
    Progress,
    SearchAnswer,
    SearchHit,
    Source,
    Step,
    Updated,
)

__all__ = [
    "DEFAULT_LIMIT_BYTES",
    "FIRST_ROWS",
    "Bucket",
    "Figure",
    "Fit",
    "Freshness",
    "Mirror",
    "MirrorChange",
    "MirrorSearch",
    "MirrorStatus",
    "MirrorView",
    "ModuleState",
    "Phase",
    "Progress",
    "SearchAnswer",
    "SearchHit",
    "Source",
    "Step",
    "Updated",
]
