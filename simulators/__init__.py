"""The other side of the wire: simulated PLCs on real Modbus TCP. Imports nothing of ours."""
