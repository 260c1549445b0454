"""Methods: their nodes, their arguments, and how a call becomes a command."""
