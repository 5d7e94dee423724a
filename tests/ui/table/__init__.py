# SPDX-License-Identifier: MIT
"""Tests of the record table."""
