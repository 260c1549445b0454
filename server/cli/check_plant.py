"""``interlock check-plant DIR``: read the files of a plant and report every mistake in them."""

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from mappings.plant import Plant, load_plant
from mappings.plant.block_tests import load_block_tests
from mappings.problems import Problems
from server.cli.screen import complaints, output, print_problems

DESCRIPTION: Final = """\
Check the files of a plant: every mistake at once, as file:line:column with the reason and what to
do. Nothing is connected and nothing is changed; docs/plant-files.md explains the words. Exit code 0
means that Interlock would start with this plant, and 1 that it would not.

Work masters come into the record as drafts: two people review and approve them afterwards."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the command."""
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--relative-days",
        action="store_true",
        help="accept days such as +200d, as in a plant that is yet to be installed",
    )


def run(options: argparse.Namespace) -> int:
    """Check the files; 0 when a server would start with them."""
    today = datetime.now(UTC).date() if options.relative_days else None  # noqa: TID251 -- no record
    plant = load_plant(options.folder, today)
    problems = Problems()
    if isinstance(plant, Problems):
        problems.extend(plant)
    script = options.folder / "blocktest.yaml"
    if script.exists():
        tests = load_block_tests(script)
        problems.extend(tests if isinstance(tests, Problems) else ())
    if problems:
        print_problems(problems, complaints())
        return 1
    assert isinstance(plant, Plant)
    console = output()
    for line in _summary(plant):
        console.print(line, style="green", markup=False, soft_wrap=True)
    return 0


def _summary(plant: Plant) -> tuple[str, ...]:
    masters = ", ".join(f"{one.work_master_id} version {one.version}" for one in plant.work_masters)
    counts = (
        f"{plant.site_id} is well described: {len(plant.stations)} stations,"
        f" {len(plant.material_definitions)} materials, {len(plant.persons)} persons,"
        f" {len(plant.accounts)} accounts, {len(plant.documents)} documents"
    )
    return counts, f"work masters, as drafts: {masters}"
