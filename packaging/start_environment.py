# SPDX-License-Identifier: MIT
"""Runs first in the frozen program: gives programs that it starts (a browser, say) the libraries of their own system.

PyInstaller's launcher points LD_LIBRARY_PATH at the bundle and starts itself again; the loader has read it by now.
Source: PyInstaller's manual, "LD_LIBRARY_PATH / LIBPATH considerations", seen 2026-11-22.
"""

import os

if "LD_LIBRARY_PATH_ORIG" in os.environ:
    os.environ["LD_LIBRARY_PATH"] = os.environ.pop("LD_LIBRARY_PATH_ORIG")
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
