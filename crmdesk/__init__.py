# SPDX-License-Identifier: MIT
"""crmdesk: browse and mend the data of a CRM from the desktop."""

__version__ = "0.1.0"
