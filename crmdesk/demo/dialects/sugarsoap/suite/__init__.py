# SPDX-License-Identifier: MIT
"""SuiteCRM's `soap.php`: NuSOAP's encoding, error numbers at HTTP 200, values escaped for HTML."""
