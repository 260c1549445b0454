"""Refusals about WorkMasters, documents and other master data."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "work-master-unknown", _G.MASTER_DATA, "work_master_is_approved",
        "There is no WorkMaster of this id and version.",
        "Check the id and the version, or import the WorkMaster.",
    ),
    RefusalKind(
        "work-master-not-approved", _G.MASTER_DATA, "work_master_is_approved",
        "This version of the WorkMaster is not approved for production.",
        "Have it approved, or order an approved version.",
    ),
    RefusalKind(
        "work-master-changed", _G.MASTER_DATA, "work_master_version_is_new",
        "A WorkMaster was changed without a new version.",
        "Give the changed WorkMaster a new version.",
    ),
    RefusalKind(
        "quantity-not-possible", _G.MASTER_DATA, "quantity_is_possible",
        "The ordered quantity is not positive, or not in a unit of the WorkMaster.",
        "Order a positive quantity in the WorkMaster's unit.",
    ),
)  # fmt: skip
