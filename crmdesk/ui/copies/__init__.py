# SPDX-License-Identifier: MIT
"""Copies on this computer as the window shows them: keeping, updating, removing; being offline and coming back."""
