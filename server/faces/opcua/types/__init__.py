"""Type nodes: the tables of the companion standards and of our own types."""
