"""A line file that speaks of what the plant does not have is found before the server starts."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from mappings.language import LineMapping
from mappings.lines_fit import misfits
from mappings.load import load
from mappings.plant import Plant
from models.isa95.work_definition import PhaseParameter, PhaseSpecification
from tests.world import DEMO_PLANT, PLANT

LINES = DEMO_PLANT.parent / "lines"


def line(name: str) -> LineMapping:
    mapping = load(LINES / f"{name}.yaml", {})
    assert isinstance(mapping, LineMapping)
    return mapping


def test_the_lines_of_the_demo_fit_its_plant() -> None:
    assert misfits(PLANT, [line("dispensing"), line("blending")]) == ()


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ("equipment", "no equipment 'BLEND-01'"),
        ("physical_assets", "no physical asset 'BLENDER-01'"),
    ],
)
def test_what_the_plant_does_not_have_is_named_with_its_line(left_out: str, said: str) -> None:
    found = misfits(replace(PLANT, **{left_out: ()}), [line("blending")])
    assert found
    assert all(said in problem.as_text() for problem in found)
    assert {Path(problem.place.file).name for problem in found} == {"blending.yaml"}


def test_a_tag_is_read_by_one_line_only() -> None:
    twin = replace(line("blending"), line="twin")
    found = misfits(PLANT, [line("blending"), twin])
    assert len(found) == len(twin.tags)
    assert "by line 'blending' already" in found[0].reason


def asked(
    name: str,
    parameter: str = "speed",
    unit: str = "rpm",
    speed: str = "12",
    *,
    complete: bool = True,
) -> Plant:
    """Return the plant with a work master whose first step runs a phase."""
    (first, *rest) = PLANT.work_masters
    values = (
        PhaseParameter(name=parameter, value=Decimal(speed), unit=unit),
        PhaseParameter(name="revolutions", value=Decimal(40)),
    )[: 2 if complete else 1]
    phase = PhaseSpecification(name=name, parameters=values)
    steps = (replace(first.steps[0], phase=phase), *first.steps[1:])
    return replace(PLANT, work_masters=(replace(first, steps=steps), *rest))


@pytest.mark.parametrize(
    ("plant", "said"),
    [
        (asked("stir"), "runs phase 'stir', which no line file has"),
        (asked("blend", parameter="torque"), "hands over 'torque'"),
        (asked("blend", unit="Hz"), "'Hz', BLENDER-01.speed_wish takes it in 'rpm'"),
        (asked("blend", complete=False), "hands over no 'revolutions'"),
        (asked("blend", speed="5000"), "as 5000, BLENDER-01.speed_wish takes 0 to 40"),
    ],
)
def test_a_phase_is_asked_for_as_its_controller_offers_it(plant: Plant, said: str) -> None:
    lines = [line("dispensing"), limited(line("blending"))]
    assert misfits(asked("blend"), lines) == ()
    assert said in " ".join(problem.as_text() for problem in misfits(plant, lines))


def limited(mapping: LineMapping) -> LineMapping:
    """Return the line with a range for the speed that is handed over."""
    wish = "BLENDER-01.speed_wish"
    tags = (replace(tag, range=(0.0, 40.0)) if tag.name == wish else tag for tag in mapping.tags)
    return replace(mapping, tags=tuple(tags))


def test_a_phase_that_nothing_would_stop_is_a_problem() -> None:
    free = replace(line("blending"), permits=())
    (problem,) = misfits(PLANT, [line("dispensing"), free])
    assert "runs without a permit" in problem.as_text()
