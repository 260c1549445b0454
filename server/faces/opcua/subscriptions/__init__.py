"""Subscriptions and monitored items (OPC 10000-4, 5.13 and 5.14)."""
