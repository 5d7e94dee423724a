# SPDX-License-Identifier: MIT
"""The notice of a new version."""
