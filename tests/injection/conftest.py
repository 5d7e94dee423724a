# SPDX-License-Identifier: MIT
"""The journeys' server and loop, and a record panel over the demo, for attempts on the window."""

from tests.journeys.conftest import play, server
from tests.ui.form.conftest import bench, demo, formats, settings, shown

__all__ = ["bench", "demo", "formats", "play", "server", "settings", "shown"]
