# SPDX-License-Identifier: MIT
"""Tests of the notice of a new version."""
