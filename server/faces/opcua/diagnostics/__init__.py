"""What the server says about itself: service level, redundancy, counters (OPC 10000-5, 6.3)."""
