"""A packaging line in memory with WorkMasters made for one test, for the gates of equipment."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from models.execution import commands as c
from models.execution import streams
from models.execution.principal import Principal, Role
from models.execution.records import EquipmentRecord, PhysicalAssetRecord
from models.isa95.equipment import Equipment
from models.isa95.material import MaterialDefinition
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    Instruction,
    MaterialSpecification,
    Source,
    StepSpecification,
    WorkMaster,
)
from tests import world as w
from tests.world import World, identity

LINE: Final = "PACK-01"
MAINTENANCE: Final = Principal(
    account="maint-01", roles=frozenset({Role.MAINTENANCE}), face="rest", person_id="met-01"
)
METROLOGY: Final = Principal(
    account="met-01", roles=frozenset({Role.METROLOGY}), face="rest", person_id="met-01"
)
_PACK_01: Final = next(x for x in w.PLANT.equipment if x.equipment_id == LINE)


def line(**described: object) -> Equipment:
    """Return the packaging line, described differently."""
    return replace(_PACK_01, **described)  # type: ignore[arg-type] # what the test says of it


def step(step_id: str = "010", **asked: object) -> StepSpecification:
    """Return a step at the packaging line that asks for what the test says."""
    plain = StepSpecification(
        step_id=step_id,
        description=f"Step {step_id}",
        process_segment_id="PACK",
        equipment_class="packaging-line",
        instruction=Instruction(text="Do it."),
    )
    return replace(plain, **asked)  # type: ignore[arg-type] # what the test says of it


def master(
    *steps: StepSpecification, product: str = "VITC-500-CAPS", name: str = "WM-LINE"
) -> WorkMaster:
    """Return an approved WorkMaster of these steps."""
    return WorkMaster(
        work_master_id=name,
        version="1",
        description=name,
        material_definition_id=product,
        quantity=Quantity.parse("1 kg"),
        steps=steps,
        approved=True,
    )


def material(name: str, *allergens: str) -> MaterialDefinition:
    """Return a material that brings these allergens."""
    return MaterialDefinition(
        material_definition_id=name, description=name, unit="kg", allergens=allergens
    )


def consumes(name: str) -> MaterialSpecification:
    """Return that a step consumes a kilogram of the material."""
    kilogram, gram = Quantity.parse("1 kg"), Quantity.parse("0.01 kg")
    return MaterialSpecification(
        material_definition_id=name,
        quantity=kilogram,
        below=gram,
        above=gram,
        instrument_class="bench-scale",
    )


def running(*masters: WorkMaster, described: Iterable[c.MasterDatum] = ()) -> World:
    """Return a world with one job order for each WorkMaster: JO-1, JO-2 …; JO-1 is at the line."""
    world = w.installed()
    world.must(c.DefineMasterData(items=(*described, *masters)), w.SYSTEM)
    for command, principal in w.approvals(masters):
        world.must(command, principal)
    for number, item in enumerate(masters, start=1):
        world.must(
            c.StoreJobOrder(
                job_order_id=f"JO-{number}",
                work_master_id=item.work_master_id,
                quantity=item.quantity,
                allowed_to_start=True,
            )
        )
    take(world, "JO-1")
    return world


def take(world: World, job_order_id: str, station: str = LINE, account: str = "op-01") -> None:
    """Take the station for a job order."""
    world.must(
        c.OpenStationSession(station=station, job_order_id=job_order_id, identity=identity(account))
    )


def start(step_id: str = "010") -> c.StartStep:
    """Return the command that begins a step at the line."""
    return c.StartStep(station=LINE, step_id=step_id)


def complete() -> c.CompleteStep:
    """Return the command that completes the step at the line."""
    return c.CompleteStep(station=LINE)


def said(evidence_id: str, value: str) -> c.RecordEvidence:
    """Return the command that records what a person saw."""
    return c.RecordEvidence(
        station=LINE, evidence_id=evidence_id, value=value, source=Source.MANUAL
    )


def equipment(world: World, equipment_id: str = LINE) -> EquipmentRecord:
    """Return the record of a piece of equipment."""
    record = world.states[streams.equipment(equipment_id)]
    assert isinstance(record, EquipmentRecord)
    return record


def asset(world: World, physical_asset_id: str) -> PhysicalAssetRecord:
    """Return the record of an instrument or machine."""
    record = world.states[streams.physical_asset(physical_asset_id)]
    assert isinstance(record, PhysicalAssetRecord)
    return record
