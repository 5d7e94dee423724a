# SPDX-License-Identifier: MIT
"""Tests of the pure values and rules."""
