"""The version of the rules: which gates, limits and decisions judged a command."""

from typing import Final

RULE_VERSION: Final = "3"
"""Recorded with every event. Change it whenever a gate or a decision changes its mind."""
