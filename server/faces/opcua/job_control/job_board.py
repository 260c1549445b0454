"""The job orders as receivers and providers show them, kept true to the records."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from asyncua import ua

from models.execution import records as r
from models.execution import streams
from models.execution.job_order_state import JobOrderState
from models.isa95.work_definition import WorkMaster
from server.faces.opcua.job_control.job_lists import JobList
from server.faces.opcua.job_control.job_responses import job_response
from server.faces.opcua.job_control.receiver_nodes import MAX_DOWNLOADABLE, Place
from server.faces.opcua.job_control.shown_orders import (
    and_state,
    listed,
    stored,
    work_master,
)
from server.faces.opcua.job_control.work_centers import SITE, WorkCenters, work_centers
from server.faces.opcua.nodes import data_value
from server.faces.opcua.types.job_control_structures import ISA95JobResponseDataType
from server.queries.read_model import ReadModel

_NOT_BEGUN: Final = (JobOrderState.NOT_ALLOWED_TO_START, JobOrderState.ALLOWED_TO_START)

Values = Iterator[tuple[ua.NodeId, ua.DataValue]]


@dataclass(frozen=True, slots=True)
class _Card:
    """A job order as it is shown: its record, where it belongs, whether a station opened it."""

    order: r.JobOrderRecord
    centers: frozenset[str]
    is_loaded: bool


class JobBoard:
    """All job orders that are listed, by receiver; ``SITE`` lists those of every work centre."""

    def __init__(self, model: ReadModel) -> None:
        self._model = model
        self.centers = WorkCenters()
        self._cards: dict[str, _Card] = {}
        self._entries: dict[str, ua.ExtensionObject] = {}
        self._responses: dict[str, ua.ExtensionObject] = {}
        self._lists: dict[str, JobList] = {SITE: JobList(MAX_DOWNLOADABLE)}
        self._open_at: dict[str, str] = {}

    # -- what there is --------------------------------------------------------------------------

    def read(self) -> None:
        """Read everything anew: the equipment, who works on what, the job orders."""
        items = self._model.records("equipment").values()
        self.centers = work_centers(x.equipment for x in items if isinstance(x, r.EquipmentRecord))
        self._lists = {place: JobList(MAX_DOWNLOADABLE) for place in (SITE, *self.centers.ids)}
        for known in (self._cards, self._entries, self._responses):
            known.clear()
        self._open_at = {
            name: record.job_order_id
            for name, record in self._model.records("station").items()
            if isinstance(record, r.StationRecord) and record.job_order_id
        }
        for record in self._model.records("job_order").values():
            if isinstance(record, r.JobOrderRecord) and record.is_listed:
                self._put(record)

    @property
    def places(self) -> tuple[Place, ...]:
        """Where there are receivers: the site first."""
        return tuple(Place(name) for name in (SITE, *self.centers.ids))

    def directive(self, job_order_id: str) -> WorkMaster | None:
        """Return the WorkMaster copy that a job order executes."""
        found = self._model.record(streams.work_directive(job_order_id))
        return found.work_directive if isinstance(found, r.WorkDirectiveRecord) else None

    def job_order(self, job_order_id: str) -> r.JobOrderRecord | None:
        """Return a job order on record, listed or not."""
        found = self._model.record(streams.job_order(job_order_id))
        return found if isinstance(found, r.JobOrderRecord) else None

    def is_loaded(self, job_order_id: str) -> bool:
        """Tell whether a station has opened the job order."""
        return job_order_id in self._open_at.values()

    def _list(self, center: str) -> JobList:
        """Return the list of a place; that of a work centre which is no more is empty."""
        return self._lists.get(center) or JobList(MAX_DOWNLOADABLE)

    def is_full(self, place: Place) -> bool:
        """Tell whether the receiver holds as many job orders as it can."""
        return self._list(place.center).live >= MAX_DOWNLOADABLE

    def belongs(self, order: r.JobOrderRecord, place: Place) -> bool:
        """Tell whether the job order is one of the receiver's."""
        if place.center == SITE:
            return True
        directive = self.directive(order.job_order_id)
        return place.center in self.centers.of_job_order(order, directive)

    def orderable(self, place: Place) -> tuple[WorkMaster, ...]:
        """Return the WorkMasters in effect, or approved, with a step in the work centre."""
        found = []
        for record in self._model.records("work_master").values():
            if isinstance(record, r.WorkMasterRecord):
                approved = [x for x in record.versions if x.approved and _stands(record, x)]
                found += approved[-1:]
        return tuple(
            one
            for one in sorted(found, key=lambda x: x.work_master_id)
            if place.center == SITE or place.center in self.centers.of_work_master(one)
        )

    def work_master(self, work_master_id: str, version: str | None) -> WorkMaster | None:
        """Return the version of a WorkMaster that is named, or the newest approved one."""
        record = self._model.record(streams.work_master(work_master_id))
        if not isinstance(record, r.WorkMasterRecord):
            return None
        if version:
            return record.version(version)
        approved = [one for one in record.versions if one.approved]
        return (approved or list(record.versions))[-1]

    def responses(self, place: Place) -> Iterator[tuple[r.JobOrderRecord, bool]]:
        """Yield the listed job orders of a place, with whether each is loaded."""
        for name in self._list(place.center):
            card = self._cards[name]
            yield card.order, card.is_loaded

    def response(self, order: r.JobOrderRecord) -> ISA95JobResponseDataType:
        """Return what has become of a job order."""
        directive = self.directive(order.job_order_id)
        return job_response(order, directive, is_loaded=self.is_loaded(order.job_order_id))

    # -- what changes ---------------------------------------------------------------------------

    def changed(self, order: r.JobOrderRecord) -> frozenset[str]:
        """Take in a job order as it is now; return the places whose lists are others now."""
        name = order.job_order_id
        was, shown = self._cards.get(name), self._entries.pop(name, None)
        self._responses.pop(name, None)
        touched = self._put(order)
        if was is None:
            return touched
        card = self._cards.get(name)
        if card is not None and shown is not None and shown == self._entry(name):
            return frozenset() if was.centers == card.centers else touched | was.centers
        return touched | was.centers

    def opened(self, station: str, job_order_id: str | None) -> frozenset[str]:
        """Take in what a station works on; return the places whose lists are others now."""
        before = self._open_at.pop(station, None)
        if job_order_id:
            self._open_at[station] = job_order_id
        touched = frozenset[str]()
        for name in {before, job_order_id} - {None}:
            card = self._cards.get(str(name))
            if card is not None and card.is_loaded != self.is_loaded(str(name)):
                touched |= self.changed(card.order)
        return touched

    def _put(self, order: r.JobOrderRecord) -> frozenset[str]:
        name = order.job_order_id
        centers = self.centers.of_job_order(order, self.directive(name))
        before = self._cards.pop(name, None)
        for gone in (before.centers if before is not None else frozenset()) - centers:
            self._lists[gone].drop(name)
        if not order.is_listed:
            for place in (SITE, *centers):
                self._lists[place].drop(name)
            return frozenset({SITE, *centers})
        self._cards[name] = _Card(order, centers, self.is_loaded(name))
        gone_by = set[str]()
        for place in (SITE, *centers):
            gone_by.update(self._lists[place].put(order))
        self._forget(gone_by)
        return frozenset({SITE, *centers})

    def _forget(self, names: Iterable[str]) -> None:
        """Forget the job orders that no list holds any more."""
        for name in names:
            if not any(name in one for one in self._lists.values()):
                for known in (self._cards, self._entries, self._responses):
                    known.pop(name, None)

    # -- as values ------------------------------------------------------------------------------

    def order_lists(self, centers: Iterable[str]) -> Values:
        """Yield JobOrderList of these places."""
        for center in centers:
            entries = [self._entry(name) for name in self._list(center)]
            yield Place(center).of_receiver("JobOrderList"), listed(entries)

    def _entry(self, name: str) -> ua.ExtensionObject:
        known = self._entries.get(name)
        if known is None:
            card = self._cards[name]
            entry = and_state(card.order, self.directive(name), is_loaded=card.is_loaded)
            known = self._entries[name] = stored(entry)
        return known

    def response_lists(self, centers: Iterable[str]) -> Values:
        """Yield JobOrderResponseList of these places: of the listed orders that have begun."""
        for center in centers:
            begun = (name for name in self._list(center) if self._has_begun(name))
            entries = [self._response(name) for name in begun]
            yield Place(center).of_provider("JobOrderResponseList"), listed(entries)

    def _has_begun(self, name: str) -> bool:
        return self._cards[name].order.state not in _NOT_BEGUN

    def _response(self, name: str) -> ua.ExtensionObject:
        known = self._responses.get(name)
        if known is None:
            known = self._responses[name] = stored(self.response(self._cards[name].order))
        return known

    def may_be_named(self) -> Values:
        """Yield what a job order may name, for every place."""
        for place in self.places:
            masters = self.orderable(place)
            values = (work_master(one) for one in masters)
            yield place.of_receiver("WorkMaster"), listed(stored(one) for one in values)
            for name, ids in self._ids(place, masters).items():
                value = data_value(sorted(ids), ua.VariantType.String)
                yield place.of_receiver(name), value

    def _ids(self, place: Place, masters: Iterable[WorkMaster]) -> Mapping[str, set[str]]:
        materials, classes = set[str](), set[str]()
        for master in masters:
            materials.add(master.material_definition_id)
            for step in master.steps:
                materials.update(item.material_definition_id for item in step.materials)
                classes.add(step.equipment_class)
        stations = self.centers.stations(place.center)
        own = classes & {name for one in stations for name in self.centers.classes_of[one]}
        centers = {self.centers.center_of[one] for one in stations}
        return {"MaterialDefinitionID": materials, "EquipmentID": own | centers | {*stations}}


def _stands(record: r.WorkMasterRecord, master: WorkMaster) -> bool:
    """Tell whether the version is approved still, and not retired."""
    return record.lifecycle(master.version).state.value == "Approved"
