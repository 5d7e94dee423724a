# SPDX-License-Identifier: MIT
"""The journeys' server and loop, for attempts on the whole window."""

from tests.journeys.conftest import play, server

__all__ = ["play", "server"]
