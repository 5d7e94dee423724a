# SPDX-License-Identifier: MIT
"""Accounts: choosing, adding and changing them."""
