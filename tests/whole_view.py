"""What a decision would be if it could look at everything: the same, or its needs forgot."""

from collections.abc import Mapping
from dataclasses import dataclass

from models.execution import commands as c
from models.execution.decide import decide
from models.execution.principal import Principal
from models.execution.snapshot import Snapshot
from models.tag_value import TagValue
from server.command_path.load import ABSENT, Known
from tests.world import World


@dataclass(frozen=True)
class _Live(dict[str, TagValue]):
    """Every reading of a world."""

    world: World

    def get(self, tag: str, _: object = None) -> TagValue | None:  # type: ignore[override]
        return self.world.shown(tag)

    def __getitem__(self, tag: str) -> TagValue:
        found = self.world.shown(tag)
        if found is None:
            raise KeyError(tag)
        return found


class _Heads(dict[str, Known]):
    """The heads of all streams; one that is not there is absent."""

    def __missing__(self, name: str) -> Known:
        return ABSENT


def agrees_with_the_whole(world: World, command: c.Command, principal: Principal) -> None:
    """Assert that what a decision may look at is all that it would look at."""
    states: Mapping[str, object] = world.states
    whole = Snapshot(
        time=world.time,
        states=dict(states),  # type: ignore[arg-type]  # records by stream
        live=_Live(world),
        heads=_Heads(world.heads),
    )
    limited = decide(command, principal, world.snapshot(command, principal))
    assert limited == decide(command, principal, whole), command
