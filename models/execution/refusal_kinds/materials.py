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
        "container-empty", _G.QUANTITY, "container_is_not_empty",
        "Nothing is left in the container.",
        "Take another container.",
    ),
    RefusalKind(
        "material-not-identified", _G.MATERIAL, "material_is_identified",
        "No container has been scanned for this weighing.",
        "Scan the container first.",
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
)  # fmt: skip
