"""Who may do what with which node."""
