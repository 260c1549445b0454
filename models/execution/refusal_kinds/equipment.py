"""Refusals about equipment: status, cleanliness, line clearance, environment."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "equipment-unknown", _G.UNKNOWN, "equipment_is_known",
        "There is no equipment of this id.",
        "Check the id on the label of the equipment.",
    ),
    RefusalKind(
        "equipment-not-available", _G.EQUIPMENT, "equipment_is_available",
        "The equipment is in maintenance or out of service.",
        "Use other equipment of the class, or have maintenance put this one back into service.",
    ),
    RefusalKind(
        "equipment-too-small", _G.EQUIPMENT, "equipment_is_large_enough",
        "The equipment holds less than the step needs, or nobody said how much it holds.",
        "Go to equipment of the class that holds enough.",
    ),
    RefusalKind(
        "equipment-not-clean", _G.EQUIPMENT, "equipment_is_clean",
        "The step asks for clean equipment; this one is dirty, in use, or was never cleaned.",
        "Clean the equipment and record its cleaning.",
    ),
    RefusalKind(
        "clean-hold-expired", _G.EQUIPMENT, "equipment_is_within_its_hold_times",
        "The equipment was cleaned so long ago that it no longer counts as clean.",
        "Clean the equipment again and record its cleaning.",
    ),
    RefusalKind(
        "dirty-hold-expired", _G.EQUIPMENT, "equipment_is_within_its_hold_times",
        "The equipment has waited dirty for longer than it may.",
        "Clean the equipment and record its cleaning before it is used again.",
    ),
    RefusalKind(
        "allergen-changeover", _G.EQUIPMENT, "equipment_carries_no_foreign_allergen",
        "Allergens that the product does not contain were left by an earlier product.",
        "Clean the equipment wet and record it; a dry clean does not remove allergens.",
    ),
    RefusalKind(
        "allergens-unknown", _G.EQUIPMENT, "equipment_carries_no_foreign_allergen",
        "A material of the product is not described, so nobody knows its allergens.",
        "Have the material described, with its allergens.",
    ),
    RefusalKind(
        "equipment-in-use", _G.EQUIPMENT, "equipment_is_not_in_use",
        "A step runs on the equipment.",
        "Complete the step first.",
    ),
    RefusalKind(
        "cleaning-without-result", _G.EQUIPMENT, "cleaning_leaves_equipment_clean",
        "A cleaning was recorded that left the equipment dirty.",
        "Clean it, and record whether it was cleaned dry or wet.",
    ),
    RefusalKind(
        "status-reason-missing", _G.EQUIPMENT, "equipment_status_has_a_reason",
        "The status of equipment was to be changed without a reason.",
        "Say why, such as the number of the work order.",
    ),
    RefusalKind(
        "environment-out-of-limits", _G.EQUIPMENT, "environment_is_within_limits",
        "A reading of the room lies outside of the limits of the step.",
        "Wait until the room is within its limits; have the ventilation checked if it stays out.",
    ),
    RefusalKind(
        "environment-not-measured", _G.EQUIPMENT, "environment_is_within_limits",
        "The step has limits for the room, and nothing at the station measures that.",
        "Perform the step at a station with that sensor, or have the plant files corrected.",
    ),
    RefusalKind(
        "line-not-cleared", _G.EQUIPMENT, "prerequisites_are_met",
        "The line was not cleared for this job order.",
        "Perform the line clearance for this job order, and have it verified.",
    ),
    RefusalKind(
        "label-not-verified", _G.EQUIPMENT, "prerequisites_are_met",
        "The label on the line was not proved to be the revision that the job order asks for.",
        "Scan the label in the step that checks it; have a wrong label exchanged.",
    ),
    RefusalKind(
        "code-not-verified", _G.EQUIPMENT, "prerequisites_are_met",
        "The code that the line prints was not proved to be that of the lot.",
        "Read the printed code in the step that checks it; have a wrong code set anew.",
    ),
    RefusalKind(
        "device-not-verified", _G.EQUIPMENT, "prerequisites_are_met",
        "A device of the line has no good check with its test pieces for this job order.",
        "Check the device with its test pieces and record the result.",
    ),
    RefusalKind(
        "components-not-staged", _G.EQUIPMENT, "prerequisites_are_met",
        "A component does not stand at the station, or none of it may be used.",
        "Have released containers of the component brought to the station.",
    ),
)  # fmt: skip
