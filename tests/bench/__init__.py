# SPDX-License-Identifier: MIT
"""The speed figures the program promises, measured: ``python -m tests.bench``."""
