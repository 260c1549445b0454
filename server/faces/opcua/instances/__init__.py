"""Instances: what the records show as nodes."""
