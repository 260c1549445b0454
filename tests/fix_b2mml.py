"""What the B2MML tests share: the oracles beside the repository, and a command path in memory."""

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from models.execution.commands import StoreJobOrder
from models.execution.outcome import Accepted, Denied, Invalid, Outcome, Problem, Refusal, Refused
from models.execution.principal import Principal, Role
from server.faces.b2mml.answer import Answerer
from server.faces.b2mml.codec import Codec
from server.faces.b2mml.inbox import Inbox
from server.faces.b2mml.message import Sender

REPOSITORY = Path(__file__).resolve().parent.parent
ERP = Principal(account="erp", roles=frozenset({Role.ERP}), face="b2mml")
OURS = Sender(logical_id="INTERLOCK")
FIRST_TIME = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def conformance() -> Path:
    """Return the folder of the B2MML oracles, or skip the test that needs them."""
    beside = REPOSITORY.parent / "shared" / "conformance"
    folder = Path(os.environ.get("INTERLOCK_CONFORMANCE", beside)) / "b2mml"
    if not folder.is_dir():
        pytest.skip(f"no B2MML oracles at {folder}; INTERLOCK_CONFORMANCE names their folder")
    return folder


def xsd_folder() -> Path:
    """Return the folder of the official V0701 schemas."""
    return conformance() / "xsd" / "V0701" / "Schema"


class Ticking:
    """A clock that moves on by a second with every look."""

    def __init__(self) -> None:
        self.time = FIRST_TIME

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@dataclass(slots=True)
class PathInMemory:
    """The contract of the command path, in memory: exactly once, and outcomes are kept.

    Recipes whose name begins with UNKNOWN are refused, and so is a job order that is there.
    """

    clock: Ticking
    stored: dict[str, StoreJobOrder] = field(default_factory=dict)
    outcomes: dict[str, tuple[StoreJobOrder, Outcome, datetime]] = field(default_factory=dict)

    async def submit(
        self, command: StoreJobOrder, principal: Principal, command_id: str
    ) -> Outcome:
        if command_id in self.outcomes:
            known, outcome, _ = self.outcomes[command_id]
            if known != command:
                reason = f"{command_id} was already used for another command; use a new id"
                return Invalid(problems=(Problem(where="command_id", reason=reason),))
            assert isinstance(outcome, Accepted | Refused | Denied)
            return replace(outcome, duplicate=True)
        outcome = self._decide(command, principal)
        self.outcomes[command_id] = (command, outcome, self.clock())
        return outcome

    def _decide(self, command: StoreJobOrder, principal: Principal) -> Outcome:
        if Role.ERP not in principal.roles:
            return Denied(code="not-permitted", reason="only an ERP or a planner stores job orders")
        if command.work_master_id.startswith("UNKNOWN"):
            return _refused("work-master-unknown", command.work_master_id, "is not defined")
        if command.job_order_id in self.stored:
            return _refused("job-order-exists", command.job_order_id, "is already stored")
        self.stored[command.job_order_id] = command
        return Accepted(decision_id=f"d{len(self.stored)}")

    async def decision_time(self, command_id: str) -> datetime | None:
        known = self.outcomes.get(command_id)
        return known[2] if known else None


def _refused(code: str, subject: str, obstacle: str) -> Refused:
    refusal = Refusal(
        code=code,
        gate=code.replace("-", "_"),
        subject=subject,
        obstacle=f"{subject} {obstacle}",
        remedy="correct the order and send it as a new message",
    )
    return Refused(refusals=(refusal,))


def inbox_in_memory(codec: Codec | None = None) -> tuple[Inbox, PathInMemory]:
    """Return an inbox on a command path in memory."""
    clock = Ticking()
    path = PathInMemory(clock)
    codec = codec or Codec()
    inbox = Inbox(
        codec=codec,
        answerer=Answerer(codec=codec, sender=OURS),
        submit=path.submit,
        decision_time=path.decision_time,
        clock=clock,
    )
    return inbox, path


def action_code(body: bytes) -> str:
    """Return the verdict that an answer states."""
    found = etree.fromstring(body).find(".//{*}ResponseExpression")
    assert found is not None
    return str(found.get("actionCode"))


def segment(number: str = "0010", materials: str = "") -> str:
    """Return a segment requirement that produces 1000 kg, with further materials."""
    return f"""<SegmentRequirement><ID>{number}</ID><ProcessSegmentID>MIX</ProcessSegmentID>
<OperationsDefinitionID>REC-1</OperationsDefinitionID>
<OperationsSegmentID>MIX-10</OperationsSegmentID>
<MaterialRequirement><ID>M0</ID><MaterialDefinitionID>FG-1</MaterialDefinitionID>
<MaterialLotID>LOT-FG</MaterialLotID><MaterialUse>Produced</MaterialUse>
<Quantity><QuantityString>1000</QuantityString><UnitOfMeasure>KG</UnitOfMeasure></Quantity>
</MaterialRequirement>{materials}</SegmentRequirement>"""


def request(number: str = "4711", head: str = "", recipe: str = "REC-1", body: str = "") -> str:
    """Return an operations request."""
    return f"""<OperationsRequest><ID>{number}</ID>{head}
<OperationsDefinitionID>{recipe}</OperationsDefinitionID>{body or segment()}</OperationsRequest>"""


def schedule(requests: str = "", bod_id: str | None = "bod-1", reference: str = "") -> bytes:
    """Return a ProcessOperationsSchedule."""
    bod = f"<BODID>{bod_id}</BODID>" if bod_id else ""
    reference = f"<ReferenceID>{reference}</ReferenceID>" if reference else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ProcessOperationsSchedule xmlns="http://www.mesa.org/xml/B2MML" releaseID="0701">
<ApplicationArea><Sender><LogicalID>ERP-1</LogicalID>{reference}</Sender>
<CreationDateTime>2026-11-20T10:00:00Z</CreationDateTime>{bod}</ApplicationArea>
<DataArea><Process acknowledgeCode="Always"/>
<OperationsSchedule><ID>SCH-1</ID>{requests or request()}</OperationsSchedule>
</DataArea></ProcessOperationsSchedule>
""".encode()
