# SPDX-License-Identifier: MIT
"""The user guide: pages of text in resources/help, shown in a window of their own."""
