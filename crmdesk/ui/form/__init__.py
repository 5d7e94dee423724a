# SPDX-License-Identifier: MIT
"""One record in the window: its fields with their editors, its relations, documents, history and raw reply."""
