# SPDX-License-Identifier: MIT
"""The tests, in the rooms of the program they test; `python -m tests.check` is the one door to all checks."""
