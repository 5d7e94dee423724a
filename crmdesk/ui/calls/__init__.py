# SPDX-License-Identifier: MIT
"""A vendor's own operations and actions: forms for what they take, questions before they write, what they answer."""
