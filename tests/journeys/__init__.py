# SPDX-License-Identifier: MIT
"""Journeys: the whole program on the demo server."""
