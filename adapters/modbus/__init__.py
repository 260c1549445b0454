"""Devices that speak Modbus TCP."""
