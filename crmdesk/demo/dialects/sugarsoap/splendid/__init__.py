# SPDX-License-Identifier: MIT
"""SplendidCRM's `soap.asmx`: ASP.NET's encodings, the .NET exception chains, the forty-one operations."""
