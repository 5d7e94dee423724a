# SPDX-License-Identifier: MIT
"""When something went wrong: the dialog, the question at the next start, and what goes with a report."""
