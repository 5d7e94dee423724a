# SPDX-License-Identifier: MIT
"""The settings: one searchable sheet, and what makes each of them felt at once."""
