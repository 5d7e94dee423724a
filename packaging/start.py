# SPDX-License-Identifier: MIT
"""What the frozen program runs."""

import sys

from crmdesk.app import main

sys.exit(main())
