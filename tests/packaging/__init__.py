# SPDX-License-Identifier: MIT
"""Tests of the scripts under packaging/, which are no package: conftest.py puts their directory on the path."""
