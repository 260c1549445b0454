"""The services of OPC 10000-4 that take a list and answer entry by entry."""
