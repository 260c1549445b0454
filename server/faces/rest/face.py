"""What the REST face needs from the rest of the program."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.execution.outcome import Problem
from models.isa95.work_definition import WorkMaster
from server.command_path.authenticate import Authenticator
from server.command_path.path import CommandPath
from server.command_path.ports import Attachments, Clock, ExecutionLog, LiveTagValues, TagValues
from server.queries.read_model import ReadModel

ReadWorkMaster = Callable[[str], WorkMaster | Sequence[Problem]]
"""Reads a work master as it stands in the plant's files, or says every mistake in it."""


def _no_yaml(_: str) -> Sequence[Problem]:
    return (Problem(where="body", reason="this installation reads work masters as JSON only"),)


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
    attachments: Attachments | None = None
    read_work_master: ReadWorkMaster = _no_yaml
    version: str = ""
