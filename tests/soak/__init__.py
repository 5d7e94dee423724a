# SPDX-License-Identifier: MIT
"""What must hold when the program is killed at any moment: ``python -m tests.soak kill --points N``. POSIX only."""
