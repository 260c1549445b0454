"""What an event makes of the substitutions and the produced units of a job order."""

from types import MappingProxyType
from typing import Final

from models.execution.evolve.changes import Changes

CHANGES: Final[Changes] = MappingProxyType({})
