"""Alarms and conditions (OPC 10000-9): kept true by the records, acted on by commands."""
