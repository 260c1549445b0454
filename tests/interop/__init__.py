"""Foreign client stacks against the running server: ``make interop``."""
