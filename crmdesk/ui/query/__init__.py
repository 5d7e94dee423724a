# SPDX-License-Identifier: MIT
"""Queries in the vendor's own language."""
