"""Examples of what stands in a request, from the demo's plant: for the OpenAPI document."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

EXAMPLES: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "station": "DISP-01",
        "job_order_id": "4711",
        "step_id": "020",
        "work_master_id": "WM-VITC-500",
        "work_master_version": "3",
        "version": "3",
        "quantity": "15.150 kg",
        "quantities": ["10.000 kg", "5.150 kg"],
        "priority": 5,
        "planned_start": "2026-11-20T06:00:00Z",
        "planned_end": "2026-11-20T14:00:00Z",
        "material_lot_id": "AA-2601",
        "lot_allocations": {"ASCORBIC-ACID": "AA-2601"},
        "material_sublot_id": "AA-2601-C1",
        "material_definition_id": "ASCORBIC-ACID",
        "substitute_id": "MCC-102",
        "substitution_id": "S-1",
        "storage_location": "DISP-01",
        "instrument_id": "FLOOR-SCALE-01",
        "physical_asset_id": "FLOOR-SCALE-01",
        "equipment_id": "BLENDER-01",
        "evidence_id": "booth-is-clear",
        "exception_id": "EX-1",
        "corrective_action_id": "CAPA-2026-17",
        "test_id": "assay",
        "code": "AA-2601-C1",
        "value": "99.6",
        "reason": "The container was damaged on arrival.",
        "description": "A foreign particle was seen in the drum.",
        "certificate": "CAL-2026-0815",
        "due_time": "2027-05-20T00:00:00Z",
        "expiration_time": "2026-11-20T22:00:00Z",
        "effective_from": "2026-12-01T00:00:00Z",
        "effective_until": "2027-12-01T00:00:00Z",
        "reference": "LIMS-88412",
        "status": "released",
        "person_id": "op-01",
        "qualification_id": "weighing",
        "training_id": "TR-WEIGH-2",
        "level": 1,
        "account": "op-01",
        "document_id": "SOP-DISP-004",
        "revision": "7",
        "file_name": "drum.jpg",
        "media_type": "image/jpeg",
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "size": 182044,
    }
)
"""An example by the name of the field."""
