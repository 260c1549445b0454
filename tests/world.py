"""The demo plant in memory: decisions and records without a server, for the tests of the gates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final

from mappings.plant import Plant, load_plant
from models.execution import commands as c
from models.execution import events as e
from models.execution import streams
from models.execution.codec import dumps
from models.execution.decide import decide
from models.execution.decision import Decision
from models.execution.evolve import evolve
from models.execution.needs import streams_for, tags_for
from models.execution.outcome import codes
from models.execution.principal import Identity, Principal, Role
from models.execution.records import JobOrderRecord, MaterialSublotRecord, Record
from models.execution.snapshot import Snapshot
from models.isa95.personnel import QualificationRequirement
from models.isa95.quantity import Quantity
from models.isa95.work_definition import Source, WorkMaster
from models.tag_value import Quality, TagValue
from server.command_path.load import ABSENT, Known

DEMO_PLANT: Final = Path(__file__).parent.parent / "mappings" / "demo_plant"
TODAY: Final = date(2026, 6, 1)
NOON: Final = datetime(2026, 6, 1, 12, tzinfo=UTC)
SYSTEM: Final = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="bootstrap")
ERP: Final = Principal(account="erp-01", roles=frozenset({Role.ERP}), face="b2mml")


def demo_plant() -> Plant:
    """Return the plant of the demo as it would be installed on the first of June 2026."""
    plant = load_plant(DEMO_PLANT, today=TODAY)
    assert isinstance(plant, Plant), "\n".join(str(problem) for problem in plant)
    return plant


PLANT: Final = demo_plant()


def terminal(station: str) -> Principal:
    """Return the shared terminal of a station."""
    return Principal(
        account=f"hmi-{station.lower()}",
        roles=frozenset({Role.HMI}),
        face="opcua",
        stations=(station,),
    )


def identity(account: str) -> Identity:
    """Return the person behind an account, as after the right password."""
    known = next(item for item in PLANT.accounts if item.account == account)
    return Identity(
        account=account, authenticated=True, person_id=known.person_id, roles=known.roles
    )


@dataclass
class World:
    """Records, readings and a clock that only move when the test moves them."""

    time: datetime = NOON
    states: dict[str, Record | None] = field(default_factory=dict)
    live: dict[str, TagValue] = field(default_factory=dict)
    events: list[e.Event] = field(default_factory=list)
    heads: dict[str, Known] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def snapshot(self, command: c.Command, principal: Principal) -> Snapshot:
        """Return what a decision on the command would look at, and nothing else."""
        known: dict[str, Record | None] = {}
        while True:
            view = Snapshot(time=self.time, states=known, live={})
            missing = streams_for(command, principal, view) - known.keys()
            if not missing:
                shown = ((t, self.shown(t)) for t in tags_for(command, view))
                live = {tag: value for tag, value in shown if value is not None}
                heads = {name: self.heads.get(name, ABSENT) for name in known}
                return replace(view, live=live, heads=heads)
            known |= {name: self.states.get(name) for name in missing}

    def shown(self, tag: str) -> TagValue | None:
        """Return what a device shows; a scale that is not ``silent`` always says its tare."""
        if tag in self.live or tag in self.silent or not tag.endswith(".tare"):
            return self.live.get(tag)
        return TagValue(tag, 0.0, Quality.GOOD, self.time, self.time)

    def do(self, command: c.Command, principal: Principal | None = None) -> Decision:
        """Decide the command, and let what happens happen."""
        station = getattr(command, "station", None)
        principal = principal or (terminal(station) if station else ERP)
        decision = decide(command, principal, self.snapshot(command, principal))
        for event in decision.events:
            stream = streams.stream_of(event)
            before = self.heads.get(stream, ABSENT)
            record = evolve(self.states.get(stream), event, self.time)
            self.states[stream] = record
            hash_ = sha256(before.hash + dumps(event).encode()).digest()
            self.heads[stream] = Known(before.version + 1, hash_, record)
            self.events.append(event)
        self.time += timedelta(seconds=1)
        return decision

    def must(self, command: c.Command, principal: Principal | None = None) -> Decision:
        """Do what has to be accepted."""
        decision = self.do(command, principal)
        assert not decision.refusals, decision.refusals
        return decision

    def refused(self, command: c.Command, principal: Principal | None = None) -> tuple[str, ...]:
        """Do what may be refused; return the codes."""
        return codes(self.do(command, principal).refusals)

    def job_order(self, job_order_id: str) -> JobOrderRecord:
        """Return the job order."""
        record = self.states[streams.job_order(job_order_id)]
        assert isinstance(record, JobOrderRecord)
        return record

    def shows(
        self, tag: str, value: float | str, quality: Quality = Quality.GOOD, age_s: float = 0
    ) -> None:
        """Let a device show a value now, or ``age_s`` seconds ago."""
        at = self.time - timedelta(seconds=age_s)
        self.live[tag] = TagValue(tag, value, quality, at, at)

    def scale_shows(self, scale: str, weight: float) -> None:
        """Let a scale show a settled weight."""
        self.shows(f"{scale}.net_weight", weight)
        self.shows(f"{scale}.stable", True)
        self.shows(f"{scale}.overload", False)


def account(name: str) -> Principal:
    """Return a person's own account at a desk, not at a terminal."""
    known = next(item for item in PLANT.accounts if item.account == name)
    return Principal(account=name, roles=known.roles, face="rest", person_id=known.person_id)


def approvals(
    work_masters: Iterable[WorkMaster],
) -> Iterator[tuple[c.ReviewWorkMaster | c.ApproveWorkMaster, Principal]]:
    """Yield who signs what, so that the drafts of the installation can be executed."""
    for master in work_masters:
        version = {"work_master_id": master.work_master_id, "version": master.version}
        yield c.ReviewWorkMaster(**version, identity=identity("sup-01")), account("sup-01")
        yield c.ApproveWorkMaster(**version, identity=identity("qa-01")), account("qa-01")


def installed() -> World:
    """Return a world in which the plant's files have been read."""
    world = World()
    world.must(c.DefineMasterData(items=PLANT.master_data), SYSTEM)
    for command, principal in approvals(PLANT.work_masters):
        world.must(command, principal)
    return world


def stored(job_order_id: str = "JO-1", work_master_id: str = "WM-CHALLENGE") -> World:
    """Return a world with one job order that is allowed to start."""
    world = installed()
    quantity = next(w for w in PLANT.work_masters if w.work_master_id == work_master_id).quantity
    world.must(
        c.StoreJobOrder(
            job_order_id=job_order_id,
            work_master_id=work_master_id,
            quantity=quantity,
            allowed_to_start=True,
        )
    )
    return world


def at_station(
    station: str = "DISP-01", account: str = "op-01", work_master_id: str = "WM-CHALLENGE"
) -> World:
    """Return a world in which a person has taken a station for the job order JO-1."""
    world = stored(work_master_id=work_master_id)
    world.must(
        c.OpenStationSession(station=station, job_order_id="JO-1", identity=identity(account))
    )
    return world


def dispensing(account: str = "op-01") -> World:
    """Return a world in which the dispensing step of the challenge has begun."""
    world = at_station(account=account)
    world.must(c.StartStep(station="DISP-01", step_id="010"))
    world.must(
        c.RecordEvidence(
            station="DISP-01",
            evidence_id="booth-is-clear",
            value="true",
            source=Source.MANUAL,
        )
    )
    world.must(c.CompleteStep(station="DISP-01"))
    world.must(c.VerifyStep(station="DISP-01", step_id="010", identity=identity("op-02")))
    world.must(c.StartStep(station="DISP-01", step_id="020"))
    return world


def identified(container: str = "AA-2601-C1") -> World:
    """Return a world in which the right container has been scanned."""
    world = dispensing()
    world.must(c.ScanMaterial(station="DISP-01", code=container))
    return world


def stored_with(work_master: WorkMaster) -> World:
    """Return a world that knows one more WorkMaster, a draft unless it says that it is approved."""
    world = stored()
    world.must(c.DefineMasterData(items=(work_master,)), SYSTEM)
    if work_master.approved:
        for command, principal in approvals((work_master,)):
            world.must(command, principal)
    return world


def dispensing_from(left: str) -> World:
    """Return a world in which so many kilograms are left in the first container."""
    world = dispensing()
    record = world.states["material_sublot:AA-2601-C1"]
    assert isinstance(record, MaterialSublotRecord)
    world.states["material_sublot:AA-2601-C1"] = replace(record, remaining=kilograms(left))
    return world


def kilograms(text: str) -> Quantity:
    """Return an amount in kilograms."""
    return Quantity.parse(f"{text} kg")


def requirement(qualification_id: str, level: int = 1) -> QualificationRequirement:
    """Return what a step may ask of a person."""
    return QualificationRequirement(qualification_id=qualification_id, level=level)
