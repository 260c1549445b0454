"""Events (OPC 10000-5), alarms (OPC 10000-9) and audit events."""
