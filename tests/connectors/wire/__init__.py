# SPDX-License-Identifier: MIT
"""Tests of the way to the servers."""
