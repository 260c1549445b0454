"""The other side of the wire: simulated PLCs that speak real Modbus TCP. Imports nothing of ours."""
