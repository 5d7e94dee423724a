# SPDX-License-Identifier: MIT
"""Accounts as earlier versions left them on disk: version-N.sql (the file's dump) and accounts.json beside it."""
