"""Audit events (OPC 10000-5, 6.4): who tried what, and what came of it."""
