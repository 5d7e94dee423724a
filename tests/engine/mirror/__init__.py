# SPDX-License-Identifier: MIT
"""The mirror: folding, tables, reading, updating, searching, figures, the team's copy."""
