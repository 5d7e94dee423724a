# SPDX-License-Identifier: MIT
"""The tests, in the rooms of the program they test."""
