"""Job orders as other systems hand them over and follow them (OPC 10031-4 V2)."""
