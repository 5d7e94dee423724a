# SPDX-License-Identifier: MIT
"""``python -m crmdesk``."""

import sys

from crmdesk.app import main

sys.exit(main())
