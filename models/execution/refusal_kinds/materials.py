"""Refusals about materials: identity, status, amount."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "material-lot-exists", _G.MATERIAL, "produced_lot_is_new",
        "The lot to produce already exists.",
        "Give the new lot another id.",
    ),
    RefusalKind(
        "material-wrong", _G.MATERIAL, "material_is_the_required_one",
        "The scanned code is not a container of a material that the step needs now.",
        "Put it back and take one of the offered lots.",
    ),
    RefusalKind(
        "substitution-not-approved", _G.MATERIAL, "substitution_is_approved",
        "The material could stand in for the one asked for, but nobody has approved it.",
        "Request the substitution and have the quality unit approve it, or take an offered lot.",
    ),
    RefusalKind(
        "material-lot-wrong", _G.MATERIAL, "material_lot_is_the_allocated_one",
        "Another lot of this material is allocated to the job order.",
        "Put it back and take the allocated lot.",
    ),
    RefusalKind(
        "material-lot-restricted", _G.MATERIAL, "material_lot_is_unrestricted",
        "The lot is not released for use.",
        "Take a released lot, or have the quality unit decide on this one.",
    ),
    RefusalKind(
        "material-lot-expired", _G.MATERIAL, "material_lot_is_not_expired",
        "The lot is past its expiry.",
        "Take a lot that has not expired.",
    ),
    RefusalKind(
        "container-held", _G.MATERIAL, "container_is_not_held",
        "The container itself is held, whatever its lot.",
        "Take another container, or have the quality unit decide on this one.",
    ),
    RefusalKind(
        "container-empty", _G.QUANTITY, "container_is_not_empty",
        "Nothing is left in the container.",
        "Take another container.",
    ),
    RefusalKind(
        "potency-unknown", _G.MATERIAL, "target_is_known",
        "The target depends on the potency of the lot, which is not on record.",
        "Have the potency put on record, or take a lot that has one.",
    ),
    RefusalKind(
        "active-not-weighed", _G.QUANTITY, "target_is_known",
        "The target depends on an active that has not been weighed to its end.",
        "Weigh the active first.",
    ),
    RefusalKind(
        "compensation-not-possible", _G.QUANTITY, "target_is_known",
        "The potency leaves nothing to weigh, or is no possible one.",
        "Take another lot, and have the potency on record checked.",
    ),
    RefusalKind(
        "material-lot-not-next", _G.MATERIAL, "material_lot_is_the_next",
        "Another usable lot of the material is to be used before this one.",
        "Take the first of the offered lots, or have the order of use overridden.",
    ),
    RefusalKind(
        "material-not-identified", _G.MATERIAL, "material_is_identified",
        "No container has been scanned for this weighing.",
        "Scan the container first.",
    ),
    RefusalKind(
        "tare-unknown", _G.READING, "tare_is_unchanged",
        "The tare was not read when the container was identified.",
        "Scan the container again while the scale delivers its tare.",
    ),
    RefusalKind(
        "tare-changed", _G.READING, "tare_is_unchanged",
        "The tare was changed between the scan and the weighing.",
        "Have the exception dispositioned; tare first, then scan, then weigh.",
    ),
    RefusalKind(
        "weight-not-positive", _G.QUANTITY, "partial_weight_is_positive",
        "Nothing lies on the scale.",
        "Put the material on the scale, and check the tare.",
    ),
    RefusalKind(
        "weight-out-of-tolerance", _G.QUANTITY, "weight_is_within_tolerance",
        "The weight lies outside of the tolerance of the step.",
        "Have the exception dispositioned: weigh anew, adjust, or accept with deviation.",
    ),
    RefusalKind(
        "container-overdrawn", _G.QUANTITY, "container_holds_enough",
        "More would be drawn than the container holds.",
        "Take what is missing from another container.",
    ),
    RefusalKind(
        "over-consumption", _G.QUANTITY, "consumption_is_within_the_maximum",
        "The job order would consume more of the material than its bill of material allows.",
        "Have a supervisor or the quality unit accept it, or take less.",
    ),
)  # fmt: skip
