# SPDX-License-Identifier: MIT
"""The page that searches every account's copy while somebody types."""
