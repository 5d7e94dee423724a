# SPDX-License-Identifier: MIT
"""Whose server it is: SplendidCRM's ``soap.asmx``, or ``soap.php`` of SugarCRM and SuiteCRM."""

from enum import Enum


class Family(Enum):
    """The two dialects of one service; the value is for people."""

    SPLENDID = "SplendidCRM"
    SUGAR = "SugarCRM / SuiteCRM"
