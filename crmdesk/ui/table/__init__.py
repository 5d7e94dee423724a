# SPDX-License-Identifier: MIT
"""The record table: model, own-paint grid, filters, and the tab in which they meet."""
