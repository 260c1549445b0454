"""The methods of the server as its terminals know them: words in the order of the inputs."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_SIGNER: Final = ("account", "password")
_SECOND: Final = ("second_account", "second_password")
_SHOWN: Final = ("job_order", "step")
_PLANNED: Final = ("planned_start", "planned_end", "priority")
_STORED: Final = (
    *("job_order", "work_master", "version"),
    *("quantity", "material_lot", "allowed_to_start"),
)

_OF_STATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "OpenSession": ("job_order", *_SIGNER),
        "CloseSession": (),
        "StartStep": ("step",),
        "ConfirmInstruction": ("step", "document", "revision"),
        "Scan": ("code", *_SHOWN),
        "CaptureWeight": ("instrument", *_SHOWN),
        "CapturePartialWeight": ("instrument", *_SHOWN),
        "CaptureEvidence": ("evidence", *_SHOWN),
        "RecordEvidence": ("evidence", "value", "source", "instrument", *_SHOWN),
        "AttachFile": ("evidence", "file_name", "media_type", "sha256", "size", *_SHOWN),
        "RecordProducedUnit": ("container", "quantity", *_SHOWN),
        "RequestSubstitution": ("material", "substitute", "reason", *_SHOWN),
        "VerifyDevice": ("instrument", "passed", "description"),
        "HoldStep": ("reason", *_SHOWN),
        "ConfirmStep": ("step", *_SIGNER),
        "CompleteStep": _SHOWN,
        "VerifyStep": ("step", *_SIGNER),
        "OverrideGate": ("step", "code", "reason", *_SIGNER, *_SECOND),
        "OpenDeviation": ("description",),
        "OpenDeviationWithSeverity": ("description", "severity"),
    }
)
_OF_FOLDERS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "JobOrders": {
            "Store": _STORED,
            "StoreWithAllocations": (*_STORED, "lot_allocations", *_PLANNED),
            "Start": ("job_order",),
            "RevokeStart": ("job_order",),
            "StoreForStations": (*_STORED, "lot_allocations", *_PLANNED, "stations", "remark"),
            "StartWithRemark": ("job_order", "remark"),
            "RevokeStartWithRemark": ("job_order", "remark"),
            "Split": ("job_order", "quantities"),
            "Update": (
                *("job_order", "work_master", "version", "quantity", *_PLANNED),
                *("lot_allocations", "stations", "remark"),
            ),
            "Cancel": ("job_order", "reason"),
            "Clear": ("job_order", "remark"),
            "Hold": ("job_order", "reason"),
            "Stop": ("job_order", "reason"),
            "Pause": ("job_order", "reason", *_SIGNER),
            "Resume": ("job_order", "reason", *_SIGNER),
            "Abort": ("job_order", "reason", *_SIGNER),
            "Release": ("job_order", *_SIGNER),
            "CorrectEvidence": (*_SHOWN, "evidence", "value", "reason", *_SIGNER),
            "ApproveSubstitution": ("job_order", "substitution", "reason", *_SIGNER),
            "ReportException": ("job_order", "step", "description", "severity", *_SIGNER),
            "DispositionException": (
                *("job_order", "exception", "disposition"),
                *("reason", *_SIGNER),
            ),
            "Rework": ("job_order", "exception", "step", "reason", *_SIGNER),
        },
        "Materials": {
            "ReceiveLot": ("lot", "containers"),
            "ChangeLotDisposition": ("material_lot", "disposition", "status", "reason", *_SIGNER),
            "ReverseLotRejection": ("material_lot", "reason", *_SIGNER, *_SECOND),
            "RecordTestResult": ("material_lot", "test", "value", "reference"),
            "MoveContainer": ("container", "storage_location"),
        },
        "Equipment": {
            "RecordCalibration": ("instrument", "due_time", "certificate", "failed"),
            "ChangeStatus": ("equipment", "status", "reason"),
            "RecordCleaning": ("equipment", "cleanliness", *_SIGNER),
        },
        "Personnel": {
            "RecordQualification": (
                *("person", "qualification"),
                *("level", "expiration_time", "training"),
            ),
            "GrantAuthorization": (
                *("person", "qualification", "level"),
                *("expiration_time", "reason", *_SIGNER),
            ),
            "RevokeAuthorization": ("person", "qualification", "reason", *_SIGNER),
            "LockAccount": ("locked_account", "reason"),
            "UnlockAccount": ("locked_account", "reason"),
            "RegisterUserCertificate": ("locked_account", "fingerprint", "reason"),
            "RevokeUserCertificate": ("locked_account", "fingerprint", "reason"),
        },
        "WorkMasters": {
            "Draft": ("work_master",),
            "Review": ("work_master", "version", *_SIGNER),
            "Approve": ("work_master", "version", "effective_from", "effective_until", *_SIGNER),
            "Retire": ("work_master", "version", "reason", *_SIGNER),
            "ReleaseDocument": ("revision", *_SIGNER),
        },
        "Quality": {
            "OpenCorrectiveAction": (
                *("corrective_action", "job_order", "exception"),
                *("description", "due_time", *_SIGNER),
            ),
            "RecordCorrectiveAction": ("corrective_action", "description", *_SIGNER),
            "CloseCorrectiveAction": ("corrective_action", "description", "effective", *_SIGNER),
        },
        "Alarms": {
            "Acknowledge": ("alarm", "remark", "occurrence"),
            "Confirm": ("alarm", "remark", "occurrence"),
            "Comment": ("alarm", "remark", "occurrence"),
            "Shelve": ("alarm", "duration_s", "once", "remark"),
            "Unshelve": ("alarm", "remark"),
            "Disable": ("alarm", "remark"),
            "Enable": ("alarm", "remark"),
        },
    }
)

ARGUMENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **_OF_STATIONS,
        **{name: words for methods in _OF_FOLDERS.values() for name, words in methods.items()},
    }
)
"""Input arguments of every method, in their order and without the command id."""

FOLDERS: Final[Mapping[str, str]] = MappingProxyType(
    {name: folder for folder, methods in _OF_FOLDERS.items() for name in methods}
)
"""The folder below Objects/Interlock of every method that belongs to no station."""

SECRET: Final = frozenset({*_SIGNER, *_SECOND})
"""Words about who signs, which a check is not told."""

FLAGS: Final = frozenset({"allowed_to_start", "passed", "failed", "effective", "once"})
"""Words that are true or false."""

WHOLE: Final = frozenset({"level", "size"})
"""Words that are whole numbers."""

TIMES: Final = frozenset(
    {"due_time", "expiration_time", "effective_from", "effective_until", *_PLANNED[:2]}
)
"""Words that are times, ISO 8601; empty stands for none."""

LISTS: Final = frozenset({"quantities", "lot_allocations", "containers", "stations"})
"""Words with several items, a semicolon between."""
