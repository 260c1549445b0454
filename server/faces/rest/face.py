"""What the REST face needs from the rest of the program."""

from dataclasses import dataclass

from server.command_path.authenticate import Authenticator
from server.command_path.path import CommandPath
from server.command_path.ports import Clock, ExecutionLog, LiveTagValues, TagValues
from server.queries.read_model import ReadModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What the routes need."""

    path: CommandPath
    authenticator: Authenticator
    read_model: ReadModel
    live: LiveTagValues
    tag_values: TagValues
    execution_log: ExecutionLog
    clock: Clock
    version: str = ""
