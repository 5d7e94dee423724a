# SPDX-License-Identifier: MIT
"""Tests of sales documents in the window."""
