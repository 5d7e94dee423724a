# SPDX-License-Identifier: MIT
"""Tests of what happens when something went wrong."""
