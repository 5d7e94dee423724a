# SPDX-License-Identifier: MIT
"""The REST connector of an account whose API key may also open the SOAP services: what only they can is done there."""

from collections.abc import Mapping
from datetime import tzinfo

from crmdesk.connectors.port import Endpoint, Http, OperationInfo
from crmdesk.connectors.vendors.crmservice.rest.connector import RestConnector
from crmdesk.connectors.vendors.crmservice.soap.connector import SoapConnector
from crmdesk.domain.capabilities import Capabilities
from crmdesk.domain.errors import BadCredentials, ConnectionFailed, CrmError, NotPermitted, SessionExpired
from crmdesk.domain.sentence import sentence


class BothConnector(RestConnector):
    """Everything over REST, portal logins and the operations of the WSDLs over SOAP; used on one thread."""

    def __init__(
        self, endpoint: Endpoint, http: Http, capabilities: Capabilities, zone: tzinfo, soap: Capabilities
    ) -> None:
        super().__init__(endpoint, http, capabilities, zone)
        self._soap = SoapConnector(endpoint, http, soap, zone)
        self._is_open = False

    def _opened(self) -> SoapConnector:
        if not self._is_open:
            try:
                self._soap.login()
            except BadCredentials as error:  # no answer to what was asked, and the account itself is signed in
                raise NotPermitted(
                    sentence("The account's key does not open SOAP. {reason}", reason=error.user_text), error.detail
                ) from error
            self._is_open = True
        return self._soap

    def operations(self) -> tuple[OperationInfo, ...]:
        """The operations of REST, and those of the WSDLs where the services answer."""
        own = super().operations()
        try:
            return (*own, *self._opened().operations())
        except ConnectionFailed:
            raise
        except CrmError:
            return own

    def call(self, operation: str, parameters: Mapping[str, str]) -> object:
        """One operation as it is; a dot in its name stands between manager and operation."""
        if "." not in operation:
            return super().call(operation, parameters)
        try:
            return self._opened().call(operation, parameters)
        except SessionExpired:
            self._is_open = False
            raise

    def check_portal_login(self, email: str, password: str, portal: str) -> Mapping[str, str]:
        """Who the customer is; an empty ``portal`` is the account's own."""
        try:
            return self._opened().check_portal_login(email, password, portal)
        except SessionExpired:
            self._is_open = False
            raise

    def close(self) -> None:
        """End the SOAP session where there is one; never raises."""
        if self._is_open:
            self._is_open = False
            self._soap.close()
        super().close()
