"""Finding nodes by their references (OPC 10000-4, 5.9): Browse, BrowseNext, browse paths."""
