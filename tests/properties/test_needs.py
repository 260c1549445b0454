"""A decision looks at all that it has to: with the whole plant in sight it would be the same."""

import random

import pytest

from tests import world as w
from tests.chance import Chance
from tests.whole_view import agrees_with_the_whole

SEEDS = 12
COMMANDS = 300


@pytest.mark.parametrize("seed", range(SEEDS))
def test_no_decision_would_be_another_with_the_whole_plant_in_sight(seed: int) -> None:
    world = w.installed()
    dice = random.Random(seed)  # noqa: S311 -- seeded, and not for secrets
    chance = Chance(dice, world.states, world.time)
    accepted = 0
    for _ in range(COMMANDS):
        world.scale_shows("FLOOR-SCALE-01", dice.choice((0.0, 1.0, 1.0, 2.0, 10.0)))
        chance.time = world.time
        command, principal = chance.command()
        agrees_with_the_whole(world, command, principal)
        accepted += not world.do(command, principal).refusals
    assert accepted > COMMANDS / 10
