# SPDX-License-Identifier: MIT
"""Sales documents: the lines of quotes, orders and invoices in a tab of their own."""
