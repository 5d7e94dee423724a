# SPDX-License-Identifier: MIT
"""The home page: an account at a glance, drawn from its copy."""
