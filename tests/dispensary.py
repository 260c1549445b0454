"""A dispensing booth for the tests of materials: lots of any potency, and a step that weighs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from models.execution import commands as c
from models.execution.principal import Principal, Role
from models.execution.records import MaterialLotRecord, MaterialSublotRecord, StepRecord
from models.isa95.material import (
    Disposition,
    IssuePolicy,
    MaterialDefinition,
    MaterialLot,
    MaterialSublot,
    MaterialTestSpecification,
    Substitute,
)
from models.isa95.quantity import Quantity
from models.isa95.work_definition import MaterialSpecification, StepSpecification, WorkMaster
from tests import world as w
from tests.world import World, identity

BOOTH: Final = "DISP-01"
SCALE: Final = "FLOOR-SCALE-01"
COMPLETE: Final = c.CompleteStep(station=BOOTH)
WEIGH: Final = c.CaptureWeight(station=BOOTH, instrument_id=SCALE)
WEIGH_PART: Final = replace(WEIGH, partial=True)
LABORATORY: Final = Principal(account="lab-01", roles=frozenset({Role.LABORATORY}), face="rest")
WAREHOUSE: Final = Principal(account="wh-01", roles=frozenset({Role.WAREHOUSE}), face="rest")


def kg(text: str) -> Quantity:
    """Return an amount in kilograms."""
    return Quantity(Decimal(text), "kg")


def definition(
    name: str,
    policy: IssuePolicy = IssuePolicy.ANY,
    substitutes: Iterable[tuple[str, str]] = (),
    tests: tuple[MaterialTestSpecification, ...] = (),
) -> MaterialDefinition:
    """Return a material that is kept in kilograms."""
    return MaterialDefinition(
        material_definition_id=name,
        description=f"Material {name}",
        unit="kg",
        issue_policy=policy,
        substitutes=tuple(
            Substitute(material_definition_id=other, factor=Decimal(factor))
            for other, factor in substitutes
        ),
        tests=tests,
    )


def lot(
    lot_id: str,
    material: str,
    *containers: str,
    potency: str | None = None,
    days: int | None = None,
    received: datetime | None = None,
    disposition: Disposition = Disposition.UNRESTRICTED,
) -> tuple[c.MasterDatum, ...]:
    """Return a lot with containers of so many kilograms, called ``<lot>-C1`` and so on."""
    made = MaterialLot(
        material_lot_id=lot_id,
        material_definition_id=material,
        disposition=disposition,
        expiration_time=None if days is None else w.NOON + timedelta(days=days),
        potency=None if potency is None else Decimal(potency),
        received_time=received,
    )
    sublots = (
        MaterialSublot(
            material_sublot_id=f"{lot_id}-C{number}", material_lot_id=lot_id, quantity=kg(amount)
        )
        for number, amount in enumerate(containers, 1)
    )
    return made, *sublots


def wanted(
    material: str,
    quantity: str,
    tolerance: str = "0.010",
    maximum: str | None = None,
    potency: str | None = None,
    fills: tuple[str, ...] = (),
) -> MaterialSpecification:
    """Return what a step asks for of a material, in kilograms."""
    return MaterialSpecification(
        material_definition_id=material,
        quantity=kg(quantity),
        below=kg(tolerance),
        above=kg(tolerance),
        instrument_class="floor-scale",
        maximum=None if maximum is None else kg(maximum),
        nominal_potency=None if potency is None else Decimal(potency),
        compensates_for=fills,
    )


def work_master(
    *steps: tuple[MaterialSpecification, ...], overridable: tuple[str, ...] = ()
) -> WorkMaster:
    """Return an approved WorkMaster; each of its steps weighs so many materials."""
    challenge = next(x for x in w.PLANT.work_masters if x.work_master_id == "WM-CHALLENGE")
    booth = challenge.steps[1]
    made = (
        replace(booth, step_id=f"{number:02}0", materials=materials, overridable=overridable)
        for number, materials in enumerate(steps, 1)
    )
    return replace(challenge, work_master_id="WM-TEST", steps=tuple[StepSpecification, ...](made))


def described(items: Iterable[c.MasterDatum]) -> World:
    """Return the plant with more materials, lots and approved WorkMasters."""
    world, items = w.installed(), tuple(items)
    world.must(c.DefineMasterData(items=items), w.SYSTEM)
    masters = tuple(item for item in items if isinstance(item, WorkMaster))
    for command, principal in w.approvals(masters):
        world.must(command, principal)
    return world


def ordered(world: World, job_order_id: str = "JO-1") -> World:
    """Store and begin a job order of the test's WorkMaster."""
    order = c.StoreJobOrder(
        job_order_id=job_order_id,
        work_master_id="WM-TEST",
        quantity=kg("1.000"),
        allowed_to_start=True,
    )
    world.must(order)
    who = identity("op-01")
    world.must(c.OpenStationSession(station=BOOTH, job_order_id=job_order_id, identity=who))
    world.must(c.StartStep(station=BOOTH, step_id="010"))
    return world


def dispensing(items: Iterable[c.MasterDatum], *materials: MaterialSpecification) -> World:
    """Return a world in which a step has begun that weighs the materials."""
    return ordered(described((*items, work_master(materials))))


def scan(code: str) -> c.ScanMaterial:
    """Return the scan of a container, or of a lot."""
    return c.ScanMaterial(station=BOOTH, code=code)


def weigh(world: World, code: str, amount: str, *, partial: bool = False) -> tuple[str, ...]:
    """Scan a container and weigh what the scale then shows; return what refuses the weight."""
    world.must(scan(code))
    world.scale_shows(SCALE, float(amount))
    return world.refused(WEIGH_PART if partial else WEIGH)


def step(world: World, step_id: str = "010", job_order_id: str = "JO-1") -> StepRecord:
    """Return a step of the job order."""
    found = world.job_order(job_order_id).step(step_id)
    assert found is not None
    return found


def container(world: World, name: str) -> MaterialSublotRecord:
    """Return a container."""
    record = world.states[f"material_sublot:{name}"]
    assert isinstance(record, MaterialSublotRecord)
    return record


def lot_record(world: World, name: str) -> MaterialLotRecord:
    """Return a lot."""
    record = world.states[f"material_lot:{name}"]
    assert isinstance(record, MaterialLotRecord)
    return record


def accept(account: str, exception_id: str = "JO-1-E1") -> c.DispositionException:
    """Return the decision to let an exception stand."""
    return c.DispositionException(
        job_order_id="JO-1",
        exception_id=exception_id,
        disposition=c.ExceptionDisposition.ACCEPT,
        reason="seen and accepted",
        identity=identity(account),
    )
