# SPDX-License-Identifier: MIT
"""The wire format of CRM+ (a fork of vtiger 5) and, by a switch, of the two relatives that were measured."""

from crmdesk.demo.dialect import Dialect
from crmdesk.demo.dialects.crmplus.site import CrmPlusSite, default_users

DIALECT = Dialect(
    vendor="crmplus",
    path="/crmplus",
    entry="/webservice.php",
    default_user="admin",
    users=default_users(),
    open=CrmPlusSite,
)
