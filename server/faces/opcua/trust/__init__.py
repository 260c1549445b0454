"""Application instance certificates: our own, and those of clients (OPC 10000-2)."""
