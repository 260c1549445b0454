"""The aggregates of OPC 10000-13 as functions of arrays: no store, no wire, no clock."""
