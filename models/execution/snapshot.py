"""All that a decision may look at: records, live readings, and the time. Nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from models.execution import records as r
from models.execution import streams
from models.tag_value import TagValue


class Head(Protocol):
    """Where a stream stands: the version of its last row, and the hash of all rows up to it."""

    @property
    def version(self) -> int:
        """Return how many rows the stream has; 0 when it does not exist."""
        ...

    @property
    def hash(self) -> bytes:
        """Return the chained hash of the last row."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What was loaded for a decision.

    ``states`` holds every stream that was asked for; None means that it does not exist.
    ``time`` is the moment of the decision (UTC), ``live`` the latest reading per tag. ``heads``
    says where each stream stands, so that a signature can be bound to what it signs. ``waived``
    are refusals at a step that two people let not count (see ``overridden``).
    """

    time: datetime
    states: Mapping[str, r.Record | None]
    live: Mapping[str, TagValue]
    heads: Mapping[str, Head] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()

    def job_order(self, job_order_id: str) -> r.JobOrderRecord | None:
        """Return the job order, or None when there is none of that id."""
        found = self.states.get(streams.job_order(job_order_id))
        return found if isinstance(found, r.JobOrderRecord) else None

    def work_directive(self, job_order_id: str) -> r.WorkDirectiveRecord | None:
        """Return the frozen WorkMaster copy of the job order."""
        found = self.states.get(streams.work_directive(job_order_id))
        return found if isinstance(found, r.WorkDirectiveRecord) else None

    def station(self, equipment_id: str) -> r.StationRecord | None:
        """Return who is at the station; None when nobody ever was."""
        found = self.states.get(streams.station(equipment_id))
        return found if isinstance(found, r.StationRecord) else None

    def equipment(self, equipment_id: str) -> r.EquipmentRecord | None:
        """Return the piece of equipment."""
        found = self.states.get(streams.equipment(equipment_id))
        return found if isinstance(found, r.EquipmentRecord) else None

    def physical_asset(self, physical_asset_id: str) -> r.PhysicalAssetRecord | None:
        """Return the instrument or machine."""
        found = self.states.get(streams.physical_asset(physical_asset_id))
        return found if isinstance(found, r.PhysicalAssetRecord) else None

    def material_definition(self, definition_id: str) -> r.MaterialDefinitionRecord | None:
        """Return the material with its lots."""
        found = self.states.get(streams.material_definition(definition_id))
        return found if isinstance(found, r.MaterialDefinitionRecord) else None

    def material_lot(self, material_lot_id: str) -> r.MaterialLotRecord | None:
        """Return the lot."""
        found = self.states.get(streams.material_lot(material_lot_id))
        return found if isinstance(found, r.MaterialLotRecord) else None

    def material_sublot(self, material_sublot_id: str) -> r.MaterialSublotRecord | None:
        """Return the container."""
        found = self.states.get(streams.material_sublot(material_sublot_id))
        return found if isinstance(found, r.MaterialSublotRecord) else None

    def person(self, person_id: str | None) -> r.PersonRecord | None:
        """Return the person."""
        found = self.states.get(streams.person(person_id)) if person_id else None
        return found if isinstance(found, r.PersonRecord) else None

    def work_master(self, work_master_id: str) -> r.WorkMasterRecord | None:
        """Return the WorkMaster with all its versions."""
        found = self.states.get(streams.work_master(work_master_id))
        return found if isinstance(found, r.WorkMasterRecord) else None

    def account(self, name: str) -> r.AccountRecord | None:
        """Return what is known of the account: wrong passwords, and whether it is locked."""
        found = self.states.get(streams.account(name))
        return found if isinstance(found, r.AccountRecord) else None

    def user_certificate(self, fingerprint: str) -> r.UserCertificateRecord | None:
        """Return whose certificate this is, or was."""
        found = self.states.get(streams.user_certificate(fingerprint))
        return found if isinstance(found, r.UserCertificateRecord) else None

    def application_certificate(self, fingerprint: str) -> r.ApplicationCertificateRecord | None:
        """Return whether the certificate of a client application is trusted."""
        found = self.states.get(streams.application_certificate(fingerprint))
        return found if isinstance(found, r.ApplicationCertificateRecord) else None

    def document(self, document_id: str) -> r.DocumentRecord | None:
        """Return the controlled document with its revisions."""
        found = self.states.get(streams.document(document_id))
        return found if isinstance(found, r.DocumentRecord) else None

    def corrective_action(self, corrective_action_id: str) -> r.CorrectiveActionRecord | None:
        """Return the corrective action."""
        found = self.states.get(streams.corrective_action(corrective_action_id))
        return found if isinstance(found, r.CorrectiveActionRecord) else None

    def alarm(self, alarm_id: str) -> r.AlarmRecord | None:
        """Return what was reported and said about the alarm."""
        found = self.states.get(streams.alarm(alarm_id))
        return found if isinstance(found, r.AlarmRecord) else None
