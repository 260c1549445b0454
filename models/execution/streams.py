"""The names of the streams of the execution log, and which event belongs to which."""

# mypy: disable-error-code="explicit-any"
# Each function of the tables takes the kind of event that it stands beside.

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from models.execution import events as e
from models.execution import records as r

RECORD_KINDS: Final[Mapping[str, type[r.Record]]] = MappingProxyType(
    {
        "job_order": r.JobOrderRecord,
        "work_directive": r.WorkDirectiveRecord,
        "station": r.StationRecord,
        "equipment": r.EquipmentRecord,
        "physical_asset": r.PhysicalAssetRecord,
        "material_definition": r.MaterialDefinitionRecord,
        "material_lot": r.MaterialLotRecord,
        "material_sublot": r.MaterialSublotRecord,
        "person": r.PersonRecord,
        "account": r.AccountRecord,
        "user_certificate": r.UserCertificateRecord,
        "application_certificate": r.ApplicationCertificateRecord,
        "work_master": r.WorkMasterRecord,
        "document": r.DocumentRecord,
        "corrective_action": r.CorrectiveActionRecord,
        "attempts": r.AttemptsRecord,
        "alarm": r.AlarmRecord,
    }
)
"""The record that a stream has, by the first word of its name."""


def record_kind(stream: str) -> type[r.Record]:
    """Return the class of the stream's record."""
    return RECORD_KINDS[stream.partition(":")[0]]


def job_order(job_order_id: str) -> str:
    """Return the stream of a job order."""
    return f"job_order:{job_order_id}"


def work_directive(job_order_id: str) -> str:
    """Return the stream of the frozen WorkMaster copy of a job order."""
    return f"work_directive:{job_order_id}"


def station(equipment_id: str) -> str:
    """Return the stream of a station's sessions."""
    return f"station:{equipment_id}"


def equipment(equipment_id: str) -> str:
    """Return the stream of a piece of equipment."""
    return f"equipment:{equipment_id}"


def physical_asset(physical_asset_id: str) -> str:
    """Return the stream of an instrument or machine."""
    return f"physical_asset:{physical_asset_id}"


def material_definition(material_definition_id: str) -> str:
    """Return the stream of a material."""
    return f"material_definition:{material_definition_id}"


def material_lot(material_lot_id: str) -> str:
    """Return the stream of a lot."""
    return f"material_lot:{material_lot_id}"


def material_sublot(material_sublot_id: str) -> str:
    """Return the stream of a container."""
    return f"material_sublot:{material_sublot_id}"


def person(person_id: str) -> str:
    """Return the stream of a person."""
    return f"person:{person_id}"


def work_master(work_master_id: str) -> str:
    """Return the stream of a WorkMaster with all its versions."""
    return f"work_master:{work_master_id}"


def account(name: str) -> str:
    """Return the stream of an account: its wrong passwords, and whether it is locked."""
    return f"account:{name}"


def document(document_id: str) -> str:
    """Return the stream of a controlled document."""
    return f"document:{document_id}"


def corrective_action(corrective_action_id: str) -> str:
    """Return the stream of a corrective action."""
    return f"corrective_action:{corrective_action_id}"


def alarm(alarm_id: str) -> str:
    """Return the stream of an alarm: what was reported and said about it."""
    return f"alarm:{alarm_id}"


def user_certificate(fingerprint: str) -> str:
    """Return the stream of a certificate with which somebody logs in."""
    return f"user_certificate:{fingerprint}"


def application_certificate(fingerprint: str) -> str:
    """Return the stream of a certificate of a client application."""
    return f"application_certificate:{fingerprint}"


def attempts(account: str) -> str:
    """Return the stream of what was refused or denied to an account."""
    return f"attempts:{account}"


# What an event is about, where it is not the job order that it names.
_SUBJECTS: Final[Mapping[type[e.Event], Callable[[Any], str]]] = MappingProxyType(
    {
        e.EquipmentDefined: lambda x: equipment(x.equipment.equipment_id),
        e.EquipmentEventRecorded: lambda x: equipment(x.event.equipment_id),
        e.PhysicalAssetDefined: lambda x: physical_asset(x.physical_asset.physical_asset_id),
        e.MaterialDefinitionDefined: lambda x: material_definition(
            x.material_definition.material_definition_id
        ),
        e.MaterialLotListed: lambda x: material_definition(x.material_definition_id),
        e.MaterialLotDefined: lambda x: material_lot(x.material_lot.material_lot_id),
        e.MaterialSublotDefined: lambda x: material_sublot(x.material_sublot.material_sublot_id),
        e.PersonDefined: lambda x: person(x.person.person_id),
        e.AccountDefined: lambda x: account(x.account.account),
        e.UserCertificateRegistered: lambda x: user_certificate(x.fingerprint),
        e.UserCertificateRevoked: lambda x: user_certificate(x.fingerprint),
        e.ApplicationCertificateTrusted: lambda x: application_certificate(x.fingerprint),
        e.ApplicationCertificateRejected: lambda x: application_certificate(x.fingerprint),
        e.WorkMasterDefined: lambda x: work_master(x.work_master.work_master_id),
        e.WorkMasterDrafted: lambda x: work_master(x.work_master.work_master_id),
        e.DocumentDefined: lambda x: document(x.revision.document_id),
        e.DocumentReleased: lambda x: document(x.revision.document_id),
        e.WorkDirectiveCopied: lambda x: work_directive(x.job_order_id),
    }
)
_BY_ID: Final[Mapping[str, tuple[type[e.Event], ...]]] = MappingProxyType(
    {
        "equipment": (
            e.EquipmentStatusChanged,
            e.EquipmentCleaned,
            e.EquipmentUseBegan,
            e.EquipmentUseEnded,
            e.LineCleared,
        ),
        "physical_asset": (e.CalibrationRecorded, e.DeviceVerified),
        "material_lot": (
            e.MaterialLotDispositionChanged,
            e.MaterialSublotListed,
            e.TestResultRecorded,
        ),
        "material_sublot": (
            e.MaterialSublotDrawn,
            e.MaterialSublotCorrected,
            e.MaterialSublotMoved,
            e.MaterialSublotHeld,
            e.MaterialSublotFreed,
        ),
        "person": (e.QualificationRecorded, e.AuthorizationGranted, e.AuthorizationRevoked),
        "work_master": (e.WorkMasterReviewed, e.WorkMasterApproved, e.WorkMasterRetired),
        "corrective_action": (
            e.CorrectiveActionOpened,
            e.CorrectiveActionRecorded,
            e.CorrectiveActionClosed,
        ),
        "station": (e.StationSessionOpened, e.StationSessionClosed),
        "account": (e.LoginFailed, e.LoginSucceeded, e.AccountLocked, e.AccountUnlocked),
        "attempts": (e.CommandRefused, e.CommandDenied),
        "alarm": (
            e.AlarmAcknowledged,
            e.AlarmCleared,
            e.AlarmCommented,
            e.AlarmConfirmed,
            e.AlarmDisabled,
            e.AlarmEnabled,
            e.AlarmRaised,
            e.AlarmShelved,
            e.AlarmUnshelved,
        ),
    }
)
_ID_FIELDS: Final = MappingProxyType(
    {"station": "station", "account": "account", "attempts": "account"}
)
_KINDS: Final = MappingProxyType({kind: name for name, kinds in _BY_ID.items() for kind in kinds})


def stream_of(event: e.Event) -> str:
    """Return the stream that the event is written to; most belong to their job order."""
    subject = _SUBJECTS.get(type(event))
    if subject is not None:
        return subject(event)
    kind = _KINDS.get(type(event), "job_order")
    name: str = getattr(event, _ID_FIELDS.get(kind, f"{kind}_id"))
    return f"{kind}:{name}"
