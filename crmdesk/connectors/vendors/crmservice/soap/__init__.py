# SPDX-License-Identifier: MIT
"""The integration web services: SOAP, one WSDL for each manager, a session as the first argument of every call."""
