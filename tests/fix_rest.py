"""A whole plant in memory behind the REST face: real gates, real command path, real log rows."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from historian.attachments import InMemoryAttachments
from historian.in_memory import InMemoryExecutionLog, InMemoryTagValues
from models.execution.commands import (
    ApproveWorkMaster,
    DefineMasterData,
    MasterDatum,
    ReviewWorkMaster,
)
from models.execution.outcome import Accepted
from models.execution.principal import Account, Identity, Principal, Role
from models.isa95.document import DocumentRevision
from models.isa95.equipment import Equipment, EquipmentLevel
from models.isa95.material import Disposition, MaterialDefinition, MaterialLot, MaterialSublot
from models.isa95.personnel import Person, Qualification, QualificationRequirement
from models.isa95.physical_asset import Measurement, PhysicalAsset
from models.isa95.quantity import Quantity
from models.isa95.work_definition import (
    EvidenceSpecification,
    Instruction,
    MaterialSpecification,
    Source,
    StepSpecification,
    ValueKind,
    WorkMaster,
)
from models.tag_value import Quality, TagValue
from server.command_path import authenticate
from server.command_path.authenticate import Authenticator, password_hash
from server.command_path.load import Records
from server.command_path.path import CommandPath
from server.faces.rest.app import build_app
from server.faces.rest.face import Face
from server.queries.read_model import ReadModel

KEY = b"k" * 32
NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
PASSWORD = "correct horse"
FAR = NOW + timedelta(days=365)


@dataclass
class Ticks:
    """A clock that stands still until it is moved."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class LiveInMemory:
    """The latest readings."""

    readings: dict[str, TagValue] = field(default_factory=dict)

    def latest(self, tag: str) -> TagValue | None:
        return self.readings.get(tag)


def _kg(text: str) -> Quantity:
    return Quantity(Decimal(text), "kg")


def _weigh_step() -> StepSpecification:
    return StepSpecification(
        step_id="010",
        description="Dispense ascorbic acid",
        process_segment_id="DISPENSE",
        equipment_class="dispensing-booth",
        instruction=Instruction(text="Weigh it", document_id="SOP-1", revision="3"),
        qualifications=(QualificationRequirement(qualification_id="weighing"),),
        materials=(
            MaterialSpecification(
                material_definition_id="ASCORBIC-ACID",
                quantity=_kg("10.000"),
                below=_kg("0.100"),
                above=_kg("0.100"),
                instrument_class="floor-scale",
            ),
        ),
        verification=True,
        verifier_qualifications=(QualificationRequirement(qualification_id="verification"),),
    )


def _review_step() -> StepSpecification:
    return StepSpecification(
        step_id="020",
        description="Quality review",
        process_segment_id="REVIEW",
        equipment_class="quality-desk",
        instruction=Instruction(text="Review the record"),
        evidence=(
            EvidenceSpecification(
                evidence_id="record-reviewed",
                description="The record was reviewed",
                kind=ValueKind.BOOLEAN,
                sources=(Source.MANUAL,),
                expected="true",
            ),
            EvidenceSpecification(
                evidence_id="produced-quantity",
                description="What was made",
                kind=ValueKind.NUMBER,
                sources=(Source.MANUAL,),
                unit="kg",
            ),
        ),
    )


def _person(person_id: str, *qualifications: str) -> Person:
    return Person(
        person_id=person_id,
        name=f"Person {person_id}",
        qualifications=tuple(Qualification(qualification_id=name) for name in qualifications),
        accounts=(person_id,),
    )


def _lot(lot_id: str, disposition: Disposition) -> tuple[MaterialLot, MaterialSublot]:
    lot = MaterialLot(
        material_lot_id=lot_id,
        material_definition_id="ASCORBIC-ACID",
        disposition=disposition,
        expiration_time=FAR,
    )
    sublot = MaterialSublot(
        material_sublot_id=f"{lot_id}-C1", material_lot_id=lot_id, quantity=_kg("25.000")
    )
    return lot, sublot


def _station(station: str, equipment_class: str, *assets: str) -> Equipment:
    return Equipment(
        equipment_id=station,
        description=station,
        level=EquipmentLevel.WORK_UNIT,
        equipment_classes=(equipment_class,),
        physical_assets=assets,
        is_station=True,
    )


SCALE = PhysicalAsset(
    physical_asset_id="FLOOR-SCALE-01",
    description="Floor scale",
    physical_asset_classes=("floor-scale",),
    requires_calibration=True,
    calibration_due_time=FAR,
    measurements=(
        Measurement(
            name="net-weight",
            tag="FLOOR-SCALE-01.net_weight",
            unit="kg",
            stable_tag="FLOOR-SCALE-01.stable",
        ),
    ),
)
PLANT: tuple[MasterDatum, ...] = (
    _station("DISP-01", "dispensing-booth", "FLOOR-SCALE-01"),
    _station("QA-01", "quality-desk"),
    SCALE,
    MaterialDefinition(material_definition_id="ASCORBIC-ACID", description="", unit="kg"),
    MaterialDefinition(material_definition_id="VITC", description="Product", unit="kg"),
    *_lot("AA-2601", Disposition.UNRESTRICTED),
    *_lot("AA-2603", Disposition.RESTRICTED),
    _person("op-01", "weighing"),
    _person("op-02", "weighing", "verification"),
    _person("qa-01", "quality-review"),
    _person("qa-02", "quality-review"),
    DocumentRevision(document_id="SOP-1", revision="3", title="Weighing"),
    WorkMaster(
        work_master_id="WM-VITC",
        version="1",
        description="Vitamin C",
        material_definition_id="VITC",
        quantity=_kg("10.000"),
        steps=(_weigh_step(), _review_step()),
        approved=True,
    ),
)
_ROLES = {
    "erp-01": Role.ERP,
    "hmi-01": Role.HMI,
    "met-01": Role.METROLOGY,
    "scada-01": Role.OBSERVER,
    "op-01": Role.OPERATOR,
    "op-02": Role.OPERATOR,
    "qa-01": Role.QUALITY,
    "qa-02": Role.QUALITY,
}
ACCOUNTS = {
    name: Account(
        account=name,
        roles=frozenset({role}),
        person_id=name if name[:2] in ("op", "qa") else None,
        stations=("DISP-01", "QA-01") if role is Role.HMI else (),
    )
    for name, role in _ROLES.items()
}
_HASH = password_hash(PASSWORD)


@dataclass
class RestPlant:
    """The plant with its REST face, and what a test may look at and turn."""

    log: Any
    path: CommandPath
    model: ReadModel
    values: InMemoryTagValues
    live: LiveInMemory
    clock: Ticks
    face: Face
    app: FastAPI
    client: httpx.AsyncClient

    def signed(self, account: str, **more: object) -> dict[str, Any]:
        return {"account": account, "password": PASSWORD, **more}

    async def show(self, weight: float) -> None:
        """Put a weight on the scale and let it settle."""
        for tag, value in (("net_weight", weight), ("stable", True)):
            name = f"FLOOR-SCALE-01.{tag}"
            reading = TagValue(name, value, Quality.GOOD, self.clock(), self.clock())
            self.live.readings[name] = reading
            await self.values.write([reading])

    async def post(self, who: str, url: str, body: object = None, **more: Any) -> httpx.Response:
        """Post as an account, and let the read model see what came of it."""
        answer = await self.client.post(url, json=body, auth=(who, PASSWORD), **more)
        await self.seen()
        return answer

    async def get(self, url: str, who: str = "scada-01", **more: Any) -> httpx.Response:
        return await self.client.get(url, auth=(who, PASSWORD), **more)

    async def seen(self) -> None:
        """Wait until the read model shows all that the command path has written."""
        async with asyncio.timeout(10):
            while any(  # noqa: ASYNC110 -- waits for the follower of the log, not for an event
                self.model.version(stream) < known.version
                for stream, known in self.path.records.known.items()
            ):
                await asyncio.sleep(0.001)


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a password cost next to nothing, where thousands are given and none is attacked."""
    monkeypatch.setitem(authenticate._COST, "n", 2)
    monkeypatch.setattr(sys.modules[__name__], "_HASH", password_hash(PASSWORD))


@pytest.fixture
async def rest_plant() -> AsyncIterator[RestPlant]:
    async with running_rest_plant(InMemoryExecutionLog()) as plant:
        yield plant


@asynccontextmanager
async def running_rest_plant(log: Any) -> AsyncIterator[RestPlant]:
    """Run the plant on a log, which has to be empty."""
    live, clock, ids = LiveInMemory(), Ticks(), count(1)
    path = CommandPath(log, Records(log, live, KEY), KEY, clock, lambda: f"d{next(ids)}")
    model = ReadModel(log, KEY)
    values = InMemoryTagValues()
    face = Face(
        path=path,
        authenticator=Authenticator(ACCOUNTS, dict.fromkeys(ACCOUNTS, _HASH)),
        read_model=model,
        live=live,
        tag_values=values,
        execution_log=log,
        clock=clock,
        attachments=InMemoryAttachments(clock),
    )
    running = [asyncio.create_task(path.run()), asyncio.create_task(_follow(model))]
    system = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="bootstrap")
    assert isinstance(await path.submit(DefineMasterData(items=PLANT), system), Accepted)
    await _approve(path)
    app = build_app(face)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://plant") as client:
        plant = RestPlant(log, path, model, values, live, clock, face, app, client)
        await plant.seen()
        yield plant
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def _approve(path: CommandPath) -> None:
    """Have the work master reviewed and approved; it comes in as a draft."""
    version = {"work_master_id": "WM-VITC", "version": "1"}
    for command in (
        ReviewWorkMaster(identity=_quality("qa-02"), **version),
        ApproveWorkMaster(identity=_quality("qa-01"), **version),
    ):
        who = Principal(account=command.identity.account, roles=_QUALITY, face="rest")
        outcome = await path.submit(command, who)
        assert isinstance(outcome, Accepted), outcome


def _quality(name: str) -> Identity:
    return Identity(account=name, authenticated=True, person_id=name, roles=_QUALITY)


_QUALITY = frozenset({Role.QUALITY})


async def _follow(model: ReadModel) -> None:
    await model.open()
    while True:
        try:
            await model.run()
        except TimeoutError:
            continue


async def rest_order_to_verified_step(
    plant: RestPlant, step_lasts: timedelta = timedelta(0)
) -> None:
    """Store the order JO-1, weigh its material, and have its first step verified."""
    order = {
        "job_order_id": "JO-1",
        "work_master_id": "WM-VITC",
        "quantity": "10.000 kg",
        "material_lot_id": "VITC-26-001",
        "allowed_to_start": True,
    }
    steps = "/stations/DISP-01/steps"
    await _accepted(plant, "erp-01", "/job-orders", order)
    session = plant.signed("op-01", job_order_id="JO-1")
    await _accepted(plant, "hmi-01", "/stations/DISP-01/session", session)
    await _accepted(plant, "hmi-01", f"{steps}/010/start")
    await _accepted(plant, "hmi-01", "/stations/DISP-01/scan", {"code": "AA-2601-C1"})
    await plant.show(10.002)
    scale = {"instrument_id": "FLOOR-SCALE-01"}
    await _accepted(plant, "hmi-01", "/stations/DISP-01/weight", scale)
    plant.clock.now += step_lasts
    await _accepted(plant, "hmi-01", f"{steps}/complete")
    await _accepted(plant, "hmi-01", f"{steps}/010/verify", plant.signed("op-02"))


async def rest_order_to_review(plant: RestPlant) -> None:
    """Do the last step of JO-1, so that only its release is left."""
    session = plant.signed("qa-02", job_order_id="JO-1")
    await _accepted(plant, "hmi-01", "/stations/QA-01/session", session)
    await _accepted(plant, "hmi-01", "/stations/QA-01/steps/020/start")
    for name, value in (("record-reviewed", "true"), ("produced-quantity", "9.950")):
        await _accepted(plant, "hmi-01", f"/stations/QA-01/evidence/{name}", {"value": value})
    await _accepted(plant, "hmi-01", "/stations/QA-01/steps/complete", {})


async def _accepted(plant: RestPlant, who: str, url: str, body: object = None) -> None:
    answer = await plant.post(who, url, body)
    assert answer.is_success, f"{url}: {answer.text}"
