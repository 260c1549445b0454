"""A client of the job order receivers, and job orders in every state."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from asyncua import Client, ua

from models.execution import commands as c
from models.execution.outcome import Accepted
from models.execution.principal import Identity, Principal, Role
from models.execution.records import JobOrderRecord
from models.isa95.quantity import Quantity
from server.faces.opcua.types.job_control_structures import (
    ISA95JobOrderDataType,
    ISA95MaterialDataType,
    ISA95WorkMasterDataType,
)
from tests.opcua_face_plant import FacePlant, node

SITE = "ISA95"
RECEIVER = "ISA95/JobOrderReceiver"
PROVIDER = "ISA95/JobResponseProvider"
STATES = (
    "NotAllowedToStart",
    "AllowedToStart",
    "Running",
    "Interrupted",
    "Ended",
    "Aborted",
)
ALMIGHTY = Principal(
    account="test",
    roles=frozenset(Role) - {Role.ADMINISTRATOR},
    face="opcua",
    stations=("DISP-01",),
)
_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What a call came to: the name of its status, its ReturnStatus, and what came before it."""

    status: str
    bits: int
    outputs: Sequence[Any] = ()


async def until(condition: Callable[[], Awaitable[bool]], timeout_s: float = 10.0) -> None:
    """Wait until a client sees what it waits for."""
    async with asyncio.timeout(timeout_s):
        while not await condition():  # noqa: ASYNC110 - polls as a client
            await asyncio.sleep(0.01)


def job_order(job_order_id: str, amount: str | None = "10.000", **more: Any) -> Any:
    """Return a JobOrder for the product of the plant."""
    produced = ISA95MaterialDataType(MaterialUse="Produced", Quantity=amount)
    fields: dict[str, Any] = {
        "JobOrderID": job_order_id,
        "WorkMasterID": [ISA95WorkMasterDataType(ID="WM-VITC")],
        "MaterialRequirements": [produced],
    }
    return ISA95JobOrderDataType(**{**fields, **more})


def argument(value: Any) -> ua.Variant:
    """Return an argument as the methods declare it: a text is an id, a list is a comment."""
    if isinstance(value, str):
        return ua.Variant(value, ua.VariantType.String)
    if isinstance(value, list) and (not value or isinstance(value[0], str)):
        texts = [ua.LocalizedText(text) for text in value]
        return ua.Variant(texts, ua.VariantType.LocalizedText, is_array=True)
    is_array = isinstance(value, list)
    return ua.Variant(value, ua.VariantType.ExtensionObject, is_array=is_array)


async def ask(
    one: Client, owner: str, method: str, *values: Any, method_id: ua.NodeId | None = None
) -> Answer:
    """Call a method of a receiver or provider; the instance's, or the one that is named."""
    request = ua.CallMethodRequest(
        ObjectId=node(owner),
        MethodId=method_id or node(f"{owner}/{method}"),
        InputArguments=[argument(value) for value in values],
    )
    (result,) = await one.uaclient.call([request])
    outputs = [output.Value for output in result.OutputArguments or ()]
    bits = outputs[-1] if outputs else 0
    return Answer(result.StatusCode.name, int(bits), outputs[:-1])


def record(plant: FacePlant, job_order_id: str) -> JobOrderRecord | None:
    """Return the record of a job order."""
    found = plant.behind.model.record(f"job_order:{job_order_id}")
    return found if isinstance(found, JobOrderRecord) else None


async def do(plant: FacePlant, *commands: c.Command) -> None:
    """Have commands done through the command path."""
    for command in commands:
        outcome = await plant.behind.path.submit(command, ALMIGHTY, None)
        assert isinstance(outcome, Accepted), (command, outcome)


def _identity(person: str) -> Identity:
    roles = frozenset({Role.QUALITY if person.startswith("qa") else Role.OPERATOR})
    return Identity(account=person, authenticated=True, person_id=person, roles=roles)


def _steps_to(state: str, name: str) -> tuple[c.Command, ...]:
    """Return what brings a stored job order into a state."""
    start = c.StartJobOrder(job_order_id=name)
    run = (
        start,
        c.OpenStationSession(station="DISP-01", job_order_id=name, identity=_identity("op-01")),
        c.StartStep(station="DISP-01", step_id="010"),
        c.CloseStationSession(station="DISP-01"),
    )
    ways: Mapping[str, tuple[c.Command, ...]] = {
        "NotAllowedToStart": (),
        "AllowedToStart": (start,),
        "Running": run,
        "Interrupted": (*run, c.HoldJobOrder(job_order_id=name, reason="by hand")),
        "Ended": (*run, c.StopJobOrder(job_order_id=name, reason="by hand")),
        "Aborted": (
            c.AbortJobOrder(job_order_id=name, reason="by hand", identity=_identity("qa-01")),
        ),
    }
    return ways[state]


async def in_state(plant: FacePlant, state: str) -> str:
    """Return the id of a new job order in the state."""
    name = f"JO-{state}-{next(_numbers)}"
    stored = c.StoreJobOrder(
        job_order_id=name, work_master_id="WM-VITC", quantity=Quantity.parse("10.000 kg")
    )
    await do(plant, stored, *_steps_to(state, name))
    return name
