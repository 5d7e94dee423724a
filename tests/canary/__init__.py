# SPDX-License-Identifier: MIT
"""Known secrets typed everywhere, then looked for everywhere: ``python -m tests.canary``."""
