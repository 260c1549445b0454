"""The catalogue of commands: where each belongs, and how people and programs call it.

Every door reads it, so that a command which exists at one exists at all where it makes sense.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum, unique
from types import MappingProxyType
from typing import Final

from models.execution import commands as c
from server.command_path.command_fields import CommandField, command_fields, said_of


@unique
class Subject(Enum):
    """What a command is about; the value is the heading under which people find it."""

    STATIONS = "stations"
    JOB_ORDERS = "job orders"
    EXCEPTIONS = "exceptions"
    MATERIAL_LOTS = "material lots"
    CONTAINERS = "containers"
    EQUIPMENT = "equipment"
    INSTRUMENTS = "instruments"
    PERSONS = "persons"
    ACCOUNTS = "accounts"
    WORK_MASTERS = "work masters"
    DOCUMENTS = "documents"
    CORRECTIVE_ACTIONS = "corrective actions"
    ALARMS = "alarms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One command as the doors offer it.

    ``method`` is its verb as the name of a method, ``route`` its HTTP method and path. It
    ``creates`` when something new comes to be. ``inward`` are fields that only our own faces fill.
    """

    command: type[c.Command]
    subject: Subject
    method: str
    route: str
    creates: bool = False
    inward: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """What it does, in a few words: its class name, in lower case with blanks."""
        words = "".join(f" {x.lower()}" if x.isupper() else x for x in self.command.__name__)
        return words.strip().capitalize()

    @property
    def description(self) -> str:
        """What it does, in a sentence."""
        return said_of(self.command)

    @property
    def fields(self) -> tuple[CommandField, ...]:
        """What it takes, in order."""
        return tuple(x for x in command_fields(self.command) if x.name not in self.inward)

    @property
    def path(self) -> str:
        """The path of its route."""
        return self.route.partition(" ")[2]

    @property
    def is_at_a_station(self) -> bool:
        """Whether it is given at a station, by the terminal of that station."""
        return any(field.name == "station" for field in fields(self.command))


def _at(
    subject: Subject,
    command: type[c.Command],
    method: str,
    route: str,
    *,
    creates: bool = False,
    inward: tuple[str, ...] = (),
) -> Entry:
    verb, _, path = route.rpartition(" ")
    return Entry(
        command=command,
        subject=subject,
        method=method,
        route=f"{verb or 'POST'} {path}",
        creates=creates,
        inward=frozenset(inward),
    )


_S: Final = Subject
_STATION: Final = "/stations/{station}"
_JOB_ORDER: Final = "/job-orders/{job_order_id}"
_EXCEPTION: Final = f"{_JOB_ORDER}/exceptions/{{exception_id}}"
_LOT: Final = "/material-lots/{material_lot_id}"
_PERSON: Final = "/persons/{person_id}"
_MASTER: Final = "/work-masters/{work_master_id}/versions/{version}"
_ACTION: Final = "/corrective-actions/{corrective_action_id}"
_ALARM: Final = "/alarms/{alarm_id}"

_ENTRIES: Final = (
    _at(_S.STATIONS, c.OpenStationSession, "OpenSession", f"{_STATION}/session", creates=True),
    _at(_S.STATIONS, c.CloseStationSession, "CloseSession", f"DELETE {_STATION}/session"),
    _at(_S.STATIONS, c.StartStep, "StartStep", f"{_STATION}/steps/{{step_id}}/start"),
    _at(_S.STATIONS, c.ConfirmInstruction, "ConfirmInstruction",
        f"{_STATION}/steps/{{step_id}}/instruction-confirmation"),
    _at(_S.STATIONS, c.ScanMaterial, "Scan", f"{_STATION}/scan"),
    _at(_S.STATIONS, c.CaptureWeight, "CaptureWeight", f"{_STATION}/weight", creates=True),
    _at(_S.STATIONS, c.CaptureEvidence, "CaptureEvidence",
        f"{_STATION}/evidence/{{evidence_id}}/capture", creates=True),
    _at(_S.STATIONS, c.RecordEvidence, "RecordEvidence",
        f"{_STATION}/evidence/{{evidence_id}}", creates=True),
    _at(_S.STATIONS, c.AttachFile, "AttachFile",
        f"{_STATION}/evidence/{{evidence_id}}/attachments", creates=True),
    _at(_S.STATIONS, c.VerifyDevice, "VerifyDevice",
        f"{_STATION}/devices/{{physical_asset_id}}/verifications", creates=True),
    _at(_S.STATIONS, c.RequestSubstitution, "RequestSubstitution",
        f"{_STATION}/substitutions", creates=True),
    _at(_S.STATIONS, c.RecordProducedUnit, "RecordProducedUnit",
        f"{_STATION}/produced-units", creates=True),
    _at(_S.STATIONS, c.HoldStep, "HoldStep", f"{_STATION}/steps/hold"),
    _at(_S.STATIONS, c.ConfirmStep, "ConfirmStep", f"{_STATION}/steps/{{step_id}}/confirm"),
    _at(_S.STATIONS, c.CompleteStep, "CompleteStep", f"{_STATION}/steps/complete"),
    _at(_S.STATIONS, c.VerifyStep, "VerifyStep", f"{_STATION}/steps/{{step_id}}/verify"),
    _at(_S.STATIONS, c.OverrideGate, "OverrideGate", f"{_STATION}/steps/{{step_id}}/override"),
    _at(_S.STATIONS, c.OpenDeviation, "OpenDeviation", f"{_STATION}/deviations", creates=True),
    _at(_S.JOB_ORDERS, c.StoreJobOrder, "Store", "/job-orders", creates=True,
        inward=("erp_reference", "operations_schedule_id")),
    _at(_S.JOB_ORDERS, c.StartJobOrder, "Start", f"{_JOB_ORDER}/start"),
    _at(_S.JOB_ORDERS, c.RevokeStartJobOrder, "RevokeStart", f"{_JOB_ORDER}/revoke-start"),
    _at(_S.JOB_ORDERS, c.UpdateJobOrder, "Update", f"{_JOB_ORDER}/update"),
    _at(_S.JOB_ORDERS, c.CancelJobOrder, "Cancel", f"{_JOB_ORDER}/cancel"),
    _at(_S.JOB_ORDERS, c.ClearJobOrder, "Clear", f"{_JOB_ORDER}/clear"),
    _at(_S.JOB_ORDERS, c.HoldJobOrder, "Hold", f"{_JOB_ORDER}/hold"),
    _at(_S.JOB_ORDERS, c.StopJobOrder, "Stop", f"{_JOB_ORDER}/stop"),
    _at(_S.JOB_ORDERS, c.SplitJobOrder, "Split", f"{_JOB_ORDER}/split", creates=True),
    _at(_S.JOB_ORDERS, c.PauseJobOrder, "Pause", f"{_JOB_ORDER}/pause"),
    _at(_S.JOB_ORDERS, c.ResumeJobOrder, "Resume", f"{_JOB_ORDER}/resume"),
    _at(_S.JOB_ORDERS, c.AbortJobOrder, "Abort", f"{_JOB_ORDER}/abort"),
    _at(_S.JOB_ORDERS, c.ReleaseJobOrder, "Release", f"{_JOB_ORDER}/release"),
    _at(_S.JOB_ORDERS, c.CorrectEvidence, "CorrectEvidence",
        f"{_JOB_ORDER}/steps/{{step_id}}/evidence/{{evidence_id}}/correction"),
    _at(_S.JOB_ORDERS, c.ApproveSubstitution, "ApproveSubstitution",
        f"{_JOB_ORDER}/substitutions/{{substitution_id}}/approval"),
    _at(_S.EXCEPTIONS, c.ReportException, "ReportException", f"{_JOB_ORDER}/exceptions",
        creates=True),
    _at(_S.EXCEPTIONS, c.DispositionException, "DispositionException",
        f"{_EXCEPTION}/disposition"),
    _at(_S.MATERIAL_LOTS, c.ReceiveMaterialLot, "ReceiveLot", "/material-lots", creates=True),
    _at(_S.MATERIAL_LOTS, c.ChangeLotDisposition, "ChangeLotDisposition", f"{_LOT}/disposition"),
    _at(_S.MATERIAL_LOTS, c.ReverseLotRejection, "ReverseLotRejection",
        f"{_LOT}/reverse-rejection"),
    _at(_S.MATERIAL_LOTS, c.RecordTestResult, "RecordTestResult",
        f"{_LOT}/test-results/{{test_id}}", creates=True),
    _at(_S.CONTAINERS, c.MoveSublot, "MoveContainer", "/containers/{material_sublot_id}/move"),
    _at(_S.EQUIPMENT, c.ChangeEquipmentStatus, "ChangeStatus", "/equipment/{equipment_id}/status"),
    _at(_S.EQUIPMENT, c.RecordCleaning, "RecordCleaning", "/equipment/{equipment_id}/cleanings",
        creates=True),
    _at(_S.INSTRUMENTS, c.RecordCalibration, "RecordCalibration",
        "/physical-assets/{physical_asset_id}/calibrations", creates=True),
    _at(_S.PERSONS, c.RecordQualification, "RecordQualification",
        f"{_PERSON}/qualifications/{{qualification_id}}", creates=True),
    _at(_S.PERSONS, c.GrantAuthorization, "GrantAuthorization",
        f"{_PERSON}/authorizations/{{qualification_id}}", creates=True),
    _at(_S.PERSONS, c.RevokeAuthorization, "RevokeAuthorization",
        f"{_PERSON}/authorizations/{{qualification_id}}/revocation"),
    _at(_S.ACCOUNTS, c.LockAccount, "LockAccount", "/accounts/{account}/lock"),
    _at(_S.ACCOUNTS, c.UnlockAccount, "UnlockAccount", "/accounts/{account}/unlock"),
    _at(_S.ACCOUNTS, c.RegisterUserCertificate, "RegisterUserCertificate",
        "/accounts/{account}/certificates", creates=True),
    _at(_S.ACCOUNTS, c.RevokeUserCertificate, "RevokeUserCertificate",
        "/accounts/{account}/certificates/{fingerprint}/revocation"),
    _at(_S.WORK_MASTERS, c.DraftWorkMaster, "Draft", "/work-masters", creates=True),
    _at(_S.WORK_MASTERS, c.ReviewWorkMaster, "Review", f"{_MASTER}/review"),
    _at(_S.WORK_MASTERS, c.ApproveWorkMaster, "Approve", f"{_MASTER}/approval"),
    _at(_S.WORK_MASTERS, c.RetireWorkMaster, "Retire", f"{_MASTER}/retirement"),
    _at(_S.DOCUMENTS, c.ReleaseDocument, "ReleaseDocument", "/documents", creates=True),
    _at(_S.CORRECTIVE_ACTIONS, c.OpenCorrectiveAction, "OpenCorrectiveAction",
        "/corrective-actions", creates=True),
    _at(_S.CORRECTIVE_ACTIONS, c.RecordCorrectiveAction, "RecordCorrectiveAction",
        f"{_ACTION}/record"),
    _at(_S.CORRECTIVE_ACTIONS, c.CloseCorrectiveAction, "CloseCorrectiveAction",
        f"{_ACTION}/closure"),
    _at(_S.ALARMS, c.AcknowledgeAlarm, "Acknowledge", f"{_ALARM}/acknowledgement"),
    _at(_S.ALARMS, c.ConfirmAlarm, "Confirm", f"{_ALARM}/confirmation"),
    _at(_S.ALARMS, c.CommentAlarm, "Comment", f"{_ALARM}/comments", creates=True),
    _at(_S.ALARMS, c.ShelveAlarm, "Shelve", f"{_ALARM}/shelving"),
    _at(_S.ALARMS, c.UnshelveAlarm, "Unshelve", f"DELETE {_ALARM}/shelving"),
    _at(_S.ALARMS, c.DisableAlarm, "Disable", f"{_ALARM}/disable"),
    _at(_S.ALARMS, c.EnableAlarm, "Enable", f"{_ALARM}/enable"),
)  # fmt: skip

CATALOGUE: Final[Mapping[type[c.Command], Entry]] = MappingProxyType(
    {entry.command: entry for entry in _ENTRIES}
)
"""Every command that a person or a program may give, by its class."""

NOT_OFFERED: Final[Mapping[type[c.Command], str]] = MappingProxyType(
    {
        c.DefineMasterData: "only the installation itself brings in the plant's files",
        c.RecordEquipmentEvent: "only a mapping concludes it from a device",
        c.ReportPhaseState: "only the phase interface of a controller reports it",
        c.ReportFailedLogin: "only the doors themselves report it",
        c.ReportLogin: "only the doors themselves report it",
        c.ReportAlarm: "only the server itself finds it out",
        c.TrustApplicationCertificate: "only at the console (interlock certs), where its file lies",
        c.RejectApplicationCertificate: "only at the console (interlock certs)",
        c.WriteVariable: "nobody may; an attempt to write is recorded as this command",
    }
)
"""The commands that no door offers, and why."""
