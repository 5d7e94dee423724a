# SPDX-License-Identifier: MIT
"""Tests of SOAP: WSDLs, requests, replies."""
