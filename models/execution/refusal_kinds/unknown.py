"""Refusals about what nobody knows."""

from typing import Final

from models.execution.refusal_kind import RefusalGroup, RefusalKind

_G = RefusalGroup
KINDS: Final[tuple[RefusalKind, ...]] = (
    # code, group, what refuses, meaning, remedy
    RefusalKind(
        "station-unknown", _G.UNKNOWN, "station_is_known",
        "There is no station of this name in the plant.",
        "Check the station's name in the plant files.",
    ),
    RefusalKind(
        "job-order-unknown", _G.UNKNOWN, "job_order_is_known",
        "There is no job order of this id.",
        "Check the id, or have the ERP send the order.",
    ),
    RefusalKind(
        "step-unknown", _G.UNKNOWN, "step_is_known",
        "The job order has no step of this id.",
        "Choose a step of the job order's WorkMaster.",
    ),
    RefusalKind(
        "physical-asset-unknown", _G.UNKNOWN, "physical_asset_is_known",
        "There is no instrument or machine of this id.",
        "Check the id on the label of the instrument.",
    ),
    RefusalKind(
        "exception-unknown", _G.UNKNOWN, "exception_is_open",
        "The job order has no open exception of this id.",
        "Choose one of the open exceptions of the job order.",
    ),
)  # fmt: skip
