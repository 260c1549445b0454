"""What each field of a command means, in a sentence: one text for every door.

A key is the name of a field, or ``Command.field`` where it means something else there;
``shown.field`` where a screen may say what it shows.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

FIELD_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        # where and what
        "station": "The station (work unit) where it is done.",
        "job_order_id": "The job order.",
        "step_id": "The step.",
        "shown.job_order_id": "The job order that the screen shows; empty means the station's.",
        "shown.step_id": "The step that the screen shows; empty means the one in progress here.",
        "StartStep.step_id": "The step to begin.",
        "VerifyStep.step_id": "The step that was completed.",
        "ConfirmStep.step_id": "The step that runs and that two people sign.",
        "OverrideGate.step_id": "The step at which the refusal stands in the way.",
        "ConfirmInstruction.step_id": "The step whose instruction was read.",
        "ReportException.step_id": "The step that it is about, or empty.",
        "CorrectEvidence.step_id": "The step whose evidence is corrected.",
        "DispositionException.step_id": "For Rework: the step to begin with once more, or empty.",
        "reason": "Why, in a sentence; it goes on record.",
        "description": "What was seen or done, in a sentence; it goes on record.",
        "code": "The code on the label, as scanned.",
        "OverrideGate.code": "The code of the refusal that shall not count this once.",
        "value": "The value as text; a number with a point, true or false.",
        "source": "How the value came here.",
        "account": "The account.",
        "fingerprint": "The SHA-256 of the user's certificate, 64 hexadecimal digits.",
        # job orders
        "StoreJobOrder.job_order_id": "The id of the new job order.",
        "OpenStationSession.job_order_id": "The job order to work on.",
        "work_master_id": "The work master (master batch record).",
        "work_master_version": "Its version; empty takes the newest approved one in effect.",
        "version": "The version of the work master.",
        "quantity": "How much: a number, a blank and a unit, as 15.150 kg.",
        "quantities": "How much each part makes; together as much as the job order.",
        "planned_start": "When work is planned to begin.",
        "planned_end": "When work is planned to end.",
        "priority": "Its priority among the job orders; a lower number comes first.",
        "stations": "The stations at which alone its steps may be performed; empty means any of "
        "the right class.",
        "UpdateJobOrder.priority": "Its new priority, a lower number comes first; without it, it "
        "stays.",
        "UpdateJobOrder.planned_start": "When work is now planned to begin; without it, it stays.",
        "UpdateJobOrder.planned_end": "When work is now planned to end; without it, it stays.",
        "UpdateJobOrder.lot_allocations": "The lots that are reserved now, by the material's id; "
        "without any, those of before stay.",
        "UpdateJobOrder.stations": "The stations at which alone its steps may be performed now; "
        "without any, those of before stay.",
        "StoreJobOrder.material_lot_id": "The lot that will be made; empty lets the server name "
        "it.",
        "allowed_to_start": "Whether work may begin at once.",
        "operations_schedule_id": "The operations schedule that asks for it.",
        "erp_reference": "What the ERP wants to see again, by name.",
        "lot_allocations": "The lot that is reserved for each material, by the material's id; no "
        "other is accepted.",
        # evidence
        "instrument_id": "The instrument that is read, by its id.",
        "CaptureWeight.instrument_id": "The scale, by its id.",
        "RecordEvidence.instrument_id": "The instrument it was read from, or empty.",
        "evidence_id": "The evidence that is wanted.",
        "partial": "Whether more of the same material follows from another container.",
        "file_name": "The name of the file.",
        "media_type": "Its media type, as image/jpeg.",
        "sha256": "The SHA-256 of its bytes, in lower-case hexadecimal.",
        "size": "Its size in bytes.",
        # exceptions
        "exception_id": "The exception: see OpenExceptions of the job order.",
        "disposition": "What is done about it.",
        "severity": "How grave it is: a critical one is settled by the quality unit alone.",
        "corrective_action_id": "The id of the corrective action (CAPA).",
        "due_time": "When it must be done.",
        "RecordCalibration.due_time": "The first moment at which the calibration no longer holds.",
        "effective": "Whether it was effective; if not, the exception stands.",
        # materials
        "lot": "The lot, as it arrived.",
        "sublots": "Its containers.",
        "material_lot_id": "The lot.",
        "ChangeLotDisposition.disposition": "Whether the lot may be used.",
        "status": "The plant's own word for it: quarantine, released, rejected.",
        "test_id": "The laboratory test.",
        "reference": "Where the laboratory keeps it, or empty.",
        "material_sublot_id": "The container, by the code on its label.",
        "storage_location": "Where it stands now: a storage location, or a station.",
        "material_definition_id": "The material that the step names.",
        "substitute_id": "The material to use in its place.",
        "substitution_id": "The substitution that was asked for.",
        # equipment
        "physical_asset_id": "The instrument or machine, by its id.",
        "certificate": "The certificate of the calibration.",
        "failed": "Whether it failed, which blocks the instrument at once.",
        "equipment_id": "The piece of equipment.",
        "ChangeEquipmentStatus.status": "Whether it may be used for production.",
        "cleanliness": "How it was left: only a wet clean removes allergens.",
        "passed": "Whether the device found all of its test pieces.",
        # people
        "person_id": "The person.",
        "qualification_id": "What for.",
        "level": "At which level; 1 is the lowest.",
        "expiration_time": "Until when; without it, for ever.",
        "GrantAuthorization.expiration_time": "Until when; at most one day from now.",
        "training_id": "The training that renews it, or empty.",
        # work masters and documents
        "work_master": "The new version, whole.",
        "effective_from": "From when on it may be executed; at once without it.",
        "effective_until": "Until when it may be executed; for ever without it.",
        "document_id": "The document.",
        "revision": "The revision that was read.",
        "ReleaseDocument.revision": "The revision, with the SHA-256 of its file where one is kept.",
        # alarms
        "alarm_id": "The alarm, by its id.",
        "occurrence": "Which time it came up, as it was shown; empty means the present one.",
        "remark": "What there is to say about it; it goes on record.",
        "duration_s": "For how many seconds; at most 12 hours.",
        "once": "Whether it ends with this occurrence, if that is earlier.",
        # who signs
        "identity": "The person who acts.",
        "second": "The second person, another one than the first.",
    }
)
