# SPDX-License-Identifier: MIT
"""Attempts to make data act: as a query, a formula, markup, a path, a link, a terminal's command, a bomb."""
