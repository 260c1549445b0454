"""A hardened OPC UA server over asyncua: nothing in here knows what the address space is about."""
