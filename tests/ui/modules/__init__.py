# SPDX-License-Identifier: MIT
"""Tests of the module tree and the side bar."""
