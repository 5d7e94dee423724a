# SPDX-License-Identifier: MIT
"""Tests of saved views."""
