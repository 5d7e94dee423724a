# SPDX-License-Identifier: MIT
"""The newer interface: JSON:API under ``/api/v1`` with a bearer token."""
