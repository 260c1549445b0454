"""History access (OPC 10000-11)."""
