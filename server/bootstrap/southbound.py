"""The southbound side: line files, devices, readings, events, permits."""

import hmac
import logging
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from adapters import ADAPTERS
from adapters.port import Adapter
from mappings.check import check_file
from mappings.language import Device, LineMapping, Phase
from mappings.lines_fit import misfits
from mappings.plant import Plant
from models.execution import commands as c
from models.execution.codec import dumps
from models.execution.outcome import Accepted, Fault, Outcome
from models.execution.principal import Principal, Role
from models.isa95.equipment_event import EquipmentEvent
from server.bootstrap.opcua_tags import packml_rows, tag_row
from server.bootstrap.start_error import StartError
from server.command_path.ports import Clock, TagValues
from server.faces.opcua.instances.packml_nodes import PackMLRow
from server.faces.opcua.instances.tag_nodes import TagRow
from server.queries.phase_task import PhaseTask
from server.settings import Settings
from server.workers.ingest import Ingest
from server.workers.live import LiveTable
from server.workers.permit import PermitTags, drive
from server.workers.phase import PhaseInterface, reporter
from server.workers.watch_alarms import WatchedTag

diagnostics = logging.getLogger("interlock.southbound")

WORKER = Principal(account="system", roles=frozenset({Role.SYSTEM}), face="worker")
"""Who puts on record what devices do."""

_POLLS_FRESH: Final = 3
"""Polls in which a reading may be missing before it is none."""

Background = Callable[[Coroutine[object, object, None], str], None]


class Submit(Protocol):
    """The one way in."""

    async def __call__(
        self, command: c.Command, principal: Principal, command_id: str | None = None
    ) -> Outcome:
        """Submit the command."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line file and its devices."""

    mapping: LineMapping
    devices: Mapping[str, Adapter]


class Southbound:
    """All lines of the plant."""

    def __init__(self, lines: tuple[Line, ...], clock: Clock) -> None:
        self._lines = lines
        self._clock = clock
        self.live = LiveTable()

    @classmethod
    def read(cls, settings: Settings, plant: Plant, clock: Clock) -> "Southbound":
        """Read the line files and run their own tests; raises StartError with every mistake."""
        paths = sorted(settings.lines_dir.glob("*.yaml"))
        reports = [check_file(path, settings.parameters) for path in paths]
        problems = [problem for report in reports for problem in report.problems]
        mappings = [report.mapping for report in reports if report.mapping is not None]
        problems += misfits(plant, mappings)
        if problems:
            raise StartError("\n".join(problem.as_text() for problem in problems))
        lines = tuple(Line(mapping=item, devices=_devices(item, clock)) for item in mappings)
        return cls(lines, clock)

    def tags(self) -> Iterator[TagRow]:
        """Yield every tag that is read, as clients will see it."""
        for line in self._lines:
            for tag in line.mapping.tags:
                if not tag.writable:
                    yield tag_row(line.mapping, tag)

    def watched(self) -> Iterator[WatchedTag]:
        """Yield every tag that is read, with the limits that its line file declares."""
        for row in self.tags():
            yield WatchedTag(
                tag=row.tag,
                physical_asset_id=row.physical_asset_id,
                usual=row.eu_range,
                possible=row.instrument_range,
                poll_s=row.sampling_s,
            )

    def packml_machines(self) -> Iterator[PackMLRow]:
        """Yield every machine whose line file gives its PackML state."""
        for line in self._lines:
            yield from packml_rows(line.mapping)

    def start(
        self,
        run: Background,
        submit: Submit,
        tag_values: TagValues,
        may_run: Callable[[str], bool],
        phase_task: Callable[[str], PhaseTask | None],
        key: bytes,
    ) -> None:
        """Begin to poll, to store, to conclude, and to drive permits and phases.

        ``key`` is the installation's own, for the ids of events.
        """
        for line in self._lines:
            ingest = Ingest(line.mapping, self.live, tag_values, recorder(submit, key))
            for name, device in line.devices.items():
                run(ingest.read(device), f"poll {name}")
            run(ingest.store(), f"store {line.mapping.line}")
            run(ingest.conclude(), f"conclude {line.mapping.line}")
            for permit in line.mapping.permits:
                tags = PermitTags(
                    equipment_id=permit.equipment_id,
                    enable_tag=permit.enable_tag,
                    heartbeat_tag=permit.heartbeat_tag,
                    heartbeat_s=permit.heartbeat_s,
                )
                tag = line.mapping.tag(permit.enable_tag)
                assert tag is not None, "the mapping was checked when it was read"
                device = line.devices[tag.device]
                run(drive(tags, device, may_run), f"permit {permit.equipment_id}")
            for phase in line.mapping.phases:
                interface = self._phase_interface(line, phase, submit, phase_task)
                run(interface.run(), f"phase {phase.equipment_id}")

    def _phase_interface(
        self,
        line: Line,
        phase: Phase,
        submit: Submit,
        phase_task: Callable[[str], PhaseTask | None],
    ) -> PhaseInterface:
        tag = line.mapping.tag(phase.command_tag)
        assert tag is not None, "the mapping was checked when it was read"
        device = next(one for one in line.mapping.devices if one.name == tag.device)
        permits = (one for one in line.mapping.permits if one.equipment_id == phase.equipment_id)
        permit = next(permits, None)
        return PhaseInterface(
            phase,
            line.devices[device.name],
            task=partial(phase_task, phase.equipment_id),
            latest=self.live.latest,
            report=reporter(submit, WORKER),
            clock=self._clock,
            fresh_s=_POLLS_FRESH * device.poll_s + device.timeout_s,
            permit_tag=permit.live_tag if permit is not None else None,
            tag=line.mapping.tag,
        )


def _devices(mapping: LineMapping, clock: Clock) -> Mapping[str, Adapter]:
    return {device.name: _device(device, mapping, clock) for device in mapping.devices}


def _device(device: Device, mapping: LineMapping, clock: Clock) -> Adapter:
    config, adapter = ADAPTERS[device.protocol]
    try:
        made = config(
            name=device.name,
            host=device.host,
            port=device.port,
            unit=device.unit,
            tags=mapping.tags_of(device.name),
            poll_s=device.poll_s,
            timeout_s=device.timeout_s,
        )
    except ValueError as error:
        msg = f"{device.place}: {error}"
        raise StartError(msg) from error
    return adapter(made, clock)


def recorder(
    submit: Submit, key: bytes
) -> Callable[[EquipmentEvent], Coroutine[object, object, bool]]:
    """Return what puts an event on record exactly once, however often it is tried.

    The id follows from the event and the key, so that nobody who guesses what a machine will do
    can use the id up beforehand. What can't be put on record at all is told, and given up.
    """

    async def record(event: EquipmentEvent) -> bool:
        command_id = f"event-{hmac.digest(key, dumps(event).encode(), 'sha256').hex()[:32]}"
        outcome = await submit(c.RecordEquipmentEvent(event=event), WORKER, command_id)
        if isinstance(outcome, Fault) and outcome.retry:
            return False
        if not isinstance(outcome, Accepted):
            diagnostics.error("an event of a machine is not on record: %s: %s", event, outcome)
        return True

    return record
