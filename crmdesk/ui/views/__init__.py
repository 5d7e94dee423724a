# SPDX-License-Identifier: MIT
"""Saved views: kept per account, gone to by name, shared as files."""
