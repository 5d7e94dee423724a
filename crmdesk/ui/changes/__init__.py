# SPDX-License-Identifier: MIT
"""Changes: what is staged, its review and its way to the server."""
