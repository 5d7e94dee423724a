# SPDX-License-Identifier: MIT
"""Data fixes: one change to many records, files brought in and out, duplicates, damaged text."""
