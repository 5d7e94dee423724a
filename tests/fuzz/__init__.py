# SPDX-License-Identifier: MIT
"""Hostile input for every decoder: ``python -m tests.fuzz``. Only values or the decoder's own errors may come out."""
