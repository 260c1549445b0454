"""A line file that speaks of what the plant does not have is found before the server starts."""

from dataclasses import replace
from pathlib import Path

import pytest

from mappings.language import LineMapping
from mappings.lines_fit import misfits
from mappings.load import load
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
