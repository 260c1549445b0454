"""Sessions (OPC 10000-4, 5.7): who they are, what they own, what they share."""
