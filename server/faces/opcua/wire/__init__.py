"""Codecs and small helpers on the path of every request."""
